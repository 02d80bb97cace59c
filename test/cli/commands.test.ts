import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes, worst } from '../../src/cli/exit-codes.ts';
import { type FileReport, version } from '../../src/index.ts';
import { buildBundle } from '../build/bundle.ts';
import { folder, type } from './terminal.ts';

const here = folder();
const agora = here.path('agora.ipa');
const reportPath = here.path('report.json');
const finding = 'identifiers-in-clear/agora/user-id';

beforeAll(async () => {
  const description = readFileSync(new URL('../golden/clubhouse/bundle.json', import.meta.url), 'utf8');
  writeFileSync(agora, buildBundle(JSON.parse(description)));
  await type(['scan', agora, '-o', `json=${reportPath}`, '-q']);
});
afterAll(here.remove);

describe('help and version', () => {
  it('prints the version of the package', async () => {
    const { version: packed } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await type(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(version).toBe(packed);
  });

  it.each([
    [['--help']],
    [['scan', '--help']],
    [['help', 'scan']],
  ])('%j has examples and every exit code', async (argv) => {
    const { code, stdout } = await type(argv);
    expect(code).toBe(0);
    expect(stdout).toContain('waybill scan app.apk');
    for (const [number, meaning] of exitCodes)
      expect(stdout).toMatch(new RegExp(`^ +${number}  ${meaning.slice(0, 20)}`, 'm'));
  });

  it('of explain has its own examples', async () => {
    const { stdout } = await type(['explain', '--help']);
    expect(stdout).toContain('waybill explain agora-rtc');
    expect(stdout).toMatch(/^ +64 /m);
  });

  it('names the options that take a value with all their values', async () => {
    const { stdout } = await type(['scan', '--help']);
    const words = stdout.replace(/\s+/g, ' ');
    for (const list of ['names, standard, deep', 'none, info, low, medium, high, critical'])
      expect(words).toContain(list);
  });
});

describe('explain', () => {
  it('explains an SDK from the rules alone', async () => {
    const { code, stdout, stderr } = await type(['explain', 'agora-rtc']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^SDK {2}agora-rtc/);
    expect(stdout).toContain('CLUES');
  });

  it('explains a finding of a report with its evidence and arithmetic', async () => {
    const { code, stdout } = await type(['explain', finding, '--report', reportPath]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^FINDING {2}identifiers-in-clear\/agora\/user-id/);
    expect(stdout).toContain('ITS PART IN THE RISK');
    expect(stdout).toContain('argus.agoralab.co');
  });

  it('takes the report that has the finding out of a file with several', async () => {
    const { report: one } = JSON.parse(readFileSync(reportPath, 'utf8')) as FileReport;
    const path = here.path('two.json');
    writeFileSync(path, JSON.stringify([{ ...one, findings: [] }, one]));
    expect((await type(['explain', finding, '--report', path])).stdout).toMatch(/^FINDING/);
  });

  it('64 for an id that names nothing, with those that are near', async () => {
    const { code, stdout, stderr } = await type(['explain', 'agora-rct']);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/nothing is called "agora-rct"; near it: agora-rtc/);
  });

  it('64 for what is no report, 66 for a report that is not there, 69 for rules that are not', async () => {
    const path = here.path('bad.json');
    for (const bad of ['{}', '[]', 'null', '[{"schema":"1.0.0"}]', 'not json']) {
      writeFileSync(path, bad);
      expect((await type(['explain', finding, '--report', path])).code, bad).toBe(64);
    }
    const { report: one } = JSON.parse(readFileSync(reportPath, 'utf8'));
    for (const findings of [[{ id: finding }], [null]]) {
      writeFileSync(path, JSON.stringify({ ...one, findings }));
      expect(await type(['explain', finding, '--report', path])).toMatchObject({ code: 64, stdout: '' });
    }
    expect((await type(['explain', finding, '--report', here.path('none.json')])).code).toBe(66);
    expect((await type(['explain', finding, '--rules', here.path('none')])).code).toBe(69);
  });
});

it('the worst of several codes is the one that kept Waybill from looking', () => {
  expect(worst([])).toBe(0);
  expect(worst([0, 2, 1])).toBe(1);
  expect(worst([1, 2, 65, 0])).toBe(65);
  expect(worst([65, 66])).toBe(66);
  expect(worst([66, 69])).toBe(69);
  expect(worst([69, 70, 1])).toBe(70);
  expect(worst([70, 130])).toBe(130);
  for (const [code] of exitCodes) expect(worst([code, 0])).toBe(code);
});

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
describe.skipIf(!existsSync(main))('as a process (needs npm run build)', () => {
  const execute = promisify(execFile);

  it('prints the report and exits with its code', async () => {
    const error = await execute(process.execPath, [main, 'scan', agora, '-o', 'json']).catch((e) => e);
    expect(error.code).toBe(1);
    expect((JSON.parse(error.stdout) as FileReport).report.bundle.kind).toBe('ipa');
    expect(error.stderr).toContain('exit code 1');
  });

  it('bears a reader that stops reading', async () => {
    const command = `"${process.execPath}" "${main}" scan ${`"${agora}" `.repeat(20)} --full --fail-on none | head -n 1`;
    const { stdout, stderr } = await execute('sh', ['-c', command]);
    expect(stdout).toMatch(/^==> .*agora\.ipa <==\n$/);
    expect(stderr).not.toContain('EPIPE');
  });

  const sh = (command: string, ...argv: string[]) =>
    new Promise<{ code: number; stderr: string }>((resolve) =>
      execFile('sh', ['-c', command, 'sh', process.execPath, main, ...argv], (error, _, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stderr }),
      ),
    );

  it.skipIf(!existsSync('/dev/full')).each([
    ['scan', [agora, '--fail-on', 'none', '-q']],
    ['explain', ['agora-rtc']],
    ['rules', ['list']],
    ['--help', []],
  ])('70 and one line for a full disk: %s', async (command, argv) => {
    const { code, stderr } = await sh('"$@" > /dev/full', command, ...argv);
    expect(stderr).toBe('waybill: stdout: cannot be written (ENOSPC)\n');
    expect(code).toBe(70);
  });

  it('70 and one line where the disk takes a part only', async () => {
    const { code, stderr } = await sh(`ulimit -f 1; "$@" > ${here.path('part')}`, 'scan', agora, '-o', 'json', '-q');
    expect([code, stderr]).toEqual([70, 'waybill: stdout: cannot be written (EFBIG)\n']);
  });

  it('70 and one line for a reader that is gone', async () => {
    const files = Array<string>(20).fill(agora);
    const command = `{ "$@"; echo $? > ${here.path('code')}; } | true`;
    const { stderr } = await sh(command, 'scan', ...files, '--fail-on', 'none', '-q');
    expect(stderr).toBe('waybill: stdout: closed by its reader before all was written\n');
    expect(readFileSync(here.path('code'), 'utf8')).toBe('70\n');
  });

  it('a stderr that cannot be written leaves the exit code', async () => {
    expect((await sh('"$@" 2> /dev/full', 'scan', agora)).code).toBe(1);
  });

  it('130 on SIGINT, with what it had begun brought to an end', async () => {
    const child = spawn(process.execPath, [main, 'scan', '-o', 'json', '-q', ...Array<string>(5_000).fill(agora)]);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      // It is scanning once it writes.
      if (stdout.length < 10 && stdout.length + text.length >= 10) child.kill('SIGINT');
      stdout += text;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
    expect(Array.isArray(JSON.parse(stdout))).toBe(true);
  });
});
