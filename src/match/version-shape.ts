import type { VersionAt } from '../rules/schema.ts';

type At<From extends VersionAt['from']> = Extract<VersionAt, { from: From }>;

/**
 * Digits joined by dots, two to five parts, and what a release adds to them: `2.9.22`, `5.1.1_stable`, `1.0-SNAPSHOT`.
 * Anything else that stands in the field (`dev`, `${version}`, a commit) is no version, and none is made of it.
 */
const NUMBERS = /^\d{1,10}(?:\.\d{1,10}){1,4}$/;
const ADDED = /^[0-9A-Za-z]+(?:[-_+.][0-9A-Za-z]+)*$/;
const LONGEST_VERSION = 64;
/** Longer ones are none; a group repeated a million times would also overflow the stack of a regular expression. */
const LONGEST_VALUE = 256;

type Shape = Pick<At<'field'>, 'parts' | 'not'>;

/** Whether the value of a static field is a version that its rule can take. */
export function isFieldVersion(text: string, { parts: [least, most], not }: Shape): boolean {
  if (text.length > LONGEST_VERSION) return false;
  const numbers = numbersOf(text);
  const added = text.slice(numbers.length);
  if (!NUMBERS.test(numbers) || (added !== '' && !ADDED.test(added.slice(1)))) return false;
  const parts = numbers.split('.').length;
  return parts >= least && parts <= most && !not.includes(numbers);
}

/** The version in a string of code that is as its rule says, and the byte of the string at which it begins; else null. */
export function codedVersion(
  text: string,
  rule: At<'method'> | At<'code'>,
): { readonly version: string; readonly from: number } | null {
  const [before = '', after = ''] = (rule.like ?? '{version}').split('{version}');
  if (text.length > LONGEST_VALUE || !text.startsWith(before)) return null;
  // `, buildId:*`: what changes with each build follows, and the version ends where the literal first stands.
  const literal = after.endsWith('*') ? after.slice(0, -1) : after;
  const to = literal === after ? text.length - after.length : text.indexOf(literal, before.length);
  if (to < before.length || !text.startsWith(literal, to)) return null;
  const version = text.slice(before.length, to);
  return isFieldVersion(version, rule) ? { version, from: new TextEncoder().encode(before).length } : null;
}

/**
 * The version in the name of a script that a page fetches, where the name is as its rule says up to a `/`; null where
 * there is none, or what is fetched hangs on the day (`@latest`, `@2`).
 */
export function scriptVersion(name: string, { like, parts }: At<'script'>): string | null {
  const [before = '', after = ''] = like.split('{version}');
  if (!name.startsWith(before)) return null;
  const rest = name.slice(before.length, before.length + LONGEST_VALUE);
  const to = after === '' ? rest.search(/\/|$/) : rest.indexOf(after);
  const next = rest[to + after.length];
  if (to < 0 || (next !== undefined && next !== '/' && !after.endsWith('/'))) return null;
  const version = rest.slice(0, to);
  return isFieldVersion(version, { parts, not: [] }) ? version : null;
}

/** Whether a value of a property list is digits joined by dots, with a suffix at most, in as many parts as the rule says. */
export function isPlistVersion(value: string, { parts: [least, most] }: At<'plist'>): boolean {
  if (value.length > LONGEST_VALUE) return false;
  const parts = /^(\d{1,5}(?:\.\d{1,6})*)(?:[-+_][\w.]*)?$/.exec(value)?.[1]?.split('.').length ?? 0;
  return parts >= least && parts <= most;
}

/** `3.0.0` of `3.0.0-SNAPSHOT`. */
function numbersOf(text: string): string {
  return text.split(/[-_+]/)[0]!;
}
