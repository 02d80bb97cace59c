import { afterAll, describe, expect, it } from 'vitest';
import { loadRules, scan } from '../../src/index.ts';
import { mulberry32 } from '../build/random.ts';
import { cases } from '../build/slow.ts';
import { isMiss, type Place, payloads } from './place.ts';
import { dexPlaces } from './places-dex.ts';
import { documentPlaces } from './places-documents.ts';
import { enginePlaces } from './places-engines.ts';
import { nativePlaces } from './places-native.ts';
import { packedPlaces } from './places-packed.ts';
import { scriptPlaces } from './places-scripts.ts';
import { zipPlaces } from './places-zip.ts';

/**
 * Every place at which a format leaves room, times everything worth hiding: it is found, or the answer is not complete
 * or no pass. What is made is made by this project's builders, which know places that its readers need not know.
 */
const places: readonly Place[] = [
  ...zipPlaces,
  ...packedPlaces,
  ...nativePlaces,
  ...enginePlaces,
  ...dexPlaces,
  ...scriptPlaces,
  ...documentPlaces,
];
const formats = [...new Set(places.map(({ format }) => format))];

const cells = (of: string) =>
  places
    .filter(({ format }) => format === of)
    .flatMap((place) => {
      const fit = payloads[place.platform].filter(({ text }) => !place.textOnly || text !== undefined);
      return fit.map((payload) => ({ place, payload }));
    });

/** `npm test` tries some cells of each format, always the same ones; the slow tests all. */
function chosen(format: string): ReturnType<typeof cells> {
  const random = mulberry32(20210212);
  const all = cells(format).map((cell) => ({ cell, rank: random() }));
  all.sort((a, b) => a.rank - b.rank);
  return all.slice(0, cases(all.length, 16)).map(({ cell }) => cell);
}

const rules = loadRules();
const table = new Map<string, { readonly tried: number; readonly missed: readonly string[] }>();

/** What was missed, a line for each place: the payloads that were not seen there. */
afterAll(() => {
  for (const [format, { tried, missed }] of table) {
    if (missed.length === 0) continue;
    const byPlace = new Map<string, string[]>();
    for (const miss of missed) {
      const [place, payload] = [miss.slice(0, miss.lastIndexOf(': ')), miss.slice(miss.lastIndexOf(': ') + 2)];
      byPlace.set(place, [...(byPlace.get(place) ?? []), payload]);
    }
    console.log(`${format}: ${missed.length} of ${tried} missed`);
    for (const [place, of] of byPlace) {
      const why = places.find(({ name, blind }) => name === place && blind)?.blind ?? 'not known why';
      console.log(`  ${place}: ${of.join(', ')} (${why})`);
    }
  }
});

describe('what is hidden is found or said, wherever a format leaves room for it', () => {
  it.each(formats)('%s', async (format) => {
    const misses: string[] = [];
    const unseen: string[] = [];
    const some = chosen(format);
    for (const { place, payload } of some) {
      const report = await scan(place.build(payload), { rules });
      if (!isMiss(report)) continue;
      misses.push(`${place.name}: ${payload.name}`);
      if (!place.blind) unseen.push(`${place.name}: ${payload.name}`);
    }
    table.set(format, { tried: some.length, missed: misses.sort() });
    expect(unseen).toEqual([]);
  });

  it('and the app around it passes without it', async () => {
    const nothing = { name: 'nothing', bytes: new Uint8Array(0), text: '' };
    for (const place of places.filter(({ name }) => name.startsWith('a plain'))) {
      const report = await scan(place.build(nothing), { rules });
      expect([report.complete, report.verdict], place.name).toEqual([true, 'pass']);
    }
  });
});
