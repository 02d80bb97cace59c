import { descriptorFor, findString, findType, textWithin } from '../lookup.ts';
import type { Use } from '../uses.ts';
import type { Classes } from './classes.ts';
import { hasParameters, isUnder, type Wanted, type WantedCall } from './wanted.ts';

/**
 * Who else's code calls into a package, once for each class. `reflection`: it asks the system for members by name; `name`:
 * so, and it loads the name of a method that is wanted; `loader`: it loads code at run time.
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

/** Classes of the system by which code reaches what it does not name, and by which it loads code. */
const reflective: readonly (readonly [string, 'reflection' | 'loader'])[] = [
  ['java.lang.Class', 'reflection'],
  ['java.lang.reflect.Method', 'reflection'],
  ['dalvik.system.DexClassLoader', 'loader'],
  ['dalvik.system.InMemoryDexClassLoader', 'loader'],
  ['dalvik.system.DelegateLastClassLoader', 'loader'],
  ['dalvik.system.PathClassLoader', 'loader'],
];

/** Rows of a file's tables that are wanted. */
export class WantedRows {
  readonly method: Uint8Array;
  readonly field: Uint8Array;
  readonly string: Uint8Array;
  readonly #calls = new Map<number, WantedCall[]>();
  readonly #writes = new Map<number, WantedCall[]>();
  readonly #packages = new Map<number, string>();
  readonly #reflective = new Map<number, 'reflection' | 'loader'>();
  count = 0;

  constructor(classes: Classes, { calls, packages }: Wanted) {
    const { dex } = classes;
    this.method = new Uint8Array(dex.methods.count);
    this.field = new Uint8Array(dex.fields.count);
    this.string = new Uint8Array(dex.strings.count);
    const types = new Map<number, WantedCall[]>();
    for (const call of calls) {
      for (const name of call.classes) {
        const type = findType(dex, descriptorFor(name));
        if (type >= 0) types.set(type, [...(types.get(type) ?? []), call]);
      }
    }
    const packageOf = new Map<number, string | null>();
    for (let index = 0; index < dex.methods.count; index++) {
      const type = dex.view.getUint16(dex.methods.offset + 8 * index, true);
      this.#addMethod(index, types.get(type) ?? [], classes);
      let into = packageOf.get(type);
      if (into === undefined) {
        into =
          packages.length === 0 ? null : (packages.find((each) => isUnder(classes.className(type), [each])) ?? null);
        packageOf.set(type, into);
      }
      if (into !== null) {
        this.#packages.set(index, into);
        this.#mark(this.method, index);
      }
    }
    if (this.count === 0) return;
    this.#markReflection(classes, calls);
    for (let index = 0; index < dex.fields.count; index++) {
      const type = dex.view.getUint16(dex.fields.offset + 8 * index, true);
      for (const call of types.get(type) ?? []) {
        if (call.field === undefined || classes.field(index)?.name !== call.field) continue;
        this.#writes.set(index, [...(this.#writes.get(index) ?? []), call]);
        this.#mark(this.field, index);
      }
    }
  }

  #addMethod(index: number, calls: readonly WantedCall[], classes: Classes): void {
    for (const call of calls) {
      const signature = classes.signature(index);
      if (call.method === undefined || signature?.name !== call.method) continue;
      if (!hasParameters(call.parameters, signature.parameters)) continue;
      this.#calls.set(index, [...(this.#calls.get(index) ?? []), call]);
      this.#mark(this.method, index);
    }
  }

  /** What code asks the system for by name, or to load, and the names of what is wanted. */
  #markReflection(classes: Classes, calls: readonly WantedCall[]): void {
    const { dex } = classes;
    for (const [name, kind] of reflective) {
      const type = findType(dex, descriptorFor(name));
      for (let index = 0; type >= 0 && index < dex.methods.count; index++) {
        if (dex.view.getUint16(dex.methods.offset + 8 * index, true) !== type) continue;
        const method = classes.signature(index)?.name ?? '';
        if (kind === 'loader' ? method !== '<init>' : !/^get(?:Declared)?(?:Method|Field)$|^invoke$/.test(method))
          continue;
        this.#reflective.set(index, kind);
        this.method[index] = 1;
      }
    }
    for (const name of new Set(calls.flatMap(({ method, field }) => method ?? field ?? []))) {
      const index = findString(dex, name);
      if (index >= 0) this.string[index] = 1;
    }
  }

  reflective(method: number): 'reflection' | 'loader' | null {
    return this.#reflective.get(method) ?? null;
  }

  #mark(rows: Uint8Array, index: number): void {
    rows[index] = 1;
    this.count++;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  callsOf({ kind, index }: Use): readonly WantedCall[] {
    return (kind === 'method' ? this.#calls : this.#writes).get(index) ?? [];
  }

  packageOf(method: number): string | null {
    return this.#packages.get(method) ?? null;
  }
}

/** Tells who calls into the packages, each class once, and who reaches members by name. */
export class Callers {
  readonly #classes: Classes;
  readonly #rows: WantedRows;
  readonly #wanted: Wanted;
  readonly #take: (found: FoundCaller) => void;
  readonly #met = new Set<string>();
  readonly #reflecting = new Map<number, Use>();
  readonly #naming = new Map<number, Use>();

  constructor(classes: Classes, rows: WantedRows, wanted: Wanted, take: (found: FoundCaller) => void) {
    this.#classes = classes;
    this.#rows = rows;
    this.#wanted = wanted;
    this.#take = take;
  }

  add(use: Use): void {
    if (use.kind === 'string') {
      if (!this.#naming.has(use.by)) this.#naming.set(use.by, use);
      return;
    }
    if (use.kind !== 'method') return;
    const reflective = this.#rows.reflective(use.index);
    if (reflective === 'loader') this.#tell('loader', '', use, this.#nameOf(use));
    else if (reflective === 'reflection' && !this.#reflecting.has(use.by)) this.#reflecting.set(use.by, use);
    const into = this.#rows.packageOf(use.index);
    if (into === null) return;
    const key = `${into} ${use.by}`;
    if (this.#met.has(key)) return;
    this.#met.add(key);
    if (!isUnder(this.#classes.className(use.by), this.#wanted.packages))
      this.#tell('call', into, use, this.#nameOf(use));
  }

  /** What is known only once all code was seen: classes that reflect, and load names of what is wanted. */
  end(): void {
    for (const [by, use] of this.#reflecting) {
      const naming = this.#naming.get(by);
      const text = naming && textWithin(this.#classes.dex, naming.index, 128)?.value;
      if (naming && text) this.#tell('name', '', naming, text);
      else this.#tell('reflection', '', use, this.#nameOf(use));
    }
  }

  #tell(kind: FoundCaller['kind'], into: string, { by, offset, length }: Use, called: string): void {
    this.#take({ kind, package: into, class: this.#classes.className(by), called, offset, length });
  }

  #nameOf({ index }: Use): string {
    const signature = this.#classes.signature(index);
    return `${signature?.class}.${signature?.name}`;
  }
}
