import { type DexFile, descriptorFor, dottedName, findType, supertypes } from '../formats/dex/index.ts';

/** How the classes of a joined file stand above and below each other. */
export class JoinedClasses {
  readonly #dex: DexFile;
  readonly #above = new Map<number, readonly number[]>();
  readonly #below = new Map<number, number[]>();

  constructor(dex: DexFile) {
    this.#dex = dex;
    const { view, classes } = dex;
    for (let row = 0; row < classes.count; row++) {
      const type = view.getUint32(classes.offset + 32 * row, true);
      const above = supertypes(dex, row);
      this.#above.set(type, above);
      for (const each of above) {
        const list = this.#below.get(each);
        if (list) list.push(type);
        else this.#below.set(each, [type]);
      }
    }
  }

  has(name: string): boolean {
    return this.#above.has(findType(this.#dex, descriptorFor(name)));
  }

  /** These classes, and those of the file above and below them: what is called on one may run code of another. */
  around(names: readonly string[]): string[] {
    const all = new Set(names);
    for (const name of new Set(names)) {
      const type = findType(this.#dex, descriptorFor(name));
      if (type < 0) continue;
      const isDefined = (each: number) => this.#above.has(each);
      for (const each of reach(type, (at) => (this.#above.get(at) ?? []).filter(isDefined)))
        all.add(dottedName(this.#dex, each));
      for (const each of reach(type, (at) => this.#below.get(at) ?? [])) all.add(dottedName(this.#dex, each));
    }
    return [...all];
  }

  /** Classes right above one of the file that it does not define. */
  missing(): string[] {
    const missing = [...this.#below.keys()].filter((type) => !this.#above.has(type));
    return missing.map((type) => dottedName(this.#dex, type));
  }
}

function reach(from: number, next: (type: number) => readonly number[]): ReadonlySet<number> {
  const found = new Set([from]);
  for (const type of found) for (const each of next(type)) found.add(each);
  return found;
}
