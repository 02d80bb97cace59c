import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
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
