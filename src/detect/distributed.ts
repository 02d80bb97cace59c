import type { EntryFeatures } from '../inventory/facts.ts';
import { order } from '../order.ts';
import { cluesOf } from '../rules/clues.ts';
import type { Rules } from '../rules/schema.ts';
import type { Detection } from '../types.ts';
import type { ClueHit } from './clue-hits.ts';
import { isOwnId, partyOf } from './parties.ts';

/** Names listed for one SDK; every place is an instance anyway. */
const MOST_NAMES = 20;

/** What the bundle says of itself and of the frameworks in it. */
export interface Identities {
  readonly bundle: { readonly app: { readonly id: string | null } };
  readonly containers: readonly { readonly path: string; readonly bundleId: string | null }[];
}

/**
 * Names of native files that hold an SDK's code and bear another party's name or id: a framework whose bundle id is
 * neither the vendor's nor the app's, a library that is called as another vendor's. A name that no rule knows is no sign:
 * vendors ship more libraries than rules list, and rename them. A strong clue must stand in the file itself. Not asked of
 * the app's own executable, which holds what is linked into it, of a part of another SDK, or of a file with the SDK's name.
 */
export function distributedAs(
  detection: Detection,
  met: readonly ClueHit[],
  rules: Rules,
  { bundle, containers }: Identities,
): string[] {
  const named = new Set(
    met.filter((m) => m.clue.kind === 'library' && m.hit.seen.encoding === 'name').map((m) => m.entry),
  );
  const parts = new Set(detection.instances.filter((i) => i.within !== null).map((i) => i.path));
  const ids = new Map(containers.map(({ path, bundleId }) => [path, bundleId]));
  const asked = new Set<EntryFeatures>();
  const names = new Set<string>();
  for (const { clue, hit, entry } of met) {
    if (clue.strength !== 'strong' || hit.grade !== 'defined' || hit.seen.encoding === 'name') continue;
    if (!entry.native || entry.native.main || named.has(entry) || parts.has(entry.path)) continue;
    if (asked.has(entry)) continue;
    asked.add(entry);
    const id = ids.get(entry.container ?? '') ?? null;
    const others =
      id !== null && !isOwnId(id, detection.candidates, rules) && partyOf(id) !== partyOf(bundle.app.id ?? '');
    if (others || hasNameOfAnother(entry, detection, rules)) names.add(entry.native.name);
  }
  return [...names].sort(order).slice(0, MOST_NAMES);
}

/** Whether the file, its SONAME or its install name is the name of a library of another vendor that receives data. */
function hasNameOfAnother(entry: EntryFeatures, detection: Detection, rules: Rules): boolean {
  const clues = cluesOf(rules);
  return entry.hits.some(({ clue: id, grade }) => {
    const known = clues.get(id);
    if (known?.clue.kind !== 'library' || known.clue.strength === 'weak' || grade !== 'defined') return false;
    const vendor = rules.vendors.get(rules.sdks.get(known.sdk)?.vendor ?? '');
    const held = detection.products.some((id) => rules.sdks.get(id)?.contains.includes(known.sdk));
    return vendor?.recipient === true && !detection.candidates.includes(vendor.id) && !held;
  });
}
