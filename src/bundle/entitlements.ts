import type { Budgets } from '../budgets.ts';
import { attempt, byReason } from '../coverage.ts';
import { type PlistTally, readPlistKeys } from '../formats/plist/index.ts';
import type { Coverage } from '../types.ts';

/** Keys kept of one executable: Apple names some two hundred. */
const MOST_KEYS = 512;
const LONGEST_KEY = 256;

/** The keys of the entitlements of one executable, and what of them could not be read. */
export type EntitlementReader = (
  bytes: Uint8Array,
  path: string,
) => { readonly keys: readonly string[]; readonly coverage: readonly Coverage[] };

/**
 * Reads what executables are entitled to, by key (TN3125): a property list inside the code signature. What is not read
 * hides no SDK, so that the rest of the answer stays whole.
 * @param tally shared with the other property lists of the bundle
 */
export function entitlementReader(budgets: Budgets, tally: PlistTally): EntitlementReader {
  return (bytes, path) => {
    const coverage: Coverage[] = [];
    const gap = (reason: Coverage['reason'], detail: string) =>
      coverage.push({ path, format: 'plist', state: 'partial', reason, offset: null, detail, matters: false });
    tally.bytes += bytes.length;
    if (tally.bytes > budgets.allPlistBytes) {
      gap('budget', 'entitlements: beyond the bytes of all property lists');
      return { keys: [], coverage };
    }
    const read = attempt(
      () => readPlistKeys(bytes, budgets, (key) => key.length <= LONGEST_KEY, tally),
      ({ reason, message }) => gap(reason, `entitlements: ${message}`),
    );
    for (const { reason, message } of byReason(read?.problems ?? [])) gap(reason, `entitlements: ${message}`);
    const keys = [...(read?.entries.keys() ?? [])].sort();
    if (keys.length > MOST_KEYS) gap('budget', `${keys.length} entitlements, ${MOST_KEYS} were kept`);
    return { keys: keys.slice(0, MOST_KEYS), coverage };
  };
}
