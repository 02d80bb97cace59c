import { CLASS_PREFIX } from '../formats/macho/index.ts';
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
type Pieces = (skip: number) => ByteRange[];

/**
 * Hands the symbols of one image to a taker, in place: a library has ten thousands of them and few hits. A string is made
 * of a name that hits, and of one that another language's name may be mangled into.
 */
export class Symbols {
  readonly #facts: EntryTaker;
  readonly #wanted: Marks;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #offset = 0;
  #how = '';
  #pieces: Pieces | null = null;
  readonly #seen = () => {
    const name = utf8.decode(this.#bytes.subarray(this.#start, Math.min(this.#end, this.#start + SHOWN)));
    return passage(name, this.#offset, this.#how, this.#pieces?.(0));
  };

  constructor(facts: EntryTaker, wants: Pick<Taker, 'symbols'>) {
    this.#facts = facts;
    this.#wanted = wants.symbols;
  }

  /** Whether anything can come of a symbol. */
  wants(bytes: Uint8Array, start: number, end: number): boolean {
    return isMarked(this.#wanted, bytes, start, end) || isMangled(bytes, start);
  }

  /** A native symbol offers its own name, and the Java, Objective-C, Swift or C++ name that is mangled into it. */
  take(
    bytes: Uint8Array,
    start: number,
    end: number,
    offset: number,
    grade: Grade,
    how: string,
    pieces: Pieces | null = null,
  ): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#offset = offset;
    this.#how = how;
    this.#pieces = pieces;
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

/** What names an Objective-C class, in the order of trust. */
const sources = ['symbol', 'export', 'import', 'section'] as const;
type Source = (typeof sources)[number];

const howOf: Record<Source, string> = {
  symbol: 'symbol table',
  export: 'export trie',
  section: 'Objective-C class name',
  import: 'bound symbol',
};

/** Characters of the class names that are compared, and 64 for each: some ten times those of a large app that count. */
const KEPT = 4_000_000;

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
  readonly #facts: EntryTaker;
  readonly #wanted: Marks;
  readonly #defined = perSource();
  readonly #referenced = perSource();
  #left = KEPT;

  constructor(facts: EntryTaker, wants: Pick<Taker, 'types'>) {
    this.#facts = facts;
    this.#wanted = wants.types;
  }

  /** A symbol that may be `_OBJC_CLASS_$_X`. */
  symbol(
    bytes: Uint8Array,
    start: number,
    end: number,
    offset: number,
    grade: Grade,
    source: Source,
    pieces: Pieces | null = null,
  ): void {
    const skip = CLASS_PREFIX.length;
    // The name itself stands behind the prefix, but a trie holds it in pieces.
    this.name(bytes, start + skip, end, pieces ? offset : offset + skip, grade, source, pieces);
  }

  name(
    bytes: Uint8Array,
    start: number,
    end: number,
    offset: number,
    grade: Grade,
    source: Source,
    pieces: Pieces | null = null,
  ): void {
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
    this.#facts.name('class', name, grade, offset, () => passage(name, offset, howOf[source], pieces));
  }
}

function perSource(): Record<Source, Map<string, Kept>> {
  return { symbol: new Map(), export: new Map(), import: new Map(), section: new Map() };
}

/** Tells names that came before, as long as there is room to keep them; later ones all pass for new. */
export class Met {
  readonly #names = new Set<string>();
  #left = KEPT;

  isNew(bytes: Uint8Array, start: number, end: number, besides: string): boolean {
    const name = `${besides}\0${utf8.decode(bytes.subarray(start, end))}`;
    if (this.#names.has(name)) return false;
    this.#left -= name.length + 64;
    if (this.#left >= 0) this.#names.add(name);
    return true;
  }
}

/** Whether a name begins or ends with two bytes that somebody looks for. */
function isMarked({ heads, tails }: Marks, bytes: Uint8Array, start: number, end: number): boolean {
  return heads[bytes[start]! * 256 + bytes[start + 1]!] === 1 || tails[bytes[end - 2]! * 256 + bytes[end - 1]!] === 1;
}

function passage(name: string, offset: number, how: string, pieces: readonly ByteRange[] | undefined): Passage {
  return pieces ? passageOfPieces(name, pieces, how) : passageOfName(name, offset, how);
}
