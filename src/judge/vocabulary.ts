import type { Vocabulary } from '../check/problem.ts';
import { notKnown } from '../rules/field-words.ts';
import { placeholders } from './words.ts';

/** What policies can ask and say, for the check of rule files. */
export const vocabulary: Vocabulary = {
  asks: (over, field) => notKnown(over, field) !== undefined,
  placeholders,
};
