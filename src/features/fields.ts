import { FormatError } from '../errors.ts';
import { constantString } from '../formats/java-class.ts';
import { passageOfName } from '../formats/passage.ts';
import type { Matcher } from '../rules/compile.ts';
import type { Collector } from './collector.ts';

/**
 * Digits joined by dots, two to five parts, and what a release adds to them: `2.9.22`, `5.1.1_stable`, `1.0-SNAPSHOT`.
 * Anything else that stands in the field (`dev`, `${version}`, a commit) is no version, and none is made of it.
 */
const VERSION = /^\d{1,10}(?:\.\d{1,10}){1,4}(?:[-_+][0-9A-Za-z]+(?:[-_+.][0-9A-Za-z]+)*)?$/;
const LONGEST_VERSION = 64;

/** Reads the fields that rules name as the place of a version, where `read` finds them. */
export function matchFields(
  matcher: Matcher,
  into: Collector,
  how: string,
  read: (className: string, field: string) => { readonly value: string; readonly offset: number } | null,
): void {
  for (const { sdk, at } of matcher.versions) {
    if (at.from !== 'field') continue;
    const found = read(at.class, at.field);
    if (found && isVersion(found.value, at.parts) && !at.not.includes(numbersOf(found.value)))
      into.version(sdk, found.value, passageOfName(found.value, found.offset, how));
  }
}

/** Whether a rule names a field of this class: others need not be held. */
export function hasField(matcher: Matcher, className: string | null): boolean {
  return className !== null && matcher.versions.some(({ at }) => at.from === 'field' && at.class === className);
}

/** Reads one class file, which must be whole: an app's jars are not always converted to DEX. */
export function extractClass(bytes: Uint8Array, matcher: Matcher, into: Collector): void {
  try {
    matchFields(matcher, into, 'constant of a Java class', (className, field) =>
      constantString(bytes, className, field),
    );
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    into.cover('partial', 'malformed', error.offset, error.message);
  }
}

/** `3.0.0` of `3.0.0-SNAPSHOT`. */
function numbersOf(text: string): string {
  return text.split(/[-_+]/)[0]!;
}

function isVersion(text: string, [least, most]: readonly [number, number]): boolean {
  if (text.length > LONGEST_VERSION || !VERSION.test(text)) return false;
  const parts = numbersOf(text).split('.').length;
  return parts >= least && parts <= most;
}
