import { attempt, byReason } from '../../coverage.ts';
import { meaning, passageOfText } from '../../formats/passage.ts';
import { type PlistTally, readPlistKeys } from '../../formats/plist/index.ts';
import type { Anomaly, App, Coverage } from '../../types.ts';
import {
  type AppFacts,
  type Container,
  type Declaration,
  type Document,
  noApp,
  type Reader,
  readDocument,
} from '../app.ts';
import type { Archive } from '../archive.ts';
import { findExecutables, type Named } from '../executables.ts';
import { boundedEntries, type Entries, folderOf, isPermission, wantedKeys } from '../info-plist.ts';
import { linkCoverage, readLinks, Tree } from '../links.ts';

/** Info.plist files read at most: an app has dozens. */
const MOST_PLISTS = 2000;

/**
 * What the property lists of an iOS application and of the frameworks and extensions inside it say.
 * @param askedFor whether a rule asks for a key
 */
export async function readIpa(
  { entries, links: listed }: Archive,
  root: string,
  appFolder: string,
  reader: Reader,
  askedFor: (key: string) => boolean,
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
  const plists = entries.filter((e) => e.path.startsWith(root) && folderOf(e.path) !== null && !followed.has(e.path));
  // The app's own counts among them wherever it stands in the archive.
  plists.sort((a, b) => Number(b.path === `${root}Info.plist`) - Number(a.path === `${root}Info.plist`));
  const tally: PlistTally = { bytes: 0, objects: 0 };
  const { allPlistBytes, allPlistObjects } = reader.budgets;
  const wanted = wantedKeys(askedFor);
  let count = 0;
  for (const entry of plists.slice(0, MOST_PLISTS)) {
    if (tally.bytes >= allPlistBytes || tally.objects >= allPlistObjects) break;
    count++;
    const isApp = entry.path === `${root}Info.plist`;
    const name = { folder: folderOf(entry.path)!, plist: entry.path };
    const nothing = named.push({ ...name, executable: undefined }) - 1;
    const read = await readDocument(entry, 'plist', reader, coverage, anomalies, tally);
    if (!read) continue;
    documents.push(read.document);
    const found = attempt(
      () => readPlistKeys(read.bytes, reader.budgets, wanted, tally),
      ({ offset, message, reason }) => {
        coverage.push(line(entry.path, 'unreadable', offset, message, reason));
        return null;
      },
    );
    if (!found) continue;
    for (const { offset, message, reason } of byReason(found.problems)) {
      coverage.push(line(entry.path, 'partial', offset, message, reason));
    }
    const { kept, cut } = boundedEntries(found.entries);
    if (cut !== null) coverage.push(line(entry.path, 'partial', null, cut, 'budget'));
    const container = containerFacts(name.folder, entry.path, kept);
    containers.push(container);
    named[nothing] = { ...name, executable: container.executable };
    declare(entry.path, kept, container, isApp, declarations);
    if (isApp) app = appOf(kept);
  }
  const left = plists.slice(count);
  if (left.length > 0) {
    const most =
      count === MOST_PLISTS ? MOST_PLISTS : `${count}, at ${allPlistBytes} bytes or ${allPlistObjects} objects in all,`;
    const detail = `${left.length} Info.plist files more than ${most} were not read`;
    coverage.push(line(`${root}(all containers)`, 'partial', null, detail, 'budget'));
  }
  if (!plists.some((e) => e.path === `${root}Info.plist`)) {
    coverage.push(line(`${root}Info.plist`, 'unreadable', null, 'there is no Info.plist', 'missing'));
  }
  const paths = [...entries, ...listed].map((e) => e.path);
  const executables = findExecutables(tree, paths, root, appFolder, named);
  coverage.push(...executables.coverage);
  const executable = executables.paths.get(root.slice(0, -1)) ?? null;
  const unread = new Set(left.map(({ path }) => path));
  const layout = { tree, executables: executables.paths, followed };
  return { app, declarations, containers, documents, coverage, anomalies, executable, layout, unread };
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

function containerFacts(path: string, document: string, plist: Entries): Container {
  const strings: Container['strings'] = new Map(
    [...plist].flatMap(([key, { value, at }]) => (typeof value === 'string' ? [[key, { text: value, at }]] : [])),
  );
  return {
    path,
    document,
    bundleId: strings.get('CFBundleIdentifier')?.text ?? null,
    executable: strings.get('CFBundleExecutable')?.text ?? null,
    strings,
  };
}

/** Keys of the app's own Info.plist, and the identifier of every container. */
function declare(path: string, plist: Entries, container: Container, isApp: boolean, into: Declaration[]): void {
  if (container.bundleId !== null) {
    const { bundleId } = container;
    const seen = () => passageOfText(bundleId, plist.get('CFBundleIdentifier')!.at.value, 'property list');
    into.push({ kind: 'bundle-id', name: bundleId, path, seen });
  }
  if (!isApp) return;
  for (const [name, { value, at }] of plist) {
    const seen = () => meaning(passageOfText(name, at.key, 'property list'), typeof value === 'string' ? value : null);
    into.push({ kind: 'key', name, path, seen });
  }
}

function appOf(plist: Entries): App {
  const text = (key: string) => {
    const value = plist.get(key)?.value;
    return typeof value === 'string' ? value : null;
  };
  const texts = (key: string) => {
    const value = plist.get(key)?.value;
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  };
  return {
    id: text('CFBundleIdentifier'),
    name: text('CFBundleDisplayName') ?? text('CFBundleName'),
    version: text('CFBundleShortVersionString'),
    build: text('CFBundleVersion'),
    minOs: text('MinimumOSVersion'),
    targetOs: text('DTPlatformVersion'),
    permissions: [...plist.keys()].filter(isPermission).sort(),
    background: [...texts('UIBackgroundModes')].sort(),
    architectures: [],
  };
}
