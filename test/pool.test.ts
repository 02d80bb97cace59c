import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPool, loadRules, type PoolOptions, render, ScanError, scan } from '../src/index.ts';
import { poolOf } from '../src/pool/index.ts';
import { startChild } from '../src/runtime/node-child.ts';
import { slowApk, smallApk } from './build/apk.ts';

const here = mkdtempSync(join(tmpdir(), 'waybill-pool-'));
const at = (name: string) => join(here, name);
const small = at('small.apk');
const slow = at('slow.apk');
const MiB = 2 ** 20;

beforeAll(() => {
  writeFileSync(small, smallApk());
  writeFileSync(slow, slowApk());
});
afterAll(() => rmSync(here, { recursive: true, force: true }));

const open: { close(): Promise<void> }[] = [];
function poolWith(options: PoolOptions) {
  const pool = createPool(options);
  open.push(pool);
  return pool;
}
afterEach(() => Promise.all(open.splice(0).map((pool) => pool.close())));

/** The processes that this one has started, by the system's own list. */
function children(): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const own = new RegExp(`^\\s*(\\d+)\\s+${process.pid}\\s.*pool/child\\.js`);
  return lines.map((line) => Number(own.exec(line)?.[1] ?? 0)).filter((pid) => pid > 1);
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 20));
}

function controller() {
  const own = new AbortController();
  return { signal: own.signal, abort: () => own.abort() };
}

const codeOf = (error: unknown) => (error instanceof ScanError ? error.code : error);
const outcome = (scanned: Promise<unknown>) => scanned.then(() => 'scanned', codeOf);

describe('the report is that of scan', () => {
  it('to the byte, with a pack, a context, a policy and a day', async () => {
    mkdirSync(at('pack/vendors'), { recursive: true });
    const vendor = readFileSync(new URL('../rules/vendors/agora.json', import.meta.url), 'utf8');
    writeFileSync(at('pack/vendors/agora.json'), vendor.replace(/"name": "Agora"/, '"name": "Agora, renamed"'));
    const options = {
      asOf: '2026-11-26',
      policy: 'store',
      depth: 'standard',
      context: { distribution: { notOffered: ['CN'] } },
    } as const;
    const report = await poolWith({ jobs: 1, rules: [at('pack')] }).scan(small, options);
    const own = await scan(small, { ...options, rules: loadRules(at('pack')) });
    expect(render(report, 'json')).toBe(render(own, 'json'));
    expect(report.rules.digest).not.toBe(loadRules().digest);
  });

  it('and so are the errors, which leave the child in use', async () => {
    const pool = poolWith({ jobs: 1 });
    writeFileSync(at('text'), 'no bundle');
    const thrown = (scanned: Promise<unknown>) => scanned.catch((error: ScanError) => [error.code, error.message]);
    const cases = [
      [at('text'), {}],
      [at('missing'), {}],
      [small, { policy: 'nobody’s' }],
    ] as const;
    for (const [path, options] of cases) {
      expect(await thrown(pool.scan(path, options))).toEqual(await thrown(scan(path, options)));
    }
    const [child] = children();
    await pool.scan(small);
    expect(children()).toEqual([child]);
  });
});

it('a bundle that takes too long is an error of its own, and the next is scanned', async () => {
  const pool = poolWith({ jobs: 1, timeout: 5000 });
  const [late, next] = [pool.scan(slow).catch((error: ScanError) => error), outcome(pool.scan(small))];
  await until(() => children().length > 0);
  // As a reader that never comes back, however fast the machine is.
  process.kill(children()[0]!, 'SIGSTOP');
  expect(await late).toMatchObject({
    code: 'timeout',
    message: `${slow}: not read within 5 s; give it longer, or less to read (depth)`,
  });
  expect(await next).toBe('scanned');
});

it('a child that is killed is an error of the bundle that it read alone', async () => {
  const pool = poolWith({ jobs: 1 });
  const [lost, next] = [outcome(pool.scan(slow)), outcome(pool.scan(small))];
  await until(() => children().length > 0);
  process.kill(children()[0]!, 'SIGSEGV');
  expect(await Promise.all([lost, next])).toEqual(['crashed', 'scanned']);
});

it('a child that dies while nothing is asked of it costs no scan', async () => {
  const pool = poolWith({ jobs: 1 });
  await pool.scan(small);
  process.kill(children()[0]!, 'SIGKILL');
  await until(() => children().length === 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await outcome(pool.scan(small))).toBe('scanned');
});

describe('memory is bounded', () => {
  it.each([
    ['of the process', 30 * MiB],
    ['of V8’s heap', MiB],
  ])('%s', async (_, memory) => {
    // Less than a pool may be given: what a process of Node takes by itself.
    const pool = poolOf({ spareCores: () => 1, start: () => startChild(memory) }, {});
    open.push(pool);
    expect(await outcome(pool.scan(slow))).toBe('out-of-memory');
  });
});

describe('abort', () => {
  it('by its signal ends a scan that runs, and one that waits', async () => {
    const pool = poolWith({ jobs: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const scans = [
      outcome(pool.scan(slow, { signal: first.signal })),
      outcome(pool.scan(slow, { signal: second.signal })),
    ];
    const last = outcome(pool.scan(small));
    second.abort();
    expect(await scans[1]).toBe('aborted');
    first.abort();
    expect(await scans[0]).toBe('aborted');
    expect(await last).toBe('scanned');
    expect(await outcome(pool.scan(small, { signal: AbortSignal.abort() }))).toBe('aborted');
  });

  it('by one signal ends many, at no cost: neither a warning nor a process for those that waited', async () => {
    const warnings: string[] = [];
    const warned = (warning: Error) => warnings.push(warning.message);
    process.on('warning', warned);
    let started = 0;
    const counted = (memory: number) => {
      started++;
      return startChild(memory);
    };
    const pool = poolOf({ spareCores: () => 1, start: counted }, { jobs: 2 });
    open.push(pool);
    const { signal, abort } = controller();
    const scans = Array.from({ length: 30 }, () => outcome(pool.scan(slow, { signal })));
    abort();
    expect(new Set(await Promise.all(scans))).toEqual(new Set(['aborted']));
    expect(started).toBe(2);
    expect(await outcome(pool.scan(small))).toBe('scanned');
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });

  it('by close ends all, and leaves no process', async () => {
    const pool = createPool({ jobs: 2 });
    const scans = [slow, slow, small].map((path) => outcome(pool.scan(path)));
    await until(() => children().length > 0);
    await pool.close();
    expect(await Promise.all(scans)).toEqual(['aborted', 'aborted', 'aborted']);
    expect(children()).toEqual([]);
    expect(await outcome(pool.scan(small))).toBe('aborted');
  });

  it('by what onProgress throws, which the caller gets', async () => {
    const fault = new Error('enough');
    const stop = () => {
      throw fault;
    };
    expect(await outcome(poolWith({ jobs: 1 }).scan(slow, { onProgress: stop }))).toBe(fault);
  });
});

it('progress comes from the child', async () => {
  const phases = new Set<string>();
  await poolWith({ jobs: 1 }).scan(slow, { onProgress: ({ phase }) => phases.add(phase) });
  expect([...phases]).toEqual(expect.arrayContaining(['open', 'read']));
});

it.each([
  [{ job: 2 }, /no option "job"; there is jobs, timeout, memory, rules, addresses/],
  [{ jobs: 0 }, /jobs is 0; it is a whole number of child processes, 1 to 1024/],
  [{ timeout: Number.POSITIVE_INFINITY }, /timeout is Infinity; it is a whole number of milliseconds, 1 to 2147483647/],
  [{ memory: 64 * MiB }, /memory is 67108864; it is a whole number of bytes, 134217728 to /],
  [{ rules: loadRules() }, /rules is a list of directories/],
  [{ addresses: { countryOf: () => null } }, /addresses is the path of an MMDB file/],
])('%j is refused', (options, message) => {
  expect(() => createPool(options as PoolOptions)).toThrow(message);
});

it('what cannot cross the border of a process is refused by name', async () => {
  const pool = poolWith({ jobs: 1 });
  const rules = { rules: loadRules() } as object;
  await expect(pool.scan(small, rules)).rejects.toThrow('pool.scan: rules cannot be handed to another process');
  await expect(pool.scan(new Uint8Array(4) as unknown as string)).rejects.toThrow('the bundle is a path');
  expect(children()).toEqual([]);
});

it('a caller that forgets to close its pool ends all the same', () => {
  const index = new URL('../dist/index.js', import.meta.url).href;
  const code = `import { createPool } from '${index}';
    process.stdout.write((await createPool().scan(${JSON.stringify(small)})).bundle.kind);`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    timeout: 60_000,
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  expect([status, stdout]).toEqual([0, 'apk']);
});

it('no secret of the caller’s environment is handed to what reads hostile bytes', async () => {
  process.env.WAYBILL_TEST_SECRET = 'a token of a pipeline';
  const scanned = outcome(poolWith({ jobs: 1 }).scan(slow));
  await until(() => children().length > 0);
  const seen = execFileSync('ps', ['eww', '-p', String(children()[0])], { encoding: 'utf8' });
  delete process.env.WAYBILL_TEST_SECRET;
  expect(seen).toContain('NODE_CHANNEL_FD=');
  expect(seen).not.toContain('a token of a pipeline');
  expect(await scanned).toBe('scanned');
});

it('20 scans at once leave the caller’s event loop free', async () => {
  const pool = poolWith({});
  let held = 0;
  let before = process.cpuUsage();
  const timer = setInterval(() => {
    // What this process did between two turns, not what others on the machine took from it.
    const { user, system } = process.cpuUsage(before);
    held = Math.max(held, (user + system) / 1000);
    before = process.cpuUsage();
  }, 5);
  const reports = await Promise.all(Array.from({ length: 20 }, () => pool.scan(small)));
  clearInterval(timer);
  expect(reports).toHaveLength(20);
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThan(50);
});
