import { attempt } from '../../coverage.ts';
import { type PlistTally, readPlistKeys } from '../../formats/plist/index.ts';
import type { PlistValue } from '../../formats/plist/value.ts';
import { reportText } from '../../text.ts';
import type { Coverage } from '../../types.ts';
import { type Reader, readDocument } from '../app.ts';
import type { Entry } from '../entry.ts';

/** Where Xcode lists the libraries of an XCFramework, one for each platform (`xcodebuild -create-xcframework`). */
const KEY = 'AvailableLibraries';

/** XCFrameworks of one download whose lists are read, libraries that one may list, and those that are missed by name. */
const MOST_LISTS = 256;
const MOST_LISTED = 256;
const NAMED = 8;

/** The file or folder that a library is, of a path in it. */
const library = /^(?:.*\.xcframework\/)?[^/]+\/[^/]+/;

/** Libraries that XCFrameworks say they have, and have not: what is not there may hold anything. */
export async function missingSlices(entries: readonly Entry[], reader: Reader): Promise<Coverage[]> {
  const lists = entries.filter(({ path }) => /(?:^|\.xcframework\/)Info\.plist$/.test(path)).slice(0, MOST_LISTS);
  if (lists.length === 0) return [];
  const there = new Set(entries.flatMap(({ path }) => [path, ...(library.exec(path) ?? [])]));
  const tally: PlistTally = { bytes: 0, objects: 0 };
  const coverage: Coverage[] = [];
  for (const entry of lists) {
    const absent = (await namedIn(entry, reader, { tally, coverage })).filter((path) => !there.has(path));
    if (absent.length === 0) continue;
    const shown = absent.slice(0, NAMED).map((path) => JSON.stringify(reportText(path).slice(0, 100)));
    const more = absent.length > NAMED ? ` and ${absent.length - NAMED} more` : '';
    coverage.push({
      ...{ path: entry.path, format: 'plist', state: 'partial', reason: 'missing', offset: null, matters: true },
      detail: `the XCFramework names libraries that are not in it: ${shown.join(', ')}${more}`,
    });
  }
  return coverage;
}

/** Paths that one list names; none, with a line of coverage, where it cannot be read. */
async function namedIn(
  entry: Entry,
  reader: Reader,
  { tally, coverage }: { readonly tally: PlistTally; readonly coverage: Coverage[] },
): Promise<string[]> {
  const { path } = entry;
  const folder = path.slice(0, -'Info.plist'.length);
  // One at the top is read as any bundle's, and what is wrong with it is said there.
  const lines = folder === '' ? [] : coverage;
  const read = await readDocument(entry, 'plist', reader, { coverage: lines, anomalies: [], tally });
  const found =
    read &&
    attempt(
      () => readPlistKeys(read.bytes, reader.budgets, (key) => key === KEY, tally),
      ({ reason, offset, message: detail }) =>
        lines.push({ path, format: 'plist', state: 'unreadable', reason, offset, detail, matters: true }),
    );
  const list = found ? found.entries.get(KEY)?.value : null;
  if (!Array.isArray(list)) return [];
  return (list as readonly PlistValue[]).slice(0, MOST_LISTED).flatMap((each) => {
    if (!(each instanceof Map)) return [];
    const [slice, name] = [each.get('LibraryIdentifier'), each.get('LibraryPath')];
    return typeof slice === 'string' && typeof name === 'string' ? [`${folder}${slice}/${name}`] : [];
  });
}
