import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { openResourceTable, resourceValues } from '../../src/formats/arsc/index.ts';
import { hasAapt2 } from './aapt2.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-arsc-'));
afterAll(() => rmSync(folder, { recursive: true }));
const aapt2 = (...args: string[]) => execFileSync('aapt2', args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 });

/** Configurations, and which of 200 strings each has a value for: sparse tables are written where few are. */
const configurations = [
  { qualifier: '', language: '', every: 1 },
  { qualifier: 'de', language: 'de', every: 17 },
  { qualifier: 'b+fil', language: 'fil', every: 29 },
  { qualifier: 'pt-rBR', language: 'pt-BR', every: 3 },
  { qualifier: 'v28', language: '', every: 41 },
];

function link(...options: string[]): Uint8Array {
  for (const { qualifier, every } of configurations) {
    const values = join(folder, 'res', qualifier === '' ? 'values' : `values-${qualifier}`);
    mkdirSync(values, { recursive: true });
    const rows = Array.from({ length: 200 }, (_, i) => i).filter((i) => i % every === 0);
    const strings = rows.map((i) => `<string name="s${i}">${textOf(qualifier, i)}</string>`);
    const others =
      '<string name="again">@string/s51</string><bool name="yes">true</bool><bool name="no">false</bool>' +
      '<integer name="less">-7</integer>';
    const all = [...strings, ...(qualifier === '' ? [others] : [])].join('');
    writeFileSync(join(values, 'values.xml'), `<resources>${all}</resources>`);
  }
  writeFileSync(join(folder, 'AndroidManifest.xml'), '<manifest package="org.example.app"><application/></manifest>');
  aapt2('compile', '--dir', 'res', '-o', 'compiled.zip');
  aapt2('link', '--manifest', 'AndroidManifest.xml', ...options, 'compiled.zip', '-o', 'linked.apk');
  return unzipSync(readFileSync(join(folder, 'linked.apk')))['resources.arsc']!;
}

const textOf = (qualifier: string, i: number) => `${qualifier} ä😀 x${'x'.repeat(i)} ${i}`.trim();

/** Ids by name, as aapt2 says them. */
function idsOf(): Map<string, number> {
  const dump = aapt2('dump', 'resources', 'linked.apk');
  return new Map([...dump.matchAll(/resource (0x[0-9a-f]{8}) (\S+)/g)].map(([, id, name]) => [name!, Number(id)]));
}

describe.skipIf(!hasAapt2()).each([[[]], [['--enable-sparse-encoding']]])(
  'a table that aapt2 writes with %j',
  (options) => {
    it('has the values that were written, in every configuration', () => {
      const bytes = link(...options);
      const table = openResourceTable(bytes);
      const flags = [...table.types.values()].flat().map((type) => type.flags);
      expect(flags.includes(1)).toBe(options.length > 0);
      const ids = idsOf();
      const valuesOf = (name: string) =>
        resourceValues(table, ids.get(name)!).map(({ language, isDefault, value }) => ({ language, isDefault, value }));
      const written = (i: number) =>
        configurations
          .filter(({ every }) => i % every === 0)
          .map(({ qualifier, language }) => ({ language, isDefault: qualifier === '', value: textOf(qualifier, i) }));
      const byText = (a: { value: unknown }, b: { value: unknown }) => (String(a.value) < String(b.value) ? -1 : 1);
      for (let i = 0; i < 200; i++) {
        const values = valuesOf(`string/s${i}`);
        expect(values[0]).toEqual(written(i)[0]);
        expect(values.sort(byText)).toEqual(written(i).sort(byText));
      }
      expect(valuesOf('string/again').sort(byText)).toEqual(written(51).sort(byText));
      const plain = (value: unknown) => [{ language: '', isDefault: true, value }];
      expect(valuesOf('bool/yes')).toEqual(plain(true));
      expect(valuesOf('bool/no')).toEqual(plain(false));
      expect(valuesOf('integer/less')).toEqual(plain(-7));
    });
  },
);
