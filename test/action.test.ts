import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallApk } from './build/apk.ts';
import { buildBundle } from './build/bundle.ts';

/** The scripts of action.yml, run as a runner of GitHub does: bash, with inputs as variables. actionlint reads the rest. */
const root = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(join(root, 'action.yml'), 'utf8');
const steps = new Map(
  text
    .split(/^ {4}- name: /m)
    .slice(1)
    .map((step) => [step.slice(0, step.indexOf('\n')), step]),
);
const scriptOf = (name: string) =>
  /^ {6}run: \|\n((?: {8}.*\n|\n)+)/m.exec(`${steps.get(name)}\n`)?.[1]?.replace(/^ {8}/gm, '') ?? '';

const work = mkdtempSync(join(tmpdir(), 'waybill-action-'));
const at = (name: string) => join(work, name);
afterAll(() => rmSync(work, { recursive: true, force: true }));
const strange = 'out/a $(touch pwned);`touch pwned` \'".apk';
beforeAll(() => {
  mkdirSync(at('out/deep/er'), { recursive: true });
  writeFileSync(at('out/deep/er/plain.apk'), smallApk());
  writeFileSync(at(strange), smallApk());
  const clubhouse = new URL('golden/clubhouse/', import.meta.url);
  writeFileSync(at('app.ipa'), buildBundle(JSON.parse(readFileSync(new URL('bundle.json', clubhouse), 'utf8'))));
});

function scan(inputs: Record<string, string>) {
  for (const name of ['output', 'summary']) writeFileSync(at(name), '');
  const own = [...text.matchAll(/^ {8}([A-Z_]+): \$\{\{ inputs\./gm)].map(([, name]) => [name, '']);
  const { status, stdout } = spawnSync('bash', ['-eo', 'pipefail', '-c', scriptOf('Scan')], {
    cwd: work,
    encoding: 'utf8',
    env: {
      ...{ PATH: process.env.PATH, RUNNER_TEMP: work, GITHUB_ACTION_PATH: root },
      ...{ GITHUB_OUTPUT: at('output'), GITHUB_STEP_SUMMARY: at('summary') },
      ...Object.fromEntries(own),
      ...inputs,
    },
  });
  const outputs = Object.fromEntries(
    readFileSync(at('output'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('=')),
  );
  const reports = outputs.reports === undefined ? [] : readdirSync(outputs.reports).sort();
  return { status, stdout, outputs, reports, summary: readFileSync(at('summary'), 'utf8') };
}

describe('inputs', () => {
  const declared = [
    ...text.slice(0, text.indexOf('\noutputs:')).matchAll(/^ {2}([a-z-]+):\n {4}description: .+/gm),
  ].map(([, name]) => name);

  it('are all used, and none is used that is not declared', () => {
    const used = new Set([...text.matchAll(/\binputs\.([a-z-]+)/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual([...declared].sort());
    expect(declared.length).toBeGreaterThan(10);
  });

  it('never become text of a script', () => {
    for (const name of ['Install Waybill', 'Scan', 'Comment on the pull request', 'Gate']) {
      expect(scriptOf(name).length, name).toBeGreaterThan(50);
      expect(scriptOf(name), name).not.toContain('${{');
    }
  });
});

describe('the step that scans', () => {
  it('reports on each file, adds to the summary, and leaves the gate to the last step', () => {
    const { status, outputs, reports, summary, stdout } = scan({ FILES: 'app.ipa\n\nout/**/plain.*', SUMMARY: 'true' });
    expect([status, outputs['exit-code'], outputs.alerts]).toEqual([0, '1', 'true']);
    const suffixes = ['comment.md', 'json', 'md', 'sarif'];
    expect(reports).toEqual(['app.ipa', 'plain.apk'].flatMap((file) => suffixes.map((suffix) => `${file}.${suffix}`)));
    expect(summary.match(/^## Waybill/gm)).toHaveLength(2);
    expect(stdout).toBe('');
  });

  it('passes on every option', () => {
    writeFileSync(at('context.json'), '{ "distribution": { "notOffered": ["CN"] } }');
    const options = {
      CONTEXT: 'context.json',
      POLICY: 'store',
      DEPTH: 'names',
      JOBS: '2',
      TIMEOUT: '60',
      FAIL_ON: 'none',
    };
    const { outputs, summary } = scan({ FILES: '*.ipa', ACCEPT: 'depth encrypted', ...options });
    expect([outputs['exit-code'], summary]).toEqual(['0', '']);
    const { report } = JSON.parse(readFileSync(join(outputs.reports!, 'app.ipa.json'), 'utf8'));
    expect(report.context.stated).toEqual({ distribution: { notOffered: ['CN'] } });
    expect(report.coverage.map((line: { reason: string }) => line.reason)).toContain('depth');
  });

  it('takes a file’s name for nothing but a name', () => {
    const { outputs, reports } = scan({ FILES: 'out/*.apk' });
    expect(outputs['exit-code']).toBe('0');
    expect(reports).toContain(`${strange.slice('out/'.length)}.json`);
    expect(existsSync(at('pwned'))).toBe(false);
  });

  it('ends at once where a pattern meets nothing, and hands on what is wrong with an option', () => {
    expect(scan({ FILES: 'app.ipa\nnowhere/*.apk' })).toMatchObject({
      status: 66,
      stdout: '::error::no file is called nowhere/*.apk\n',
    });
    expect(scan({ FILES: 'app.ipa', FAIL_ON: 'soon' }).outputs['exit-code']).toBe('64');
  });
});

it('a pull request gets one comment: the first time it is made, then it is renewed', () => {
  const reports = at('comments');
  mkdirSync(reports);
  writeFileSync(join(reports, 'a.comment.md'), '## Waybill: a\n');
  writeFileSync(join(reports, 'b.comment.md'), 'b'.repeat(65_500));
  // What stands in for GitHub's own client: says that there is a comment, or none, and writes down what it is asked.
  writeFileSync(at('gh'), '#!/bin/sh\necho "$@" >> "$ASKED"\ncase "$*" in *--paginate*) printf "$KNOWN" ;; esac\n');
  chmodSync(at('gh'), 0o755);
  const comment = (known: string) => {
    writeFileSync(at('asked'), '');
    const env = {
      PATH: `${work}:${process.env.PATH}`,
      REPORTS: reports,
      NUMBER: '7',
      GITHUB_REPOSITORY: 'o/r',
      ASKED: at('asked'),
      KNOWN: known,
    };
    const { status } = spawnSync('bash', ['-eo', 'pipefail', '-c', scriptOf('Comment on the pull request')], { env });
    expect(status).toBe(0);
    return readFileSync(at('asked'), 'utf8').trim().split('\n').at(-1);
  };
  expect(comment('')).toBe(`api --silent repos/o/r/issues/7/comments -F body=@${reports}/comment`);
  expect(comment('41\n42\n')).toBe(`api --silent -X PATCH repos/o/r/issues/comments/41 -F body=@${reports}/comment`);
  const body = readFileSync(join(reports, 'comment'), 'utf8');
  expect(body).toBe('<!-- waybill -->\n## Waybill: a\nThe other files are in the summary of the job.\n');
});
