import type { Report } from '../../types.ts';
import { jsonText } from '../json.ts';
import type { Around, Renderer } from '../renderer.ts';
import { githubRun, MOST_RUNS } from './github.ts';
import { wholeRun } from './run.ts';
import type { Json } from './words.ts';

const begin = `{
  "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
  "version": "2.1.0",
  "runs": [
`;
const end = '  ]\n}\n';

function logOf(runOf: (report: Report, around: Around) => Json, most?: number): Renderer<Around> {
  const part = (report: Report, around: Around = {}) => `${jsonText(runOf(report, around)).replace(/^/gm, '    ')}\n`;
  return {
    render: (report, around) => `${begin}${part(report, around)}${end}`,
    join: { begin, before: (_, index) => (index > 0 ? '    ,\n' : ''), part, end, ...(most ? { most } : {}) },
  };
}

/** SARIF 2.1.0: one run for each bundle. */
export const sarif = logOf(wholeRun);
/** As GitHub's code scanning reads it. */
export const sarifGithub = logOf(githubRun, MOST_RUNS);
