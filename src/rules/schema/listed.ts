import * as v from 'valibot';
import { platforms } from '../../types.ts';
import { Day, Id, Source, Text } from '../basic.ts';

/**
 * SDKs that somebody publishes a list of, and what the list asks of them. They are told by what builds call them, which
 * anybody can take: such a name decides nothing.
 */
export const Listed = v.strictObject({
  id: Id,
  name: Text,
  /** Who publishes it, in words. */
  by: Text,
  platform: v.picklist(platforms),
  /** What it asks, as a sentence. */
  says: Text,
  /** The first day on which it stood. */
  from: Day,
  sources: v.pipe(v.array(Source), v.minLength(1)),
  sdks: v.pipe(
    v.array(
      v.strictObject({
        /** As the list has it, which is also what a framework, a Swift module or a pod of it is called. */
        name: Text,
        /** What else one of these is called; a pod with its own characters: `lottie-ios`. */
        as: v.optional(v.array(Text), []),
      }),
    ),
    v.minLength(1),
  ),
});
export type Listed = v.InferOutput<typeof Listed>;
