import { checkOptions } from '../errors.ts';
import type { FileFailure } from '../report/file-report.ts';
import type { Report } from '../types.ts';
import { csv } from './csv.ts';
import { gitlab } from './gitlab.ts';
import { json, ndjson } from './json.ts';
import { junit } from './junit.ts';
import { letter } from './letter/index.ts';
import { markdown, markdownComment } from './markdown/index.ts';
import type { Around, Join, Renderer } from './renderer.ts';
import { sarif, sarifGithub } from './sarif/index.ts';
import { summary } from './summary/index.ts';
import { type TextOptions, text } from './text/index.ts';

export type { Answer, Around, FileResult } from './renderer.ts';
export { type StepOptions, stepText } from './step.ts';
export { answerOf } from './summary/files.ts';
export type { TextOptions } from './text/index.ts';

/** Each with how a report is written, and how several follow each other. A new format is a row here and its own file. */
const renderers = {
  summary,
  text,
  json,
  ndjson,
  markdown,
  'markdown-comment': markdownComment,
  letter,
  sarif,
  'sarif-github': sarifGithub,
  gitlab,
  junit,
  csv,
} satisfies Record<string, Renderer<RenderOptions>>;

export type OutputFormat = keyof typeof renderers;
/** Colour and width are for `summary` and `text`; what stands around the report for every format but `text` and `json`. */
export type RenderOptions = TextOptions & Around;

const renderOptions: Record<keyof RenderOptions, true> = {
  colour: true,
  width: true,
  gate: true,
  file: true,
  baseline: true,
  of: true,
};

export const outputFormats = Object.keys(renderers) as readonly OutputFormat[];

/**
 * A report in one of the formats; ends in a newline.
 * @throws TypeError for a format that there is not; ScanError bad-option for an option that there is not
 */
export function render(report: Report, format: OutputFormat, options: RenderOptions = {}): string {
  checkOptions('render', options, renderOptions);
  return rendererOf(format).render(report, options);
}

/** How the reports of several files follow each other in one output. @throws TypeError */
export function joinOf(format: OutputFormat): Required<Pick<Join<RenderOptions>, 'part'>> & Join<RenderOptions> {
  const { render: whole, failed, join } = rendererOf(format) as Renderer<RenderOptions>;
  return { part: whole, failed, ...join };
}

/** What a format writes of a file of which there is no report; null where it writes nothing. @throws TypeError */
export function renderFailure(failure: FileFailure, format: OutputFormat): string | null {
  return rendererOf(format).failed?.(failure) ?? null;
}

function rendererOf(format: OutputFormat): Renderer<RenderOptions> {
  if (Object.hasOwn(renderers, format)) return renderers[format];
  throw new TypeError(`no format "${format}"; there is ${outputFormats.join(', ')}`);
}
