import { describe, expect, it } from 'vitest';
import type { Area } from '../src/rules/switches.ts';
import { areaOf, joined, type Reach } from '../src/trace/areas.ts';

const area = (is: number | string, name: string, rest: Partial<Area>): Area => ({ is, name, in: [], out: [], ...rest });
const areas: readonly Area[] = [
  area(-1, 'everywhere', { everywhere: true }),
  area(-2, 'all but China', { out: ['CN'] }),
  area(1, 'China', { in: ['CN'], bit: true }),
  area(2, 'Germany and France', { in: ['DE', 'FR'], bit: true }),
  area(4, 'Asia but China', { in: ['142'], out: ['CN'], bit: true }),
  area('GLOBAL', 'by name', { everywhere: true }),
];
const of = (text: string) => areaOf(text, areas);

describe('what an area setting lets data reach', () => {
  it('values that the rule names, also as unsigned 32 bits and by a constant of an enum', () => {
    expect(of('-2')).toEqual({ in: [], out: ['CN'], everywhere: false, name: 'all but China' });
    expect(of('4294967294')).toEqual(of('-2'));
    expect(of('GLOBAL')?.everywhere).toBe(true);
  });

  it('values that are put together of bits, each of which the rule knows', () => {
    expect(of('3')?.in).toEqual(['CN', 'DE', 'FR']);
    expect(of('8')).toBeNull();
    expect(of('10')).toBeNull();
    expect(of('0')).toBeNull();
  });

  it('the countries of a region without those that are left out', () => {
    expect(of('4')?.in).toContain('JP');
    expect(of('4')?.in).not.toContain('CN');
  });

  it('nothing of what is no number, or is only named like one', () => {
    for (const text of ['', 'global', '2.0', '0x2', '-', '2 ']) expect(of(text)).toBeNull();
  });
});

describe('what one of several settings lets data reach', () => {
  const reach = (rest: Partial<Reach>): Reach => ({ in: [], out: [], everywhere: false, name: 'x', ...rest });

  it('whatever one of them lets in', () => {
    expect(joined([reach({ in: ['DE'] }), reach({ in: ['CN'] })]).in).toEqual(['CN', 'DE']);
    expect(joined([reach({ in: ['DE'] }), reach({ everywhere: true })]).everywhere).toBe(true);
  });

  it('out is only what each leaves out', () => {
    expect(joined([reach({ out: ['CN', 'RU'] }), reach({ out: ['CN'] })]).out).toEqual(['CN']);
    expect(joined([reach({ out: ['CN'] }), reach({ in: ['CN'] })]).everywhere).toBe(true);
    const both = joined([reach({ out: ['CN'] }), reach({ in: ['DE'] })]);
    expect([both.out, both.everywhere]).toEqual([['CN'], false]);
  });

  it('of none nothing is left out', () => {
    expect(joined([]).everywhere).toBe(true);
  });
});
