import { unseen } from '../../text.ts';

/**
 * Besides what no report holds of an app's text: what this release of Unicode knows of the kind (format characters,
 * variation selectors), separators other than the space, private use, and what is not assigned.
 */
export const unsafe = /[\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** Marks that pile up on one letter reach into the lines above and below. */
const piledMarks = /(\p{M}{4})(\p{M}+)/gu;

/**
 * Anywhere in a line of a log a command to GitHub's runner, as `##[add-mask]` is (actions/runner, ActionCommand.TryParse,
 * seen 2026-11-26).
 */
export const COMMAND = '##[';

function escapeOne(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\u{${code.toString(16)}}`;
}

/** Characters of one piece of text; what is longer was written to flood a screen. */
const LONGEST = 4000;

/**
 * Text of an app or a file name as one line that a terminal shows and does not obey. A backslash becomes two, so that
 * what the app wrote and what stands here for an unseen character cannot be mixed up; of several spaces, the first ones
 * are written out, so that wrapping loses none.
 */
export function printable(text: string): string {
  const cut = text.length > LONGEST;
  return (cut ? `${text.slice(0, LONGEST)}... (${text.length - LONGEST} characters more)` : text)
    .replaceAll('\\', '\\\\')
    .replaceAll(COMMAND, '#\\x23[')
    .replace(unseen, escapeOne)
    .replace(unsafe, escapeOne)
    .replace(/ (?= )/g, '\\x20')
    .replace(piledMarks, (_, kept: string, rest: string) => kept + [...rest].map(escapeOne).join(''));
}

/** Blocks of the East Asian Width property W and F (UAX #11), and emoji: two columns each. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18aff],
  [0x1b000, 0x1b2ff],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

const noColumn = /^[\p{Mn}\p{Me}]$/u;

/** Columns that printable text takes in a terminal. */
export function columns(text: string): number {
  let count = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x300) count += 1;
    else if (noColumn.test(character)) continue;
    else count += wide.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
  }
  return count;
}
