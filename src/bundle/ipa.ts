import { FormatError } from '../errors.ts';
import { decodedText, meaning } from '../formats/passage.ts';
import { type PlistValue, readPlist } from '../formats/plist.ts';
import type { Anomaly, App, Coverage } from '../types.ts';
import {
  type AppFacts,
  type Container,
  type Declaration,
  type Document,
  noApp,
  type Reader,
  readDocument,
} from './app.ts';
import type { Entry } from './archive.ts';

/** Info.plist files read at most: an app has dozens. */
const MOST_PLISTS = 2000;

const containerPlist = /^(?:(.*\.(?:app|framework|appex|bundle))\/)?(?:Versions\/[^/]+\/)?(?:Resources\/)?Info\.plist$/;

/** What the property lists of an iOS application and of the frameworks and extensions inside it say. */
export async function readIpa(entries: readonly Entry[], root: string, reader: Reader): Promise<AppFacts> {
  const coverage: Coverage[] = [];
  const anomalies: Anomaly[] = [];
  const documents: Document[] = [];
  const declarations: Declaration[] = [];
  const containers: Container[] = [];
  let app: App = noApp;
  let executable: string | null = null;
  const plists = entries.filter(
    (e) => e.path.endsWith('Info.plist') && e.path.startsWith(root) && containerPlist.test(e.path),
  );
  // The app's own counts among them wherever it stands in the archive.
  plists.sort((a, b) => Number(b.path === `${root}Info.plist`) - Number(a.path === `${root}Info.plist`));
  if (plists.length > MOST_PLISTS) {
    const detail = `${plists.length - MOST_PLISTS} Info.plist files more than ${MOST_PLISTS} were not read`;
    coverage.push(line(`${root}(all containers)`, 'partial', null, detail, 'budget'));
  }
  for (const entry of plists.slice(0, MOST_PLISTS)) {
    const folder = containerPlist.exec(entry.path)?.[1] ?? '';
    const isApp = entry.path === `${root}Info.plist`;
    const read = await readDocument(entry, 'plist', reader, coverage, anomalies);
    if (!read) continue;
    documents.push(read.document);
    try {
      const { value, problems } = readPlist(read.bytes, reader.budgets);
      for (const problem of problems.slice(0, 1)) {
        coverage.push(line(entry.path, 'partial', problem.offset, problem.message));
      }
      if (!(value instanceof Map)) throw new FormatError('the property list is not a dictionary', 0);
      const dictionary = value as ReadonlyMap<string, PlistValue>;
      const container = containerFacts(folder, dictionary);
      containers.push(container);
      declare(entry.path, dictionary, container, isApp, declarations);
      if (isApp) {
        app = appOf(dictionary);
        executable = container.executable === null ? null : root + container.executable;
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      coverage.push(line(entry.path, 'unreadable', error.offset, error.message));
    }
  }
  if (!entries.some((e) => e.path === `${root}Info.plist`)) {
    coverage.push(line(`${root}Info.plist`, 'unreadable', null, 'there is no Info.plist', 'missing'));
  }
  coverage.push(...missingExecutables(entries, containers));
  return { app, declarations, containers, documents, coverage, anomalies, executable };
}

function line(
  path: string,
  state: Coverage['state'],
  offset: number | null,
  detail: string,
  reason: Coverage['reason'] = 'malformed',
): Coverage {
  return { path, format: 'plist', state, reason, offset, detail, matters: true };
}

function containerFacts(path: string, plist: ReadonlyMap<string, PlistValue>): Container {
  const strings = new Map<string, string>();
  for (const [key, value] of plist) {
    if (typeof value === 'string') strings.set(key, value);
  }
  return {
    path,
    bundleId: strings.get('CFBundleIdentifier') ?? null,
    executable: strings.get('CFBundleExecutable') ?? null,
    strings,
  };
}

/** Keys of the app's own Info.plist, and the identifier of every container. */
function declare(
  path: string,
  plist: ReadonlyMap<string, PlistValue>,
  container: Container,
  isApp: boolean,
  into: Declaration[],
): void {
  if (container.bundleId !== null) {
    const { bundleId } = container;
    into.push({ kind: 'bundle-id', name: bundleId, path, seen: () => decodedText(bundleId, 'property list') });
  }
  if (!isApp) return;
  for (const [key, value] of plist) {
    const seen = () => meaning(decodedText(key, 'property list'), typeof value === 'string' ? value : null);
    into.push({ kind: 'key', name: key, path, seen });
  }
}

function appOf(plist: ReadonlyMap<string, PlistValue>): App {
  const text = (key: string) => {
    const value = plist.get(key);
    return typeof value === 'string' ? value : null;
  };
  const texts = (key: string) => {
    const value = plist.get(key);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  };
  return {
    id: text('CFBundleIdentifier'),
    name: text('CFBundleDisplayName') ?? text('CFBundleName'),
    version: text('CFBundleShortVersionString'),
    build: text('CFBundleVersion'),
    minOs: text('MinimumOSVersion'),
    targetOs: text('DTPlatformVersion'),
    permissions: [...plist.keys()].filter((key) => /^NS\w+UsageDescription$/.test(key)).sort(),
    background: [...texts('UIBackgroundModes')].sort(),
    architectures: [],
  };
}

/** A framework whose plist names a binary that is not there hides what it was. */
function missingExecutables(entries: readonly Entry[], containers: readonly Container[]): Coverage[] {
  const paths = new Set(entries.map((e) => e.path));
  const missing = containers
    .filter((c) => c.executable !== null && /\.(app|framework|appex)$/.test(c.path))
    .filter((c) => !paths.has(`${c.path}/${c.executable}`));
  if (missing.length === 0) return [];
  const sorted = [...paths].sort();
  return missing
    .filter((c) => !anyBegins(sorted, `${c.path}/Versions/`))
    .map((c) => ({
      path: `${c.path}/${c.executable}`,
      format: 'macho',
      state: 'unreadable' as const,
      reason: 'missing' as const,
      offset: null,
      detail: 'its Info.plist names this executable, which is not in the bundle',
      matters: true,
    }));
}

/** Whether one of these sorted texts begins so: it would stand first of those that are not less. */
function anyBegins(sorted: readonly string[], start: string): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < start) low = middle + 1;
    else high = middle;
  }
  return sorted[low]?.startsWith(start) ?? false;
}
