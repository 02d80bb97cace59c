import { describe, expect, it } from 'vitest';
import { Allowance } from '../../src/allowance.ts';
import { defaultBudgets } from '../../src/budgets.ts';
import { Collector } from '../../src/features/collector.ts';
import { contentKinds, type TableKind } from '../../src/features/kinds/index.ts';
import { matchNames } from '../../src/features/macho-names.ts';
import { Buffers, StreamReading } from '../../src/features/stream-reading.ts';
import { readFat, readMachO } from '../../src/formats/macho/index.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { loadRules } from '../../src/index.ts';
import type { Grade } from '../../src/inventory/facts.ts';
import type { Marks } from '../../src/inventory/taker.ts';
import { matching } from '../../src/match/taker.ts';
import { buildFat, buildMachO, type MachODescription } from '../build/macho.ts';

const marks = (fill: 0 | 1): Marks => ({
  heads: new Uint8Array(0x1_0000).fill(fill),
  tails: new Uint8Array(0x1_0000).fill(fill),
});

/** Classes that a taker is handed by their own names. */
function classesOf(image: MachODescription, wanted = marks(1)): { name: string; grade: Grade; how: string }[] {
  const bytes = buildMachO(image);
  const [slice] = readBytes(readFat(bytes.length, defaultBudgets), bytes).slices;
  const found: { name: string; grade: Grade; how: string }[] = [];
  const taker = {
    symbol() {},
    name(kind: string, name: string, grade: Grade, _offset: number | null, seen: () => { text: string; how: string }) {
      const { text, how } = seen();
      if (kind === 'class' && text === name) found.push({ name, grade, how });
    },
  };
  matchNames(readBytes(readMachO(slice!, defaultBudgets), bytes), taker, { types: wanted, symbols: wanted });
  return found;
}

describe('Objective-C classes of an image', () => {
  it('are handed over once each, and those that nobody looks for not at all', () => {
    const name = '_OBJC_CLASS_$_Own';
    const own = { exports: [name], symbols: [{ name }], objcClasses: ['Own', 'Own', 'Else'] };
    expect(classesOf(own)).toEqual([
      { name: 'Own', grade: 'defined', how: 'symbol table' },
      { name: 'Else', grade: 'defined', how: 'Objective-C class list' },
    ]);
    expect(classesOf(own, marks(0))).toEqual([]);
  });

  it('are all handed over where they are more than are compared', () => {
    const short = Array.from({ length: 70_000 }, (_, i) => `Class${i}`);
    const names = classesOf({ objcClasses: [...short, ...short] }).map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(short));
    expect(names.length).toBeGreaterThan(short.length);
    expect(names.length).toBeLessThan(2 * short.length);
  });
});

describe('buffers that are lent again', () => {
  it('leave what a reader still looks at', async () => {
    const rules = await loadRules();
    const symbols = Array.from({ length: 60 }, (_, i) => ({ name: `_${`${i}`.padEnd(3000, 'x')}` }));
    const exports = ['_OBJC_CLASS_$_AgoraRtcEngineKit'];
    const slices = (['armv7', 'arm64'] as const).map((arch) => ({
      arch,
      bytes: buildMachO({ arch, exports, symbols, objcClasses: ['AgoraRtcEngineKit'] }),
    }));
    const bytes = buildFat(slices);
    const read = (retained: number) => {
      const into = new Collector({
        path: 'x',
        container: null,
        taker: matching(rules),
        budgets: defaultBudgets,
        allowance: new Allowance(defaultBudgets),
      });
      into.begins('macho', contentKinds.macho);
      const store = new Uint8Array(retained);
      const names = (contentKinds.macho as TableKind).extract(bytes.length, defaultBudgets, into);
      const reading = new StreamReading(names, {
        most: defaultBudgets.heldBytes,
        retained,
        store: () => store,
        buffers: new Buffers(),
      });
      for (let pass = 0; pass < 12 && !reading.done; pass++) {
        for (let at = 0; at < bytes.length; at += 50_000) reading.push(bytes.subarray(at, at + 50_000));
        reading.end();
      }
      expect(reading.done).toBe(true);
      const { hits, coverage } = into.finish();
      return { hits, coverage };
    };
    const whole = read(bytes.length);
    expect(whole.hits.length).toBeGreaterThan(2);
    // Nothing is retained: every range is in a buffer that was lent.
    expect(read(0)).toEqual(whole);
  });

  it('are given back one by one, or all', () => {
    const buffers = new Buffers();
    const first = buffers.lend(100_000);
    expect(buffers.lend(100_000).buffer).not.toBe(first.buffer);
    buffers.giveBack(first);
    expect(buffers.lend(10).buffer).not.toBe(first.buffer);
    expect(buffers.lend(90_000)).toHaveLength(90_000);
    const third = buffers.lend(200_000);
    expect(third.buffer).not.toBe(first.buffer);
    buffers.release();
    expect([buffers.lend(100_000), buffers.lend(100_000)].map(({ buffer }) => buffer)).toContain(first.buffer);
  });
});
