import type { Budgets } from '../budgets.ts';
import { attempt } from '../coverage.ts';
import type { TextSpan } from '../formats/plist/index.ts';
import type { LibraryHit } from '../inventory/facts.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type {
  Anomaly,
  App,
  Coverage,
  Format,
  Passage,
  PrivacyManifest,
  Signature,
  SigningBlockPair,
} from '../types.ts';
import type { RequiredClass } from './classes.ts';
import type { Streamer } from './content.ts';
import type { EntitlementReader } from './entitlements.ts';
import type { Entry } from './entry.ts';
import type { Tree } from './links.ts';
import type { UnitFacts } from './unit.ts';

/** Something a manifest or property list names. */
export interface Declaration {
  readonly kind: 'key' | 'component' | 'bundle-id';
  readonly name: string;
  readonly path: string;
  /** Where the name stands. */
  readonly seen: () => Passage;
}

export interface TextPlaces {
  readonly key: TextSpan | null;
  readonly value: TextSpan | null;
}

/** A folder of an iOS bundle with an Info.plist of its own. */
export interface Container {
  /** Path without the last `/`. */
  readonly path: string;
  /** Path of that Info.plist. */
  readonly document: string;
  readonly bundleId: string | null;
  readonly executable: string | null;
  /** Of the keys that rules ask for: their texts, and where these stand. */
  readonly strings: ReadonlyMap<string, { readonly text: string; readonly at: TextPlaces }>;
}

export type DocumentFormat = Format & ('manifest' | 'plist' | 'signature' | 'metadata');

/** A document that was read whole to know the app; its evidence needs its digest. */
export interface Document {
  readonly path: string;
  readonly format: DocumentFormat;
  readonly size: number;
  readonly sha256: string;
}

/** Who signed, as far as the container says it: code signatures are the executables' own. */
export interface SignatureFacts {
  readonly signatures: readonly Signature[];
  readonly signingBlock: readonly SigningBlockPair[];
  readonly coverage: readonly Coverage[];
  readonly anomalies: readonly Anomaly[];
}

/** What the documents of a bundle say of the apps in it. */
export interface AppFacts {
  /** The app itself first. */
  readonly units: readonly UnitFacts[];
  readonly declarations: readonly Declaration[];
  readonly containers: readonly Container[];
  readonly documents: readonly Document[];
  readonly coverage: readonly Coverage[];
  readonly anomalies: readonly Anomaly[];
  /** By path of the document: what it says the app was built of. */
  readonly libraries: ReadonlyMap<string, readonly LibraryHit[]>;
  /** Paths of what is left out, and was said to be: documents over a budget for all of them, lists that no device gets. */
  readonly unread?: ReadonlySet<string>;
  /** Who signed, where the documents were read beside that; null where the kind is asked for it. */
  readonly signing: SignatureFacts | null;
  /** What `repeatKey` gives of entries that stand in several packages of the app. */
  readonly repeated: ReadonlySet<string>;
  /** How the bundle is laid out where it is installed (iOS); null where nothing installs it. */
  readonly layout: Layout | null;
  /** Classes that documents name to be started (Android): some DEX aboard has to define them. */
  readonly requires: readonly RequiredClass[];
  /** Files of native libraries that documents ask the device for (Android, `uses-native-library`). */
  readonly ofDevice: ReadonlySet<string>;
  /** Reads the keys of the entitlements that an executable is signed with; null where nothing is signed so. */
  readonly entitled: EntitlementReader | null;
  /** What makers of the app and of what is in it say of data (iOS). */
  readonly privacyManifests: readonly PrivacyManifest[];
}

export interface Layout {
  readonly tree: Tree;
  /** Entry paths of the executables by the folder of the app, framework or extension. */
  readonly executables: ReadonlyMap<string, string>;
  /** Entries that are links to what is aboard: nothing else is in them. */
  readonly followed: ReadonlySet<string>;
}

export interface Reader {
  readonly streamer: Streamer;
  readonly runtime: Runtime;
  readonly budgets: Budgets;
}

/** Where what is said of a document goes. */
interface Said {
  readonly coverage: Coverage[];
  readonly anomalies: Anomaly[];
  /** Gets the bytes of the document, whether it can be had or not. */
  readonly tally?: { bytes: number };
}

/** The whole of a small document; null, with a line of coverage, where it cannot be had. */
export async function readDocument(
  entry: Entry,
  format: DocumentFormat,
  reader: Reader,
  { coverage, anomalies, tally }: Said,
): Promise<{ bytes: Uint8Array; document: Document } | null> {
  const fail = (reason: Coverage['reason'], offset: number | null, detail: string) => {
    coverage.push({ path: entry.path, format, state: 'unreadable', reason, offset, detail, matters: true });
    return null;
  };
  return attempt(
    async () => {
      const located = await entry.locate();
      try {
        anomalies.push(...located.anomalies);
        const { bytes, end } = await reader.streamer.collect(located.content, reader.budgets.documentBytes);
        if (tally) tally.bytes += end.bytes;
        if (end.state === 'budget') return fail('budget', end.bytes, end.detail ?? 'too large');
        if (end.state === 'broken') return fail('malformed', end.bytes, end.detail ?? 'broken content');
        const hash = reader.runtime.sha256();
        hash.update(bytes);
        // To read it takes as long again.
        await reader.streamer.turn();
        return { bytes, document: { path: entry.path, format, size: bytes.length, sha256: hash.digest() } };
      } finally {
        located.close();
      }
    },
    ({ reason, offset, message }) => fail(reason, offset, message),
  );
}

export const noApp: App = {
  id: null,
  name: null,
  nameIn: null,
  version: null,
  build: null,
  minOs: null,
  targetOs: null,
  permissions: [],
  permissionLimits: [],
  implied: [],
  background: [],
  entitlements: [],
  architectures: [],
  network: null,
};

/** Nothing read yet: what a kind without documents says. */
export const noFacts: AppFacts = {
  units: [],
  declarations: [],
  containers: [],
  documents: [],
  coverage: [],
  anomalies: [],
  libraries: new Map(),
  signing: null,
  repeated: new Set(),
  layout: null,
  requires: [],
  ofDevice: new Set(),
  entitled: null,
  privacyManifests: [],
};

/** What the documents of several apps, or of the parts of one, say together, in the order given. */
export function joinFacts(all: readonly AppFacts[]): AppFacts {
  return {
    units: all.flatMap(({ units }) => units),
    declarations: all.flatMap(({ declarations }) => declarations),
    containers: all.flatMap(({ containers }) => containers),
    documents: all.flatMap(({ documents }) => documents),
    coverage: all.flatMap(({ coverage }) => coverage),
    anomalies: all.flatMap(({ anomalies }) => anomalies),
    unread: new Set(all.flatMap(({ unread = [] }) => [...unread])),
    libraries: new Map(all.flatMap(({ libraries }) => [...libraries])),
    signing: all.find(({ signing }) => signing !== null)?.signing ?? null,
    repeated: new Set(all.flatMap(({ repeated }) => [...repeated])),
    layout: all.find(({ layout }) => layout !== null)?.layout ?? null,
    requires: all.flatMap(({ requires }) => requires),
    ofDevice: new Set(all.flatMap(({ ofDevice }) => [...ofDevice])),
    entitled: all.find(({ entitled }) => entitled !== null)?.entitled ?? null,
    privacyManifests: all.flatMap(({ privacyManifests }) => privacyManifests),
  };
}

/** Classes and keys that Android's manifests name. */
export function namedByManifests({ documents, declarations }: Pick<AppFacts, 'documents' | 'declarations'>): string[] {
  const manifests = new Set(documents.flatMap(({ format, path }) => (format === 'manifest' ? [path] : [])));
  return declarations.flatMap(({ path, kind, name }) => (manifests.has(path) && kind !== 'bundle-id' ? [name] : []));
}
