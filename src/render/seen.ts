import { visible } from '../text.ts';
import { COMMAND, unsafe } from './text/safety.ts';

function escapeOne(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

/**
 * A text of the report as one line in which nothing acts or hides: what a report escapes of an app's text, and what this
 * release of Unicode knows of the kind. For formats that a program reads on: a backslash stays one.
 */
export function seen(text: string): string {
  return visible(text).replace(unsafe, escapeOne).replaceAll(COMMAND, '#\\u0023[');
}

/** At most so many characters, in whole ones; what was cut off is said by three dots. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most - 3);
  // Half of a pair is no character.
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}...`;
}

/** A title as a sentence. */
export function sentence(title: string): string {
  return /[.?!]$/.test(title) ? title : `${title}.`;
}
