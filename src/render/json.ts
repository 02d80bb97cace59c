import type { Renderer } from './renderer.ts';

/** What JSON may hold as it is, and a terminal acts on or does not show. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function escapeUnits(character: string): string {
  if (character === '\n') return character;
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
}

/** Plain data as JSON, two spaces deep, without a newline at its end. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(unseen, escapeUnits);
}

/**
 * The report as JSON, two spaces deep, with a newline at its end. What a terminal would act on stands as `\u…`: the same
 * value to a parser.
 */
export const json: Renderer = {
  render: (report) => `${jsonText(report)}\n`,
  join: { begin: '[\n', before: (_, index) => (index > 0 ? ',\n' : ''), end: ']\n' },
};
