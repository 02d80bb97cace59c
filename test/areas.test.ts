import { describe, expect, it } from 'vitest';
import type { Area } from '../src/rules/switches.ts';
import { areaOf, joined } from '../src/trace/areas.ts';

const area = (is: Area['is'], rest: Partial<Area>): Area => ({ is, name: `area ${is}`, in: [], out: [], ...rest });
const areas = [
  area(-1, { everywhere: true }),
  area(1, { bit: true, in: ['CN'] }),
  area(4, { bit: true, in: ['150'] }),
  area(16, { bit: true, in: ['JP'] }),
  area(-2, { out: ['CN'] }),
  area('eu', { in: ['150'], out: ['RU'] }),
];

describe('what a value of an area setting lets data reach', () => {
  it('a country, a region by its countries, all but some', () => {
    expect(areaOf('1', areas)).toMatchObject({ in: ['CN'], out: [], everywhere: false });
    expect(areaOf('4', areas)?.in).toEqual(expect.arrayContaining(['DE', 'FR', 'RU']));
    expect(areaOf('-2', areas)).toMatchObject({ in: [], out: ['CN'], everywhere: false });
    expect(areaOf('eu', areas)?.in).not.toContain('RU');
  });

  it('the same number as signed and unsigned 32 bits', () => {
    expect(areaOf('4294967295', areas)).toEqual(areaOf('-1', areas));
    expect(areaOf('4294967294', areas)).toMatchObject({ out: ['CN'] });
  });

  it('bits joined, where every bit is known; nothing where one is not, and nothing of 0', () => {
    expect(areaOf('17', areas)).toMatchObject({ in: ['CN', 'JP'], everywhere: false, name: 'area 1, area 16' });
    expect(areaOf('3', areas)).toBeNull();
    expect(areaOf('33', areas)).toBeNull();
    expect(areaOf('0', areas)).toBeNull();
  });

  it('a text is met as it stands, and is no number', () => {
    expect(areaOf('EU', areas)).toBeNull();
    expect(areaOf('1.0', areas)).toBeNull();
    expect(areaOf('', areas)).toBeNull();
  });
});

describe('several areas together', () => {
  const of = (text: string) => areaOf(text, areas)!;

  it('reach what one of them does', () => {
    expect(joined([of('1'), of('16')])).toMatchObject({ in: ['CN', 'JP'], out: [] });
    expect(joined([of('1'), of('-1')]).everywhere).toBe(true);
  });

  it('are no limit to a country that one lets in and another leaves out', () => {
    expect(joined([of('-2'), of('1')])).toMatchObject({ in: [], out: [], everywhere: true });
    // Japan is reached by either.
    expect(joined([of('-2'), of('16')])).toMatchObject({ in: [], out: ['CN'], everywhere: false });
  });

  it('of none is everywhere: what no area limits', () => {
    expect(joined([])).toMatchObject({ everywhere: true });
  });
});
