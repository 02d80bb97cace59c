import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { buildDex } from '../build/dex.ts';
import { real } from '../real/compose.ts';
import { compareStaticStrings, hasDexdump } from './dexdump.ts';

describe.skipIf(!hasDexdump())('static fields against dexdump', () => {
  it.each([
    ['apiDemos', real.apiDemos, 1, { strings: 665, others: 9298 }],
    ['settings', real.settings, 9, { strings: 848, others: 4699 }],
    ['uiautomator2', real.uiautomator2, 16, { strings: 2038, others: 13586 }],
  ] as const)('reads every static String of %s', (_, path, files, expected) => {
    const entries = unzipSync(readFileSync(path()), { filter: ({ name }) => name.endsWith('.dex') });
    expect(Object.keys(entries)).toHaveLength(files);
    const counts = { strings: 0, others: 0 };
    for (const bytes of Object.values(entries)) {
      const seen = compareStaticStrings(bytes);
      counts.strings += seen.strings;
      counts.others += seen.others;
    }
    expect(counts).toEqual(expected);
  });

  it.each(['035', '037', '038', '039'])('builds a version %s that dexdump reads alike', (version) => {
    const bytes = buildDex({
      version,
      classes: [
        {
          name: 'a.B',
          methods: ['<init>', 'run'],
          staticFields: [
            { name: 'QUOTED', value: 'a"b\\c\nd\te\rf' },
            { name: 'WIDE', value: 'ä€😀\0z' },
            { name: 'EMPTY', value: '' },
            { name: 'EARLY' },
            { name: 'late' },
            { name: 'NUMBER', value: -5 },
            { name: 'YES', value: true },
            { name: 'NO', value: false },
          ],
        },
        {
          name: 'c.D',
          super: 'a.B',
          staticFields: Array.from({ length: 300 }, (_, i) => ({ name: `x${i}`, value: `${i}` })),
        },
        { name: 'e.F', staticFields: [{ name: 'later' }] },
      ],
    });
    expect(compareStaticStrings(bytes)).toEqual({ strings: 303, others: 6 });
  });
});
