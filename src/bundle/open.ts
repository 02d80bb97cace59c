import type { Budgets } from '../budgets.ts';
import { FormatError, ReadError, ScanError } from '../errors.ts';
import { isMachO } from '../formats/macho/index.ts';
import { isZip } from '../formats/zip/index.ts';
import type { ByteSource, Listing, Runtime } from '../runtime/runtime.ts';
import { blobSource, memorySource } from '../runtime/runtime.ts';
import type { BundleKind, Coverage } from '../types.ts';
import { type Archive, directoryArchive, singleArchive, zipArchive } from './archive.ts';
import type { Streamer } from './content.ts';
import { linkCoverage, Tree } from './links.ts';

export type ScanSource = string | Uint8Array | Blob;

export interface Opened {
  readonly kind: BundleKind;
  readonly archive: Archive;
  /** The file, to hash it; null for a directory. */
  readonly source: ByteSource | null;
  readonly size: number;
  /** Folder of the application inside the bundle, with `/` at its end; empty where the bundle is the application. */
  readonly root: string;
  /** Name of the directory that is the application, where the caller named one by it; else empty. */
  readonly folder: string;
  readonly notices: readonly string[];
  readonly coverage: readonly Coverage[];
  close(): void;
}

interface Surroundings {
  readonly budgets: Budgets;
  readonly runtime: Runtime;
  readonly streamer: Streamer;
}

/**
 * Opens what the caller named and says what kind of bundle it is, by content and never by name.
 * @throws ScanError not-found, unreadable, not-a-bundle, unsupported-kind
 */
export async function openBundle(source: ScanSource, around: Surroundings): Promise<Opened> {
  const name = typeof source === 'string' ? source : 'the input';
  if (typeof source === 'string') {
    const opened = around.runtime.open(source, around.budgets.entries);
    if (opened.kind === 'directory') return openDirectory(name, opened, around.budgets);
    return openFile(name, opened.source, around);
  }
  if (source instanceof Uint8Array) return openFile(name, memorySource(source), around);
  if (source instanceof Blob) return openFile(name, blobSource(source), around);
  throw new ScanError('bad-option', 'a bundle is a path, a Uint8Array or a Blob');
}

async function openFile(name: string, source: ByteSource, around: Surroundings): Promise<Opened> {
  try {
    if (source.size === 0) throw new ScanError('not-a-bundle', `${name}: the file is empty`);
    const { bundleBytes } = around.budgets;
    if (source.size > bundleBytes) {
      // A sparse file costs nobody but its reader: hours for the digest alone.
      const much = `${source.size} bytes, more than the budget bundleBytes (${bundleBytes})`;
      throw new ScanError('unreadable', `${name}: ${much}`);
    }
    const head = await source.read(0, 4096);
    const rest = { source, size: source.size, folder: '', close: () => source.close() };
    if (isMachO(head)) {
      return {
        ...rest,
        kind: 'macho',
        archive: singleArchive(source, '(executable)'),
        root: '',
        notices: [
          'This is one bare Mach-O binary, not an archive: no Info.plist, no frameworks, no resources were there to read.',
        ],
        coverage: [],
      };
    }
    const archive = await listZip(name, source, head, around);
    const paths = archive.entries.map((entry) => entry.path);
    const { kind, root, notices = [] } = kindOfPaths(name, paths);
    return { ...rest, kind, archive, root, notices, coverage: archive.coverage };
  } catch (error) {
    source.close();
    if (!(error instanceof ReadError)) throw error;
    throw new ScanError('unreadable', `${name}: ${error.message}, at offset ${error.offset}`, { cause: error });
  }
}

async function listZip(name: string, source: ByteSource, head: Uint8Array, around: Surroundings): Promise<Archive> {
  try {
    // Data may stand before the first header, so the end record decides and the magic only words the error.
    return await zipArchive(source, '', around.budgets, around.streamer, around.runtime);
  } catch (error) {
    if (!(error instanceof FormatError) || error instanceof ReadError) throw error;
    const what = isZip(head)
      ? `a ZIP archive that cannot be read (${error.message}, at offset ${error.offset})`
      : looksLike(head);
    throw new ScanError('not-a-bundle', `${name}: not an app bundle but ${what}; Waybill reads APK and IPA files`, {
      cause: error,
    });
  }
}

function looksLike(head: Uint8Array): string {
  const magic = new TextDecoder('latin1').decode(head.subarray(0, 8));
  const known: readonly [string, string][] = [
    ['Rar!', 'a RAR archive'],
    ['7z\u00bc\u00af', 'a 7-Zip archive'],
    ['\u001f\u008b', 'a gzip file'],
    ['\u007fELF', 'a bare ELF library'],
    ['dex\n', 'a bare DEX file'],
    ['bplist', 'a binary property list'],
    ['%PDF', 'a PDF file'],
    ['!<arch>', 'a static library'],
  ];
  const match = known.find(([start]) => magic.startsWith(start));
  if (match) return match[1];
  const text = head.every((c) => c >= 32 || c === 9 || c === 10 || c === 13);
  return text ? 'a text file' : 'a file of an unknown kind';
}

interface Kind {
  readonly kind: BundleKind;
  readonly root: string;
  readonly notices?: readonly string[];
}

const payloadApp = /^Payload\/[^/]+\.app\//;

/** @throws ScanError unsupported-kind, not-a-bundle */
function kindOfPaths(name: string, paths: readonly string[], container = 'a ZIP archive'): Kind {
  const has = (path: string) => paths.includes(path);
  const some = (test: RegExp) => paths.some((path) => test.test(path));
  const unsupported = (what: string, instead: string): never => {
    throw new ScanError('unsupported-kind', `${name}: ${what} is not yet a supported kind; ${instead}`);
  };
  // What Android would install is an APK, whatever else was put beside it.
  if (has('AndroidManifest.xml') && (has('resources.arsc') || some(/^classes\d*\.dex$/))) {
    const other = paths.find(
      (path) => payloadApp.test(path) || /^[^/]+\.(app|xcarchive)\//.test(path) || path === 'BundleConfig.pb',
    );
    return {
      kind: 'apk',
      root: '',
      notices: other ? [`An APK that also holds ${other}, as bundles of another kind do.`] : [],
    };
  }
  const app = paths.find((path) => payloadApp.test(path));
  if (app) {
    const roots = [...new Set(paths.map((path) => payloadApp.exec(path)?.[0]).filter((root) => root !== undefined))];
    const notices =
      roots.length > 1
        ? [`${roots.length} applications under Payload; the first is taken as the app: ${roots[0]}`]
        : [];
    return { kind: 'ipa', root: roots[0] ?? '', notices };
  }
  if (has('BundleConfig.pb') || has('base/manifest/AndroidManifest.xml')) {
    unsupported('an Android App Bundle (AAB)', 'build a universal APK with bundletool and scan that');
  }
  if (has('AndroidManifest.xml') && has('classes.jar'))
    unsupported('an Android library (AAR)', 'scan an app that holds it');
  if (has('toc.pb')) unsupported('a set of split APKs (.apks)', 'unzip it and scan base.apk');
  if (!has('AndroidManifest.xml') && some(/^[^/]+\.apk$/)) {
    unsupported('a set of split APKs (XAPK, APKM)', 'unzip it and scan base.apk');
  }
  if (some(/^[^/]+\.xcarchive\//) || some(/^Products\/Applications\//)) {
    unsupported('an Xcode archive', 'scan the .app directory under Products/Applications');
  }
  if (some(/^[^/]+\.xcframework\//)) unsupported('an XCFramework', 'scan an app that holds it');
  if (some(/^[^/]+\.app\/Info\.plist$/)) {
    const root = `${paths.find((path) => /^[^/]+\.app\/Info\.plist$/.test(path))?.split('/')[0]}/`;
    return { kind: 'ipa', root, notices: ['An .app folder zipped without Payload/: read as an IPA.'] };
  }
  if (has('AndroidManifest.xml')) return { kind: 'apk', root: '' };
  if (some(/^AndroidManifest\.xml/) || some(/^classes\d*\.dex/) || some(/^lib\/[^/]+\/lib[^/]+\.so/)) {
    return { kind: 'apk', root: '', notices: ['No AndroidManifest.xml where an installer looks for it.'] };
  }
  throw new ScanError(
    'not-a-bundle',
    `${name}: ${container}, but neither an APK (no AndroidManifest.xml) nor an IPA (no Payload/*.app) nor an .app (no Info.plist)`,
  );
}

function openDirectory(name: string, listing: Listing, budgets: Budgets): Opened {
  const { files, links, unlisted } = listing;
  // What cannot be opened has its name all the same, and an Info.plist that is a FIFO makes no other kind of it.
  const paths = [...files, ...links, ...unlisted].map(({ path }) => path);
  if (files.length + links.length === 0) {
    const [gap] = unlisted;
    if (gap) throw new ScanError('unreadable', `${name}: ${gap.detail}`);
    throw new ScanError('not-a-bundle', `${name}: the directory is empty`);
  }
  const isApp = paths.includes('Info.plist') && !paths.some((path) => /^(Products|Payload)\//.test(path));
  const { kind, root }: Kind = isApp ? { kind: 'app', root: '' } : kindOfPaths(name, paths, 'a directory');
  const archive = directoryArchive(listing, budgets);
  return {
    kind,
    archive,
    source: null,
    size: files.reduce((sum, file) => sum + file.size, 0),
    root,
    folder: folderName(name),
    notices: [],
    coverage: [...archive.coverage, ...linkCoverage(links, new Tree(files, links, root))],
    close() {},
  };
}

/** `App.app` of `build/App.app/`; nothing of what is called otherwise: `.` has no name. */
function folderName(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '');
  const last = parts.at(-1) ?? '';
  return last.endsWith('.app') ? last : '';
}
