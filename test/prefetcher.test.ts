import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { Allowance } from '../src/allowance.ts';
import { defaultBudgets } from '../src/budgets.ts';
import { Streamer } from '../src/bundle/content.ts';
import { loadRules } from '../src/index.ts';
import { nodeRuntime } from '../src/runtime/node.ts';
import { nodePrefetcher, PrefetchThread } from '../src/runtime/node-prefetcher.ts';
import { PrefetchError, type Prefetcher } from '../src/runtime/prefetcher.ts';
import { type ByteSource, memorySource } from '../src/runtime/runtime.ts';
import { type ScanOptions, scanWith } from '../src/scan.ts';
import { mulberry32 } from './build/random.ts';
import { buildZip } from './build/zip.ts';
import { real } from './real/compose.ts';

const MiB = 1024 * 1024;
const rules = loadRules();
const folder = mkdtempSync(join(tmpdir(), 'waybill-prefetch-'));
const open: { thread: PrefetchThread; fd: number }[] = [];
afterEach(async () => {
  for (const { thread, fd } of open.splice(0)) {
    await thread.close();
    closeSync(fd);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function started(bytes: Uint8Array): Promise<PrefetchThread> {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  const thread = new PrefetchThread(fd, bytes.length);
  open.push({ thread, fd });
  await start(thread);
  return thread;
}

async function start(thread: PrefetchThread): Promise<void> {
  for (let wait = 0; !thread.started && wait < 1000; wait++) await setTimeout(10);
  expect(thread.started).toBe(true);
}

/** Waits for it as long as it takes. */
function nextOf(thread: PrefetchThread): Uint8Array | null {
  for (;;) {
    const bytes = thread.next();
    if (bytes !== 'later') return bytes;
  }
}

const sha256 = (bytes: Uint8Array) => {
  const hash = nodeRuntime.sha256();
  hash.update(bytes);
  return hash.digest();
};

/** All that a streamer says of one content, bytes by their digest. */
async function streamed(streamer: Streamer, content: Parameters<Streamer['stream']>[0], limit: number, stopAt: number) {
  const hash = nodeRuntime.sha256();
  let crc = 0;
  let pieces = 0;
  const end = await streamer.stream(content, limit, (bytes) => {
    hash.update(bytes);
    crc = crc32(bytes, crc);
    return ++pieces < stopAt;
  });
  if (end.crc32 !== null) expect(end.crc32).toBe(crc);
  const digest = hash.digest();
  if (end.sha256 !== null) expect(end.sha256).toBe(digest);
  return { bytes: end.bytes, state: end.state, detail: end.detail, crc, digest, pieces };
}

describe('content that is inflated beside the scan', () => {
  const next = mulberry32(11);
  const random = (below: number) => Math.floor(next() * below);
  const noise = Uint8Array.from({ length: 3 * MiB }, () => random(256));
  const text = new TextEncoder().encode('waybill reads this again and again; '.repeat(200_000));

  /** Contents one after the other in a file, of every kind that ends in another way. */
  const packed: { bytes: Uint8Array; coding: 'stored' | 'deflate' }[] = [
    { bytes: noise, coding: 'stored' },
    { bytes: deflateRawSync(noise), coding: 'deflate' },
    { bytes: deflateRawSync(text, { level: 9 }), coding: 'deflate' },
    // Cut off, broken in the middle, noise, bytes behind the end of the stream.
    { bytes: deflateRawSync(noise).subarray(0, 2 * MiB), coding: 'deflate' },
    {
      bytes: deflateRawSync(noise, { level: 1, strategy: 2 }).map((b, i) => (i === 900_000 ? b ^ 255 : b)),
      coding: 'deflate',
    },
    { bytes: noise.subarray(100, 200_000), coding: 'deflate' },
    { bytes: Buffer.concat([deflateRawSync(text), noise.subarray(0, 300_000)]), coding: 'deflate' },
    // A bomb: inflates 1000-fold.
    { bytes: deflateRawSync(new Uint8Array(120 * MiB)), coding: 'deflate' },
    { bytes: new Uint8Array(50_000), coding: 'stored' },
  ];
  const file = Buffer.concat(packed.map(({ bytes }) => bytes));
  const contents = (source: ByteSource) => {
    let offset = 0;
    return packed.map(({ bytes, coding }) => {
      const content = { source, offset, length: bytes.length, coding, claimed: -1 };
      offset += bytes.length;
      return content;
    });
  };

  it('ends as it does where no thread is: the same bytes, states and messages, whatever is asked for and announced', async () => {
    const thread = await started(file);
    const source = memorySource(file);
    const here = new Streamer(nodeRuntime.inflater());
    const beside = new Streamer(nodeRuntime.inflater());
    beside.prefetchFrom(source, thread, nodeRuntime);
    const all = contents(source);
    // One that the file is too short for.
    all.push({ source, offset: file.length - 100_000, length: 500_000, coding: 'stored', claimed: -1 });
    for (let round = 0; round < 80; round++) {
      const content = all[round < all.length ? round : random(all.length)]!;
      for (let guess = random(3); guess > 0; guess--) thread.announce(all[random(all.length)]!);
      if (random(2) === 0) thread.announce(content);
      const limit = random(4) === 0 ? 1 + random(MiB) : 1000 * MiB;
      const stopAt = random(4) === 0 ? 1 + random(5) : Number.POSITIVE_INFINITY;
      expect(await streamed(beside, content, limit, stopAt)).toEqual(await streamed(here, content, limit, stopAt));
    }
    expect(thread.taken).toBeGreaterThan(300);
  });

  it('gives the event loop back while millions of empty blocks make nothing, with the thread and without', async () => {
    // Stored blocks of no bytes (RFC 1951, 3.2.4), and none that is the last.
    const empty = Buffer.alloc(40 * MiB, Uint8Array.of(0, 0, 0, 255, 255));
    const thread = await started(empty);
    const source = memorySource(empty);
    const content = { source, offset: 0, length: empty.length, coding: 'deflate', claimed: -1 } as const;
    for (const prefetcher of [thread, null]) {
      let turns = 0;
      let now = 0;
      const turn = async () => {
        turns++;
      };
      // A second passes between two looks at the clock.
      const allowance = new Allowance(defaultBudgets, () => (now += 1000));
      const streamer = new Streamer(nodeRuntime.inflater(), turn, allowance);
      if (prefetcher) streamer.prefetchFrom(source, prefetcher, nodeRuntime);
      const { bytes, state } = await streamer.stream(content, 1000 * MiB, () => true);
      expect({ bytes, state }).toEqual({ bytes: 0, state: 'whole' });
      expect(turns).toBeGreaterThan(prefetcher ? 0 : 300);
    }
  });

  it('of a file is hashed as it would be by the scan, also in the middle of a content', async () => {
    const thread = await started(file);
    thread.open(contents(memorySource(file))[1]!);
    expect(nextOf(thread)?.length).toBeGreaterThan(0);
    expect(await thread.bundle(async () => {})).toBe(sha256(file));
  });

  it('of a file that cannot be read is an error, and its digest is left to the caller', async () => {
    const thread = new PrefetchThread(9999, MiB);
    await start(thread);
    thread.open({ offset: 0, length: MiB, coding: 'stored' });
    expect(() => nextOf(thread)).toThrow(new PrefetchError('Error: EBADF: bad file descriptor, read'));
    expect(await thread.bundle(async () => {})).toBeNull();
    await thread.close();
  });

  it('comes from here once the thread is gone', async () => {
    const thread = new PrefetchThread(9999, 200 * MiB);
    await start(thread);
    await thread.close();
    await setTimeout(1);
    expect(thread.takes(MiB)).toBe(false);
    expect(thread.hasRoom).toBe(false);
  });
});

it('a small bundle gets no thread', () => {
  expect(nodePrefetcher(0, MiB)).toBeNull();
});

it('a report says the same with and without the thread', async () => {
  const path = real.uiautomator2();
  const thread = await started(readFileSync(path));
  const reports = [];
  for (const prefetcher of [() => thread, () => null]) {
    reports.push(await scanWith({ ...nodeRuntime, prefetcher }, path, rules));
  }
  open.pop();
  expect(thread.taken).toBeGreaterThan(30);
  expect(reports[0]).toEqual(reports[1]);
});

/** The report of a ZIP with and without the thread. */
async function both(bytes: Uint8Array, options: ScanOptions = {}) {
  const thread = await started(bytes);
  const path = join(folder, 'file');
  const beside = await scanWith({ ...nodeRuntime, prefetcher: () => thread }, path, rules, options);
  open.pop();
  return { thread, beside, here: await scanWith({ ...nodeRuntime, prefetcher: () => null }, path, rules, options) };
}

const apk = (entries: Parameters<typeof buildZip>[0]) =>
  buildZip([{ name: 'AndroidManifest.xml', data: 'x' }, { name: 'classes.dex', data: 'x' }, ...entries]);
const url = new TextEncoder().encode('http://argus.agoralab.co/vosdk/public/report?listener=%u ');
/** One in each KiB: what is found is the same, and how many pieces of evidence there are is not tried here. */
const filled = (size: number) => Uint8Array.from({ length: size }, (_, i) => url[i % 1024] ?? 0);

it('entries that have to be tried in two ways say the same', async () => {
  const data = filled(2 * MiB);
  const raw = deflateRawSync(data, { level: 0 });
  const size = { size: data.length, compressedSize: raw.length, method: 99 };
  const entries = [1, 2, 3].map((i) => ({ name: `assets/${i}`, data, raw, local: size, central: size }));
  const { thread, beside, here } = await both(apk(entries));
  expect(thread.taken).toBeGreaterThan(10);
  expect(beside).toEqual(here);
});

it.each([
  ['stored', 0],
  ['in two ways', 99],
] as const)('a budget for the whole bundle ends at the same entry: %s', async (_name, method) => {
  const data = filled(6 * MiB);
  const changed = method === 0 ? {} : { local: { method }, central: { method } };
  const entries = Array.from({ length: 6 }, (_, i) => ({ name: `assets/${i}`, data, method: 0 as const, ...changed }));
  const { thread, beside, here } = await both(apk(entries), { budgets: { totalBytes: 25 * MiB } });
  expect(thread.taken).toBeGreaterThan(10);
  expect(here.coverage.some(({ reason }) => reason === 'budget')).toBe(true);
  expect(beside).toEqual(here);
});

it('signals and progress have their turn between contents of 1 MiB', async () => {
  const noise = Uint8Array.from({ length: MiB }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24);
  const entries = Array.from({ length: 100 }, (_, i) => ({ name: `assets/${i}`, data: noise, method: 0 as const }));
  const bytes = apk(entries);
  const thread = await started(bytes);
  const controller = new AbortController();
  let seen = 0;
  const onProgress = () => {
    if (++seen === 5) controller.abort();
  };
  const platform = { ...nodeRuntime, prefetcher: () => thread };
  const options = { signal: controller.signal, onProgress };
  await expect(scanWith(platform, join(folder, 'file'), rules, options)).rejects.toMatchObject({ code: 'aborted' });
  open.pop();
});

it('a scan goes on by itself where the thread ends before a content', async () => {
  const bytes = apk([1, 2, 3].map((i) => ({ name: `assets/${i}`, data: filled(MiB), method: 0 as const })));
  const dead: Prefetcher = {
    takes: () => true,
    hasRoom: false,
    announce() {},
    open() {},
    next() {
      throw new PrefetchError('gone');
    },
    stop() {},
    isHashed: false,
    end: { broken: null, left: 0, crc32: 0, sha256: null },
    bundle: async () => null,
    close: async () => {},
  };
  const path = join(folder, 'alone');
  writeFileSync(path, bytes);
  const reports = [];
  for (const prefetcher of [() => dead, () => null]) {
    reports.push(await scanWith({ ...nodeRuntime, prefetcher }, path, rules));
  }
  expect(reports[0]).toEqual(reports[1]);
});

/** A thread that is ended, while the scan waits, before it is asked the n-th time. */
function endingBefore(thread: PrefetchThread, n: number) {
  const seen = { lost: 0 };
  let asked = 0;
  const next = () => {
    if (++asked === n) void thread.close();
    try {
      return thread.next();
    } catch (error) {
      seen.lost++;
      throw error;
    }
  };
  const prefetcher = new Proxy<Prefetcher>(thread, {
    get(_, name) {
      const value = name === 'next' ? next : Reflect.get(thread, name, thread);
      return typeof value === 'function' ? value.bind(thread) : value;
    },
  });
  return { prefetcher, seen };
}

describe('a thread that ends in the middle of a scan', () => {
  const next = mulberry32(5);
  const noise = Buffer.concat([Uint8Array.from({ length: 3 * MiB }, () => next() * 256), url]);
  const bytes = apk([
    { name: 'lib/arm64-v8a/libstored.so', data: Buffer.concat([Buffer.from('\x7fELF'), noise]), method: 0 },
    { name: 'assets/deflated', data: noise },
    { name: 'assets/last', data: noise, method: 0 },
  ]);
  const path = join(folder, 'lost');
  writeFileSync(path, bytes);
  const here = scanWith({ ...nodeRuntime, prefetcher: () => null }, path, rules);

  // Up to 16 slots are filled by then, of contents with 25, 13 and 25: it is missed in the middle and at the ends of each.
  it.each([1, 2, 9, 12, 22, 25, 26, 40])('costs its place, before slot %i: the report is the same', async (n) => {
    const waits = vi.spyOn(Atomics, 'wait');
    const thread = await started(bytes);
    const { prefetcher, seen } = endingBefore(thread, n);
    const beside = await scanWith({ ...nodeRuntime, prefetcher: () => prefetcher }, path, rules);
    open.pop();
    // Where the event loop turned in time, its end is seen between two contents, and nothing is lost.
    expect(seen.lost).toBeLessThanOrEqual(1);
    // Looks at a thread that does not answer any more: a second of them, once.
    expect(waits.mock.calls.length).toBeLessThan(6_000);
    waits.mockRestore();
    expect(beside).toEqual(await here);
  });
});
