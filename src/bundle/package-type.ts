import { attempt } from '../coverage.ts';
import { readPlistKeys } from '../formats/plist/index.ts';
import { type Reader, readDocument } from './app.ts';
import type { Entry } from './entry.ts';

const KEY = 'CFBundlePackageType';

/** What kind of bundle an Info.plist says that it is of: `APPL`, `FMWK`, `XFWK`, …; null where it does not. */
export async function packageTypeOf(plist: Entry, reader: Reader): Promise<string | null> {
  // It is read once more, whole, by whoever takes the bundle for one of a kind: what is wrong with it is told there.
  const read = await readDocument(plist, 'plist', reader, { coverage: [], anomalies: [] });
  if (!read) return null;
  const found = attempt(
    () => readPlistKeys(read.bytes, reader.budgets, (key) => key === KEY, { bytes: 0, objects: 0 }),
    () => {},
  );
  const value = found?.entries.get(KEY)?.value;
  return typeof value === 'string' ? value : null;
}
