import { counts } from '../rules/clues.ts';
import type { Clue, Rules } from '../rules/schema.ts';
import type { Detection } from '../types.ts';
import type { ClueHit } from './clue-hits.ts';

/** What one detection is of: one SDK, or the products of a family that its clues cannot tell apart. */
export interface Found {
  readonly id: string;
  readonly products: readonly string[];
}

/**
 * SDKs that were met, with the families settled. A product that was met by a clue of its own stands, and its relatives
 * that share the other clues go; where none was, the family is what was found and every product of it a candidate.
 */
export function productsOf(met: ReadonlyMap<string, readonly ClueHit[]>, rules: Rules): Found[] {
  const found: Found[] = [];
  const families = new Map<string, string[]>();
  for (const id of [...met.keys()].sort()) {
    const sdk = rules.sdks.get(id);
    if (!sdk) continue;
    if (sdk.family === undefined) found.push({ id, products: [id] });
    else families.set(sdk.family, [...(families.get(sdk.family) ?? []), id]);
  }
  for (const [family, ids] of families) {
    const told = ids.filter((id) =>
      cluesOf(met.get(id) ?? []).some((clue) => counts(clue) && isOwn(clue, id, family, rules)),
    );
    if (told.length > 0 || ids.length === 1) {
      for (const id of told.length > 0 ? told : ids) found.push({ id, products: [id] });
    } else found.push({ id: family, products: ids });
  }
  return found;
}

/** Each clue once, however often it was met. */
function cluesOf(met: readonly ClueHit[]): Clue[] {
  return [...new Set(met.map((m) => m.clue))];
}

/** Whether no other product of the family asks for the same. */
function isOwn(clue: Clue, id: string, family: string, rules: Rules): boolean {
  const key = keyOf(clue);
  return ![...rules.sdks.values()].some(
    (other) => other.id !== id && other.family === family && other.clues.some((c) => keyOf(c) === key),
  );
}

function keyOf({ kind, is, under, tail, like }: Clue): string {
  return JSON.stringify([kind, is, under, tail, like]);
}

/** The detection of a family: no vendor is named, all candidates are. */
export function asFamily(detection: Detection, id: string, products: readonly string[], rules: Rules): Detection {
  const sdks = products.map((product) => rules.sdks.get(product)).filter((sdk) => sdk !== undefined);
  return {
    ...detection,
    sdk: id,
    products,
    name: sdks.map((sdk) => sdk.name).join(' or '),
    vendor: null,
    candidates: [...new Set(sdks.map((sdk) => sdk.vendor))].sort(),
    confidence: detection.confidence === 'high' ? 'medium' : detection.confidence,
  };
}
