import * as v from 'valibot';
import { countryCodes } from '../countries.ts';
import type { Context } from '../types.ts';
import { objectOf, parseGiven, textOf } from './issues.ts';

const known: ReadonlySet<string> = new Set(countryCodes);
/** Reserved in ISO 3166-1 for what is no country of it: what is meant, and what to write. */
const reserved: Readonly<Record<string, string>> = {
  EU: '"EU" is no country of ISO 3166-1: name its member states',
  UK: '"UK" is no country of ISO 3166-1: write "GB"',
};

const CODE = 'a country is two capital letters of ISO 3166-1, such as "DE"';
const Country = v.pipe(
  v.string(CODE),
  v.regex(/^[A-Z]{2}$/, CODE),
  v.check(
    (code) => known.has(code),
    ({ input }) => reserved[input] ?? `"${input}" is no country of ISO 3166-1; ${CODE}`,
  ),
);
const Countries = v.pipe(
  v.array(Country, 'a list of countries, such as ["DE", "FR"]'),
  v.minLength(1, 'an empty list says nothing: name a country, or leave the field out'),
);

const operator = { name: textOf('the name of who runs the app'), country: v.optional(Country) };
const distribution = { offered: v.optional(Countries), notOffered: v.optional(Countries) };
const fields = {
  operator: v.optional(v.strictObject(operator, objectOf('operator', Object.keys(operator)))),
  distribution: v.optional(
    v.pipe(
      v.strictObject(distribution, objectOf('distribution', Object.keys(distribution))),
      v.check(
        ({ offered, notOffered }) => !offered?.some((code) => notOffered?.includes(code)),
        'a country is in offered or in notOffered, not in both',
      ),
    ),
  ),
  audience: v.optional(textOf('for whom the app is')),
  sector: v.optional(textOf('the line of business that the app is of')),
};

/** What a context file holds. */
export const ContextShape = v.strictObject(fields, objectOf('a context', Object.keys(fields)));

/**
 * Checks what a caller states about an app.
 * @param name what messages call it: its file, where it has one
 * @throws ScanError bad-context, naming the field and what may stand there
 */
export function parseContext(value: unknown, name = 'context'): Context {
  return parseGiven(ContextShape, value, { name, code: 'bad-context' }) as Context;
}
