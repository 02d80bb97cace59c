import type { Report } from '../types.ts';
import { renderJson } from './json.ts';
import { renderText, type TextOptions } from './text/index.ts';

export type { TextOptions } from './text/index.ts';

const renderers = { text: renderText, json: renderJson } as const;

export type OutputFormat = keyof typeof renderers;
export type RenderOptions = TextOptions;

/**
 * A report as text for people or as JSON for programs; ends in a newline.
 * @param options colour and width, for text alone
 * @throws TypeError for a format that there is not
 */
export function render(report: Report, format: OutputFormat, options: RenderOptions = {}): string {
  if (!Object.hasOwn(renderers, format)) {
    throw new TypeError(`no format "${format}"; there is ${Object.keys(renderers).join(', ')}`);
  }
  return renderers[format](report, options);
}
