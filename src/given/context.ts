import * as v from 'valibot';
import { countryCodes } from '../countries.ts';
import { ScanError } from '../errors.ts';
import type { Context } from '../types.ts';

const known: ReadonlySet<string> = new Set(countryCodes);
/** Reserved in ISO 3166-1 for what is no country of it: what is meant, and what to write. */
const reserved: Readonly<Record<string, string>> = {
  EU: '"EU" is no country of ISO 3166-1: name its member states',
  UK: '"UK" is no country of ISO 3166-1: write "GB"',
};

const Country = v.pipe(
  v.string(),
  v.regex(/^[A-Z]{2}$/, 'a country is two capital letters (ISO 3166-1)'),
  v.check(
    (code) => known.has(code),
    ({ input }) => reserved[input] ?? `"${input}" is no country of ISO 3166-1`,
  ),
);
const Line = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

const Shape = v.strictObject({
  operator: v.optional(v.strictObject({ name: Line, country: v.optional(Country) })),
  distribution: v.optional(
    v.pipe(
      v.strictObject({ offered: v.optional(v.array(Country)), notOffered: v.optional(v.array(Country)) }),
      v.check(
        ({ offered, notOffered }) => !offered?.some((code) => notOffered?.includes(code)),
        'a country is in offered or in notOffered, not in both',
      ),
    ),
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
