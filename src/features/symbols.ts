import { piecesOf, type TrieEdge } from '../formats/macho/index.ts';
import { cxxScope, jniName, objcClassName, swiftModule } from '../formats/names.ts';
import { passageOfName, passageOfPieces } from '../formats/passage.ts';
import type { Grade } from '../inventory/facts.ts';
import type { EntryTaker } from '../inventory/taker.ts';

/** What the symbols of one image share. A library has ten thousands of them and few hits. */
export class Symbols {
  readonly #facts: EntryTaker;
  #symbol = '';
  #offset = 0;
  #how = '';
  #edge: TrieEdge | null = null;
  readonly #seen = () =>
    this.#edge
      ? passageOfPieces(this.#symbol, piecesOf(this.#edge), this.#how)
      : passageOfName(this.#symbol, this.#offset, this.#how);

  constructor(facts: EntryTaker) {
    this.#facts = facts;
  }

  /** A native symbol offers its own name, and the Java, Objective-C, Swift or C++ name that is mangled into it. */
  take(symbol: string, offset: number, grade: Grade, how: string, edge: TrieEdge | null = null): void {
    this.#symbol = symbol;
    this.#offset = offset;
    this.#how = how;
    this.#edge = edge;
    this.#facts.name('symbol', symbol, grade, offset, this.#seen);
    const jni = symbol.startsWith('Java_') ? jniName(symbol) : null;
    const name = jni ? `${jni.class}.${jni.method}` : (objcClassName(symbol) ?? swiftModule(symbol));
    if (name) {
      this.#facts.name('class', name, grade, offset, this.#seen);
      return;
    }
    const scope = cxxScope(symbol);
    if (scope) this.#facts.name('symbol', scope, grade, offset, this.#seen);
  }
}
