import { attempt, byReason } from '../../coverage.ts';
import { attribute, readBinaryXml, type XmlElement } from '../../formats/axml/index.ts';
import { meaning, passageAt } from '../../formats/passage.ts';
import type { Anomaly, App, Coverage } from '../../types.ts';
import { type AppFacts, type Declaration, type Document, noApp, noFacts, type Reader, readDocument } from '../app.ts';
import type { Entry } from '../entry.ts';
import { readSignatures } from './apk-signatures.ts';
import type { Kind } from './kind.ts';

const MANIFEST = 'AndroidManifest.xml';
const components = new Set(['activity', 'activity-alias', 'service', 'receiver', 'provider']);

/** Foreground service types that keep a sensor or the screen (android.R.attr.foregroundServiceType). */
const serviceTypes: readonly (readonly [bit: number, name: string])[] = [
  [0x04, 'phoneCall'],
  [0x08, 'location'],
  [0x20, 'mediaProjection'],
  [0x40, 'camera'],
  [0x80, 'microphone'],
];

/** What Android installs: a manifest in binary XML at the top. A text one is a library's (AAR). */
export const apk: Kind<'apk'> = {
  kind: 'apk',
  platform: 'android',
  name: 'an APK',
  async accepts({ archive, reader }) {
    const manifest = archive.entries.find(({ path }) => path === MANIFEST);
    return manifest && (await isBinaryXml(manifest, reader)) ? { roots: [''], seen: MANIFEST, notices: [] } : null;
  },
  resembles({ paths }) {
    if (paths.includes(MANIFEST)) return { roots: [''], seen: MANIFEST, notices: [] };
    const seen = paths.find((path) => path.startsWith(MANIFEST) || /^classes\d*\.dex/.test(path) || isLibrary(path));
    const notices = ['No AndroidManifest.xml where an installer looks for it.'];
    return seen === undefined ? null : { roots: [''], seen, notices };
  },
  app: ({ archive, reader }) => readApk(archive.entries, reader),
  isCode: (path) => isClasses(path) || isLibrary(path),
  signatures: ({ archive, source, reader }) => readSignatures(archive, source, reader),
};

const isClasses = (path: string) => /^classes\d*\.dex$/.test(path);
/** Installed from `lib/<abi>/`; what lies deeper an app loads by its path. */
const isLibrary = (path: string) =>
  path.startsWith('lib/') && path.indexOf('/', 4) > 0 && path.endsWith('.so') && !path.includes('!');

/**
 * Whether the first chunk is one as Android takes it: its header and all of it lie inside the content, whatever its type
 * says (ResourceTypes.cpp, ResXMLTree::setTo). Neither text nor protobuf passes: their letters make sizes of gigabytes.
 */
async function isBinaryXml(entry: Entry, { streamer }: Reader): Promise<boolean> {
  const head = new Uint8Array(8);
  let count = 0;
  await attempt(
    async () => {
      const { content, close } = await entry.locate();
      try {
        await streamer.stream(content, head.length, (bytes) => {
          head.set(bytes, count);
          count += bytes.length;
          return count < head.length;
        });
      } finally {
        close();
      }
    },
    // A manifest that cannot be read makes no installable app; that it cannot is said when it is read whole.
    () => {},
  );
  const view = new DataView(head.buffer);
  const size = view.getUint32(4, true);
  return count === head.length && view.getUint16(2, true) <= size && size <= Math.max(entry.size, entry.packed ?? 0);
}

/** What the manifest of an APK says. */
async function readApk(entries: readonly Entry[], reader: Reader): Promise<AppFacts> {
  const coverage: Coverage[] = [];
  const anomalies: Anomaly[] = [];
  const documents: Document[] = [];
  const declarations: Declaration[] = [];
  const architectures = abis(entries);
  const facts = (app: App): AppFacts => ({
    ...noFacts,
    units: [{ kind: 'app', platform: 'android', root: '', app: { ...app, architectures }, executable: null }],
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
  anomalies.push(...document.anomalies.map((a) => ({ ...a, path: MANIFEST })));
  for (const { offset, message, reason } of byReason(document.problems)) gap(offset, message, 'partial', reason);
  if (document.root?.name !== 'manifest') {
    gap(0, 'the document is not an Android manifest');
    return facts(noApp);
  }
  return facts(appOf(document.root, read.bytes, declarations));
}

/** Elements that ask for a permission: AOSP, PackageParser.java, TAG_USES_PERMISSION and beside it (seen 2026-11-26). */
const asksFor: ReadonlySet<string> = new Set(['uses-permission', 'uses-permission-sdk-23', 'uses-permission-sdk-m']);

function appOf(manifest: XmlElement, bytes: Uint8Array, declarations: Declaration[]): App {
  const permissions = new Set<string>();
  const background = new Set<string>();
  let label: string | null = null;
  let minOs: string | null = null;
  let targetOs: string | null = null;
  const id = text(manifest, 'package');
  const declare = (element: XmlElement, kind: 'key' | 'component', name: string | null, value: string | null) => {
    const place = attribute(element, 'name')?.place;
    if (!name || !place) return;
    const { start, end, encoding } = place;
    const seen = () => meaning(passageAt(bytes.subarray(start, end), start, encoding, 'manifest'), value);
    declarations.push({ kind, name, path: MANIFEST, seen });
  };
  const component = (element: XmlElement, name: string | null) => {
    const whole = full(name, id);
    declare(element, 'component', whole, whole === name ? null : whole);
  };
  // Android asks for what stands directly below the root, and passes over the same deeper down.
  for (const element of manifest.children) {
    const name = text(element, 'name');
    if (name && asksFor.has(element.name)) permissions.add(name);
    if (element.name !== 'uses-sdk') continue;
    minOs = text(element, 'minSdkVersion');
    targetOs = text(element, 'targetSdkVersion');
  }
  const waiting: XmlElement[] = [manifest];
  for (let element = waiting.pop(); element; element = waiting.pop()) {
    waiting.push(...element.children);
    const name = text(element, 'name');
    if (element.name === 'application') {
      label = text(element, 'label');
      component(element, name);
    } else if (element.name === 'meta-data') {
      declare(element, 'key', name, text(element, 'value'));
    } else if (components.has(element.name)) {
      component(element, name);
      if (element.name === 'service') {
        const types = attribute(element, 'foregroundServiceType')?.value;
        for (const [bit, type] of serviceTypes) {
          if (typeof types === 'number' && (types & bit) !== 0) background.add(type);
        }
      }
    }
  }
  return {
    id,
    name: label,
    version: text(manifest, 'versionName'),
    build: text(manifest, 'versionCode'),
    minOs,
    targetOs,
    permissions: [...permissions].sort(),
    background: [...background].sort(),
    entitlements: [],
    architectures: [],
  };
}

/** A manifest value as text; a reference into resources.arsc is not followed and gives null. */
function text(element: XmlElement, name: string): string | null {
  const found = attribute(element, name);
  if (!found || found.reference !== null) return null;
  return found.value === null ? found.raw : String(found.value);
}

/** `.Main` and `Main` are short for a class in the app's package (developer.android.com, activity-element). */
function full(name: string | null, id: string | null): string | null {
  if (name === null || id === null) return name;
  if (name.startsWith('.')) return id + name;
  return name.includes('.') ? name : `${id}.${name}`;
}

function abis(entries: readonly Entry[]): string[] {
  const found = entries.map((e) => /^lib\/([^/]+)\/[^/]+\.so$/.exec(e.path)?.[1]).filter((abi) => abi !== undefined);
  return [...new Set(found)].sort();
}
