import { attempt } from '../coverage.ts';
import { constantString } from '../formats/java-class.ts';
import type { Matcher } from '../rules/compile.ts';
import type { Collector } from './collector.ts';

/**
 * Digits joined by dots, two to five parts, and what a release adds to them: `2.9.22`, `5.1.1_stable`, `1.0-SNAPSHOT`.
 * Anything else that stands in the field (`dev`, `${version}`, a commit) is no version, and none is made of it.
 */
const NUMBERS = /^\d{1,10}(?:\.\d{1,10}){1,4}$/;
const ADDED = /^[0-9A-Za-z]+(?:[-_+.][0-9A-Za-z]+)*$/;
const LONGEST_VERSION = 64;

/** Reads the fields that rules name as the place of a version, where `read` finds them. */
export function matchFields(
  matcher: Matcher,
  into: Collector,
  read: (className: string, field: string) => { readonly value: string; readonly offset: number } | null,
): void {
  for (const { sdk, at } of matcher.versions) {
    if (at.from !== 'field') continue;
    const found = read(at.class, at.field);
    if (found && isVersion(found.value, at.parts) && !at.not.includes(numbersOf(found.value)))
      into.version(sdk, found.value, found.offset, found.value);
  }
}

/** Whether a rule names a field of this class: others need not be held. */
export function hasField(matcher: Matcher, className: string | null): boolean {
  return className !== null && matcher.versions.some(({ at }) => at.from === 'field' && at.class === className);
}

/** Reads one class file, which must be whole: an app's jars are not always converted to DEX. */
export function extractClass(bytes: Uint8Array, matcher: Matcher, into: Collector): void {
  attempt(
    () => matchFields(matcher, into, (className, field) => constantString(bytes, className, field)),
    ({ reason, offset, message }) => into.cover('partial', reason, offset, message),
  );
}

/** `3.0.0` of `3.0.0-SNAPSHOT`. */
function numbersOf(text: string): string {
  return text.split(/[-_+]/)[0]!;
}

function isVersion(text: string, [least, most]: readonly [number, number]): boolean {
  if (text.length > LONGEST_VERSION) return false;
  const numbers = numbersOf(text);
  const added = text.slice(numbers.length);
  if (!NUMBERS.test(numbers) || (added !== '' && !ADDED.test(added.slice(1)))) return false;
  const parts = numbers.split('.').length;
  return parts >= least && parts <= most;
}
