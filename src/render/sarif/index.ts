import type { FileFailure } from '../../report/file-report.ts';
import type { Report } from '../../types.ts';
import { jsonText } from '../json.ts';
import type { Around, Renderer } from '../renderer.ts';
import { githubRun, MOST_RUNS } from './github.ts';
import { failedRun, wholeRun } from './run.ts';
import type { Json } from './words.ts';

const begin = `{
  "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
  "version": "2.1.0",
  "runs": [
`;
const end = '  ]\n}\n';

const runText = (run: Json) => `${jsonText(run).replace(/^/gm, '    ')}\n`;

function logOf(runOf: (report: Report, around: Around) => Json) {
  const part = (report: Report, around: Around = {}) => runText(runOf(report, around));
  return {
    render: (report: Report, around?: Around) => `${begin}${part(report, around)}${end}`,
    join: { begin, before: (_: string, index: number) => (index > 0 ? '    ,\n' : ''), part, end },
  };
}

const whole = logOf(wholeRun);
const github = logOf(githubRun);
const failed = (failure: FileFailure) => runText(failedRun(failure));

/** SARIF 2.1.0: one run for each bundle. */
export const sarif: Renderer<Around> = {
  ...whole,
  failed: (failure) => `${begin}${failed(failure)}${end}`,
  join: { ...whole.join, failed },
};
/** As GitHub's code scanning reads it: to it a run without results says that all alerts are closed, so that none is written. */
export const sarifGithub: Renderer<Around> = { ...github, join: { ...github.join, most: MOST_RUNS } };
