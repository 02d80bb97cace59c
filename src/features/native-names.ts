import { cxxScope, isMangled, jniName, objcClassName, swiftModule } from '../formats/names.ts';
import type { ByteRange } from '../formats/parsing.ts';
import { LONGEST, passageOfName, passageOfPieces } from '../formats/passage.ts';
import type { Grade } from '../inventory/facts.ts';
import type { EntryTaker, Marks, Taker } from '../inventory/taker.ts';
import type { Passage } from '../types.ts';

/** Bytes of a symbol that other names are looked for in: the longest of real libraries have some thousand. */
const MOST_MANGLED = 16 * 1024;

/** Bytes that a passage of a name needs, where each of its characters has four. */
const SHOWN = 4 * (LONGEST + 1);

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Where the bytes of a name stand that is put together, without `skip` of them. */
export type Pieces = (skip: number) => ByteRange[];

/** What takes names of native code. */
export type Names = Pick<EntryTaker, 'name' | 'symbol'>;

/** The table that a symbol stands in, and what that says of it: one object for each, not for each symbol. */
export interface Table {
  readonly grade: Grade;
  readonly how: string;
}

/**
 * Hands the symbols of one image to a taker, in place: a library has ten thousands of them and few hits. A string is made
 * of a name that hits, and of one that another language's name may be mangled into.
 */
export class Symbols {
  readonly #facts: Names;
  readonly #wanted: Marks;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #offset = 0;
  #how = '';
  #pieces: Pieces | null = null;
  readonly #seen = () => {
    const name = utf8.decode(this.#bytes.subarray(this.#start, Math.min(this.#end, this.#start + SHOWN)));
    return passageOf(name, this.#offset, this.#how, this.#pieces?.(0));
  };

  constructor(facts: Names, wants: Pick<Taker, 'symbols'>) {
    this.#facts = facts;
    this.#wanted = wants.symbols;
  }

  /** Whether anything can come of a symbol. */
  wants(bytes: Uint8Array, start: number, end: number): boolean {
    return isMarked(this.#wanted, bytes, start, end) || isMangled(bytes, start);
  }

  /** For each symbol, as the visits are called. It offers its own name, and the Java, Objective-C, Swift or C++ name that is mangled into it. */
  take(bytes: Uint8Array, start: number, end: number, offset: number, { grade, how }: Table, pieces?: Pieces): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#offset = offset;
    this.#how = how;
    this.#pieces = pieces ?? null;
    if (isMarked(this.#wanted, bytes, start, end)) this.#facts.symbol(bytes, start, end, grade, offset, this.#seen);
    if (isMangled(bytes, start)) this.#demangle(grade);
  }

  #demangle(grade: Grade): void {
    const end = Math.min(this.#end, this.#start + MOST_MANGLED);
    const symbol = utf8.decode(this.#bytes.subarray(this.#start, end));
    const jni = jniName(symbol);
    const name = jni ? `${jni.class}.${jni.method}` : (objcClassName(symbol) ?? swiftModule(symbol));
    if (name) {
      this.#facts.name('class', name, grade, this.#offset, this.#seen);
      return;
    }
    const scope = cxxScope(symbol);
    if (scope) this.#facts.name('symbol', scope, grade, this.#offset, this.#seen);
  }
}

/** Whether a name begins or ends with two bytes that somebody looks for. */
export function isMarked({ heads, tails }: Marks, bytes: Uint8Array, start: number, end: number): boolean {
  return heads[bytes[start]! * 256 + bytes[start + 1]!] === 1 || tails[bytes[end - 2]! * 256 + bytes[end - 1]!] === 1;
}

export function passageOf(
  name: string,
  offset: number,
  how: string,
  pieces: readonly ByteRange[] | undefined,
): Passage {
  return pieces ? passageOfPieces(name, pieces, how) : passageOfName(name, offset, how);
}
