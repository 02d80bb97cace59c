import { attempt, byReason } from '../../coverage.ts';
import type { XmlElement } from '../../formats/axml/index.ts';
import { readTextXml } from '../../formats/axml/text.ts';
import type { Anomaly, Coverage } from '../../types.ts';
import { type AppFacts, type Declaration, type Document, noFacts, type Reader, readDocument } from '../app.ts';
import type { Entry } from '../entry.ts';
import { MANIFEST } from './apk-documents.ts';
import { appOf } from './apk-manifest.ts';
import { Resources } from './apk-resources.ts';
import { libraryUnit, mavenName } from './library.ts';

/** What its manifest says: all of it becomes a part of the app's own when the app is built. */
export async function readAar(entries: readonly Entry[], reader: Reader): Promise<AppFacts> {
  const coverage: Coverage[] = [];
  const anomalies: Anomaly[] = [];
  const documents: Document[] = [];
  const declarations: Declaration[] = [];
  const paths = entries.map(({ path }) => path);
  const architectures = [...new Set(paths.flatMap((path) => /^jni\/([^/]+)\/[^/]+\.so$/.exec(path)?.[1] ?? []))].sort();
  const name = mavenName(paths);
  const gap = (state: Coverage['state'], reason: Coverage['reason'], offset: number | null, detail: string) =>
    coverage.push({ path: MANIFEST, format: 'manifest', state, reason, offset, detail, matters: true });
  const nothing = { ...noFacts, units: [libraryUnit('android', { name, architectures })], coverage, anomalies };
  const entry = entries.find(({ path }) => path === MANIFEST);
  const read = entry && (await readDocument(entry, 'manifest', reader, { coverage, anomalies }));
  if (!read) return nothing;
  documents.push(read.document);
  const document = attempt(
    () => readTextXml(read.bytes, reader.budgets),
    ({ reason, offset, message }) => gap('unreadable', reason, offset, message),
  );
  if (!document) return { ...nothing, documents };
  for (const { offset, message, reason } of byReason(document.problems)) gap('partial', reason, offset, message);
  const root = document.root && merged(document.root);
  if (root?.name !== 'manifest') {
    gap('unreadable', 'malformed', 0, 'the document is not an Android manifest');
    return { ...nothing, documents };
  }
  const making = appOf(root, new Resources(null), { path: MANIFEST, bytes: read.bytes, declarations });
  const said = await reader.streamer.run(making);
  // What a target or another permission brings along hangs on the app; a version there is the template's of a new module.
  const app = { ...said, name: said.id ?? name, version: null, build: null, implied: [], architectures };
  return { ...nothing, units: [libraryUnit('android', app)], documents, declarations };
}

const tools = 'http://schemas.android.com/tools';

/** Without the elements that tell the build to take something out of the app's manifest (`tools:node`). */
function merged(element: XmlElement): XmlElement {
  const isTakenOut = ({ attributes }: XmlElement) =>
    attributes.some(({ name, namespace, raw }) => namespace === tools && name === 'node' && raw?.startsWith('remove'));
  return { ...element, children: element.children.filter((child) => !isTakenOut(child)).map(merged) };
}
