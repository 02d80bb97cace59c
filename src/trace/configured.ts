import type { CallHit, EntryFeatures } from '../inventory/facts.ts';
import { order } from '../order.ts';
import type { Sdk } from '../rules/schema.ts';
import type { ApiCall } from '../rules/switches.ts';
import type { DataKind, Evidence } from '../types.ts';
import { clueOf, placeOf } from './sites.ts';

/** Code aboard that makes an SDK take something, with the places. */
export interface Configured {
  readonly says: string;
  readonly evidence: readonly Evidence[];
}

const MOST_EVIDENCE = 3;
/** What an SDK takes by itself once it is started, as far as the app may. */
const ofItself: readonly DataKind[] = ['microphone', 'camera', 'screen'];

/**
 * What code hands an SDK, or sets off in it, by calls that a chain leads to from something that the system starts. By kind
 * of data; nothing for an SDK whose rule names no such calls.
 */
export function configuredBy(sdk: Sdk, entries: readonly EntryFeatures[]): ReadonlyMap<DataKind, Configured> {
  const found = new Map<DataKind, { hit: CallHit; entry: EntryFeatures }[]>();
  const rules = new Map(sdk.api.map((api) => [`${sdk.id}/api/${api.id}`, api]));
  for (const entry of entries) {
    for (const hit of entry.calls ?? []) {
      const api = rules.get(hit.id);
      if (!api || hit.chain.length === 0) continue;
      for (const data of takenBy(api)) found.set(data, [...(found.get(data) ?? []), { hit, entry }]);
    }
  }
  return new Map([...found].map(([data, places]) => [data, configured(places)]));
}

function takenBy({ starts, arguments: given }: ApiCall): readonly DataKind[] {
  const named = given.flatMap(({ carries }): DataKind[] =>
    carries === 'user-id' || carries === 'room-id' ? [carries] : [],
  );
  return starts ? [...named, ...ofItself] : named;
}

function configured(places: readonly { readonly hit: CallHit; readonly entry: EntryFeatures }[]): Configured {
  const at = ({ seen }: CallHit) => seen.spans[0]?.offset ?? -1;
  const sorted = [...places].sort((a, b) => order(a.entry.path, b.entry.path) || at(a.hit) - at(b.hit));
  const { hit } = sorted[0]!;
  const chain = hit.chain.length > 1 ? `, reached by ${hit.chain.slice(0, -1).join(' and ')}` : '';
  return {
    says: `${hit.seen.value ?? hit.seen.text}${chain}.`,
    evidence: sorted.slice(0, MOST_EVIDENCE).map((each) => placeOf(each.hit, each.entry, clueOf(each.hit))),
  };
}
