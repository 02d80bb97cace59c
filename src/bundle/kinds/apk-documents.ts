import { attempt, byReason } from '../../coverage.ts';
import { readBinaryXml, type XmlElement } from '../../formats/axml/index.ts';
import type { Anomaly, App, Coverage } from '../../types.ts';
import { type AppFacts, type Declaration, type Document, noApp, noFacts, type Reader, readDocument } from '../app.ts';
import type { Entry } from '../entry.ts';
import { codeOf, librariesOfDevice, missingCode } from './apk-code.ts';
import { requiredClasses } from './apk-components.ts';
import { appOf } from './apk-manifest.ts';
import { networkOf } from './apk-network.ts';
import { type Resources, readResources } from './apk-resources.ts';
import { modulesIn, splitListOf, splitsOf } from './apk-splits.ts';

export const MANIFEST = 'AndroidManifest.xml';

/** What the documents of an APK say: its manifest, and what that refers to. */
export async function readApk(entries: readonly Entry[], reader: Reader): Promise<AppFacts> {
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
  const gap = (
    offset: number | null,
    detail: string,
    state: Coverage['state'] = 'unreadable',
    reason: Coverage['reason'] = 'malformed',
  ) => coverage.push({ path: MANIFEST, format: 'manifest', state, reason, offset, detail, matters: true });

  const entry = entries.find((e) => e.path === MANIFEST);
  if (!entry) {
    gap(null, 'there is no AndroidManifest.xml: permissions and components are not known');
    return facts(noApp);
  }
  const read = await readDocument(entry, 'manifest', reader, { coverage, anomalies });
  if (!read) return facts(noApp);
  documents.push(read.document);
  const document = attempt(
    () => readBinaryXml(read.bytes, reader.budgets),
    ({ offset, message, reason }) => gap(offset, message, 'unreadable', reason),
  );
  if (!document) return facts(noApp);
  await reader.streamer.turn();
  anomalies.push(...document.anomalies.map((a) => ({ ...a, path: MANIFEST })));
  for (const { offset, message, reason } of byReason(document.problems)) gap(offset, message, 'partial', reason);
  const { root } = document;
  if (root?.name !== 'manifest') {
    gap(0, 'the document is not an Android manifest');
    return facts(noApp);
  }
  const resources = await readResources(entries, reader, coverage);
  const said = appOf(root, resources, { path: MANIFEST, bytes: read.bytes, declarations });
  const app = { ...said, network: await networkOf(root, resources, said, { entries, reader, coverage }) };
  const splits = splitsOf(root, resources, await listedModules(root, resources, entries, reader));
  for (const detail of [...splits.missing, ...missingCode(root, resources, code, splits.own)]) {
    gap(null, detail, 'partial', 'missing');
  }
  return {
    ...facts(app),
    requires: splits.own === null ? requiredClasses(root, resources, app.id) : [],
    ofDevice: librariesOfDevice(root, resources),
  };
}

/** Modules that the list of splits names, which stands in a document of its own. What of it cannot be read names none. */
async function listedModules(
  manifest: XmlElement,
  resources: Resources,
  entries: readonly Entry[],
  reader: Reader,
): Promise<readonly string[]> {
  const path = splitListOf(manifest, resources);
  const entry = path === null ? undefined : entries.find((each) => each.path === path);
  if (!entry) return [];
  const read = await readDocument(entry, 'manifest', reader, { coverage: [], anomalies: [] });
  const list =
    read &&
    attempt(
      () => readBinaryXml(read.bytes, reader.budgets),
      () => {},
    );
  return list?.root ? modulesIn(list.root) : [];
}
