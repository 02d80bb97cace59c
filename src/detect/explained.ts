import type { EntryFeatures } from '../inventory/facts.ts';
import { order } from '../order.ts';
import type { Detection } from '../types.ts';
import type { ClueHit } from './clue-hits.ts';

/** What was met of each SDK, by its id; `more` counts hits that were not looked at. */
interface Met {
  readonly hits: ReadonlyMap<string, readonly ClueHit[]>;
  readonly more: ReadonlyMap<string, number>;
}

/** Where in its entry a hit stands: two clues met there are met by the same bytes. */
const placeOf = ({ hit: { seen } }: ClueHit): string => `${seen.spans[0]?.offset ?? ''} ${seen.text}`;

const idOf = ({ sdk, products }: Detection): string => products[0] ?? sdk;

/**
 * Signs of SDKs that are not proved, and whose every byte is met by a clue of an SDK that is: `org.webrtc.voiceengine` in
 * Zoom's library. One place more, or one that was not looked at, and the sign stands.
 */
export function explainSigns(detections: readonly Detection[], { hits, more }: Met): Detection[] {
  if (detections.every((detection) => detection.scored || !hits.has(idOf(detection)))) return [...detections];
  const proved = new Map<EntryFeatures, { readonly sdk: string; readonly hit: ClueHit }[]>();
  for (const { sdk, products, scored } of detections) {
    for (const hit of scored ? products.flatMap((id) => hits.get(id) ?? []) : []) {
      const list = proved.get(hit.entry);
      if (list) list.push({ sdk, hit });
      else proved.set(hit.entry, [{ sdk, hit }]);
    }
  }
  // Made for an entry when a sign in it asks: most signs stand where nothing proved does.
  const byPlace = new Map<EntryFeatures, ReadonlyMap<string, readonly string[]>>();
  const ownersAt = (sign: ClueHit): readonly string[] => {
    const { entry } = sign;
    const known = byPlace.get(entry) ?? placesOf(proved.get(entry) ?? []);
    byPlace.set(entry, known);
    return known.get(placeOf(sign)) ?? [];
  };
  return detections.map((detection) => {
    const id = idOf(detection);
    const own = detection.scored ? [] : (hits.get(id) ?? []);
    if (own.length === 0 || (more.get(id) ?? 0) > 0) return detection;
    const owners = new Set<string>();
    for (const sign of own) {
      const found = ownersAt(sign);
      if (found.length === 0) return detection;
      for (const sdk of found) owners.add(sdk);
    }
    return { ...detection, componentOf: [...owners].sort(order) };
  });
}

function placesOf(hits: readonly { readonly sdk: string; readonly hit: ClueHit }[]): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const { sdk, hit } of hits) {
    const place = placeOf(hit);
    const owners = places.get(place);
    if (owners === undefined) places.set(place, [sdk]);
    else if (!owners.includes(sdk)) owners.push(sdk);
  }
  return places;
}
