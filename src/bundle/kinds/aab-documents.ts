import { attempt } from '../../coverage.ts';
import { passageAt } from '../../formats/passage.ts';
import {
  bundletoolIn,
  openProtoTable,
  protoValues,
  readDependencies,
  readProtoXml,
} from '../../formats/proto/index.ts';
import type { LibraryHit } from '../../inventory/facts.ts';
import { order } from '../../order.ts';
import type { Coverage, UnitKind } from '../../types.ts';
import { type AppFacts, joinFacts, noApp, noFacts, type Reader, readDocument } from '../app.ts';
import type { Entry } from '../entry.ts';
import { installed } from './aab.ts';
import { type DocumentForm, missingIn, type PackageFacts, readPackage, togetherOf } from './apk-documents.ts';
import { readTable } from './apk-resources.ts';
import { documentBytes, MOST_DOCUMENT_BYTES, placedAt } from './inner-package.ts';
import type { Opening } from './kind.ts';

/** Modules that are looked into: an app of many has a few dozen. */
const MOST_MODULES = 256;

const DEPENDENCIES = 'BUNDLE-METADATA/com.android.tools.build.libraries/dependencies.pb';
const CONFIG = 'BundleConfig.pb';
/** What names were before they were shortened: a store keeps it, and no device gets it. */
const NAMES = 'BUNDLE-METADATA/com.android.tools.build.obfuscation/proguard.map';

const asProto: DocumentForm = {
  parse: readProtoXml,
  resources: (entries, reader, coverage) =>
    readTable('resources.pb', entries, reader, coverage, (bytes) => {
      const table = openProtoTable(bytes, (steps) => reader.streamer.allowance.spend(steps));
      return { isWhole: table.isWhole, lookUp: (id) => protoValues(table, id) };
    }),
};

/** What the modules of an App Bundle say: one app, the modules that it is handed out in, and what it was built of. */
export async function readAppBundle({ archive, roots, reader }: Opening): Promise<AppFacts> {
  const modules: { readonly read: PackageFacts; pathOf(place: string): string }[] = [];
  const byRoot = entriesOf(archive.entries, roots.slice(0, MOST_MODULES));
  const left: Coverage[] = [...roots.slice(MOST_MODULES).map(notRead), ...withoutManifest(archive.entries, roots)];
  let held = 0;
  for (const [root, entries] of byRoot) {
    if (held > MOST_DOCUMENT_BYTES) {
      left.push(notRead(root));
      continue;
    }
    // A device has these in other folders, and so do all that read its documents.
    const real = new Map(entries.map((entry) => [installed(entry.path.slice(root.length)), entry.path]));
    const placed = entries.map((entry) => at(entry, installed(entry.path.slice(root.length))));
    const pathOf = (place: string) => real.get(place) ?? root + place;
    const read = await readPackage(placed, reader, asProto);
    modules.push({ read, pathOf });
    held += documentBytes(read.facts);
  }
  const together = togetherOf(modules.map(({ read }) => read));
  const said = modules.map(({ read, pathOf }, i): AppFacts => {
    const { facts } = read;
    const kind = kindOf(read);
    const own = facts.units[0]!;
    const architectures = i === 0 ? together.code.architectures : own.app.architectures;
    // Of connections a device asks the base alone.
    const network = kind === 'app' ? own.app.network : null;
    const units = [{ ...own, kind, app: { ...own.app, architectures, network } }];
    return placedAt({ ...facts, units, coverage: [...facts.coverage, ...missingIn(read, together)] }, pathOf);
  });
  const built = await builtOf(archive.entries, reader);
  const joined = joinFacts([...said, built]);
  const units = joined.units.length > 0 ? joined.units : [whole];
  return { ...joined, units, coverage: [...left, ...(joined.units.length > 0 ? [] : [noModule]), ...joined.coverage] };
}

const whole = { kind: 'app', platform: 'android', root: '', app: noApp, executable: null } as const;

const noModule: Coverage = {
  ...{ path: 'base/manifest/AndroidManifest.xml', format: 'manifest', state: 'unreadable', reason: 'missing' },
  ...{ offset: null, detail: 'the App Bundle has no module with a manifest', matters: true },
};

const notRead = (root: string): Coverage => ({
  ...{ path: `${root}manifest/AndroidManifest.xml`, format: 'manifest', state: 'unreadable', reason: 'budget' },
  ...{ offset: null, detail: `more than ${MOST_MODULES} modules, or more in them than a scan may hold`, matters: true },
});

/** What a folder of the bundle has code in, if it is a module. */
const codeOfModule = /^([^/]+\/)(?:dex|lib\/[^/]+)\/[^/]+$/;
/** Folders that are no modules (developer.android.com, "The Android App Bundle format"). */
const NO_MODULES: ReadonlySet<string> = new Set(['BUNDLE-METADATA/', 'META-INF/']);

/** Folders with code in the places of a module's, and no manifest: what they are to the app is not known. */
function withoutManifest(entries: readonly Entry[], roots: readonly string[]): Coverage[] {
  const modules = new Set(roots);
  const folders = new Set(entries.flatMap(({ path }) => codeOfModule.exec(path)?.[1] ?? []));
  const others = [...folders].filter((folder) => !modules.has(folder) && !NO_MODULES.has(folder)).sort(order);
  return others.slice(0, MOST_MODULES).map((folder) => ({
    ...{ path: `${folder}manifest/AndroidManifest.xml`, format: 'manifest', state: 'unreadable', reason: 'missing' },
    ...{ offset: null, detail: 'there is code as in a module, and no manifest: what is loaded of it is not known' },
    matters: true,
  }));
}

function kindOf({ manifest }: PackageFacts): UnitKind {
  if (manifest?.isAssetPack) return 'asset-pack';
  return manifest?.splits.own ? 'feature' : 'app';
}

/** Entries by the module that they stand in. */
function entriesOf(entries: readonly Entry[], roots: readonly string[]): Map<string, Entry[]> {
  const byRoot = new Map(roots.map((root): [string, Entry[]] => [root, []]));
  for (const entry of entries) {
    const end = entry.path.indexOf('/');
    if (end > 0) byRoot.get(entry.path.slice(0, end + 1))?.push(entry);
  }
  return byRoot;
}

/** An entry under the path by which a device has it. */
const at = (entry: Entry, path: string): Entry => ({
  ...{ path, size: entry.size, position: entry.position, crc32: entry.crc32 },
  locate: () => entry.locate(),
});

/** What the build says of itself: the libraries that it resolved, what wrote the bundle, and whether names were shortened. */
async function builtOf(entries: readonly Entry[], reader: Reader): Promise<AppFacts> {
  const coverage: Coverage[] = [];
  const documents: AppFacts['documents'][number][] = [];
  const libraries = new Map<string, readonly LibraryHit[]>();
  const names = entries.find(({ path }) => path === NAMES);
  if (names) {
    const detail = 'what names were before they were shortened (the map of R8): not read, as no device gets it';
    coverage.push({
      ...{ path: NAMES, format: 'metadata', state: 'skipped', reason: null, offset: null },
      ...{ detail, matters: false },
    });
  }
  for (const [path, hitsIn] of readers) {
    const entry = entries.find((each) => each.path === path);
    // That a list of names cannot be read hides no code.
    const lines: Coverage[] = [];
    const read = entry && (await readDocument(entry, 'metadata', reader, { coverage: lines, anomalies: [] }));
    coverage.push(...lines.map((line) => ({ ...line, matters: false })));
    if (!read) continue;
    const hits = attempt(
      () => hitsIn(read.bytes),
      ({ reason, offset, message }) =>
        coverage.push({
          ...{ path, format: 'metadata', state: 'partial', reason, offset },
          ...{ detail: message, matters: false },
        }),
    );
    if (hits === null) continue;
    documents.push(read.document);
    libraries.set(path, hits);
  }
  const unread = new Set(names ? [NAMES] : []);
  return { ...noFacts, documents, coverage, libraries, unread };
}

const readers: readonly (readonly [path: string, hitsIn: (bytes: Uint8Array) => readonly LibraryHit[]])[] = [
  [DEPENDENCIES, resolved],
  [CONFIG, bundletool],
];

/** Names of libraries and versions as Maven has them. */
const plain = /^[\w.-]{1,200}$/;
const release = /^[\w.+-]{1,64}$/;

function resolved(bytes: Uint8Array): LibraryHit[] {
  return readDependencies(bytes).libraries.flatMap(({ group, artifact, version, at: place }) =>
    plain.test(group) && plain.test(artifact) && release.test(version)
      ? [hit(`${group}:${artifact}`, version, bytes, place)]
      : [],
  );
}

function bundletool(bytes: Uint8Array): LibraryHit[] {
  const place = bundletoolIn(bytes);
  if (!place) return [];
  const version = new TextDecoder().decode(bytes.subarray(place.start, place.end));
  return release.test(version) ? [hit('com.android.tools.build:bundletool', version, bytes, place)] : [];
}

function hit(
  name: string,
  version: string,
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): LibraryHit {
  const seen = passageAt(bytes.subarray(start, end), start, 'utf-8', 'list of the build');
  return { kind: 'file', name, version, seen };
}
