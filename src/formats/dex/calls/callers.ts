import { textWithin } from '../lookup.ts';
import type { Use } from '../uses.ts';
import type { Classes } from './classes.ts';
import type { WantedRows } from './rows.ts';
import { isOf, type Wanted } from './wanted.ts';

/**
 * Who else's code calls into a package, once for each class. `reflection`: it asks the system for members by name; `name`:
 * it loads the name of a member that is wanted, and it or code beside it may reach members by name; `loader`: it loads code at run time.
 */
export interface FoundCaller {
  readonly kind: 'call' | 'name' | 'reflection' | 'loader';
  /** Empty where it is none of the packages. */
  readonly package: string;
  readonly class: string;
  readonly called: string;
  readonly offset: number;
  readonly length: number;
}

/** Tells who calls into the packages, each class once, and who reaches members by name. */
export class Callers {
  readonly #classes: Classes;
  readonly #rows: WantedRows;
  readonly #wanted: Wanted;
  readonly #take: (found: FoundCaller) => void;
  readonly #met = new Set<string>();
  readonly #reflecting = new Map<number, Use>();
  /** Beginnings of the names of classes that reflect, also by looking through all members. */
  readonly #beside = new Set<string>();
  /** By class, and by what is named. */
  readonly #naming = new Map<number, Map<number, Use>>();

  constructor(classes: Classes, rows: WantedRows, wanted: Wanted, take: (found: FoundCaller) => void) {
    this.#classes = classes;
    this.#rows = rows;
    this.#wanted = wanted;
    this.#take = take;
  }

  add(use: Use): void {
    if (use.kind === 'string') {
      const names = this.#naming.get(use.by);
      if (names) names.set(use.index, use);
      else this.#naming.set(use.by, new Map([[use.index, use]]));
      return;
    }
    if (use.kind !== 'method') return;
    const reflective = this.#rows.reflective(use.index);
    if (reflective === 'loader') this.#tell('loader', '', use, this.#nameOf(use));
    else if (reflective !== null) this.#beside.add(beginningOf(this.#classes.className(use.by)));
    if (reflective === 'reflection' && !this.#reflecting.has(use.by)) this.#reflecting.set(use.by, use);
    const into = this.#rows.packageOf(use.index);
    if (into === null) return;
    const key = `${into} ${use.by}`;
    if (this.#met.has(key)) return;
    this.#met.add(key);
    if (!isOf(this.#classes.className(use.by), this.#wanted.packages, this.#wanted))
      this.#tell('call', into, use, this.#nameOf(use));
  }

  /** What is known only once all code was seen: classes that reflect, and load names of what is wanted. */
  end(): void {
    for (const [by, use] of this.#reflecting) {
      this.#tell('reflection', '', use, this.#nameOf(use));
      for (const naming of this.#naming.get(by)?.values() ?? []) this.#tellName(naming, () => true);
    }
    // The name may be handed to a class of the same maker that reflects; that of a method to any.
    for (const [by, names] of this.#naming) {
      const name = this.#classes.className(by);
      if (this.#reflecting.has(by) || isOf(name, this.#wanted.packages, this.#wanted)) continue;
      const isBeside = this.#beside.has(beginningOf(name));
      for (const naming of names.values()) this.#tellName(naming, (text) => isBeside || this.#rows.isTelling(text));
    }
  }

  #tellName(naming: Use, isAsked: (text: string) => boolean): void {
    const text = textWithin(this.#classes.dex, naming.index, 128)?.value;
    if (text && isAsked(text)) this.#tell('name', '', naming, text);
  }

  #tell(kind: FoundCaller['kind'], into: string, { by, offset, length }: Use, called: string): void {
    this.#take({ kind, package: into, class: this.#classes.className(by), called, offset, length });
  }

  #nameOf({ index }: Use): string {
    const signature = this.#classes.signature(index);
    return `${signature?.class}.${signature?.name}`;
  }
}

/** `com.acme` of `com.acme.app.Main`, `a` of `a.b`: what the classes of one maker share. */
function beginningOf(name: string): string {
  return name.split('.').slice(0, -1).slice(0, 2).join('.');
}
