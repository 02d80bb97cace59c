import type { Working } from '../../allowance.ts';
import type { Budgets } from '../../budgets.ts';
import { attempt, byReason } from '../../coverage.ts';
import { readBinaryXml, type XmlDocument, type XmlElement } from '../../formats/axml/index.ts';
import type { Anomaly, App, Coverage } from '../../types.ts';
import { type AppFacts, type Declaration, type Document, noApp, noFacts, type Reader, readDocument } from '../app.ts';
import type { Entry } from '../entry.ts';
import { type AskedCode, askedCode, type Code, codeOf, joinCode, librariesOfDevice, missingCode } from './apk-code.ts';
import { requiredClasses } from './apk-components.ts';
import { appOf } from './apk-manifest.ts';
import { networkOf } from './apk-network.ts';
import { type Resources, readResources } from './apk-resources.ts';
import { missingBeside, modulesIn, type Present, presentIn, type Splits, splitListOf, splitsOf } from './apk-splits.ts';

export const MANIFEST = 'AndroidManifest.xml';

/** How a package keeps its documents: as a device reads them, or as a bundle that none was built of yet. */
export interface DocumentForm {
  /** @throws FormatError */
  parse(bytes: Uint8Array, budgets: Budgets): Working<XmlDocument>;
  resources(entries: readonly Entry[], reader: Reader, coverage: Coverage[]): Promise<Resources>;
}

/** As aapt compiles them for devices. */
export const compiled: DocumentForm = {
  // biome-ignore lint/correctness/useYield: 4 MiB of it are read in the time between two turns
  *parse(bytes, budgets) {
    return readBinaryXml(bytes, budgets);
  },
  resources: readResources,
};

/** What the documents of one package say, before anyone knows which others it is installed with. */
export interface PackageFacts {
  readonly facts: AppFacts;
  readonly code: Code;
  /** Null where there is no manifest that could be read. */
  readonly manifest: { readonly splits: Splits; readonly asked: AskedCode; readonly isAssetPack: boolean } | null;
}

/** What the documents of an APK say: its manifest, and what that refers to. */
export async function readApk(entries: readonly Entry[], reader: Reader): Promise<AppFacts> {
  const read = await readPackage(entries, reader, compiled);
  return { ...read.facts, coverage: [...read.facts.coverage, ...missingIn(read, togetherOf([read]))] };
}

/** Reads the documents of one package: paths of its entries are those that a device knows them by. */
export async function readPackage(
  entries: readonly Entry[],
  reader: Reader,
  form: DocumentForm,
): Promise<PackageFacts> {
  const coverage: Coverage[] = [];
  const documents: Document[] = [];
  const code = codeOf(entries);
  const anomalies: Anomaly[] = [...code.anomalies];
  const declarations: Declaration[] = [];
  const facts = (app: App): AppFacts => ({
    ...noFacts,
    units: [
      {
        kind: 'app',
        platform: 'android',
        root: '',
        app: { ...app, architectures: code.architectures },
        executable: null,
      },
    ],
    declarations,
    documents,
    coverage,
    anomalies,
  });
  const without = () => ({ facts: facts(noApp), code, manifest: null });
  const gap = (
    offset: number | null,
    detail: string,
    state: Coverage['state'] = 'unreadable',
    reason: Coverage['reason'] = 'malformed',
  ) => coverage.push({ path: MANIFEST, format: 'manifest', state, reason, offset, detail, matters: true });

  const entry = entries.find((e) => e.path === MANIFEST);
  if (!entry) {
    gap(null, 'there is no AndroidManifest.xml: permissions and components are not known');
    return without();
  }
  const read = await readDocument(entry, 'manifest', reader, { coverage, anomalies });
  if (!read) return without();
  documents.push(read.document);
  const { streamer } = reader;
  const document = await attempt(
    () => streamer.run(form.parse(read.bytes, reader.budgets)),
    ({ offset, message, reason }) => gap(offset, message, 'unreadable', reason),
  );
  if (!document) return without();
  await streamer.turn();
  anomalies.push(...document.anomalies.map((a) => ({ ...a, path: MANIFEST })));
  for (const { offset, message, reason } of byReason(document.problems)) gap(offset, message, 'partial', reason);
  const { root } = document;
  if (root?.name !== 'manifest') {
    gap(0, 'the document is not an Android manifest');
    return without();
  }
  const resources = await form.resources(entries, reader, coverage);
  const said = await streamer.run(appOf(root, resources, { path: MANIFEST, bytes: read.bytes, declarations }));
  const around = { entries, reader, coverage, parse: form.parse };
  const app = { ...said, network: await networkOf(root, resources, said, around) };
  await streamer.turn();
  const splits = splitsOf(root, resources, await listedModules(root, resources, around));
  return {
    facts: {
      ...facts(app),
      requires: splits.own === null ? requiredClasses(root, resources, app.id) : [],
      ofDevice: librariesOfDevice(root, resources),
    },
    code,
    manifest: { splits, asked: askedCode(root, resources), isAssetPack: isAssetPack(root) },
  };
}

const DISTRIBUTION = 'http://schemas.android.com/apk/distribution';

/** A module of files alone (developer.android.com, "Asset delivery"): `<dist:module dist:type="asset-pack">`. */
function isAssetPack(manifest: XmlElement): boolean {
  return manifest.children.some(
    ({ name, attributes }) =>
      name === 'module' &&
      attributes.some((each) => each.namespace === DISTRIBUTION && each.name === 'type' && each.raw === 'asset-pack'),
  );
}

/** What packages that are installed together have. */
export interface Together {
  readonly present: Present;
  readonly code: Code;
}

export const togetherOf = (packages: readonly PackageFacts[]): Together => ({
  present: presentIn(packages.flatMap(({ manifest }) => manifest?.splits ?? [])),
  code: joinCode(packages.map(({ code }) => code)),
});

/** What a package asks for by its own word, and none of those it is installed with has. */
export function missingIn({ manifest }: PackageFacts, { present, code }: Together): Coverage[] {
  if (!manifest) return [];
  const { splits, asked } = manifest;
  const missing = [...missingBeside(splits, present), ...missingCode(asked, code, splits.own === null)];
  return missing.map((detail) => ({
    ...{ path: MANIFEST, format: 'manifest', state: 'partial', reason: 'missing' },
    ...{ offset: null, detail, matters: true },
  }));
}

/** Modules that the list of splits names, which stands in a document of its own. What of it cannot be read names none. */
async function listedModules(
  manifest: XmlElement,
  resources: Resources,
  { entries, reader, parse }: { entries: readonly Entry[]; reader: Reader; parse: DocumentForm['parse'] },
): Promise<readonly string[]> {
  const path = splitListOf(manifest, resources);
  const entry = path === null ? undefined : entries.find((each) => each.path === path);
  if (!entry) return [];
  const read = await readDocument(entry, 'manifest', reader, { coverage: [], anomalies: [] });
  const list =
    read &&
    (await attempt(
      () => reader.streamer.run(parse(read.bytes, reader.budgets)),
      () => {},
    ));
  return list?.root ? modulesIn(list.root) : [];
}
