import { type ClueHit, evidenceOf, isOfPlatform } from '../detect/clue-hits.ts';
import { placeOf } from '../detect/instances.ts';
import type { EntryFeatures, Hit } from '../inventory/facts.ts';
import { order } from '../order.ts';
import { cluesOf } from '../rules/clues.ts';
import type { Rules, Takes } from '../rules/schema.ts';
import type { Detection, Evidence, Platform } from '../types.ts';

/** Alternatives of `shownBy` that a flow cites; the rest would say the same. */
const MOST_CITED = 2;

/** Hits of one SDK that are code aboard, by clue and by the place that they stand in. */
export type Shown = ReadonlyMap<string, ReadonlyMap<string, ClueHit>>;

/** What of one SDK was met in one entry. */
interface Met {
  readonly entry: EntryFeatures;
  readonly hits: Hit[];
}

/** What was met of each SDK, entry by entry: gone through once for all of them. */
export function metOf(entries: readonly EntryFeatures[], rules: Rules): ReadonlyMap<string, readonly Met[]> {
  const clues = cluesOf(rules);
  const met = new Map<string, Met[]>();
  for (const entry of entries) {
    for (const hit of entry.hits) {
      const sdk = clues.get(hit.clue)?.sdk;
      if (sdk === undefined) continue;
      const list = met.get(sdk) ?? [];
      if (list.length === 0) met.set(sdk, list);
      const last = list.at(-1);
      if (last?.entry === entry) last.hits.push(hit);
      else list.push({ entry, hits: [hit] });
    }
  }
  return met;
}

/**
 * What of an SDK is defined aboard, for `takes` to be held against: classes of a DEX, a class file or a Mach-O, symbols
 * that native code defines, and texts in the SDK's own files. A library's name is no code, and a JNI export names a Java
 * class that stands elsewhere.
 */
export function shownOf(
  detection: Detection,
  met: readonly Met[],
  rules: Rules,
  platforms: ReadonlySet<Platform>,
): Shown {
  const clues = cluesOf(rules);
  const sdk = detection.products[0] ?? detection.sdk;
  const own = new Set(detection.instances.map(({ path }) => path));
  // A page that fetches the SDK is where it runs, and none of its code.
  for (const { entry, hits } of met) if (isFetchedBy(hits, rules)) own.delete(placeOf(entry));
  const shown = new Map<string, Map<string, ClueHit>>();
  for (const { entry, hits } of met) {
    for (const hit of hits) {
      const known = clues.get(hit.clue);
      if (known?.sdk !== sdk || hit.grade !== 'defined' || !isOfPlatform(known.clue, entry, platforms)) continue;
      const { kind } = known.clue;
      const place = placeOf(entry);
      const isCode =
        kind === 'class'
          ? entry.format !== 'elf'
          : kind === 'symbol' ||
            (kind === 'string' && (own.has(place) || entry.format === 'dex' || entry.format === 'class'));
      if (!isCode) continue;
      const places = shown.get(known.clue.id) ?? new Map<string, ClueHit>();
      if (!places.has(place)) places.set(place, { clue: known.clue, id: known.id, hit, entry });
      shown.set(known.clue.id, places);
    }
  }
  return shown;
}

/** @param own hits of the SDK in one entry */
function isFetchedBy(own: readonly Hit[], rules: Rules): boolean {
  const clues = cluesOf(rules);
  const isCode = ({ clue, grade }: Hit) => grade === 'defined' && clues.get(clue)?.clue.strength === 'strong';
  return own.some(({ grade }) => grade === 'remote') && !own.some(isCode);
}

/** Evidence of the code that takes the data; empty where nothing aboard shows it. */
export function showing({ shownBy }: Takes, shown: Shown): Evidence[] {
  const cited: Evidence[][] = [];
  for (const clues of shownBy) {
    const [first, ...rest] = clues.map((clue) => shown.get(clue));
    if (!first || rest.some((places) => !places)) continue;
    const place = [...first.keys()].filter((path) => rest.every((places) => places!.has(path))).sort(order)[0];
    if (place === undefined) continue;
    cited.push(clues.map((clue) => evidenceOf(shown.get(clue)!.get(place)!)));
    if (cited.length >= MOST_CITED) break;
  }
  return cited.flat();
}
