import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { formatOf, unitsOf } from '../../src/formats/dex/opcodes.ts';
import { buildDex } from '../build/dex.ts';
import { mulberry32 } from '../build/random.ts';
import { real } from '../real/compose.ts';
import { npmPackage } from '../real/corpus.ts';
import { dexesByD8, dexFromJar, hasJava, mavenArtifact } from '../real/maven.ts';
import { hasDexdump } from './dexdump.ts';
import { type Counts, compareCode } from './dexdump-code.ts';

const countsOf = (dexes: readonly Uint8Array[]): Counts => {
  const counts: Counts = { methods: 0, instructions: 0, tables: 0, names: new Map() };
  for (const bytes of dexes) compareCode(bytes, counts);
  return counts;
};
const seen: string[] = [];
const all = new Set<number>();
const note = (name: string, files: number, counts: Counts) => {
  for (const opcode of counts.names.keys()) all.add(opcode);
  const { methods, instructions, tables, names } = counts;
  seen.push(
    `${name}: ${files} DEX, ${methods} methods, ${instructions} instructions of ${names.size} opcodes, ${tables} tables`,
  );
};
afterAll(() => console.log(`${seen.join('\n')}\nagree with dexdump -d; ${all.size} opcodes of 224 were met`));

describe.skipIf(!hasDexdump())('every instruction against dexdump -d', () => {
  it.each([
    ['apiDemos', real.apiDemos],
    ['settings', real.settings],
    ['uiautomator2', real.uiautomator2],
  ] as const)('of %s', (name, path) => {
    const entries = unzipSync(readFileSync(path()), { filter: (entry) => entry.name.endsWith('.dex') });
    const dexes = Object.values(entries);
    note(name, dexes.length, countsOf(dexes));
  });

  it('of methods that have each opcode 40 times with operands by chance', () => {
    const random = mulberry32(0xdec0de);
    const any = (below: number) => Math.floor(random() * below);
    const opcodes = Array.from({ length: 256 }, (_, opcode) => opcode).filter((opcode) => unitsOf(opcode) > 0);
    expect(opcodes).toHaveLength(224);
    const instruction = (opcode: number) => {
      const units = [opcode | (any(256) << 8), ...Array.from({ length: unitsOf(opcode) - 1 }, () => any(0x10000))];
      const format = formatOf(opcode);
      // A no-op with something in its upper half is a table; an invocation has five arguments at most.
      if (format === '10x') units[0] = opcode;
      if (format === '35c' || format === '45cc') units[0] = opcode | (any(6) << 12) | (any(16) << 8);
      // Tables of at least three rows stand behind the index; a container of call sites and handles there is none.
      if (format.endsWith('c') || format.endsWith('cc')) units[1] = any(3);
      if (format === '31c') units[2] = 0;
      if (format === '45cc' || format === '4rcc') units[3] = 0;
      return units;
    };
    const units = Array.from({ length: 40 }, () => opcodes.flatMap(instruction)).flat();
    const counts = countsOf([
      buildDex({
        classes: [
          {
            name: 'a.B',
            methods: ['<init>', 'one', 'two'],
            staticFields: [{ name: 'A' }, { name: 'B' }, { name: 'C' }],
            initialiser: [{ units }],
          },
        ],
      }),
    ]);
    expect(counts.names.size).toBe(224);
    expect(new Set(counts.names.values()).size).toBe(224);
    expect(counts.instructions).toBe(40 * 224 + 4);
    note('built', 1, counts);
  });
});

describe.skipIf(!hasDexdump() || !hasJava())('every instruction of SDK jars against dexdump -d', () => {
  const jars = [
    [
      'RongCloud 2.9.22',
      () => join(npmPackage('rongcloud-react-native-imlib@0.3.13'), 'lib/android/libs/Rong_IMLib.jar'),
      13,
    ],
    ['Agora 2.4.1', () => join(npmPackage('react-native-agora@1.2.5'), 'android/libs/agora-rtc-sdk.jar'), 13],
    ['Voximplant', () => join(npmPackage('react-native-voximplant@0.1.7'), 'android/libs/voximplantsdk.jar'), 13],
    ['PubNub 4.33.2', () => mavenArtifact('com.pubnub:pubnub-gson:4.33.2'), 26],
  ] as const;

  it.each(jars)('%s through dx', (name, jar, minSdk) => {
    note(`${name}, dx`, 1, countsOf([dexFromJar(jar(), minSdk)]));
  });

  it.each(jars)('%s through d8, without desugaring', (name, jar) => {
    const dexes = dexesByD8(jar());
    note(`${name}, d8`, dexes.length, countsOf(dexes));
  });
});
