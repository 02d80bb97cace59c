import * as v from 'valibot';
import { argumentMeanings, controlStates, platforms } from '../types.ts';
import { Country, Id, Release, Source, Text } from './basic.ts';

/** How code switches a control, as its bytecode shows it: calls, writes of fields, and what their values mean. */

/** A class, dotted, `$` for nested ones. */
const ClassName = v.pipe(Text, v.regex(/^[^\s.]+(?:\.[^\s.]+)+$/, 'a class is dotted, with its package'));
/** From 0, without the object that the method is called on. */
const Argument = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(254));
const State = v.picklist(controlStates);

/**
 * What Kotlin leaves out: of a synthetic method with default arguments the `int` argument that tells by its bits which of
 * the others were left out. Where the bit is set, the argument counts as not given.
 */
const Omitted = v.strictObject({
  argument: Argument,
  bit: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(31)),
});

/** Types of the parameters as Java writes them (`boolean`, `java.lang.String`, `byte[]`), or how many there are; any where left out. */
const Parameters = v.optional(
  v.union([v.array(Text), v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255))]),
);

/**
 * Compilers name a method by the class that the caller sees: where subclasses of the vendor's inherit it, all of them are
 * listed.
 */
export const CalledMethod = v.strictObject({
  class: v.union([ClassName, v.pipe(v.array(ClassName), v.minLength(2))]),
  method: Text,
  parameters: Parameters,
});

/** Where a value stands inside an object: a field that is written, or a call on it (or its builder) that takes it. */
const Inside = v.pipe(
  v.strictObject({
    /** Class of the object; of its builder, where the object comes from one. */
    class: ClassName,
    fields: v.optional(v.array(Text), []),
    /** `<init>` for a constructor. */
    calls: v.optional(
      v.array(
        v.strictObject({ method: Text, parameters: Parameters, argument: Argument, omitted: v.optional(Omitted) }),
      ),
      [],
    ),
  }),
  v.check(({ fields, calls }) => fields.length + calls.length > 0, 'it has fields or calls'),
);

/** A region of UN M49 by its three digits (`150` Europe), or a country. */
const Place = v.union([Country, v.pipe(v.string(), v.regex(/^\d{3}$/, 'a region is three digits of UN M49'))]);

/** A value of an area setting, and the countries that it leaves in or out. */
const Area = v.pipe(
  v.strictObject({
    /** Its value: a number (also as unsigned 32 bits), the name of an enum constant, or a text. */
    is: v.union([v.pipe(v.number(), v.integer()), Text]),
    name: Text,
    /** It may join others by bits; only a number can. */
    bit: v.optional(v.literal(true)),
    /** Countries and regions that may be reached: nothing else is. */
    in: v.optional(v.array(Place), []),
    /** Countries that `in` would have and that are left out; alone: all are in but these. */
    out: v.optional(v.array(Country), []),
    /** No limit at all: the control is off. */
    everywhere: v.optional(v.literal(true)),
  }),
  v.check((a) => a.everywhere !== undefined || a.in.length + a.out.length > 0, 'an area has in, out or everywhere'),
  v.check((a) => a.bit === undefined || typeof a.is === 'number', 'only a number can be a bit'),
);

/** One value that decides, and what it means. */
const Read = v.pipe(
  v.strictObject({
    /**
     * `state`: by `values`. `key`: a secret, by where it comes from: a constant of the app or the vendor's is weak, nothing
     * off, what the app gets at run time from elsewhere on. `area`: by `areas`.
     */
    what: v.picklist(['state', 'key', 'area']),
    /** Which argument; left out for the value that is written to a field. */
    argument: v.optional(Argument),
    omitted: v.optional(Omitted),
    /** Where the value is one of an object: what is asked of the object. */
    of: v.optional(Inside),
    /**
     * Of a `state`: `true`, `false`, `null`, a number, a text, the name of an enum constant; `object` is anything that is not
     * null, `*` all else. What is not listed leaves the state undetermined.
     */
    values: v.optional(v.record(Text, State)),
    areas: v.optional(v.pipe(v.array(Area), v.minLength(1))),
    /** The value where none is given, as it would stand in `values` or `areas`; where left out, that is not known. */
    default: v.optional(v.union([Text, v.number()])),
  }),
  v.check((r) => (r.what === 'state') === (r.values !== undefined), 'values say what a state is, and nothing else'),
  v.check((r) => (r.what === 'area') === (r.areas !== undefined), 'areas say what an area is, and nothing else'),
);

export const Switch = v.pipe(
  v.strictObject({
    id: Id,
    platform: v.picklist(platforms),
    /** First release that has it so, and first that no longer has. */
    since: v.optional(Release),
    until: v.optional(Release),
    /** Code switches it by this call … */
    call: v.optional(CalledMethod),
    /** … or by writing this field, whatever the object. */
    write: v.optional(v.strictObject({ class: ClassName, field: Text })),
    /** All of these must say on. */
    reads: v.optional(v.array(Read), []),
    /** What the call alone says, where nothing is read. */
    means: v.optional(State),
    /** The best that it can come to: `weak` for an old scheme. */
    atMost: v.optional(v.literal('weak')),
    /** What has to be done outside of the app before it is in effect: without proof of it, on is undetermined. */
    activation: v.optional(Text),
    /** Methods of the same class that have to be called later: on every way to each such call, or as soon as the object is made. */
    before: v.optional(v.array(Text), []),
    /** Methods of the same class that switch it off again: what has to come later then needs it anew. */
    undoneBy: v.optional(v.array(Text), []),
    /** What it leaves open, in sentences: signalling that stays in clear, a salt that nobody reads here. */
    open: v.optional(v.array(Text), []),
    /** The line of code that switches it on in these releases, as a maker would write it. */
    remedy: v.optional(Text),
    source: Source,
  }),
  v.check((s) => (s.call === undefined) !== (s.write === undefined), 'a switch is a call or a write'),
  v.check((s) => (s.means === undefined) !== (s.reads.length === 0), 'a switch has reads or means'),
  v.check((s) => s.call !== undefined || s.reads.every((r) => r.argument === undefined), 'a write has no arguments'),
  v.check((s) => s.write !== undefined || s.reads.every((r) => r.argument !== undefined), 'a call reads an argument'),
);

/** A call of the SDK's API that shows its use. */
export const ApiCall = v.strictObject({
  id: Id,
  platform: v.picklist(platforms),
  since: v.optional(Release),
  until: v.optional(Release),
  call: CalledMethod,
  /** The SDK begins to work with it: an app that never calls any such does not run it by its own code. */
  starts: v.optional(v.literal(true)),
  /** What the arguments hand over. */
  arguments: v.optional(
    v.array(
      v.strictObject({
        argument: Argument,
        omitted: v.optional(Omitted),
        of: v.optional(Inside),
        carries: v.picklist(argumentMeanings),
      }),
    ),
    [],
  ),
  source: Source,
});

export type Switch = v.InferOutput<typeof Switch>;
export type Read = v.InferOutput<typeof Read>;
export type Inside = v.InferOutput<typeof Inside>;
export type Area = v.InferOutput<typeof Area>;
export type ApiCall = v.InferOutput<typeof ApiCall>;
export type CalledMethod = v.InferOutput<typeof CalledMethod>;
