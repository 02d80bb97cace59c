import type { DexFile } from '../header.ts';
import { descriptorFor, findString, findType, firstOf, textWithin } from '../lookup.ts';
import { compareText } from '../member-names.ts';
import type { Use } from '../uses.ts';
import { type Classes, rowsOf } from './classes.ts';
import { hasParameters, isOf, isUnder, type Wanted, type WantedCall } from './wanted.ts';

/**
 * Who else's code calls into a package, once for each class. `reflection`: it asks the system for members by name; `name`:
 * beside that, it loads the name of a member that is wanted; `loader`: it loads code at run time.
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

/** Names that one class loads and that are told. */
const MOST_NAMES = 16;

const encoder = new TextEncoder();

/** Types in a package, or of a class and those nested in it: type_ids are sorted by their names. */
function* typesUnder(dex: DexFile, name: string): Generator<number> {
  const { view, types } = dex;
  for (const border of ['/', '$', ';']) {
    const beginning = encoder.encode(`L${name.replaceAll('.', '/')}${border}`);
    const stands = (type: number) => compareText(dex, view.getUint32(types.offset + 4 * type, true), beginning);
    for (let type = firstOf(types.count, stands); type < types.count && stands(type) === 0; type++) yield type;
  }
}

/** What is wanted by class, and the names of all members: many files are asked for the same. */
interface Sorted {
  readonly byClass: ReadonlyMap<string, readonly WantedCall[]>;
  readonly names: ReadonlySet<string>;
}

const known = new WeakMap<Wanted['calls'], Sorted>();

function sorted(calls: Wanted['calls']): Sorted {
  let found = known.get(calls);
  if (found === undefined) {
    const byClass = new Map<string, WantedCall[]>();
    for (const call of calls) {
      for (const name of call.classes) byClass.set(name, [...(byClass.get(name) ?? []), call]);
    }
    const inside = calls.flatMap(({ values }) => values.flatMap(({ of }) => of ?? []));
    const names = new Set([
      ...calls.flatMap(({ method, field }) => method ?? field ?? []),
      ...inside.flatMap((of) => [...of.fields, ...of.calls.map(({ method }) => method)]),
    ]);
    found = { byClass, names };
    known.set(calls, found);
  }
  return found;
}

/** What is asked of one use. */
export interface Asked {
  readonly calls: readonly WantedCall[];
  readonly later: readonly WantedCall[];
}

const nothing: Asked = { calls: [], later: [] };

/** Rows of a file's tables that are wanted. */
export class WantedRows {
  readonly method: Uint8Array;
  readonly field: Uint8Array;
  readonly string: Uint8Array;
  readonly #classes: Classes;
  readonly #calls = new Map<number, WantedCall[]>();
  readonly #writes = new Map<number, WantedCall[]>();
  readonly #later = new Map<number, WantedCall[]>();
  readonly #packages = new Map<number, string>();
  readonly #reflective = new Map<number, 'reflection' | 'loader'>();
  count = 0;

  constructor(classes: Classes, { calls, packages, app = [] }: Wanted) {
    const { dex } = classes;
    this.#classes = classes;
    this.method = new Uint8Array(dex.methods.count);
    this.field = new Uint8Array(dex.fields.count);
    this.string = new Uint8Array(dex.strings.count);
    for (const [name, asked] of sorted(calls).byClass) {
      const type = findType(dex, descriptorFor(name));
      if (type < 0) continue;
      for (const call of asked) {
        for (const index of rowsOf(dex, dex.methods, type)) this.#addMethod(index, call, classes);
        for (const index of rowsOf(dex, dex.fields, type)) this.#addField(index, call, classes);
      }
    }
    for (const name of packages) {
      const own = app.filter((each) => each.startsWith(`${name}.`));
      for (const type of typesUnder(dex, name)) {
        if (own.length > 0 && isUnder(classes.className(type), own)) continue;
        for (const index of rowsOf(dex, dex.methods, type)) {
          this.#packages.set(index, name);
          this.#mark(this.method, index);
        }
      }
    }
    if (this.count > 0) this.#markReflection(classes, calls);
  }

  #addMethod(index: number, call: WantedCall, classes: Classes): void {
    const signature = classes.signature(index);
    if (signature && call.before.includes(signature.name)) {
      this.#later.set(index, [...(this.#later.get(index) ?? []), call]);
      this.#mark(this.method, index);
    }
    if (call.method === undefined || signature?.name !== call.method) return;
    if (!hasParameters(call.parameters, signature.parameters)) return;
    this.#calls.set(index, [...(this.#calls.get(index) ?? []), call]);
    this.#mark(this.method, index);
  }

  #addField(index: number, call: WantedCall, classes: Classes): void {
    if (call.field === undefined || classes.field(index)?.name !== call.field) return;
    this.#writes.set(index, [...(this.#writes.get(index) ?? []), call]);
    this.#mark(this.field, index);
  }

  /** What code asks the system for by name, or to load, and the names of what is wanted. */
  #markReflection(classes: Classes, calls: readonly WantedCall[]): void {
    const { dex } = classes;
    for (const [name, kind] of reflective) {
      const type = findType(dex, descriptorFor(name));
      if (type < 0) continue;
      for (const index of rowsOf(dex, dex.methods, type)) {
        const method = classes.signature(index)?.name ?? '';
        if (kind === 'loader' ? method !== '<init>' : !/^get(?:Declared)?(?:Method|Field)$|^invoke$/.test(method))
          continue;
        this.#reflective.set(index, kind);
        this.method[index] = 1;
      }
    }
    // Of a name that is loaded where nothing asks for members by name nothing is told.
    if (this.#reflective.size === 0) return;
    for (const name of sorted(calls).names) {
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

  /** Calls that are wanted at a use, and those before which it has to come later: where the code is not the SDK's own. */
  ofOthers({ kind, index, by }: Use, wanted: Wanted): Asked {
    const calls = (kind === 'method' ? this.#calls : this.#writes).get(index) ?? [];
    const later = kind === 'method' ? (this.#later.get(index) ?? []) : [];
    if (calls.length + later.length === 0) return nothing;
    const name = this.#classes.className(by);
    const isOthers = ({ own }: WantedCall) => !isOf(name, own, wanted);
    return { calls: calls.filter(isOthers), later: later.filter(isOthers) };
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
    else if (reflective === 'reflection' && !this.#reflecting.has(use.by)) this.#reflecting.set(use.by, use);
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
      for (const naming of [...(this.#naming.get(by)?.values() ?? [])].slice(0, MOST_NAMES)) {
        const text = textWithin(this.#classes.dex, naming.index, 128)?.value;
        if (text) this.#tell('name', '', naming, text);
      }
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
