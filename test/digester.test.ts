import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultBudgets } from '../src/budgets.ts';
import { zipArchive } from '../src/bundle/archive.ts';
import { Streamer } from '../src/bundle/content.ts';
import { Extractor } from '../src/features/entry.ts';
import { vocabulary } from '../src/judge/vocabulary.ts';
import { nodePlatform } from '../src/platform/node.ts';
import { DigestThread, nodeDigester, nodeInlineDigester } from '../src/platform/node-digester.ts';
import { memorySource } from '../src/platform/platform.ts';
import { compileRules } from '../src/rules/compile.ts';
import { parseRules } from '../src/rules/load.ts';
import { scanWith } from '../src/scan.ts';
import { mulberry32 } from './build/random.ts';
import { buildZip } from './build/zip.ts';
import { real } from './real/compose.ts';
import { clue, rulesOf } from './rules/rules-of.ts';

const MiB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'waybill-digests-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function started(fd = -1, size = 0): Promise<DigestThread> {
  const thread = new DigestThread(nodeInlineDigester(), fd, size);
  for (let wait = 0; !thread.started && wait < 1000; wait++) await setTimeout(10);
  expect(thread.started).toBe(true);
  return thread;
}

describe('digests computed beside the scan', () => {
  const next = mulberry32(7);
  const random = (below: number) => Math.floor(next() * below);
  const bytes = Uint8Array.from({ length: 5 * MiB }, () => random(256));
  let thread: DigestThread;
  beforeAll(async () => {
    thread = await started();
  });
  afterAll(() => thread.close());

  it('are those computed on the spot, whatever the sizes, the cuts, and how late they are asked for', () => {
    const inline = nodeInlineDigester();
    const runs = Array.from({ length: 300 }, (_, i) => {
      const size = [0, 1, 65_536, 262_144, 262_145, random(5 * MiB)][i % 6]!;
      const wanted = { sha256: i % 3 !== 0, crc32: i % 4 !== 0, size: 10 * MiB };
      const content = bytes.subarray(0, size);
      const [one, other] = [thread.begin(wanted), inline.begin(wanted)];
      for (let at = 0; at < size; ) {
        const piece = content.subarray(at, at + 1 + random(600_000));
        // Where the content stands already, nothing is copied; elsewhere it is.
        const room = random(2) === 0 ? one.room() : null;
        if (room) {
          room.set(piece.subarray(0, room.length));
          one.update(room.subarray(0, Math.min(piece.length, room.length)));
          one.update(piece.subarray(room.length));
        } else one.update(piece);
        other.update(piece);
        at += piece.length;
      }
      one.end();
      return { one, other };
    });
    for (const { one, other } of runs) expect(one.result()).toEqual(other.result());
  });

  it('of a content that was never ended are those of what came', () => {
    const [wanted, piece] = [{ sha256: true, crc32: true, size: MiB }, bytes.subarray(0, 100_000)];
    const left = thread.begin(wanted);
    left.update(piece);
    const next = thread.begin(wanted);
    next.update(piece);
    const alone = nodeInlineDigester().begin(wanted);
    alone.update(piece);
    const expected = alone.result();
    expect(next.result()).toEqual(expected);
    expect(left.result()).toEqual(expected);
  });
});

it('the file is hashed beside the scan, as it would be by the scan', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, Buffer.alloc(3 * MiB + 17, 'waybill'));
  const thread = await started(openSync(path, 'r'), 3 * MiB + 17);
  const hash = nodePlatform.sha256();
  hash.update(readFileSync(path));
  expect(await thread.bundle(async () => {})).toBe(hash.digest());
  await thread.close();
});

it('a file that cannot be read leaves its digest to the caller', async () => {
  const thread = await started(9999, MiB);
  expect(await thread.bundle(async () => {})).toBeNull();
  await thread.close();
});

it('a small bundle gets no thread', () => {
  expect(nodeDigester(-1, MiB)).not.toBeInstanceOf(DigestThread);
});

it('a thread that is gone leaves the digest of the file to the caller', async () => {
  const path = join(folder, 'long');
  writeFileSync(path, Buffer.alloc(200 * MiB));
  const thread = await started(openSync(path, 'r'), 200 * MiB);
  await thread.close();
  expect(await thread.bundle(async () => void (await setTimeout(1)))).toBeNull();
});

it('a report says the same with and without the thread', async () => {
  const rules = parseRules([nodePlatform.readRules(nodePlatform.shippedRules)], nodePlatform.sha256(), vocabulary);
  const thread = await started();
  const reports = [];
  for (const digester of [() => thread, nodeInlineDigester]) {
    reports.push(await scanWith({ ...nodePlatform, digester }, real.uiautomator2(), rules));
  }
  expect(thread.given).toBeGreaterThan(30);
  expect(reports[0]).toEqual(reports[1]);
});

it('entries that wait for a digest are few, and come in the order of reading', async () => {
  const thread = await started();
  const scene = { platform: 'android', root: '', executable: null } as const;
  const streamer = new Streamer(nodePlatform.inflater());
  const matcher = compileRules(rulesOf({ sdk: { clues: [clue('string', { is: 'agoraagora' })] } }));
  const extractor = new Extractor(matcher, nodePlatform, thread, streamer, defaultBudgets, 'deep', scene);
  const sizes = Array.from({ length: 200 }, (_, i) => (i % 50 === 0 ? 5 * MiB : 10));
  const zip = buildZip(sizes.map((size, i) => ({ name: `assets/${i}`, data: new Uint8Array(size), method: 0 })));
  const source = memorySource(zip);
  const { entries } = await zipArchive(source, '', defaultBudgets, streamer, nodePlatform);
  const names: string[] = [];
  let most = 0;
  for (const [i, entry] of entries.entries()) {
    await extractor.extract(entry, ({ path }) => names.push(path));
    most = Math.max(most, i + 1 - names.length);
  }
  extractor.finish();
  await thread.close();
  expect(most).toBeLessThanOrEqual(32);
  expect(names).toEqual(sizes.map((_, i) => `assets/${i}`));
});
