import { FormatError } from '../errors.ts';
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
import type { Archive } from './archive.ts';
import { findExecutables, type Named } from './executables.ts';
import { linkCoverage, readLinks, Tree } from './links.ts';

/** Info.plist files read at most: an app has dozens. */
const MOST_PLISTS = 2000;

const containerPlist = /^(?:(.*\.(?:app|framework|appex|bundle))\/)?(?:Versions\/[^/]+\/)?(?:Resources\/)?Info\.plist$/;

/** What the property lists of an iOS application and of the frameworks and extensions inside it say. */
export async function readIpa(
  { entries, links: listed }: Archive,
  root: string,
  appFolder: string,
  reader: Reader,
): Promise<AppFacts> {
  const coverage: Coverage[] = [];
  const anomalies: Anomaly[] = [];
  const documents: Document[] = [];
  const declarations: Declaration[] = [];
  const containers: Container[] = [];
  let app: App = noApp;
  const named: Named[] = [];
  const packedLinks = await readLinks(entries, reader);
  const tree = new Tree(entries, [...listed, ...packedLinks], root);
  const leading = linkCoverage(packedLinks, tree);
  coverage.push(...leading);
  const followed = new Set(leading.filter((link) => !link.matters).map((link) => link.path));
  const plists = entries.filter(
    (e) =>
      e.path.endsWith('Info.plist') && e.path.startsWith(root) && containerPlist.test(e.path) && !followed.has(e.path),
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
    const name = { folder, plist: entry.path };
    const nothing = named.push({ ...name, executable: undefined }) - 1;
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
      const container = containerFacts(folder, entry.path, dictionary);
      containers.push(container);
      named[nothing] = { ...name, executable: container.executable };
      declare(entry.path, dictionary, container, isApp, declarations);
      if (isApp) app = appOf(dictionary);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      coverage.push(line(entry.path, 'unreadable', error.offset, error.message));
    }
  }
  if (!plists.some((e) => e.path === `${root}Info.plist`)) {
    coverage.push(line(`${root}Info.plist`, 'unreadable', null, 'there is no Info.plist', 'missing'));
  }
  const paths = [...entries, ...listed].map((e) => e.path);
  const executables = findExecutables(tree, paths, root, appFolder, named);
  coverage.push(...executables.coverage);
  const executable = executables.paths.get(root.slice(0, -1)) ?? null;
  const layout = { tree, executables: executables.paths, followed };
  return { app, declarations, containers, documents, coverage, anomalies, executable, layout };
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

function containerFacts(path: string, document: string, plist: ReadonlyMap<string, PlistValue>): Container {
  const strings = new Map<string, string>();
  for (const [key, value] of plist) {
    if (typeof value === 'string') strings.set(key, value);
  }
  return {
    path,
    document,
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
    into.push({ kind: 'bundle-id', name: container.bundleId, value: null, path, offset: null });
  }
  if (!isApp) return;
  for (const [key, value] of plist) {
    into.push({ kind: 'key', name: key, value: typeof value === 'string' ? value : null, path, offset: null });
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
