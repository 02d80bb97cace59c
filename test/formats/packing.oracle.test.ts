import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unpackBzip2 } from '../../src/formats/packing/bzip2.ts';
import { unpackLzmaAlone, unpackXz } from '../../src/formats/packing/xz.ts';
import { unpackZstandard } from '../../src/formats/packing/zstandard.ts';
import { bzip2, zstandard } from '../build/packing.ts';
import { unpackAll } from '../build/unpack.ts';
import { concat } from '../build/zip.ts';

/** Streams that the tools of these formats write, of this Node itself (its first 3 MB), a text, and nothing. */
const node = readFileSync(process.execPath).subarray(0, 3_000_000);
const text = readFileSync(new URL('../../package-lock.json', import.meta.url));
const plains = { node, text, both: concat(text, node, text, new Uint8Array(300_000)), one: text.subarray(0, 1) };

const tools = [
  ['zstd', ['-1', '-c'], unpackZstandard],
  ['zstd', ['-19', '-c', '--no-check'], unpackZstandard],
  ['zstd', ['--ultra', '-22', '--long=27', '-c'], unpackZstandard],
  ['bzip2', ['-1', '-c'], unpackBzip2],
  ['bzip2', ['-9', '-c'], unpackBzip2],
  ['xz', ['-6', '-c'], unpackXz],
  ['xz', ['-2', '-c', '--format=lzma'], unpackLzmaAlone],
] as const;
const isThere = (tool: string) => spawnSync(tool, ['--version'], { input: '' }).status === 0;
const missing = ['zstd', 'bzip2', 'xz'].filter((tool) => !isThere(tool));
if (missing.length > 0) console.warn(`SKIPPED: ${missing.join(', ')} missing, packed streams are not compared`);

describe.each(tools.filter(([tool]) => !missing.includes(tool)))('%s %j', (tool, args, unpack) => {
  it.each(Object.entries(plains))('%s', (_name, plain) => {
    const { stdout } = spawnSync(tool, [...args], { input: plain, maxBuffer: 1 << 28 });
    expect(Buffer.from(unpackAll(unpack, stdout, 1e7).plain).equals(Buffer.from(plain))).toBe(true);
  });
});

describe('what the tests build', () => {
  it.skipIf(missing.includes('zstd'))('zstd takes', () => {
    const { stdout } = spawnSync('zstd', ['-d', '-c'], { input: zstandard(text), maxBuffer: 1 << 28 });
    expect(stdout.equals(text)).toBe(true);
  });

  it.skipIf(missing.includes('bzip2'))('bzip2 takes', () => {
    const plain = concat(text.subarray(0, 3000), new Uint8Array(700));
    const { stdout } = spawnSync('bzip2', ['-d', '-c'], { input: bzip2(plain) });
    expect(stdout.equals(Buffer.from(plain))).toBe(true);
  });
});
