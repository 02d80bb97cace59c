import * as v from 'valibot';
import { Id, Text } from '../basic.ts';

/** What SDKs are for, besides the categories that ship. */
export const Category = v.strictObject({
  id: Id,
  /** What people call it: `Analytics`. */
  name: Text,
  /** A sentence: what SDKs of it are for. */
  says: v.pipe(Text, v.endsWith('.', 'a sentence ends in a full stop')),
  /** In findings, what data is needed for: `measuring how the app is used`. */
  purpose: Text,
  /** In findings, what people are together in there: `session`. */
  room: Text,
});
export type Category = v.InferOutput<typeof Category>;
