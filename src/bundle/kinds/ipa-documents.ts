import { attempt, byReason, type Problem } from '../../coverage.ts';
import { meaning, passageOfText } from '../../formats/passage.ts';
import { type PlistTally, plistKeys } from '../../formats/plist/index.ts';
import type { Anomaly, App, Coverage } from '../../types.ts';
import {
  type AppFacts,
  type Container,
  type Declaration,
  type Document,
  noApp,
  noFacts,
  readDocument,
} from '../app.ts';
import type { Archive } from '../archive.ts';
import { asideCoverage } from '../aside.ts';
import { entitlementReader } from '../entitlements.ts';
import { findExecutables, type Named } from '../executables.ts';
import { boundedEntries, type Entries, folderOf, wantedKeys } from '../info-plist.ts';
import { appOf, textOf } from '../ios-app.ts';
import { linkCoverage, readLinks, Tree } from '../links.ts';
import { localisedIn, localisedName } from '../localised.ts';
import { isUnitFolder, type UnitFacts, unitKindOf } from '../unit.ts';
import { readUnitDocuments } from '../unit-documents.ts';
import type { Opening } from './kind.ts';

type IpaOpening = Pick<Opening, 'roots' | 'folder' | 'reader' | 'wantsKey'> & {
  readonly archive: Pick<Archive, 'entries' | 'links'>;
};

/** Info.plist files read at most: an app has dozens. */
const MOST_PLISTS = 2000;

/** Applications in one archive: an installer takes one with one alone. */
const MOST_APPS = 64;

/** What the property lists of iOS applications and of the units and frameworks inside them say. */
export async function readIpa(opening: IpaOpening): Promise<AppFacts> {
  const { reader, folder: appFolder, roots: apps, wantsKey: askedFor } = opening;
  const { entries, links: listed } = opening.archive;
  const roots = apps.slice(0, MOST_APPS);
  const coverage: Coverage[] = [];
  const anomalies: Anomaly[] = [];
  const documents: Document[] = [];
  const declarations: Declaration[] = [];
  const containers: Container[] = [];
  /** By folder: what the property list of each unit says. */
  const apped = new Map<string, App>();
  const named: Named[] = [];
  const packedLinks = await readLinks(entries, reader);
  const tree = new Tree(entries, [...listed, ...packedLinks], roots);
  const leading = linkCoverage(packedLinks, tree);
  coverage.push(...leading);
  const followed = new Set(leading.filter((link) => !link.matters).map((link) => link.path));
  const isBelow = (path: string) => roots.some((root) => path.startsWith(root));
  const plists = entries.filter((e) => isBelow(e.path) && folderOf(e.path) !== null && !followed.has(e.path));
  const own = new Set(roots.map((root) => `${root}Info.plist`));
  const isUnits = (path: string) => own.has(path) || isUnitFolder(path.slice(0, -'/Info.plist'.length));
  // The apps' own count among them wherever they stand in the archive, and then those that may ask for something.
  const rank = ({ path }: { readonly path: string }) => (own.has(path) ? 0 : isUnits(path) ? 1 : 2);
  plists.sort((a, b) => rank(a) - rank(b));
  const tally: PlistTally = { bytes: 0, objects: 0 };
  const { allPlistBytes, allPlistObjects } = reader.budgets;
  const wanted = wantedKeys(askedFor);
  const localised = localisedIn(entries);
  let count = 0;
  for (const entry of plists.slice(0, MOST_PLISTS)) {
    if (tally.bytes >= allPlistBytes || tally.objects >= allPlistObjects) break;
    count++;
    const name = { folder: folderOf(entry.path)!, plist: entry.path };
    const nothing = named.push({ ...name, executable: undefined }) - 1;
    const isUnit = isUnits(entry.path);
    if (isUnit) apped.set(name.folder, noApp);
    const read = await readDocument(entry, 'plist', reader, { coverage, anomalies, tally });
    if (!read) continue;
    documents.push(read.document);
    const found = await attempt(
      () => reader.streamer.run(plistKeys(read.bytes, reader.budgets, wanted, tally)),
      (problem) => {
        coverage.push(line(entry.path, 'unreadable', problem));
        return null;
      },
    );
    if (!found) continue;
    for (const problem of byReason(found.problems)) coverage.push(line(entry.path, 'partial', problem));
    const { kept, cut } = boundedEntries(found.entries);
    if (cut !== null) coverage.push(line(entry.path, 'partial', { reason: 'budget', message: cut }));
    const container = containerFacts(name.folder, entry.path, kept);
    containers.push(container);
    named[nothing] = { ...name, executable: container.executable };
    declarations.push(...declared(kept, container, isUnit));
    if (!isUnit) continue;
    const app = appOf(kept);
    const own = localised.get(name.folder === '' ? '' : `${name.folder}/`);
    const region = textOf(kept, 'CFBundleDevelopmentRegion');
    apped.set(name.folder, own ? { ...app, name: await localisedName(own, region, app.name, { reader, tally }) } : app);
  }
  const left = plists.slice(count);
  if (left.length > 0) {
    const most =
      count === MOST_PLISTS ? MOST_PLISTS : `${count}, at ${allPlistBytes} bytes or ${allPlistObjects} objects in all,`;
    const message = `${left.length} Info.plist files more than ${most} were not read`;
    coverage.push(line(`${roots[0]}(all containers)`, 'partial', { reason: 'budget', message }));
  }
  if (apps.length > roots.length) {
    const message = `${apps.length} applications, of which ${roots.length} were read as such`;
    coverage.push(line('Payload/(all applications)', 'partial', { reason: 'budget', message }));
  }
  const there = new Set(plists.map(({ path }) => path));
  for (const plist of own) {
    const problem = { reason: 'missing', message: 'there is no Info.plist' } as const;
    if (!there.has(plist)) coverage.push(line(plist, 'unreadable', problem));
  }
  const paths = [...entries, ...listed].map((e) => e.path);
  const executables = findExecutables({ tree, paths, roots, appFolder }, named);
  coverage.push(...executables.coverage, ...asideCoverage(entries, roots));
  const layout = { tree, executables: executables.paths, followed };
  const bare = roots.flatMap((root) => unitsOf(root, apped, executables.paths));
  const readable = entries.filter(({ path }) => !followed.has(path));
  const declaring = await readUnitDocuments(readable, bare, reader, tally);
  documents.push(...declaring.documents);
  coverage.push(...declaring.coverage);
  const units = bare.map((unit) => ({ ...unit, provisioning: declaring.profiles.get(unit.root) }));
  const unread = new Set(left.map(({ path }) => path));
  const entitled = entitlementReader(reader.budgets, tally);
  return {
    ...noFacts,
    units,
    declarations,
    containers,
    documents,
    coverage,
    anomalies,
    layout,
    unread,
    entitled,
    privacyManifests: declaring.privacyManifests,
  };
}

/** The units of one application: it first, the others by path. */
function unitsOf(root: string, apped: ReadonlyMap<string, App>, executables: ReadonlyMap<string, string>): UnitFacts[] {
  const app = root.slice(0, -1);
  const inside = [...apped.keys()].filter((folder) => folder !== app && folder.startsWith(root)).sort();
  return [app, ...inside].map((folder) => ({
    kind: folder === app ? 'app' : unitKindOf(folder),
    platform: 'ios',
    root: folder === '' ? '' : `${folder}/`,
    app: apped.get(folder) ?? noApp,
    executable: executables.get(folder) ?? null,
  }));
}

type Said = Omit<Problem, 'offset'> & { readonly offset?: number | null };

function line(path: string, state: Coverage['state'], { reason, message, offset = null }: Said): Coverage {
  return { path, format: 'plist', state, reason, offset, detail: message, matters: true };
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

/** Keys of the Info.plist of every unit, and the identifier of every container. */
function declared(plist: Entries, container: Container, isUnit: boolean): Declaration[] {
  const into: Declaration[] = [];
  const { bundleId, document: path } = container;
  if (bundleId !== null) {
    const seen = () => passageOfText(bundleId, plist.get('CFBundleIdentifier')!.at.value, 'property list');
    into.push({ kind: 'bundle-id', name: bundleId, path, seen });
  }
  if (!isUnit) return into;
  for (const [name, { value, at }] of plist) {
    const seen = () => meaning(passageOfText(name, at.key, 'property list'), typeof value === 'string' ? value : null);
    into.push({ kind: 'key', name, path, seen });
  }
  return into;
}
