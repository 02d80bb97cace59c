import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { memberOf, methodNameOf, openDex, visitUses } from '../../src/formats/dex/index.ts';
import { loadRules } from '../../src/index.ts';
import { real } from '../real/compose.ts';
import { dumpOf, hasDexdump } from './dexdump.ts';

/** What every package of a real app refers to, against what `dexdump -d` prints. */

const members = [...loadRules().permissions.values()].flatMap(({ guarded }) =>
  guarded.flatMap(({ members, strings, permissions }) => [
    ...members.map((member) => {
      const dot = member.lastIndexOf('.');
      return { class: member.slice(0, dot), name: member.slice(dot + 1) };
    }),
    ...[...strings, ...permissions].map((name) => ({ class: null, name })),
  ]),
);
const called = new Set(members.map(({ class: owner, name }) => (owner === null ? `"${name}` : `${owner}.${name}`)));
const beginnings = [...called]
  .filter((name) => name.startsWith('"') && name.endsWith('*'))
  .map((name) => name.slice(0, -1));
const isWanted = (name: string) =>
  called.has(name) || (name.startsWith('"') && beginnings.some((beginning) => name.startsWith(beginning)));

const dotted = (descriptor: string) => descriptor.replace(/^L|;$/g, '').replaceAll('/', '.');

/** `method > what it refers to @ place`, of each method by itself. */
function dumped(dump: string): string[] {
  const found: string[] = [];
  let method = '';
  for (const line of dump.split('\n')) {
    // `0015a8:   |[0015a8] a.b.C.run:()V`
    const begins = /^[0-9a-f]{6,8}: +\|\[[0-9a-f]+\] (\S+):\(/.exec(line);
    if (begins) method = begins[1]!;
    const shown = /^([0-9a-f]{6,8}): [0-9a-f. ]+\|[0-9a-f]{4,}: (invoke-\S+|sget\S*|const-string\S*) ?(.*)$/.exec(line);
    if (!shown) continue;
    const [, place = '', mnemonic = '', rest = ''] = shown;
    const string = /, "(.*)" \/\/ string@/.exec(rest)?.[1];
    const member = /(L[^;]+;)\.([^:]+):/.exec(rest);
    const name = mnemonic.startsWith('const-string')
      ? `"${string}`
      : member
        ? `${dotted(member[1]!)}.${member[2]}`
        : '';
    if (isWanted(name)) found.push(`${method} > ${name} @ ${Number.parseInt(place, 16)}`);
  }
  return found;
}

describe.skipIf(!hasDexdump())('references to what needs permissions, against dexdump -d', () => {
  it.each([
    ['apiDemos', real.apiDemos],
    ['settings', real.settings],
    ['uiautomator2', real.uiautomator2],
  ] as const)('of %s', (name, path) => {
    let count = 0;
    for (const bytes of Object.values(
      unzipSync(readFileSync(path()), { filter: (entry) => entry.name.endsWith('.dex') }),
    )) {
      const dex = openDex(bytes);
      const found: string[] = [];
      const work = visitUses(
        dex,
        members,
        () => true,
        (use) => {
          const { class: owner, name } = memberOf(dex, use);
          found.push(`${methodNameOf(dex, use)} > ${owner === null ? `"${name}` : `${owner}.${name}`} @ ${use.offset}`);
        },
      );
      let step = work.next();
      while (!step.done) step = work.next();
      expect(step.value).toBeNull();
      const expected = dumped(dumpOf(bytes));
      expect(found.sort()).toEqual(expected.sort());
      count += found.length;
    }
    console.log(`${name}: ${count} references agree with dexdump -d`);
    expect(count).toBeGreaterThan(name === 'uiautomator2' ? 0 : 10);
  });
});
