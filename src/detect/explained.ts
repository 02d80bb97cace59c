import { order } from '../order.ts';
import type { Detection } from '../types.ts';
import type { ClueHit } from './clue-hits.ts';

/** What was met of each SDK, by its id; `more` counts hits that were not looked at. */
interface Met {
  readonly hits: ReadonlyMap<string, readonly ClueHit[]>;
  readonly more: ReadonlyMap<string, number>;
}

/** Where a hit stands: two clues met there are met by the same bytes. */
function placeOf({ entry, hit: { seen } }: ClueHit): string {
  return JSON.stringify([entry.path, seen.spans[0]?.offset ?? null, seen.text]);
}

const idOf = ({ sdk, products }: Detection): string => products[0] ?? sdk;

/**
 * Signs of SDKs that are not proved, and whose every byte is met by a clue of an SDK that is: `org.webrtc.voiceengine` in
 * Zoom's library. One place more, or one that was not looked at, and the sign stands.
 */
export function explainSigns(detections: readonly Detection[], { hits, more }: Met): Detection[] {
  const signs = detections.filter(({ scored }) => !scored).flatMap((sign) => hits.get(idOf(sign)) ?? []);
  if (signs.length === 0) return [...detections];
  const signed = new Set(signs.map(({ entry }) => entry));
  const places = new Map<string, string[]>();
  for (const { sdk, products, scored } of detections) {
    if (!scored) continue;
    const there = products.flatMap((id) => hits.get(id) ?? []).filter(({ entry }) => signed.has(entry));
    for (const place of new Set(there.map(placeOf))) places.set(place, [...(places.get(place) ?? []), sdk]);
  }
  return detections.map((detection) => {
    const id = idOf(detection);
    const own = detection.scored ? [] : (hits.get(id) ?? []);
    if (own.length === 0 || (more.get(id) ?? 0) > 0) return detection;
    const owners = own.map((hit) => places.get(placeOf(hit)) ?? []);
    if (owners.some((found) => found.length === 0)) return detection;
    return { ...detection, componentOf: [...new Set(owners.flat())].sort(order) };
  });
}
