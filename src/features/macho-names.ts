import {
  CLASS_PREFIX,
  isClassSymbol,
  type OpenMachO,
  visitClasses,
  visitExports,
  visitImports,
  visitSwiftTypes,
  visitSymbols,
  visitVariables,
} from '../formats/macho/index.ts';
import type { ByteRange } from '../formats/parsing.ts';
import { meaning, passageOfName } from '../formats/passage.ts';
import type { Grade } from '../inventory/facts.ts';
import type { Marks, Taker } from '../inventory/taker.ts';
import { isMarked, type Names, type Pieces, passageOf, Symbols } from './native-names.ts';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Matches the names of one Mach-O: exported, in its symbol table, bound, and those of Objective-C classes. */
export function matchNames(image: OpenMachO, facts: Names, wants: Pick<Taker, 'types' | 'symbols'>): void {
  const symbols = new Symbols(facts, wants);
  const classes = new ObjcClasses(facts, wants);
  visitExports(image, (bytes, start, end, offset, isReexport, pieces) => {
    const from = isReexport ? exports.referenced : exports.defined;
    symbols.take(bytes, start, end, offset, from, pieces);
    if (isClassSymbol(bytes, start)) classes.symbol({ bytes, start, end, offset, pieces }, from.grade, 'export');
  });
  visitSymbols(image, (bytes, start, end, offset, isDefined, isExternal) => {
    const from = isDefined ? listed.defined : listed.referenced;
    if (isExternal) symbols.take(bytes, start, end, offset, from);
    if (isClassSymbol(bytes, start)) classes.symbol({ bytes, start, end, offset }, from.grade, 'symbol');
  });
  const met = new Met();
  visitImports(image, (bytes, start, end, offset, library) => {
    if (!symbols.wants(bytes, start, end) || !met.isNew(bytes, start, end, library ?? '')) return;
    symbols.take(bytes, start, end, offset, bound);
    if (isClassSymbol(bytes, start)) classes.symbol({ bytes, start, end, offset }, 'referenced', 'import');
  });
  visitClasses(
    image,
    (bytes, start, end, offset) => classes.name({ bytes, start, end, offset }, 'defined', 'list'),
    (bytes, start, end, offset) => classes.name({ bytes, start, end, offset }, 'referenced', 'protocol'),
  );
  visitVariables(image, (bytes, start, end, offset) => {
    for (const [from, to] of namesIn(bytes, start, end)) {
      classes.name({ bytes, start: from, end: to, offset: offset + from - start }, 'referenced', 'variable');
    }
  });
  classes.end();
  const swift = (how: string) => (bytes: Uint8Array, start: number, end: number, offset: number) => {
    if (!isMarked(wants.types, bytes, start, end)) return;
    const name = utf8.decode(bytes.subarray(start, end));
    const own = name.slice(name.lastIndexOf('.') + 1);
    facts.name('class', name, 'defined', offset, () => meaning(passageOfName(own, offset, how), name));
  };
  visitSwiftTypes(image, swift('Swift type'), swift('Swift module'));
}

/** What names an Objective-C class, in the order of trust. */
const sources = ['symbol', 'export', 'list', 'import', 'protocol', 'variable'] as const;
type Source = (typeof sources)[number];

const howOf: Record<Source, string> = {
  symbol: 'symbol table',
  export: 'export trie',
  list: 'Objective-C class list',
  import: 'bound symbol',
  protocol: 'Objective-C protocol list',
  variable: 'type of an instance variable',
};

const [QUOTE, AT, LESS, MORE] = [0x22, 0x40, 0x3c, 0x3e];

/** Where the class and the protocols of an object's type stand: `@"Room<Held><Drawn>"` (clang: `getObjCEncodingForType`). */
function* namesIn(bytes: Uint8Array, start: number, end: number): Generator<[from: number, to: number]> {
  if (bytes[start] !== AT || bytes[start + 1] !== QUOTE) return;
  let from = start + 2;
  for (let i = from; i < end; i++) {
    const byte = bytes[i];
    if (byte !== LESS && byte !== MORE && byte !== QUOTE) continue;
    if (i > from) yield [from, i];
    if (byte === QUOTE) return;
    from = i + 1;
  }
}

/** Of each table both grades. */
const tableOf = (source: Source) =>
  ({
    defined: { grade: 'defined', how: howOf[source] },
    referenced: { grade: 'referenced', how: howOf[source] },
  }) as const;
const exports = tableOf('export');
const listed = tableOf('symbol');
const bound = tableOf('import').referenced;

/** Characters of the class names that are compared, and 64 for each: some ten times those of a large app that count. */
const KEPT = 4_000_000;

/** `bytes[start..end)`, which stands at `offset` in the content, or in pieces of it. */
interface NameAt {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  readonly pieces?: Pieces;
}

interface Kept {
  readonly offset: number;
  readonly pieces: readonly ByteRange[] | undefined;
}

/**
 * Objective-C classes of one image: each is handed over once, by the source that is trusted most, and as a reference only
 * where it is not defined here. Of the names that the taker wants so many are kept to be compared; what comes after is
 * handed over as it comes.
 */
export class ObjcClasses {
  readonly #facts: Names;
  readonly #wanted: Marks;
  readonly #defined = perSource();
  readonly #referenced = perSource();
  #left = KEPT;

  constructor(facts: Names, wants: Pick<Taker, 'types'>) {
    this.#facts = facts;
    this.#wanted = wants.types;
  }

  /** A symbol that may be `_OBJC_CLASS_$_X`. */
  symbol(at: NameAt, grade: Grade, source: Source): void {
    const skip = CLASS_PREFIX.length;
    // The name itself stands behind the prefix, but a trie holds it in pieces.
    const offset = at.pieces ? at.offset : at.offset + skip;
    this.name({ ...at, start: at.start + skip, offset }, grade, source);
  }

  name({ bytes, start, end, offset, pieces }: NameAt, grade: Grade, source: Source): void {
    if (start >= end || !isMarked(this.#wanted, bytes, start, end)) return;
    const name = utf8.decode(bytes.subarray(start, end));
    const names = (grade === 'defined' ? this.#defined : this.#referenced)[source];
    if (names.has(name)) return;
    const kept = { offset, pieces: pieces?.(CLASS_PREFIX.length) };
    this.#left -= name.length + 64 * (1 + (kept.pieces?.length ?? 0));
    if (this.#left >= 0) names.set(name, kept);
    else this.#hand(name, kept, grade, source);
  }

  /** Hands over what was kept, after the last name. */
  end(): void {
    const defined = new Set<string>();
    const referenced = new Set<string>();
    for (const source of sources) {
      for (const [name, kept] of this.#defined[source]) {
        if (!defined.has(name)) this.#hand(name, kept, 'defined', source);
        defined.add(name);
      }
    }
    for (const source of sources) {
      for (const [name, kept] of this.#referenced[source]) {
        if (!defined.has(name) && !referenced.has(name)) this.#hand(name, kept, 'referenced', source);
        referenced.add(name);
      }
    }
  }

  #hand(name: string, { offset, pieces }: Kept, grade: Grade, source: Source): void {
    this.#facts.name('class', name, grade, offset, () => passageOf(name, offset, howOf[source], pieces));
  }
}

function perSource(): Record<Source, Map<string, Kept>> {
  return {
    symbol: new Map(),
    export: new Map(),
    list: new Map(),
    import: new Map(),
    protocol: new Map(),
    variable: new Map(),
  };
}

/** Tells names that came before, as long as there is room to keep them; later ones all pass for new. */
export class Met {
  readonly #names = new Set<string>();
  #left = KEPT;

  isNew(bytes: Uint8Array, start: number, end: number, besides: string): boolean {
    if (this.#left < 0) return true;
    const name = `${besides}\0${utf8.decode(bytes.subarray(start, end))}`;
    if (this.#names.has(name)) return false;
    this.#left -= name.length + 64;
    this.#names.add(name);
    return true;
  }
}
