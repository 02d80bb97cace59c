import type { Clue, Rules, Sdk, VersionAt } from '../../src/rules/schema.ts';
import type { Source } from '../../src/types.ts';

/** What must stand in a file: what a clue asks for, a version, one of some names; null: only that a text begins there. */
export type Shown =
  | { readonly clue: Clue }
  | { readonly version: VersionAt }
  | { readonly names: readonly string[] }
  | null;

/** A place in a file that a rule cites. */
export interface Reference {
  /** File and field of the rule. */
  readonly where: string;
  readonly artifact: string;
  readonly sha256: string;
  readonly at: number | undefined;
  readonly shown: Shown;
}

/** All references of these SDKs and of their vendors; of all where none is named. Those to one package follow another. */
export function referencesOf(rules: Rules, wanted: readonly string[]): Reference[] {
  const found: Reference[] = [];
  const vendors = new Set<string>();
  for (const sdk of rules.sdks.values()) {
    if (wanted.length > 0 && !wanted.includes(sdk.id)) continue;
    vendors.add(sdk.vendor);
    const file = `sdks/${sdk.id}.json: `;
    found.push(
      ...heldBy(sdk, file),
      ...cited(`${file}takes`, sdk.takes, () => null),
      ...cited(`${file}parameters`, sdk.parameters, ({ name }) => ({ names: [name] })),
      ...cited(`${file}controls`, sdk.controls, ({ calls }) => ({ names: calls })),
      ...cited(`${file}claims`, sdk.claims, () => null),
    );
  }
  for (const vendor of rules.vendors.values()) {
    if (wanted.length > 0 && !vendors.has(vendor.id)) continue;
    const file = `vendors/${vendor.id}.json: `;
    found.push(
      ...cited(`${file}hosts`, vendor.hosts, ({ host }) => ({ names: [host] })),
      ...cited(`${file}entities`, vendor.entities, () => null),
      ...cited(`${file}claims`, vendor.claims, () => null),
    );
  }
  return found.sort((a, b) => (a.artifact < b.artifact ? -1 : a.artifact > b.artifact ? 1 : 0));
}

function heldBy({ clues, versions, artifacts }: Sdk, file: string): Reference[] {
  const asked = new Map<string, Shown>([
    ...clues.map((clue) => [clue.id, { clue }] as const),
    ...versions.map((version) => [version.id, { version }] as const),
  ]);
  return artifacts.flatMap(({ artifact, sha256, holds }, i) =>
    Object.entries(holds).map(([id, { at }]) => ({
      where: `${file}artifacts.${i}.holds.${id}`,
      artifact,
      sha256,
      at,
      shown: asked.get(id) ?? null,
    })),
  );
}

/** Those of its sources that are bytes. */
function cited<T extends { readonly source: Source }>(
  where: string,
  rows: readonly T[],
  shown: (row: T) => Shown,
): Reference[] {
  return rows.flatMap((row, i) => {
    const { artifact, sha256, offset } = row.source;
    if (artifact === undefined || sha256 === undefined) return [];
    return [{ where: `${where}.${i}`, artifact, sha256, at: offset, shown: shown(row) }];
  });
}
