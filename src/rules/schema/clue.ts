import * as v from 'valibot';
import { featureKinds, platforms, strengths } from '../../types.ts';
import { Id, Release, Text } from '../basic.ts';

/** One line of an SDK's rule: a kind of feature, one operator, a value. `artifacts` say where it was seen. */
export const Clue = v.pipe(
  v.strictObject({
    id: Id,
    kind: v.picklist(featureKinds),
    /** Exactly this name. */
    is: v.optional(Text),
    /** This name or anything below it: `io.agora.rtc` meets `io.agora.rtc.RtcEngine`, never `io.agora.rtc2`. */
    under: v.optional(Text),
    /** Names that end so on a label border: `webrtc.PeerConnectionFactory` meets `org.webrtc.…` and `tvi.webrtc.…`. */
    tail: v.optional(Text),
    /** Literals with `*` (any run without a label border for names) and at most one `{version}`. */
    like: v.optional(Text),
    /**
     * strong: suffices alone. supporting: counts towards `need`. weak: listed, never counted. shows: says nothing of
     * whether the SDK is there, and is for `shownBy` alone. explains: says nothing of that either; where the SDK is
     * there, a sign of another one at the same place is its own.
     */
    strength: v.picklist(strengths),
    platform: v.optional(v.picklist(platforms)),
    /** The first release that has it: where it is defined aboard, the SDK is that one or later. */
    since: v.optional(Release),
    /** The first release that has it no longer: where it is defined aboard, the SDK is an earlier one. */
    until: v.optional(Release),
  }),
  v.check(
    (c) => [c.is, c.under, c.tail, c.like].filter((x) => x !== undefined).length === 1,
    'a clue has exactly one of is, under, tail, like',
  ),
  v.check(
    (c) => c.kind !== 'string' || (c.is ?? c.like ?? '').length >= 8,
    'a byte clue has at least 8 bytes, with is or like',
  ),
);
export type Clue = v.InferOutput<typeof Clue>;

const codedShape = {
  /** The whole string, or its beginning with `*` at the end of a literal; `{version}` alone by default. */
  like: v.optional(
    v.pipe(
      Text,
      v.includes('{version}'),
      v.check((like) => !like.endsWith('{version}*'), 'a literal stands between {version} and *'),
    ),
  ),
  parts: v.optional(v.tuple([v.number(), v.number()]), [2, 5]),
  not: v.optional(v.array(Text), []),
};

/**
 * Where a version can be read.
 * - `near`: the string that stands `step` NUL-separated strings after (before, when negative) the string `anchor`.
 * - `like`: a literal with one `{version}`, in native bytes, DEX strings or web text.
 * - `plist`: a key of the Info.plist of the framework with this bundle id (or, `framework`, this name).
 * - `dylib`: the current version in a library's own identification or in the load command that names it.
 * - `field`: a static string field of a class, in a DEX or a Java class file.
 * - `method`: what a method of a class returns whatever it is called with, in a DEX.
 * - `script`: what a page calls a script that it fetches.
 * - `code`: the strings that the code of a class loads, or of one of its methods, in a DEX.
 */
export const VersionAt = v.variant('from', [
  v.strictObject({
    id: Id,
    from: v.literal('near'),
    anchor: v.pipe(v.string(), v.minLength(8)),
    step: v.pipe(v.number(), v.integer(), v.minValue(-8), v.maxValue(8)),
    /** Shape of the version: digits joined by dots, this many parts at least and at most. */
    parts: v.tuple([v.number(), v.number()]),
    /** What stands in the string besides the version, e.g. `v{version}`; `{version}` alone by default. */
    like: v.optional(Text),
  }),
  v.strictObject({
    id: Id,
    from: v.literal('like'),
    like: v.pipe(
      v.string(),
      v.includes('{version}'),
      v.minLength(14, 'a version literal has at least 5 bytes besides {version}'),
    ),
    parts: v.tuple([v.number(), v.number()]),
    /** A day (`2025-12-01`, three parts) in place of numbers with dots: of code that numbers no releases. */
    form: v.optional(v.literal('date')),
  }),
  v.strictObject({
    id: Id,
    from: v.literal('plist'),
    bundleId: v.optional(Text),
    framework: v.optional(Text),
    key: Text,
    /** Parts a version must have: a framework whose plist says 1.0 for every release is told apart so. */
    parts: v.optional(v.tuple([v.number(), v.number()]), [2, 5]),
  }),
  v.strictObject({ id: Id, from: v.literal('dylib'), name: Text }),
  v.strictObject({
    id: Id,
    from: v.literal('field'),
    class: Text,
    field: Text,
    /** Parts a version must have. */
    parts: v.optional(v.tuple([v.number(), v.number()]), [2, 5]),
    /** What some release has in the field though it is another: of those no version is read. */
    not: v.optional(v.array(Text), []),
  }),
  v.strictObject({
    id: Id,
    from: v.literal('script'),
    /** Its name from the beginning to a `/` at least, as in a clue: `npm:twilio-video@{version}`. */
    like: v.pipe(Text, v.includes('{version}')),
    parts: v.optional(v.tuple([v.number(), v.number()]), [3, 4]),
  }),
  v.strictObject({ id: Id, from: v.literal('method'), class: Text, method: Text, ...codedShape }),
  v.strictObject({ id: Id, from: v.literal('code'), class: Text, method: v.optional(Text), ...codedShape }),
]);
export type VersionAt = v.InferOutput<typeof VersionAt>;
