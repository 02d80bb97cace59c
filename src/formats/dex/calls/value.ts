/** What a register, a field or an argument may hold, as far as code shows it. Values are equal where their keys are. */
export type Value = Known | Derived | Open;

type Known =
  | { readonly kind: 'number'; readonly key: string; readonly value: bigint; readonly at: Place | null }
  | { readonly kind: 'string'; readonly key: string; readonly text: string; readonly at: Place }
  /** A class literal. */
  | { readonly kind: 'type'; readonly key: string; readonly type: number }
  /** An object or array that code makes at one place; `key` names the place, and the calls that led there. */
  | { readonly kind: 'object'; readonly key: string; readonly type: number }
  /** Nothing was written there. */
  | { readonly kind: 'absent'; readonly key: string };

type Derived =
  /** What a static field holds. */
  | { readonly kind: 'static'; readonly key: string; readonly field: number; readonly at: Place }
  /** What an instance field of something holds; of nothing (`absent`): what any code writes to the field. */
  | { readonly kind: 'member'; readonly key: string; readonly field: number; readonly of: Value; readonly at: Place }
  /** What a call gives, with its object first where it has one. */
  | {
      readonly kind: 'call';
      readonly key: string;
      readonly method: number;
      readonly isStatic: boolean;
      readonly arguments: readonly Value[];
      readonly at: Place;
    }
  /** Computed of others. */
  | { readonly kind: 'made'; readonly key: string; readonly of: readonly Value[] }
  /** One of several. */
  | { readonly kind: 'any'; readonly key: string; readonly of: readonly Value[] };

type Open =
  /** An argument of the method that was begun with, by its register among the incoming ones; `isThis`: what it is called on. */
  | { readonly kind: 'parameter'; readonly key: string; readonly index: number; readonly isThis: boolean }
  | { readonly kind: 'unknown'; readonly key: string; readonly why: string };

/** Bytes from the start of the file. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** Values that one place is known to hold one of; more are unknown. */
const MOST = 8;
/** Characters of a key: what is nested deeper is unknown. */
const LONGEST_KEY = 1000;

const short = (key: string, value: () => Value): Value =>
  key.length > LONGEST_KEY ? unknown('what it is made of is nested too deep') : value();

export const unknown = (why: string): Value => ({ kind: 'unknown', key: '?', why });
export const absent: Value = { kind: 'absent', key: '-' };

export const number = (value: bigint, at: Place | null = null): Value => ({
  kind: 'number',
  key: `${value}`,
  value,
  at,
});

export const string = (text: string, at: Place): Value => ({ kind: 'string', key: `"${at.offset}"`, text, at });

export const type = (index: number): Value => ({ kind: 'type', key: `T${index}`, type: index });

/** @param place tells allocations apart: the frame and the place in its code */
export const object = (place: string, index: number): Value => ({ kind: 'object', key: `o${place}`, type: index });

export const parameter = (index: number, isThis: boolean): Value => ({
  kind: 'parameter',
  key: `p${index}`,
  index,
  isThis,
});

export const fieldOf = (field: number, at: Place): Value => ({ kind: 'static', key: `s${field}`, field, at });

export function memberOf(field: number, of: Value, at: Place): Value {
  const key = `${of.key}.${field}`;
  return short(key, () => ({ kind: 'member', key, field, of, at }));
}

export function call(method: number, isStatic: boolean, values: readonly Value[], at: Place): Value {
  const key = `c${at.offset}(${values.map((value) => value.key).join(',')})`;
  return short(key, () => ({ kind: 'call', key, method, isStatic, arguments: values, at }));
}

export function made(of: readonly Value[]): Value {
  const key = `m(${of.map((value) => value.key).join(',')})`;
  return short(key, () => ({ kind: 'made', key, of }));
}

/** Either of both; unknown where that makes too many. */
export function either(a: Value, b: Value): Value {
  if (a.key === b.key || a.kind === 'unknown') return a;
  if (b.kind === 'unknown') return b;
  // Most of what two ways bring together was brought together before.
  if (has(a, b)) return a;
  if (has(b, a)) return b;
  const all = new Map<string, Value>();
  for (const value of [a, b]) {
    for (const one of value.kind === 'any' ? value.of : [value]) all.set(one.key, one);
  }
  if (all.size > MOST) return unknown(`more than ${MOST} values reach it`);
  const of = [...all.values()].sort((x, y) => (x.key < y.key ? -1 : 1));
  const [first] = of;
  if (of.length === 1) return first!;
  const key = `{${of.map((value) => value.key).join('|')}}`;
  return short(key, () => ({ kind: 'any', key, of }));
}

const has = (all: Value, one: Value): boolean => all.kind === 'any' && all.of.some(({ key }) => key === one.key);

/** The values that it may be. */
export const each = (value: Value): readonly Value[] => (value.kind === 'any' ? value.of : [value]);
