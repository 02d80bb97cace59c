import { descriptorFor, findType } from '../lookup.ts';
import { type Classes, rowsOf } from './classes.ts';
import type { Access, CodeIndex } from './index-of-code.ts';
import { type Held, hangsOnArgument, type Origin } from './origin.ts';
import type { Origins } from './origins.ts';
import { absent, each, either, type Value } from './value.ts';
import { hasParameters, isUnder, type WantedInside, type WantedMask } from './wanted.ts';

/** Reads what stands inside an object: fields that were written, and what calls on it, or on its builder, handed over. */
export class Insides {
  readonly #classes: Classes;
  readonly #index: CodeIndex;
  readonly #origins: Origins;
  readonly #own: readonly string[];
  readonly #fields = new Map<WantedInside, ReadonlySet<number>>();
  #isWhole = true;

  /** @param own packages of the SDK, whose own writes are its own business */
  constructor(classes: Classes, index: CodeIndex, origins: Origins, own: readonly string[]) {
    this.#own = own;
    this.#classes = classes;
    this.#index = index;
    this.#origins = origins;
  }

  /** @param isWhole as of `Origins.of`
   * @param codes methods that were followed, by their code: what other code writes is not known to have been or not */
  read(held: Held, of: WantedInside, codes: ReadonlySet<number>, isWhole: boolean): readonly Origin[] {
    if (!isWhole && each(held.value).some(hangsOnArgument))
      return [{ ...nothing, kind: 'parameter', text: 'of an argument' }];
    this.#isWhole = isWhole;
    return this.#origins.objects(held).flatMap((one) => this.#ofObject(one, held, of, codes));
  }

  #ofObject(one: Held, at: Held, of: WantedInside, codes: ReadonlySet<number>): readonly Origin[] {
    const { value, slots } = one;
    const known = new Set([...codes, ...(one.codes ?? [])]);
    if (value.kind === 'number' && value.value === 0n) return [{ ...nothing, kind: 'constant', text: 'null' }];
    const candidates = this.#builders(value, of.class);
    if (candidates.length === 0) {
      const why =
        value.kind === 'parameter'
          ? 'an argument of a method of which no call was seen'
          : 'where it is made was not seen';
      return [{ ...nothing, kind: value.kind === 'parameter' ? 'parameter' : 'unknown', text: why }];
    }
    let found: Value = absent;
    let isOpen = false;
    for (const candidate of candidates) {
      // What stands where it is used comes after what was known where it was made.
      for (const there of slots === at.slots ? [slots] : [slots, at.slots]) {
        const written = this.#written(candidate, there, of);
        if (written !== null)
          found = each(written).some(({ kind }) => kind === 'absent') ? either(found, written) : written;
      }
      isOpen ||= this.#isOpen(candidate, at, of, known);
    }
    // What gave the object is another name for it: `make().key = k` writes to what `make` made.
    if (at.value.kind !== 'any' && at.value.key !== value.key) {
      const written = this.#written(at.value, at.slots, of);
      if (written !== null)
        found = each(written).some(({ kind }) => kind === 'absent') ? either(found, written) : written;
    }
    const both = at.slots === slots ? slots : new Map([...slots, ...at.slots]);
    const origins = this.#origins.of({ value: found, slots: both }, this.#isWhole);
    return isOpen
      ? [...origins, { ...nothing, kind: 'unknown', text: `other code may write to the ${of.class} as well` }]
      : origins;
  }

  /** The object where it is of the class, or calls on a builder of the class that led to it. */
  #builders(value: Value, wanted: string): readonly Value[] {
    const found: Value[] = [];
    let next: Value | undefined = value;
    for (let left = 32; next && left > 0; left--) {
      if (next.kind === 'object') {
        if (this.#isOf(next.type, wanted)) found.push(next);
        return found;
      }
      if (next.kind !== 'call') return found;
      const { method, isStatic, arguments: given }: Value & { kind: 'call' } = next;
      if (this.#classes.signature(method)?.class === wanted) found.push(next);
      next = isStatic ? undefined : given[0];
    }
    return found;
  }

  #isOf(type: number, wanted: string): boolean {
    for (let at = type, left = 16; at >= 0 && left > 0; at = this.#classes.above(at), left--) {
      if (this.#classes.className(at) === wanted) return true;
    }
    return false;
  }

  /** Null where neither a field nor a call says anything. */
  #written(object: Value, slots: ReadonlyMap<string, Value>, of: WantedInside): Value | null {
    let found: Value | null = null;
    const fields = this.#fieldsOf(of);
    for (const [slot, value] of slots) {
      if (!slot.startsWith(object.key)) continue;
      const rest = slot.slice(object.key.length);
      if (rest[0] === '.' && fields.has(Number(rest.slice(1)))) found = value;
    }
    for (const call of of.calls) {
      for (const [slot, value] of slots) {
        const match = /^#(.+)\/(\d+):(\d+)$/.exec(slot.startsWith(object.key) ? slot.slice(object.key.length) : '');
        if (match?.[1] !== call.method || Number(match[3]) !== call.argument) continue;
        if (typeof call.parameters === 'number' && call.parameters !== Number(match[2])) continue;
        if (Array.isArray(call.parameters) && call.parameters.length !== Number(match[2])) continue;
        const prefix = `${object.key}#${match[1]}/${match[2]}:`;
        if (call.omitted && isLeftOut(slots.get(`${prefix}${call.omitted.argument}`), call.omitted)) continue;
        found = value;
      }
    }
    // Calls in a chain: `builder.key(k).build()` has no object that is known by itself.
    if (found === null && object.kind === 'call' && !object.isStatic) {
      const signature = this.#classes.signature(object.method);
      const call = of.calls.find(
        (each) => each.method === signature?.name && hasParameters(each.parameters, signature.parameters),
      );
      if (call) found = object.arguments[call.argument + 1] ?? null;
    }
    return found;
  }

  /** Rows in field_ids of the fields that are asked for, also as classes below name them. */
  #fieldsOf(of: WantedInside): ReadonlySet<number> {
    let found = this.#fields.get(of);
    if (found === undefined) {
      const { dex } = this.#classes;
      const type = findType(dex, descriptorFor(of.class));
      const types = type < 0 ? [] : [type, ...this.#classes.below(type)];
      const rows = types.flatMap((each) => [...rowsOf(dex, dex.fields, each)]);
      found = new Set(rows.filter((index) => of.fields.includes(this.#classes.field(index)?.name ?? '')));
      this.#fields.set(of, found);
    }
    return found;
  }

  /** Whether code that was not followed may have written to it: it was handed out, and such code writes such fields. */
  #isOpen(object: Value, { slots }: Held, of: WantedInside, codes: ReadonlySet<number>): boolean {
    if (object.kind === 'object' && !slots.has(`${object.key}!`) && slots.has(`${object.key}=`)) return false;
    this.#origins.relies.add(of.class);
    const isElsewhere = (accesses: readonly Access[] | null) =>
      accesses === null ||
      accesses.some(({ by }) => !codes.has(by.code) && !isUnder(this.#classes.className(by.of), this.#own));
    return (
      [...this.#fieldsOf(of)].some((field) => isElsewhere(this.#index.writers(field))) ||
      this.#settersOf(of).some((method) => isElsewhere(this.#index.callsOf(method)))
    );
  }

  /** Rows in method_ids of the methods that are asked for, but for constructors: those are of another object. */
  #settersOf(of: WantedInside): readonly number[] {
    const { dex } = this.#classes;
    const type = findType(dex, descriptorFor(of.class));
    if (type < 0) return [];
    const names = of.calls.flatMap(({ method }) => (method === '<init>' ? [] : method));
    return [...rowsOf(dex, dex.methods, type)].filter((row) =>
      names.includes(this.#classes.signature(row)?.name ?? ''),
    );
  }
}

/** Whether Kotlin's mask says that an argument was left out; a mask that is not known says nothing. */
export function isLeftOut(mask: Value | undefined, { bit }: WantedMask): boolean {
  return mask?.kind === 'number' && ((mask.value >> BigInt(bit)) & 1n) === 1n;
}

const nothing = { text: '', at: null, calls: [], strings: [] } as const;
