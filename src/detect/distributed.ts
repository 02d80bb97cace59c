import type { Rules } from '../rules/schema.ts';
import type { Detection } from '../types.ts';
import { compare, type Met } from './met.ts';

/** Names listed for one SDK; every place is an instance anyway. */
const MOST_NAMES = 20;

/**
 * Names of native files that hold an SDK's code and that no clue of the SDK knows: code of Agora in `libfoo.so`. A strong
 * clue must stand in the file itself. Not asked of the app's own executable, which holds what is linked into it, of a
 * part of another SDK, or of an SDK whose rule knows no name of a library.
 */
export function distributedAs(detection: Detection, met: readonly Met[], rules: Rules): string[] {
  const sdks = detection.products.map((id) => rules.sdks.get(id));
  if (!sdks.some((sdk) => sdk?.clues.some((clue) => clue.kind === 'library'))) return [];
  const known = new Set(
    met.filter((m) => m.clue.kind === 'library' && m.hit.seen.encoding === 'name').map((m) => m.entry),
  );
  const parts = new Set(detection.instances.filter((i) => i.within !== null).map((i) => i.path));
  const names = new Set<string>();
  for (const { clue, hit, entry } of met) {
    if (clue.strength !== 'strong' || hit.grade !== 'defined' || hit.seen.encoding === 'name') continue;
    if (!entry.native || entry.native.main || known.has(entry) || parts.has(entry.path)) continue;
    names.add(entry.native.name);
  }
  return [...names].sort(compare).slice(0, MOST_NAMES);
}
