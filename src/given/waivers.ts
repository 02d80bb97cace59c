import * as v from 'valibot';
import { isDay } from '../asof.ts';
import type { Waiver } from '../types.ts';
import { objectOf, parseGiven } from './issues.ts';

const text = (what: string, most = 500) =>
  v.pipe(
    v.string(`${what}, as a text`),
    v.trim(),
    v.minLength(1, `${what}; not empty`),
    v.maxLength(most, `${what}, in at most ${most} characters`),
  );

/** What it is of stands last: left out, a waiver is for every app. */
const fields = {
  finding: v.pipe(
    text('the id of a finding, as reports print it'),
    v.regex(/^[a-z0-9-]+(\/[A-Za-z0-9._-]+)*(\/\*)?$/, 'the id of a finding, or the beginning of one up to "/*"'),
  ),
  reason: v.pipe(
    text('why it is accepted'),
    v.minLength(10, 'why it is accepted, in ten characters or more, for whoever reads it in a year'),
  ),
  by: text('who accepted it'),
  expires: v.pipe(
    v.string('the day from which it no longer counts, YYYY-MM-DD'),
    v.check(isDay, 'a day of the calendar, YYYY-MM-DD: the first on which it no longer counts'),
  ),
  app: v.optional(text('the id of the app that it is for: a package name or bundle identifier')),
  version: v.optional(text('the version of the app, with * for any characters')),
  file: v.optional(text('the name of the file as reports call it, with * for any characters')),
};
const WaiverShape = v.strictObject(fields, objectOf('a waiver', Object.keys(fields)));

/** A waiver file. */
export const Waivers = v.strictObject(
  { waivers: v.array(WaiverShape, 'a list of waivers') },
  'the file holds { "waivers": [...] } and nothing else',
);

/**
 * Checks a waiver file: `{ "waivers": [{ finding, reason, by, expires, app?, version?, file? }] }`.
 * @param name what the file is called in messages
 * @throws ScanError bad-waivers, naming file, place and what may stand there
 */
export function parseWaivers(value: unknown, name = 'waivers'): Waiver[] {
  return parseGiven(Waivers, value, { name, code: 'bad-waivers' }).waivers;
}
