import { ScanError } from '../errors.ts';
import type { ImageKind } from '../formats/image.ts';
import { ascii } from '../formats/magic.ts';
import { unopenedMagics } from '../formats/packing/unopened.ts';
import type { OwnedHost } from '../rules/hosts.ts';
import type { Host } from '../rules/schema.ts';
import { AhoCorasick } from './aho-corasick.ts';
import { unfolded } from './byte-trie.ts';
import type { CompiledClue, CompiledVersion } from './clues.ts';
import { aroundVersion, Glob, type Piece, pieces } from './glob.ts';
import { GramFilter, type Mark } from './gram-filter.ts';

/** Bytes before and after a literal that a rule may look at. */
export const CONTEXT = 1024;

/** The gram filter looks at every fourth position, so a needle needs four grams: 4 + 3 bytes. */
const SHORTEST = 7;
const LONGEST = 1024;

const latin1 = new TextDecoder('latin1');

/** What stands before and after a literal, each read away from it. */
export interface Surroundings {
  readonly before: Glob;
  readonly after: Glob;
}

/** A literal that a rule asks for in bytes, and its length in bytes. */
export type BytePattern = { readonly bytes: Uint8Array; readonly length: number } & (
  | {
      readonly kind: 'clue';
      /** Index in `Matcher.clues`. */
      readonly clue: number;
      /** For a `like` clue, whose longest literal this is. The scanner has compared it before it reports the literal. */
      readonly surroundings: Surroundings | null;
    }
  | {
      readonly kind: 'version';
      /** Index in `Matcher.versions`. */
      readonly version: number;
    }
  | { readonly kind: 'host'; readonly vendor: string; readonly host: Host }
  /** How a code image, an archive or a packed stream begins (or a ZIP ends): met inside other content, a suspicion. */
  | { readonly kind: 'code'; readonly format: ImageKind }
);

/** Versions needed to extract, and flags of an entry, as tools write them: 0 and 0 would be a word that is everywhere. */
const zipVersions = [10, 20, 21, 25, 30, 45, 46, 51, 63];
const zipFlags = [0, 2, 4, 6, 8, 10];

/**
 * First bytes of what an app's own loader could take out of other content: DEX (dex-format, magic with its version),
 * little-endian ELF (gABI, e_ident to EI_VERSION), 64-bit Mach-O for arm64 (mach/machine.h), bytecode of Hermes, local headers and the end
 * record of ZIP, and packings whose first seven bytes are certain. Each is looked at before it is believed (features/embedded.ts).
 */
const codeMagics: readonly (readonly [format: ImageKind, bytes: readonly number[]])[] = [
  ...[0x35, 0x36, 0x37, 0x38, 0x39].map((digit) => ['dex', [...ascii('dex\n03'), digit, 0]] as const),
  ...[0x30, 0x31].map((digit) => ['dex', [...ascii('dex\n04'), digit, 0]] as const),
  ['elf', [...ascii('\x7fELF'), 1, 1, 1]],
  ['elf', [...ascii('\x7fELF'), 2, 1, 1]],
  ['macho', [0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1]],
  ['hermes', [0xc6, 0x1f, 0xbc, 0x03, 0xc1, 0x03, 0x19, 0x1f]],
  ...zipVersions.flatMap((v) => zipFlags.map((flags) => ['zip', [...ascii('PK\x03\x04'), v, 0, flags]] as const)),
  ['end of zip', [...ascii('PK\x05\x06'), 0, 0, 0, 0]],
  ['packed', [...ascii('7z'), 0xbc, 0xaf, 0x27, 0x1c, 0]],
  ['packed', ascii('Rar!\x1a\x07\0')],
  ['packed', ascii('Rar!\x1a\x07\x01\0')],
  ['packed', [0xfd, ...ascii('7zXZ'), 0, 0]],
  ...[...'123456789'].map((level) => ['packed', ascii(`BZh${level}1AY&SY`)] as const),
  ...unopenedMagics.map((magic) => ['packed', magic] as const),
];

/** Bytes to search for, and the patterns they stand for: each begins `lead` bytes into them. */
export interface Needle {
  readonly bytes: Uint8Array;
  readonly targets: readonly { readonly pattern: BytePattern; readonly lead: number }[];
}

/** Every literal of all rules, for one pass over native or web bytes. */
export class BytePatterns {
  readonly patterns: readonly BytePattern[];
  readonly needles: readonly Needle[];
  /** Bytes of the longest needle. */
  readonly longest: number;
  readonly #filters = new Map<readonly Mark[], GramFilter>();
  #automaton: AhoCorasick | null = null;

  /** @throws ScanError `bad-rules`: a literal is too short or too long to search for */
  constructor(clues: readonly CompiledClue[], versions: readonly CompiledVersion[], hosts: readonly OwnedHost[]) {
    const patterns: BytePattern[] = [];
    const needles = new Map<string, { bytes: Uint8Array; targets: { pattern: BytePattern; lead: number }[] }>();
    const add = (pattern: BytePattern, whose: string, searched: readonly Searched[]): void => {
      patterns.push(pattern);
      for (const { bytes, lead } of searched) {
        if (bytes.length < SHORTEST || bytes.length > LONGEST)
          throw new ScanError(
            'bad-rules',
            `${whose}: a literal to search for has 7 to 1024 bytes, not ${bytes.length}`,
          );
        const key = latin1.decode(bytes);
        const needle = needles.get(key) ?? { bytes, targets: [] };
        needle.targets.push({ pattern, lead });
        needles.set(key, needle);
      }
    };
    const encoder = new TextEncoder();
    for (const { index, id, clue } of clues) {
      if (clue.kind !== 'string') continue;
      const { bytes, surroundings } =
        clue.like === undefined ? { bytes: encoder.encode(clue.is), surroundings: null } : longestLiteral(clue.like);
      add({ kind: 'clue', clue: index, surroundings, ...literal(bytes) }, id, [{ bytes, lead: 0 }]);
    }
    for (const { index, sdk, at } of versions) {
      if (at.from === 'near') {
        const bytes = encoder.encode(at.anchor);
        add({ kind: 'version', version: index, ...literal(bytes) }, sdk, [{ bytes, lead: 0 }]);
      } else if (at.from === 'like') {
        const { before, after } = aroundVersion(at);
        const forward = before.length >= after.length;
        const bytes = forward ? before : after;
        add({ kind: 'version', version: index, ...literal(bytes) }, sdk, besideVersion(bytes, forward, at.parts[0]));
      }
    }
    for (const { vendor, host } of hosts) {
      const bytes = encoder.encode(host.host);
      const searched = afterBorder(bytes);
      if (searched.length > 0) add({ kind: 'host', vendor, host, ...literal(bytes) }, host.host, searched);
    }
    for (const [format, magic] of codeMagics) {
      const bytes = Uint8Array.from(magic);
      add({ kind: 'code', format, ...literal(bytes) }, format, [{ bytes, lead: 0 }]);
    }
    this.patterns = patterns;
    this.needles = [...needles.values()];
    this.longest = this.needles.reduce((longest, { bytes }) => Math.max(longest, bytes.length), SHORTEST);
  }

  /** The needles and these marks in one filter; kept for the next scanner with the same marks. */
  filter(marks: readonly Mark[]): GramFilter {
    let filter = this.#filters.get(marks);
    if (!filter) {
      filter = new GramFilter(
        this.needles.map(({ bytes }) => bytes),
        marks,
      );
      this.#filters.set(marks, filter);
    }
    return filter;
  }

  /** Built when content first asks for it: it takes megabytes and tens of milliseconds. */
  get automaton(): AhoCorasick {
    this.#automaton ??= new AhoCorasick(this.needles.map(({ bytes }) => bytes));
    return this.#automaton;
  }
}

function literal(bytes: Uint8Array): { bytes: Uint8Array; length: number } {
  return { bytes, length: bytes.length };
}

interface Searched {
  readonly bytes: Uint8Array;
  readonly lead: number;
}

const NONE = new Uint8Array(0);

const printed = new Uint8Array(256).fill(1, 0x20);

function longestLiteral(like: string): { bytes: Uint8Array; surroundings: Surroundings } {
  const parts = pieces(like).map((part): Piece => (part.kind === 'any' ? { kind: 'run' } : part));
  const length = (part: Piece) => (part.kind === 'literal' ? part.bytes.length : 0);
  const anchor = parts.reduce((best, part) => (length(part) > length(best) ? part : best));
  const at = parts.indexOf(anchor);
  const reversed = parts
    .slice(0, at)
    .reverse()
    .map((part) => (part.kind === 'literal' ? { ...part, bytes: part.bytes.toReversed() } : part));
  return {
    bytes: anchor.kind === 'literal' ? anchor.bytes : NONE,
    surroundings: {
      before: new Glob(reversed, printed, unfolded),
      after: new Glob(parts.slice(at + 1), printed, unfolded),
    },
  };
}

const DIGITS = [...'0123456789'];

/**
 * A literal of five or six bytes beside `{version}` is lengthened by every way the version can begin (or end): one
 * digit, or a digit and another digit or a dot. Two characters are certain only of a version with a dot.
 */
function besideVersion(bytes: Uint8Array, forward: boolean, leastParts: number): Searched[] {
  const missing = SHORTEST - bytes.length;
  if (missing <= 0) return [{ bytes, lead: 0 }];
  if (missing > Math.min(leastParts, 2)) return [{ bytes, lead: 0 }];
  const more = missing === 1 ? DIGITS : DIGITS.flatMap((d) => [...DIGITS, '.'].map((e) => (forward ? d + e : e + d)));
  const encoder = new TextEncoder();
  return more.map((text) => {
    const extra = encoder.encode(text);
    return { bytes: joined(forward ? [bytes, extra] : [extra, bytes]), lead: forward ? 0 : missing };
  });
}

/**
 * A host name of six bytes is searched for with the byte before it. Shorter ones are met only where a whole URL or a
 * whole string is read.
 */
function afterBorder(host: Uint8Array): Searched[] {
  if (host.length >= SHORTEST) return [{ bytes: host, lead: 0 }];
  if (host.length < SHORTEST - 1) return [];
  return [...'\0./@ "\'`(,:=;|\t\n'].map((border) => ({
    bytes: joined([Uint8Array.of(border.charCodeAt(0)), host]),
    lead: 1,
  }));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
