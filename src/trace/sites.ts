import type { CallHit, EntryFeatures } from '../inventory/facts.ts';
import { order } from '../order.ts';
import type { Switch } from '../rules/switches.ts';
import type { Evidence } from '../types.ts';
import type { Switched } from './switch-state.ts';

export const MOST_EVIDENCE = 4;

/** A place in code that switches a control. */
export interface Site {
  readonly hit: CallHit;
  readonly entry: EntryFeatures;
  readonly switched: Switched;
  readonly rule: Switch;
}

/** Where they stand, in words. */
export function placesOf(sites: readonly Site[]): string {
  const words = sites.map(({ hit, switched }) => `${hit.by.class}.${hit.by.method} (${switched.why})`).sort(order);
  const shown = [...new Set(words)];
  const rest = shown.length - 3;
  return `${shown.slice(0, 3).join('; ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

export function evidenceOf(sites: readonly Site[], clue: string): Evidence[] {
  const all = [...sites].sort((a, b) => order(a.entry.path, b.entry.path) || at(a.hit) - at(b.hit));
  return all.slice(0, MOST_EVIDENCE).map(({ hit, entry }) => placeOf(hit, entry, clue));
}

const at = ({ seen }: CallHit): number => seen.spans[0]?.offset ?? -1;

/** By which `explain` tells what a call is: the control that it switches, or the call of the API. */
export function clueOf({ id }: CallHit): string {
  const [sdk, control, call] = id.split('/');
  return `${sdk}/${control === 'api' ? call : control}`;
}

/** The instruction that switches it. A key is never repeated: whoever reads the report need not have the app. */
export function placeOf(hit: CallHit, entry: EntryFeatures, clue: string): Evidence {
  return { clue, kind: 'use', path: entry.path, ...hit.seen, entrySha256: entry.sha256 };
}
