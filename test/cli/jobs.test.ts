import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inOrder } from '../../src/cli/jobs.ts';
import type { Report } from '../../src/index.ts';
import { slowApk, smallApk } from '../build/apk.ts';
import { folder, type } from './terminal.ts';

const here = folder();
const at = here.path;
afterAll(here.remove);
beforeAll(() => {
  for (const name of ['a', 'b', 'c', 'd']) writeFileSync(at(`${name}.apk`), smallApk(`org.example.${name}.Main`));
  writeFileSync(at('slow.apk'), slowApk());
  writeFileSync(at('broken.apk'), 'no bundle');
});

describe('--jobs', () => {
  it('changes neither what is written, nor its order, nor the exit code', async () => {
    const files = ['slow', 'a', 'broken', 'b', 'c', 'a', 'd'].map((name) => at(`${name}.apk`));
    const one = await type(['scan', ...files, '-o', 'csv']);
    const three = await type(['scan', ...files, '-o', 'csv', '--jobs', '3']);
    expect(three).toEqual(one);
    expect(one.code).toBe(65);
    expect(one.stderr).toContain('broken.apk');
  });

  it('takes rule packs along', async () => {
    const args = ['scan', at('a.apk'), at('b.apk'), '--rules', at('no-pack'), '-j', '2'];
    const { code, stderr } = await type(args);
    expect([code, stderr]).toEqual([69, expect.stringContaining('no-pack')]);
  });

  it.each(['0', '1.5', 'all', '65', '-1'])('is not %s', async (jobs) => {
    const { code, stderr } = await type(['scan', at('a.apk'), `--jobs=${jobs}`]);
    expect([code, stderr]).toEqual([64, expect.stringContaining('Use a whole number, 1 to 64.')]);
  });
});

it('--timeout gives up on a file and says so; test/pool.test.ts shows that the others go on', async () => {
  const { code, stdout, stderr } = await type(['scan', at('slow.apk'), '--timeout', '1']);
  expect(stderr).toBe(`waybill: ${at('slow.apk')}: not read within 1 s; give it longer, or less to read (depth)\n`);
  expect([code, stdout]).toEqual([124, '']);
});

describe('files are begun before their turn', () => {
  const files = ['a', 'b', 'c', 'd', 'e'];

  it('a bounded number of them, in order, each once', async () => {
    const begun: string[] = [];
    const start = async (file: string) => {
      begun.push(file);
      return { waybill: file } as Report;
    };
    const next = inOrder(files, 2, start);
    expect(begun).toEqual([]);
    const seen: string[] = [];
    for (const [index] of files.entries()) {
      seen.push((await next(undefined)).waybill);
      expect(begun).toEqual(files.slice(0, index + 2));
    }
    expect(seen).toEqual(files);
  });

  it('an error waits for its turn, and progress is that of the file whose turn it is', async () => {
    const told: ((done: number) => void)[] = [];
    const next = inOrder(files, 5, async (file, onProgress) => {
      told.push((done) => onProgress({ phase: 'read', done, total: 9 }));
      if (file === 'b') throw new Error('of b');
      return { waybill: file } as Report;
    });
    const seen: string[] = [];
    await next(({ done }) => seen.push(`a ${done}`));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = next(({ done }) => seen.push(`b ${done}`));
    for (const tell of told) tell(told.indexOf(tell));
    await expect(second).rejects.toThrow('of b');
    expect(seen).toEqual(['b 1']);
  });
});
