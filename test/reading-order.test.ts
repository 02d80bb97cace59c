import { expect, it } from 'vitest';
import type { Entry } from '../src/bundle/entry.ts';
import { readingOrder } from '../src/bundle/reading-order.ts';
import { scan } from '../src/index.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildDex } from './build/dex.ts';
import { mulberry32 } from './build/random.ts';
import { buildZip } from './build/zip.ts';

const entry = (path: string, packed: number | undefined): Entry => ({
  ...{ path, size: 0, position: 0, crc32: null },
  ...(packed === undefined ? {} : { packed }),
  locate: () => Promise.reject(new Error('not asked')),
});
const LARGE = 1024 * 1024;
const of = (text: string): Entry[] =>
  text.split('').map((letter, at) => entry(`${letter}${at}`, letter === 'L' ? LARGE : 10));
const order = (text: string) =>
  readingOrder(of(text))
    .map(({ path }) => path)
    .join(' ');

it('spreads the small evenly between the large, each in the order in which it stands', () => {
  expect(order('ssssssLL')).toBe('s0 s1 L6 s2 s3 L7 s4 s5');
  expect(order('LLssssss')).toBe('s2 s3 L0 s4 s5 L1 s6 s7');
  expect(order('LLLs')).toBe('L0 L1 L2 s3');
});

it('leaves the order alone where there is only one kind', () => {
  expect(order('sss')).toBe('s0 s1 s2');
  expect(order('LL')).toBe('L0 L1');
  expect(order('')).toBe('');
  // A folder packs nothing.
  expect(readingOrder([entry('a', undefined), entry('b', undefined)]).map(({ path }) => path)).toEqual(['a', 'b']);
});

it('reads each of 200,000 entries once', () => {
  const many = Array.from({ length: 200_000 }, (_, at) => entry(`${at}`, at % 7 === 0 ? LARGE : 0));
  expect(new Set(readingOrder(many)).size).toBe(many.length);
});

it('changes nothing that a report says: evidence stands in the order of the container', async () => {
  const url = new TextEncoder().encode(' https://ap1.agora.io/v1/join ');
  const random = mulberry32(1);
  const large = Uint8Array.from({ length: 400_000 }, () => random() * 256);
  large.set(url, 1000);
  const names = ['a.bin', 'b.txt', 'c.bin', 'd.txt', 'e.txt', 'f.bin', 'g.txt'];
  const files = names.map((name) => ({ name: `assets/${name}`, data: name.endsWith('.bin') ? large : url }));
  const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
  const { endpoints } = await scan(buildZip([{ name: 'AndroidManifest.xml', data: manifest }, ...files]));
  const { at, more } = endpoints.find(({ host }) => host === 'ap1.agora.io')!;
  expect(at.map(({ path }) => path)).toEqual(names.slice(0, at.length).map((name) => `assets/${name}`));
  expect([at.length > 2, at.length + more]).toEqual([true, names.length]);
});

it('changes nothing that a report says: apps, coverage, and what is told of the first stand in that order too', async () => {
  const random = mulberry32(2);
  const noise = Uint8Array.from({ length: 300_000 }, () => random() * 256);
  const inner = (id: string, large: boolean): Uint8Array =>
    buildZip([
      { name: 'AndroidManifest.xml', data: buildBinaryXml({ name: 'manifest', attributes: { package: id } }) },
      { name: 'res/raw/a', data: large ? noise : 'a', method: 0 },
    ]);
  const loads = (large: boolean) =>
    buildDex({
      classes: [
        {
          name: large ? 'org.example.Large' : 'org.example.Small',
          code: {
            load: [
              { register: 0, string: 'rooms' },
              { class: 'java.lang.System', method: 'loadLibrary', registers: [0] },
            ],
          },
        },
      ],
      strings: large ? [Buffer.from(noise).toString('latin1').replaceAll('\0', 'a')] : [],
    });
  const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
  const report = await scan(
    buildZip([
      { name: 'assets/1', data: inner('org.one', true), method: 0 },
      { name: 'classes.dex', data: loads(true), method: 0 },
      { name: 'assets/2', data: inner('org.two', false), method: 0 },
      { name: 'assets/text', data: 'some text that is read' },
      { name: 'classes2.dex', data: loads(false) },
      { name: 'AndroidManifest.xml', data: manifest },
    ]),
  );
  expect(report.bundle.units.map(({ app }) => app.id)).toEqual(['org.example', 'org.one', 'org.two']);
  const formats = report.coverage.filter(({ path }) => path?.endsWith('entries)')).map(({ format }) => format);
  expect(formats.filter((format) => format === 'zip' || format === 'dex')).toEqual(['zip', 'dex']);
  expect(report.coverage.find(({ detail }) => detail?.includes('librooms.so'))?.path).toBe('classes.dex');
});
