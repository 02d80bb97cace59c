import type { DexFile } from '../header.ts';
import { descriptorFor, findString, findType, firstOf } from '../lookup.ts';
import { compareText } from '../member-names.ts';
import type { Use } from '../uses.ts';
import { type Classes, rowsOf } from './classes.ts';
import { hasParameters, isOf, isUnder, type Wanted, type WantedCall } from './wanted.ts';

/** Classes of the system by which code reaches what it does not name, and by which it loads code. */
const reflective: readonly (readonly [string, 'reflection' | 'loader'])[] = [
  ['java.lang.Class', 'reflection'],
  ['java.lang.reflect.Method', 'reflection'],
  ['java.lang.reflect.Field', 'reflection'],
  ['dalvik.system.DexClassLoader', 'loader'],
  ['dalvik.system.InMemoryDexClassLoader', 'loader'],
  ['dalvik.system.DelegateLastClassLoader', 'loader'],
  ['dalvik.system.PathClassLoader', 'loader'],
];

/** By which code reaches a member whose name it has, and by which it looks through all of them for one. */
const byName = /^get(?:Declared)?(?:Method|Field)$|^invoke$/;
const through = /^get(?:Declared)?(?:Methods|Fields)$|^set(?:Boolean|Byte|Char|Short|Int|Long|Float|Double)?$/;
/** A name of two words at least: as a text it is hardly anything but that of the member. */
const isTelling = /[a-z][A-Z]/;

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
  /** Of methods, those by which nothing else is called. */
  readonly telling: ReadonlySet<string>;
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
    // What comes behind a call is called by plain names as well, such as `create`.
    const around = calls.flatMap(({ before, undoneBy = [] }) => [...before, ...undoneBy]);
    const names = new Set([
      ...around.filter((name) => isTelling.test(name)),
      ...calls.flatMap(({ method, field }) => method ?? field ?? []),
      ...inside.flatMap((of) => [...of.fields, ...of.calls.map(({ method }) => method)]),
    ]);
    const telling = new Set(
      calls.flatMap(({ method }) => (method !== undefined && isTelling.test(method) ? [method] : [])),
    );
    found = { byClass, names, telling };
    known.set(calls, found);
  }
  return found;
}

/** What is asked of one use. */
export interface Asked {
  readonly calls: readonly WantedCall[];
  readonly later: readonly WantedCall[];
  readonly undone: readonly WantedCall[];
}

const nothing: Asked = { calls: [], later: [], undone: [] };

/** Rows of a file's tables that are wanted. */
export class WantedRows {
  readonly method: Uint8Array;
  readonly field: Uint8Array;
  readonly string: Uint8Array;
  readonly #classes: Classes;
  readonly #calls = new Map<number, WantedCall[]>();
  readonly #writes = new Map<number, WantedCall[]>();
  readonly #later = new Map<number, WantedCall[]>();
  readonly #undone = new Map<number, WantedCall[]>();
  readonly #packages = new Map<number, string>();
  readonly #reflective = new Map<number, 'reflection' | 'loader' | 'through'>();
  /** By the members that the class of the last use names. */
  readonly #asked = new Map<number, Asked>();
  #by = -1;
  readonly #sorted: Sorted;
  count = 0;

  constructor(classes: Classes, { calls, packages, app = [] }: Wanted) {
    const { dex } = classes;
    this.#classes = classes;
    this.#sorted = sorted(calls);
    this.method = new Uint8Array(dex.methods.count);
    this.field = new Uint8Array(dex.fields.count);
    this.string = new Uint8Array(dex.strings.count);
    for (const [name, asked] of this.#sorted.byClass) {
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
    if (this.count > 0) this.#markReflection(classes);
  }

  #addMethod(index: number, call: WantedCall, classes: Classes): void {
    const signature = classes.signature(index);
    if (signature && call.before.includes(signature.name)) {
      this.#later.set(index, [...(this.#later.get(index) ?? []), call]);
      this.#mark(this.method, index);
    }
    if (signature && call.undoneBy?.includes(signature.name)) {
      this.#undone.set(index, [...(this.#undone.get(index) ?? []), call]);
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
  #markReflection(classes: Classes): void {
    const { dex } = classes;
    for (const [name, kind] of reflective) {
      const type = findType(dex, descriptorFor(name));
      if (type < 0) continue;
      for (const index of rowsOf(dex, dex.methods, type)) {
        const method = classes.signature(index)?.name ?? '';
        const isThrough = kind === 'reflection' && through.test(method);
        if (!isThrough && (kind === 'loader' ? method !== '<init>' : !byName.test(method))) continue;
        this.#reflective.set(index, isThrough ? 'through' : kind);
        this.method[index] = 1;
      }
    }
    // Where nothing asks for members by name, a helper in another file may: it is handed a name that tells.
    const { names, telling } = this.#sorted;
    for (const name of this.#reflective.size === 0 ? telling : names) {
      const index = findString(dex, name);
      if (index >= 0) this.string[index] = 1;
    }
  }

  reflective(method: number): 'reflection' | 'loader' | 'through' | null {
    return this.#reflective.get(method) ?? null;
  }

  /** Whether a text is the name of a wanted method, and hardly anything else. */
  isTelling(text: string): boolean {
    return this.#sorted.telling.has(text);
  }

  #mark(rows: Uint8Array, index: number): void {
    rows[index] = 1;
    this.count++;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Calls that are wanted at a use, those before which it has to come later, and those that it undoes: where the code is not the SDK's own. */
  ofOthers(use: Use, wanted: Wanted): Asked {
    const { kind, index, by } = use;
    if (kind === 'string') return nothing;
    // Uses come class by class, and many are of one member.
    if (by !== this.#by) this.#asked.clear();
    this.#by = by;
    const key = kind === 'method' ? index : -1 - index;
    let found = this.#asked.get(key);
    if (found === undefined) {
      found = this.#askedOf(use, wanted);
      this.#asked.set(key, found);
    }
    return found;
  }

  #askedOf({ kind, index, by }: Use, wanted: Wanted): Asked {
    const calls = (kind === 'method' ? this.#calls : this.#writes).get(index) ?? [];
    const later = kind === 'method' ? (this.#later.get(index) ?? []) : [];
    const undone = kind === 'method' ? (this.#undone.get(index) ?? []) : [];
    if (calls.length + later.length + undone.length === 0) return nothing;
    const name = this.#classes.className(by);
    const isOthers = ({ own }: WantedCall) => !isOf(name, own, wanted);
    return { calls: calls.filter(isOthers), later: later.filter(isOthers), undone: undone.filter(isOthers) };
  }

  packageOf(method: number): string | null {
    return this.#packages.get(method) ?? null;
  }
}
