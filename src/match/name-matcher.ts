import type { FeatureKind } from '../types.ts';
import { ByteTrie, foldOf, unfolded } from './byte-trie.ts';
import { Glob, pieces } from './glob.ts';
import { PairMarks } from './pair-marks.ts';

/** One value to look for, and the number it is reported as. */
export interface NameTest {
  readonly operator: 'is' | 'under' | 'tail' | 'like';
  readonly value: string;
  readonly id: number;
}

/** Label borders of a kind's names. `library` and `string` have none: there `under` and `tail` mean `is`. */
const borders: Readonly<Record<FeatureKind, string>> = {
  class: '.$',
  component: '.$',
  symbol: '.$',
  'bundle-id': '.',
  key: '.',
  file: '/',
  library: '',
  string: '',
  script: '/@',
};

/**
 * All tests of one kind of feature in one matcher: a trie walked from a name's start, one walked from its end, and the
 * few globs that have no literal at either end. Case counts.
 *
 * - A border counts where a label follows it (or, for `tail`, precedes it): `under` `io.agora.rtc.RtcEngine` meets
 *   `io.agora.rtc.RtcEngine$1`, not `io.agora.rtc.RtcEngine$`. A folder's own entry (`a/b/`) is under `a/b`.
 * - `like`: `*` crosses no border; for `file` and `script`, `**` does; in a `string` `*` crosses no control character.
 * - `string` tests meet text that begins with the value, so that they agree with the search in native bytes.
 *
 * Not reentrant: `hit` must not call the same matcher.
 */
export class NameMatcher {
  readonly #kind: FeatureKind;
  readonly #isBorder = new Uint8Array(256);
  readonly #heads: ByteTrie;
  readonly #headTests: NameTest[] = [];
  readonly #tails: ByteTrie;
  readonly #tailTests: NameTest[] = [];
  readonly #loose: NameTest[] = [];
  readonly #globs = new Map<NameTest, Glob>();
  readonly #encoder = new TextEncoder();
  readonly #makeMarks: () => { heads: PairMarks; tails: PairMarks };
  #marks: { heads: PairMarks; tails: PairMarks } | null = null;
  #scratch: Uint8Array = new Uint8Array(512);
  #bytes: Uint8Array = this.#scratch;
  #start = 0;
  #end = 0;
  #hit: (id: number) => void = nobody;

  constructor(kind: FeatureKind, tests: readonly NameTest[]) {
    this.#kind = kind;
    const fold = kind === 'class' ? slashesAsDots : unfolded;
    for (const border of borders[kind]) this.#isBorder[border.charCodeAt(0)] = 1;
    if (kind === 'class') this.#isBorder[0x2f] = 1;
    const run = this.#isBorder.map((border) => 1 - border);
    if (kind === 'string') run.fill(0, 0, 0x20);
    const heads: Uint8Array[] = [];
    const tails: Uint8Array[] = [];
    for (const test of tests) {
      const { operator } = test;
      if (operator === 'like') {
        const parts = pieces(test.value);
        const whole =
          kind === 'file' || kind === 'script' ? parts : parts.map((part) => (part.kind === 'any' ? RUN : part));
        this.#globs.set(test, new Glob(whole, run, fold));
        const [head, tail] = [parts[0], parts.at(-1)];
        if (head?.kind === 'literal') push(heads, this.#headTests, head.bytes, test);
        else if (tail?.kind === 'literal' && kind !== 'string')
          push(tails, this.#tailTests, tail.bytes.toReversed(), test);
        else this.#loose.push(test);
        continue;
      }
      const bytes = this.#trimmed(this.#encoder.encode(test.value), operator);
      if (operator === 'tail') push(tails, this.#tailTests, bytes.toReversed(), test);
      else push(heads, this.#headTests, bytes, test);
    }
    this.#heads = new ByteTrie(heads, fold);
    this.#tails = new ByteTrie(tails, fold);
    this.#makeMarks = () => {
      const marks = { heads: new PairMarks(fold), tails: new PairMarks(fold) };
      marks.heads.heads(heads);
      if (this.#loose.length > 0) marks.heads.all();
      marks.tails.tails(tails.map((tail) => tail.toReversed()));
      return marks;
    };
  }

  /** First two bytes of the names that can meet a test, and last two of those that meet one from its end. */
  get marks(): { readonly heads: PairMarks; readonly tails: PairMarks } {
    this.#marks ??= this.#makeMarks();
    return this.#marks;
  }

  /** `under` `a.b.` and `tail` `.b.c` say what `a.b` and `b.c` say. */
  #trimmed(value: Uint8Array, operator: string): Uint8Array {
    if (operator === 'under' && this.#isBorder[value.at(-1)!]) return value.subarray(0, -1);
    if (operator === 'tail' && this.#isBorder[value[0]!]) return value.subarray(1);
    return value;
  }

  match(name: string, hit: (id: number) => void): void {
    const { length } = name;
    if (length === 0) return;
    const [head, tail] = [name.charCodeAt(0), name.charCodeAt(length - 1)];
    // Most names end here, before a byte of them is copied.
    if (head < 0x80 && tail < 0x80 && !this.#heads.starts(head) && !this.#tails.starts(tail) && !this.#loose.length)
      return;
    if (this.#scratch.length < length * 3) this.#scratch = new Uint8Array(length * 3);
    const scratch = this.#scratch;
    let end = 0;
    for (let code = 0; end < length; end++) {
      code = name.charCodeAt(end);
      if (code >= 0x80) {
        end = this.#encoder.encodeInto(name, scratch).written;
        break;
      }
      scratch[end] = code;
    }
    this.matchBytes(scratch, 0, end, hit);
  }

  /**
   * The same over bytes: for `class` the body of a type descriptor (`io/agora/rtc/RtcEngine$1`), for `string` the bytes
   * of a string. Allocates nothing.
   */
  matchBytes(bytes: Uint8Array, start: number, end: number, hit: (id: number) => void): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#hit = hit;
    if (this.#headTests.length > 0) this.#heads.walk(bytes, start, end, 1, this.#onHead);
    if (this.#tailTests.length > 0) this.#tails.walk(bytes, end - 1, start - 1, -1, this.#onTail);
    for (let i = 0; i < this.#loose.length; i++) this.#like(this.#loose[i]!);
    // A matcher outlives the reading: what it holds on to would be a whole DEX.
    this.#bytes = this.#scratch;
    this.#hit = nobody;
  }

  readonly #onHead = (value: number, after: number): void => {
    const test = this.#headTests[value]!;
    if (test.operator === 'like') this.#like(test);
    else if (after === this.#end || this.#kind === 'string') this.#hit(test.id);
    else if (test.operator === 'under' && this.#isBorder[this.#bytes[after]!] && this.#goesOn(after))
      this.#hit(test.id);
  };

  #goesOn(border: number): boolean {
    return border + 1 < this.#end || this.#kind === 'file';
  }

  readonly #onTail = (value: number, after: number): void => {
    const test = this.#tailTests[value]!;
    if (test.operator === 'like') this.#like(test);
    else if (after < this.#start || (this.#isBorder[this.#bytes[after]!] && after > this.#start)) this.#hit(test.id);
  };

  #like(test: NameTest): void {
    const whole = this.#kind !== 'string';
    if (this.#globs.get(test)!.matches(this.#bytes, this.#start, this.#end, 1, whole)) this.#hit(test.id);
  }
}

/** Type descriptors write `/` where names write `.` (Dalvik executable format, "TypeDescriptor semantics"). */
const slashesAsDots = foldOf((byte) => (byte === 0x2f ? 0x2e : null));

const RUN = { kind: 'run' } as const;
const nobody = (): void => {};

function push(values: Uint8Array[], tests: NameTest[], value: Uint8Array, test: NameTest): void {
  values.push(value);
  tests.push(test);
}
