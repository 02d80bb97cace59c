import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { openResourceTable, resourceValues } from '../../src/formats/arsc/index.ts';
import { type ArscLayout, buildResourceTable } from '../build/arsc.ts';
import { mulberry32 } from '../build/random.ts';

const layouts: readonly ArscLayout[] = ['plain', 'sparse', 'offset16', 'compact'];

const described = (layout: ArscLayout, encoding: 'utf-8' | 'utf-16' = 'utf-8') =>
  buildResourceTable({
    encoding,
    types: [
      { id: 1, layout, language: 'de', values: [null, 'Räume', 'nur deutsch'] },
      { id: 1, layout, values: ['first', 'Rooms', null, { reference: 0x7f010001 }, 'bag-entry'] },
      { id: 2, layout, values: [7, true, { reference: 0x7f020003 }, { reference: 0x7f020002 }] },
    ],
  });

const valuesOf = (bytes: Uint8Array, id: number) =>
  resourceValues(openResourceTable(bytes), id).map(({ language, value }) => [language, value]);

describe.each(layouts)('a resource table, %s', (layout) => {
  it.each(['utf-8', 'utf-16'] as const)('in %s: values in all configurations, the default first', (encoding) => {
    const bytes = described(layout, encoding);
    expect(valuesOf(bytes, 0x7f010000)).toEqual([['', 'first']]);
    expect(valuesOf(bytes, 0x7f010001)).toEqual([
      ['', 'Rooms'],
      ['de', 'Räume'],
    ]);
    expect(valuesOf(bytes, 0x7f010002)).toEqual([['de', 'nur deutsch']]);
    expect(valuesOf(bytes, 0x7f020000)).toEqual([['', 7]]);
    expect(valuesOf(bytes, 0x7f020001)).toEqual([['', true]]);
  });

  it('follows references, and none round in a circle; a bag has no one value', () => {
    const bytes = described(layout);
    expect(valuesOf(bytes, 0x7f010003)).toEqual([
      ['', 'Rooms'],
      ['de', 'Räume'],
    ]);
    for (const id of [0x7f010004, 0x7f020002, 0x7f020003, 0x7f0100ff, 0x7f090000, 0x01010001]) {
      expect(valuesOf(bytes, id)).toEqual([]);
    }
  });

  it('says where a string stands', () => {
    const bytes = described(layout);
    const [found] = resourceValues(openResourceTable(bytes), 0x7f010001);
    expect(new TextDecoder().decode(bytes.subarray(found!.place!.start, found!.place!.end))).toBe('Rooms');
  });

  it('cut at every byte, or mutated, gives values or a FormatError in bounded steps', () => {
    const bytes = described(layout);
    const random = mulberry32(1);
    const ids = [0x7f010000, 0x7f010001, 0x7f010003, 0x7f020002];
    let read = 0;
    const tryOut = (some: Uint8Array) => {
      try {
        const table = openResourceTable(some);
        for (const id of ids) read += resourceValues(table, id).length;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    };
    for (let length = 0; length < bytes.length; length++) tryOut(bytes.subarray(0, length));
    for (let round = 0; round < 500; round++) {
      const mutated = bytes.slice();
      for (let i = 0; i < 3; i++) mutated[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      tryOut(mutated);
    }
    // A reader that refuses everything would pass else.
    expect(read).toBeGreaterThan(1000);
  });
});

it('languages of three letters are packed into two bytes', () => {
  const bytes = buildResourceTable({ types: [{ id: 1, language: 'de', values: ['x'] }] });
  const at = bytes.findIndex((_, i) => bytes[i] === 0x64 && bytes[i + 1] === 0x65 && bytes[i + 2] === 0);
  // fil: ResourceTypes.cpp, packLanguageOrRegion.
  const packed = 0x8000 | (0x0b << 10) | (0x08 << 5) | 0x05;
  bytes.set([packed >> 8, packed & 0xff], at);
  expect(valuesOf(bytes, 0x7f010000)).toEqual([['fil', 'x']]);
});
