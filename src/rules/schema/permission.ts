import * as v from 'valibot';
import { identifierKinds, platforms } from '../../types.ts';
import { Id, Source, Text } from '../basic.ts';

/** Members of classes: `android.media.AudioRecord.<init>`, `android.provider.CallLog$Calls.CONTENT_URI`. */
const Member = v.pipe(Text, v.regex(/^[^.\s]+(?:\.[^.\s]+)+$/, 'a member is a class, a dot and its name'));

/** Something of a platform's that needs a permission or a purpose string, by what the code refers to that uses it. */
export const Guarded = v.pipe(
  v.strictObject({
    id: Id,
    /** What it is, as in "only its code refers to what needs …": `the microphone`. */
    name: Text,
    /** Permissions (Android) or purpose strings (iOS), any of which it needs, or needs for some of what it does. */
    permissions: v.pipe(v.array(Text), v.minLength(1)),
    /** Methods, also constructors (`<init>`), and static fields. */
    members: v.optional(v.array(Member), []),
    /** Strings that code loads, `*` at the end for any that begins so: the address of a content provider, an action. */
    strings: v.optional(v.array(v.pipe(Text, v.regex(/^[^*]+\*?$/, 'a string has one * at most, at its end'))), []),
    /** Classes that a Mach-O asks the system for. */
    classes: v.optional(v.array(Text), []),
    /** Functions and data that native code asks the system for, as C has them. */
    symbols: v.optional(v.array(Text), []),
    /** How code gets there that refers to none of these: nobody is then said to be the only one. */
    besides: v.optional(Text),
    sources: v.pipe(v.array(Source), v.minLength(1)),
  }),
  v.check(
    (g) => g.members.length + g.strings.length + g.classes.length + g.symbols.length > 0,
    'it has members, strings, classes or symbols',
  ),
);
export type Guarded = v.InferOutput<typeof Guarded>;

/** Something of a platform's, or of its maker's libraries, that tells people or devices apart. */
export const Identifying = v.strictObject({
  id: Id,
  /** As in "the user ID is …": `the phone number`. */
  name: Text,
  kind: v.picklist(identifierKinds),
  /** Methods that give it. */
  members: v.pipe(v.array(Member), v.minLength(1)),
  /** Where a method gives many things: only where it is asked for one of these texts. */
  asked: v.optional(v.pipe(v.array(Text), v.minLength(1))),
  source: Source,
});
export type Identifying = v.InferOutput<typeof Identifying>;

/** What of one platform needs permissions, and what of it tells people or devices apart. */
export const Permissions = v.strictObject({
  id: Id,
  name: Text,
  platform: v.picklist(platforms),
  guarded: v.array(Guarded),
  identifying: v.optional(v.array(Identifying), []),
});
export type Permissions = v.InferOutput<typeof Permissions>;
