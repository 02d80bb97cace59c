import type { EntryFeatures } from '../inventory/facts.ts';
import type { Sdk } from '../rules/schema.ts';
import type { Evidence } from '../types.ts';

/**
 * Files outside of an SDK whose code names a class of it and one of the messages by which a control is switched. A selector
 * alone is nobody's: objects of others answer to `setArea:` too. In a file that holds the SDK itself, its own code may be
 * what names it.
 */
export function selectorsNamed(
  sdk: Pick<Sdk, 'id'>,
  control: Pick<Sdk['controls'][number], 'id' | 'calls'>,
  entries: readonly EntryFeatures[],
): Evidence[] {
  const calls = new Set(control.calls);
  return entries.flatMap(({ path, sha256, selectors = [], hits }) => {
    if (selectors.length === 0) return [];
    const grades = new Set(hits.flatMap(({ clue, grade }) => (clue.startsWith(`${sdk.id}/`) ? grade : [])));
    if (grades.has('defined') || !grades.has('referenced')) return [];
    return selectors
      .filter(({ name }) => calls.has(name))
      .map(({ seen }) => ({ clue: `${sdk.id}/${control.id}`, kind: 'use', path, ...seen, entrySha256: sha256 }));
  });
}
