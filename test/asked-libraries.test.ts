import { describe, expect, it } from 'vitest';
import { openDex, visitAskedLibraries } from '../src/formats/dex/index.ts';
import type { Report } from '../src/types.ts';
import { buildBinaryXml, type XmlDescription } from './build/axml.ts';
import { buildDex, type Instruction } from './build/dex.ts';
import { buildElf } from './build/elf.ts';
import { mulberry32 } from './build/random.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';

/** Libraries that code asks Android to load by a constant. */

const put = (register: number, string: string) => ({ register, string });
const load = (...registers: number[]) => ({ class: 'java.lang.System', method: 'loadLibrary', registers });
const units = (...words: number[]) => ({ units: words });
const dexOf = (code: readonly Instruction[], more: Readonly<Record<string, readonly Instruction[]>> = {}) =>
  buildDex({ classes: [{ name: 'org.example.app.A', initialiser: code, code: more }] });

function asked(bytes: Uint8Array, spend = (_: number) => true) {
  const found: { name: string; by: string; offset: number }[] = [];
  visitAskedLibraries(openDex(bytes), spend, (each) => found.push(each));
  return found;
}
const names = (code: readonly Instruction[]) => asked(dexOf(code)).map(({ name }) => name);

describe('in code', () => {
  it('a constant that System.loadLibrary gets, with who asks and where the name stands', () => {
    const bytes = dexOf([put(0, 'one'), load(0)], { start: [put(3, 'two'), load(3)] });
    const found = asked(bytes);
    expect(found.map(({ name, by }) => `${name} ${by}`)).toEqual([
      'one org.example.app.A.<clinit>',
      'two org.example.app.A.start',
    ]);
    for (const { name, offset } of found) {
      expect(new TextDecoder().decode(bytes.subarray(offset, offset + 4))).toBe(`${name}\0`);
    }
  });

  it.each([
    ['java.lang.System', 'loadLibrary', [0]],
    ['java.lang.Runtime', 'loadLibrary', [1, 0]],
    ['java.lang.Runtime', 'loadLibrary0', [2, 1, 0]],
  ])('%s.%s gets it last', (owner, method, registers) => {
    expect(names([put(0, 'x'), { class: owner, method, registers }])).toEqual(['x']);
  });

  it('as a range, by an index of 32 bits, and beside another load', () => {
    expect(names([put(0, 'other'), put(1, 'x'), load(1)])).toEqual(['x']);
    const bytes = dexOf([put(4, 'ranged'), { ...load(4) }]);
    // invoke-static {v4} → invoke-static/range {v4 .. v4}
    const at = bytes.findIndex((byte, i) => byte === 0x71 && bytes[i + 1] === 0x10 && bytes[i + 4] === 4);
    bytes.set([0x77, 1], at);
    expect(asked(bytes).map(({ name }) => name)).toEqual(['ranged']);
    const jumbo = dexOf([put(0, 'x'), units(0), load(0)]);
    const dex = openDex(jumbo);
    const index = Array.from({ length: dex.strings.count }, (_, i) => i).find((i) => {
      const start = dex.view.getUint32(dex.strings.offset + 4 * i, true) + 1;
      return jumbo[start] === 0x78 && jumbo[start + 1] === 0;
    })!;
    // const-string v0, x; nop → const-string/jumbo v0, x
    const string = jumbo.findIndex((byte, i) => byte === 0x1a && jumbo[i + 1] === 0 && jumbo[i + 2] === index);
    jumbo.set([0x1b, 0, index, 0, 0, 0], string);
    expect(asked(jumbo).map(({ name }) => name)).toEqual(['x']);
  });

  it.each<[string, readonly Instruction[]]>([
    ['a register that was written over', [put(0, 'x'), units(0x0012), load(0)]],
    ['what is moved on, since it is looked for right before', [put(1, 'x'), units(0x1207), load(2)]],
    ['what stands behind a jump', [put(0, 'x'), units(0x0128), load(0)]],
    ['another method of the name', [put(0, 'x'), { class: 'com.x.Loader', method: 'loadLibrary', registers: [0] }]],
    ['another method of the class', [put(0, 'x'), { class: 'java.lang.System', method: 'load', registers: [0] }]],
    ['a path, which System.loadLibrary refuses', [put(0, 'a/b'), load(0)]],
    ['a text without a call', [put(0, 'x')]],
    ['a name longer than any file’s', [put(0, 'x'.repeat(300)), load(0)]],
  ])('not %s', (_what, code) => {
    expect(names(code)).toEqual([]);
  });

  it('mutated, or with nothing to spend, it gives what it can and never throws', () => {
    const bytes = dexOf([put(0, 'one'), load(0)], { start: [put(3, 'two'), load(3)] });
    expect(asked(bytes, () => false)).toEqual([]);
    const random = mulberry32(7);
    for (let i = 0; i < 2000; i++) {
      const copy = bytes.slice();
      // Behind the magic, without which it is no DEX.
      for (let j = 0; j < 3; j++) copy[8 + Math.floor(random() * (copy.length - 8))] = Math.floor(random() * 256);
      expect(asked(copy).length).toBeLessThan(100);
    }
  });

  it('ids that all stand for the loader cost what few do', () => {
    const methodRefs = Array.from({ length: 40 }, (_, i) => ({ class: 'java.lang.System', name: `m${i}` }));
    const bytes = buildDex({
      classes: [{ name: 'a.A', initialiser: [put(0, 'one'), load(0)] }],
      methodRefs,
    });
    const dex = openDex(bytes);
    const rows = Array.from({ length: dex.methods.count }, (_, i) => dex.methods.offset + 8 * i);
    const loader = rows.find((row) => dex.view.getUint16(row, true) !== dex.view.getUint16(rows[0]!, true))!;
    for (const row of rows) bytes.copyWithin(row, loader, loader + 8);
    let spent = 0;
    asked(bytes, (steps) => {
      spent += steps;
      return true;
    });
    expect(spent).toBeLessThan(100);
  });
});

const application = (...children: readonly XmlDescription[]): XmlDescription => ({
  name: 'manifest',
  attributes: { package: 'org.example.app' },
  children: [{ name: 'application', children }],
});
const library = buildElf({ soname: 'libany.so' });

function apk(files: Readonly<Record<string, Uint8Array>>, manifest = application()): Promise<Report> {
  const all = { 'AndroidManifest.xml': buildBinaryXml(manifest), ...files };
  return scan(buildZip(Object.entries(all).map(([name, data]) => ({ name, data }))));
}

describe('a library that no file aboard is called', () => {
  const remarks = (report: Report) => report.coverage.filter(({ detail }) => detail.includes('asks Android to load'));
  const dex = dexOf([put(0, 'other'), load(0)]);

  it('is a remark: the answer is complete, and its verdict the same', async () => {
    const report = await apk({ 'classes.dex': dex });
    const [remark] = remarks(report);
    expect(remark).toMatchObject({ path: 'classes.dex', format: 'dex', reason: 'missing', matters: false });
    expect(remark!.detail).toMatch(/: "libother\.so" \(org\.example\.app\.A\.<clinit>\)$/);
    expect(new TextDecoder().decode(dex.subarray(remark!.offset!, remark!.offset! + 6))).toBe('other\0');
    expect(report).toMatchObject({ complete: true, findings: [], verdict: 'pass' });
  });

  it.each<[string, Readonly<Record<string, Uint8Array>>]>([
    ['for one instruction set', { 'lib/x86/libother.so': library }],
    ['in another folder', { 'assets/plugins/libother.so': library }],
    ['in an archive', { 'assets/plugins.zip': buildZip([{ name: 'lib/arm64-v8a/libother.so', data: library }]) }],
    ['to be unpacked', { 'assets/libother.so.xz': new Uint8Array(9) }],
  ])('but not one that is aboard %s', async (_where, files) => {
    expect(remarks(await apk({ 'classes.dex': dex, ...files }))).toEqual([]);
  });

  it('nor what Android offers, or the manifest asks the device for', async () => {
    expect(remarks(await apk({ 'classes.dex': dexOf([put(0, 'log'), load(0)]) }))).toEqual([]);
    const manifest = application({ name: 'uses-native-library', attributes: { 'android:name': 'libother.so' } });
    expect(remarks(await apk({ 'classes.dex': dex }, manifest))).toEqual([]);
  });

  it('of many, some are named; each DEX that asks has a line', async () => {
    const many = Array.from({ length: 9 }, (_, i) => [put(0, `n${i}`), load(0)]).flat();
    const report = await apk({ 'classes.dex': dexOf(many), 'classes2.dex': dex });
    const [first, second] = remarks(report);
    expect(first!.detail).toMatch(/"libn5\.so" \([^)]*\), and 3 more$/);
    expect(second).toMatchObject({ path: 'classes2.dex' });
  });

  it('means nothing on iOS', async () => {
    const files = { 'Payload/A.app/Info.plist': new Uint8Array(9), 'Payload/A.app/classes.dex': dex };
    const report = await scan(buildZip(Object.entries(files).map(([name, data]) => ({ name, data }))));
    expect(remarks(report)).toEqual([]);
  });
});

it('classes that share the data of one, with as many calls as are looked at, are paid for by what they cost', () => {
  const calls = Array.from({ length: 60 }, (_, i) => [put(0, `n${i}`), load(0)]).flat();
  const methods = Array.from({ length: 5000 }, (_, i) => `m${i}`);
  const classes = Array.from({ length: 400 }, (_, i) => ({ name: `a.C${i}` }));
  const bytes = buildDex({ classes: [{ name: 'a.A', initialiser: calls }, { name: 'a.B', methods }, ...classes] });
  const dex = openDex(bytes);
  const rows = Array.from({ length: dex.classes.count }, (_, i) => dex.classes.offset + 32 * i);
  // No class has the method that holds the calls, so that it is looked for to the end.
  const data = dex.view.getUint32(rows[1]! + 24, true);
  for (const row of rows) dex.view.setUint32(row + 24, data, true);
  let left = 20_000;
  const start = process.cpuUsage();
  asked(bytes, (steps) => {
    left -= steps;
    return left >= 0;
  });
  const { user, system } = process.cpuUsage(start);
  // Two million methods, each held to 60 places, would take a second; what may be spent stops it.
  expect(left).toBeLessThan(0);
  expect(user + system).toBeLessThan(1_000_000);
});
