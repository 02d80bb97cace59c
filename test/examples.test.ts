import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BundleDescription, buildBundle } from './build/bundle.ts';
import { type } from './cli/terminal.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const examples = readdirSync(new URL('../examples/', import.meta.url)).filter((name) => name.endsWith('.ts'));

describe('each example runs', () => {
  beforeAll(() => execFileSync('npm', ['run', '--silent', 'examples'], { cwd: root, stdio: 'pipe' }));

  const run = (name: string) =>
    execFileSync(process.execPath, [`.build/examples/${name}.js`], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  /** What each prints. An example without a row fails. */
  const prints: Readonly<Record<string, readonly RegExp[]>> = {
    clubhouse: [/Agora RTC/, /^(\d+) of \1 pieces hold$/m],
    review: [/agora-rtc/, /^(\d+) of \1 pieces hold$/m],
    service: [
      /^200 {"verdict":"review","reasons":\["high: identifiers-in-clear\/.*"sdk":"agora-rtc".*"letter":"/m,
      /^422 {"error":"not-a-bundle"}$/m,
    ],
    'custom-rules': [/^shipped: no SDK known\nwith Acme: acme-rtc of acme, NL\n$/],
  };

  it.each(examples)('%s', (file) => {
    const name = file.replace('.ts', '');
    const out = run(name);
    expect(Object.keys(prints)).toContain(name);
    for (const line of prints[name]!) expect(out).toMatch(line);
  });

  it('the rules of one’s own are proved by their twins', async () => {
    const { code, stdout, stderr } = await type(['rules', 'test', `${root}examples/custom-rules/rules`]);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^waybill: (\d+) of \1 cases hold, in 2 rule files\n$/);
  });
});

it('what is new since the last release fails a step, what was known does not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-since-'));
  const at = (name: string) => join(folder, name);
  try {
    const golden = readFileSync(new URL('golden/clubhouse/bundle.json', import.meta.url), 'utf8');
    writeFileSync(at('my app.ipa'), buildBundle(JSON.parse(golden) as BundleDescription));
    const since = (baseline: string) => {
      const { status, stderr } = spawnSync(
        'sh',
        [join(root, 'examples/ci/since-release.sh'), 'my app.ipa', baseline, '--as-of', '2021-02-12'],
        {
          cwd: folder,
          encoding: 'utf8',
          env: {
            PATH: process.env.PATH,
            WAYBILL: `${process.execPath} ${root}dist/cli/main.js`,
            GITHUB_STEP_SUMMARY: at('page.md'),
          },
        },
      );
      return { status, stderr };
    };
    const first = since('none.json');
    expect([first.status, first.stderr.split('\n')[0]]).toEqual([1, expect.stringMatching(/^no baseline yet: keep /)]);
    const report = readFileSync(at('waybill-report.json'), 'utf8');
    writeFileSync(at('known.json'), report);
    expect(since('known.json').status).toBe(0);
    const scanned = JSON.parse(report);
    const findings = scanned.report.findings.filter(({ rule }: { rule: string }) => rule !== 'identifiers-in-clear');
    writeFileSync(at('milder.json'), JSON.stringify({ ...scanned, report: { ...scanned.report, findings } }));
    expect(since('milder.json').status).toBe(1);
    const page = readFileSync(at('page.md'), 'utf8');
    expect(page).toContain(readFileSync(at('waybill-changes.md'), 'utf8'));
    expect(page).toContain('Code aboard can pass room ID to Agora in plaintext');
    writeFileSync(at('my app.ipa'), 'no app');
    expect(since('known.json').status).toBe(65);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
