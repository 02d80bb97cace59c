import * as v from 'valibot';
import { axes, coverageReasons, levels, subjects } from '../../types.ts';
import { Data, Day, Id, Source, Text } from '../basic.ts';
import { Claim } from './sdk.ts';

/** A condition on one field, or several joined. A field that is not known makes it unknown, never false. */
export const Condition = v.pipe(
  v.strictObject({
    field: Text,
    in: v.optional(v.array(Text)),
    notIn: v.optional(v.array(Text)),
    /** At least this far along the field's own scale (control states: off < weak < on; bases; levels). */
    atLeast: v.optional(Text),
    /** Below this point of the field's own scale. */
    below: v.optional(Text),
    before: v.optional(Day),
    /** Ids of lists, for `recipient.list`: some country of the recipient stands on none of them. */
    outside: v.optional(v.array(Id)),
    /** The rule that asks this where it is not known: this one then says nothing, so that one question is asked once. */
    askedBy: v.optional(Id),
  }),
  v.check(
    (c) => [c.in, c.notIn, c.atLeast, c.below, c.before, c.outside].filter((x) => x !== undefined).length === 1,
    'a condition has exactly one operator',
  ),
);
export type Condition = v.InferOutput<typeof Condition>;

/** Entries of public lists that mean what a rule asks, as the source says. */
export const Taxa = v.strictObject({
  /** `CWE-319`, `MASVS-NETWORK-1`, `MASWE-0026` (numbered as in its release 1.0.0). */
  ids: v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.regex(/^(?:CWE-[1-9]\d{0,4}|MASVS-[A-Z]+-\d{1,2}|MASWE-\d{4})$/, 'an entry is CWE-…, MASVS-… or MASWE-…'),
      ),
    ),
    v.minLength(1),
  ),
  source: Source,
});

/** What to do about a finding. */
export const Remedy = v.strictObject(
  {
    /** What the maker of the app can do, as a sentence. */
    maker: Text,
    /** What a reviewer can write to the maker, word for word; left out where there is nothing to ask. */
    reviewer: v.optional(Text),
  },
  'a remedy is { "maker": what the maker can do, "reviewer": what a reviewer can write to the maker }',
);

export const PolicyRule = v.strictObject({
  id: Id,
  axis: v.picklist(axes),
  over: v.picklist(subjects),
  /** One finding per recipient and data, or one per recipient. */
  per: v.optional(v.picklist(['data', 'recipient']), 'data'),
  /** Holds for a recipient only where each of these kinds has a flow that meets `when`; one finding per recipient. */
  together: v.optional(v.pipe(v.array(Data), v.minLength(2))),
  when: v.array(Condition),
  level: v.picklist(levels),
  /** Level while it cannot be decided. */
  undetermined: v.picklist(levels),
  /** Share of the risk in [0, 1] when it holds. */
  weight: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  /** Claims of these topics are cited as grounds. */
  cites: v.optional(v.array(Claim.entries.topic), []),
  /** Whether laws of the recipient's countries are cited. */
  laws: v.optional(v.boolean(), false),
  title: Text,
  /** The title while it is not decided: a question, without what is said of why it is open. */
  question: v.pipe(Text, v.endsWith('?', 'a question ends in ?')),
  /** With {recipient}, {sdk}, {data}, {host}, {countries}, {link} filled in. */
  reason: Text,
  /** The reason while it is not decided, where the other one says what is not known then. */
  openReason: v.optional(Text),
  settle: Text,
  remedy: Remedy,
  taxa: v.optional(Taxa),
});
export type PolicyRule = v.InferOutput<typeof PolicyRule>;

export const Policy = v.strictObject({
  id: Id,
  name: Text,
  says: Text,
  rules: v.array(PolicyRule),
  /** Levels from which the verdict is reject and review. */
  reject: v.picklist(levels),
  review: v.picklist(levels),
  /** Reasons of incompleteness that do not make the verdict inconclusive. */
  accepts: v.optional(v.array(v.picklist(coverageReasons)), []),
});
export type Policy = v.InferOutput<typeof Policy>;
