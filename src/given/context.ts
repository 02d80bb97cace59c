import * as v from 'valibot';
import { ScanError } from '../errors.ts';
import type { Context } from '../types.ts';

const Country = v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'a country is two capital letters (ISO 3166-1)'));
const Line = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

const Shape = v.strictObject({
  operator: v.optional(v.strictObject({ name: Line, country: v.optional(Country) })),
  distribution: v.optional(
    v.strictObject({ offered: v.optional(v.array(Country)), notOffered: v.optional(v.array(Country)) }),
  ),
  audience: v.optional(Line),
  sector: v.optional(Line),
});

/** Checks what a caller states about an app. @throws ScanError bad-context, naming the field */
export function parseContext(value: unknown): Context {
  const result = v.safeParse(Shape, value, { abortEarly: true });
  if (result.success) return result.output as Context;
  const [issue] = result.issues;
  throw new ScanError('bad-context', `context: ${v.getDotPath(issue) ?? '(whole)'}: ${issue.message}`);
}
