import type { Difference } from '../../diff/index.ts';
import { checkOptions } from '../../errors.ts';
import { jsonText } from '../json.ts';
import type { TextOptions } from '../text/index.ts';
import { differenceMarkdown } from './markdown.ts';
import { differenceText } from './text.ts';

/** A new format is a row here and its own file. */
const renderers = {
  text: differenceText,
  markdown: differenceMarkdown,
  json: (difference: Difference) => `${jsonText(difference)}\n`,
} satisfies Record<string, (difference: Difference, options?: TextOptions) => string>;

export type DifferenceFormat = keyof typeof renderers;
export const differenceFormats = Object.keys(renderers) as readonly DifferenceFormat[];

/**
 * What changed between two reports, in one of the formats; ends in a newline.
 * @param options for `text` alone
 * @throws TypeError for a format that there is not; ScanError bad-option for an option that there is not
 */
export function renderDifference(difference: Difference, format: DifferenceFormat, options: TextOptions = {}): string {
  if (!Object.hasOwn(renderers, format)) {
    throw new TypeError(`no format "${format}"; there is ${differenceFormats.join(', ')}`);
  }
  checkOptions('renderDifference', options, { colour: true, width: true });
  return renderers[format](difference, options);
}
