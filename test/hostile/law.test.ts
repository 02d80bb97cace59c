import { describe, expect, it } from 'vitest';
import { Allowance } from '../../src/allowance.ts';
import { defaultBudgets } from '../../src/budgets.ts';
import { assess, loadRules, matching, type Report, read } from '../../src/index.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { bombs, flood, quine, sharing, staggered } from '../build/bombs.ts';
import { buildElf } from '../build/elf.ts';
import { buildZip } from '../build/zip.ts';

/** The law of src/allowance.ts in bytes and steps; `npm run law` measures CPU and memory of the same inputs. */

const MiB = 1024 * 1024;
const rules = loadRules();
/** A quarter of each: `npm run law` takes the whole. */
const smaller = bombs(rules, 4);
const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } });

async function costOf(bytes: Uint8Array) {
  const reading = await read(bytes, matching(rules));
  return { ...reading.spent, report: await assess(reading, { rules }) };
}

const gaps = (report: Report) => report.coverage.filter((line) => line.matters && line.state !== 'read');
/** Steps between two turns: twice those of src/allowance.ts. */
const MOST_STEPS = 16 * 1024;
const most = (size: number) => 64 * MiB + 200 * size;

describe('what a scan may inflate', () => {
  it.each([
    'zeros-4-of-64MiB',
    'urls-long-64MiB',
    'shared-64MiB-hosts-by-99',
    'zstandard-runs-64MiB',
    'zstandard-starts-8MiB',
    'short-magics-64MiB',
    'gzip-members-16MiB',
    'brotli-64MiB',
  ])('%s stays within it', async (name) => {
    const bytes = smaller[name]!();
    const { inflated } = await costOf(bytes);
    expect(inflated).toBeLessThanOrEqual(most(bytes.length));
  });

  it('is said where it ended the reading', async () => {
    const { report } = await costOf(smaller['zeros-4-of-64MiB']!());
    expect(gaps(report)).toContainEqual(
      expect.objectContaining({
        reason: 'budget',
        detail: expect.stringMatching(/^the bundle inflates to more than /),
      }),
    );
    expect(report.verdict).toBe('inconclusive');
  });

  it('holds for data that overlaps in part, and for an archive that lists itself', async () => {
    for (const bytes of [staggered(500, MiB), quine(40)]) {
      const { inflated } = await costOf(buildApk(bytes));
      expect(inflated).toBeLessThanOrEqual(most(bytes.length + 1000));
    }
  });
});

/** The archive as an entry of an APK, stored. */
function buildApk(archive: Uint8Array): Uint8Array {
  return buildZip([
    { name: 'AndroidManifest.xml', data: manifest },
    { name: 'a.zip', data: archive, method: 0 },
  ]);
}

describe('packed streams of blocks that make nothing or little', () => {
  it.each([
    'zstandard-empty-blocks',
    'bzip2-blocks-100000',
    'brotli-of-small-blocks',
  ])('%s end by steps, and it is said', async (name) => {
    const bytes = smaller[name]!();
    const { inflated, steps, report } = await costOf(bytes);
    expect(inflated).toBeLessThanOrEqual(most(bytes.length));
    expect(steps).toBeLessThanOrEqual(200_000 + bytes.length / 8 + inflated / 32);
    expect(gaps(report)).toContainEqual(
      expect.objectContaining({ reason: 'budget', detail: expect.stringMatching(/^packed with .*steps/) }),
    );
  });
});

describe('entries with the same bytes', () => {
  const agora = buildElf({ soname: 'libagora-rtc-sdk-jni.so', exports: ['createAgoraRtcEngine'] });

  it('are read once, and each has what its name and the bytes say', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `lib/arm64-v8a/lib${i}.so`);
    const data = new Uint8Array(MiB);
    data.set(agora);
    const { inflated, report } = await costOf(sharing([...names, 'assets/note.txt'], data));
    // Twice, where a digest is part of the proof.
    expect(inflated).toBeLessThan(3 * MiB);
    const found = report.detections.find((d) => d.sdk === 'agora-rtc');
    const paths = new Set(found?.instances.map(({ path }) => path));
    expect(paths).toContain('lib/arm64-v8a/lib0.so');
    expect(paths).toContain('lib/arm64-v8a/lib49.so');
    const detail = 'bytes that another entry has as well, read there';
    expect(report.coverage).toContainEqual(expect.objectContaining({ path: '(50 entries)', detail }));
    // What stands beside them (a header with the name of the first) is searched, and once.
    const beside = expect.stringMatching(/!\(beside it, at 30\)$/);
    expect(report.coverage).toContainEqual(
      expect.objectContaining({ path: beside, detail: 'every byte, for strings' }),
    );
    expect(report.coverage).toContainEqual(expect.objectContaining({ path: '(49 entries)', format: 'text', detail }));
  });

  it('that the system loads as code are none all the same', async () => {
    const { report } = await costOf(sharing(['assets/a.txt', 'classes.dex'], flood('text ', 5000)));
    expect(gaps(report)).toContainEqual(
      expect.objectContaining({ path: 'classes.dex', detail: expect.stringContaining('its bytes are no code') }),
    );
  });
});

describe('floods of hits', () => {
  it.each([
    'hosts-64MiB',
    'urls-joined-16MiB',
    'addresses-64MiB',
    'one-anchor-16MiB',
  ])('%s: so many are looked at, the rest is counted, and said', async (name) => {
    const { report, steps } = await costOf(smaller[name]!());
    expect(gaps(report)).toContainEqual(
      expect.objectContaining({ reason: 'budget', detail: expect.stringMatching(/^\d+ more hits of kind \w+ were/) }),
    );
    expect(steps).toBeLessThan(5 * defaultBudgets.hitsPerKind);
  });

  it('of one kind in one entry hide no other kind, and no other entry', async () => {
    const [first, second] = [flood('"18.1.2.3" ', 2 * MiB), `"agorasdk.log" fetch('https://late.example.com/')`];
    const { report } = await costOf(
      buildZip([
        { name: 'AndroidManifest.xml', data: manifest },
        { name: 'a.js', data: first },
        { name: 'b.js', data: second },
      ]),
    );
    expect(report.endpoints.map(({ host }) => host)).toContain('late.example.com');
  });
});

describe('steps', () => {
  it('are granted by the size of the input and by what was inflated', () => {
    const allowance = new Allowance(defaultBudgets);
    let spent = 0;
    while (allowance.spend(1000)) spent += 1000;
    allowance.grant(16_000);
    expect(allowance.spend(1000)).toBe(true);
    expect(allowance.spend(1000)).toBe(false);
    allowance.inflate(32_000);
    expect(allowance.spend(1000)).toBe(true);
    expect(allowance.steps).toBe(spent + 2000);
  });

  it('of many entries end where size and content allow for no more: names are matched all the same', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `a/${i}`);
    const { report } = await costOf(sharing([...names, 'lib/arm64-v8a/libagora-rtc-sdk-jni.so'], new Uint8Array(10)));
    expect(gaps(report)).toContainEqual(
      expect.objectContaining({ detail: 'the bundle holds more entries than its size and content allow for' }),
    );
    expect(report.detections.map(({ sdk }) => sdk)).toContain('agora-rtc');
  });
});

it('names that are too long for a path are cut, and told apart', async () => {
  const long = 'n'.repeat(60_000);
  const entries = ['1', '2'].map((name) => ({ name: `${long}${name}/libagora-rtc-sdk-jni.so`, data: 'x' }));
  const { report } = await costOf(buildZip([{ name: 'AndroidManifest.xml', data: manifest }, ...entries]));
  // By its end a rule still knows the file.
  expect(report.detections.map(({ sdk }) => sdk)).toContain('agora-rtc');
  expect(report.anomalies).toContainEqual(
    expect.objectContaining({ code: 'zip.hostile-name', detail: '60025 bytes long' }),
  );
  expect(report.anomalies.filter(({ code }) => code === 'zip.duplicate-name')).toEqual([]);
});

describe('the event loop', () => {
  it('is given back by the clock where steps are few', async () => {
    let now = 0;
    const allowance = new Allowance(defaultBudgets, () => now);
    expect(allowance.isTurn).toBe(false);
    now = 7;
    expect(allowance.isTurn).toBe(false);
    now = 8;
    expect(allowance.isTurn).toBe(true);
    allowance.turned();
    expect(allowance.isTurn).toBe(false);
    allowance.worked(10_000);
    expect(allowance.isTurn).toBe(true);
    expect(allowance.steps).toBe(0);
  });

  it.each([
    'entries-99000-empty',
    'entries-99000-nested',
    'dex-urls',
    'hosts-32-of-2MiB',
    'libraries-30000',
  ])('%s: is given back again and again while it is read and judged', async (name) => {
    const bytes = smaller[name]!();
    let turns = 0;
    let isDone = false;
    const turning = (async () => {
      for (; !isDone; turns++) await new Promise((resolve) => setImmediate(resolve));
    })();
    const { steps } = await costOf(bytes);
    isDone = true;
    await turning;
    // For how long it is held between two turns, in CPU, `npm run law` measures: no test is by the clock.
    expect(turns).toBeGreaterThan(steps / MOST_STEPS);
  });

  it('lets an abort through in the middle of a long listing', async () => {
    const bytes = smaller['entries-99000-empty']!();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    await expect(read(bytes, matching(rules), { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});
