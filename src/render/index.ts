import type { Report } from '../types.ts';
import { json } from './json.ts';
import type { Join, Renderer } from './renderer.ts';
import { type TextOptions, text } from './text/index.ts';

export type { TextOptions } from './text/index.ts';

/** Each with how a report is written, and how several follow each other. A new format is a row here and its own file. */
const renderers = { text, json } satisfies Record<string, Renderer<TextOptions>>;

export type OutputFormat = keyof typeof renderers;
export type RenderOptions = TextOptions;

export const outputFormats = Object.keys(renderers) as readonly OutputFormat[];

/**
 * A report as text for people or as JSON for programs; ends in a newline.
 * @param options colour and width, for text alone
 * @throws TypeError for a format that there is not
 */
export function render(report: Report, format: OutputFormat, options: RenderOptions = {}): string {
  return rendererOf(format).render(report, options);
}

/** How the reports of several files follow each other in one output. @throws TypeError */
export function joinOf(format: OutputFormat): Join {
  return rendererOf(format).join;
}

function rendererOf(format: OutputFormat): Renderer<TextOptions> {
  if (Object.hasOwn(renderers, format)) return renderers[format];
  throw new TypeError(`no format "${format}"; there is ${outputFormats.join(', ')}`);
}
