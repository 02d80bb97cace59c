import type { Budgets } from '../budgets.ts';
import { attempt } from '../coverage.ts';
import { FormatError, ReadError, ScanError } from '../errors.ts';
import { isArchive } from '../formats/ar.ts';
import { isElf } from '../formats/elf/index.ts';
import { isMachO } from '../formats/macho/index.ts';
import { hasEndRecord, isZip } from '../formats/zip/index.ts';
import type { ByteSource, Listing, Runtime } from '../runtime/runtime.ts';
import { blobSource, memorySource } from '../runtime/runtime.ts';
import type { Coverage } from '../types.ts';
import { type Archive, directoryArchive, singleArchive, zipArchive } from './archive.ts';
import { drive, type Streamer } from './content.ts';
import { acceptedAs, type Candidate, type Fitting, takenFor } from './kinds/index.ts';
import { linkCoverage, Tree } from './links.ts';

/** A path, the bytes, or the paths of packages that make up one app. */
export type ScanSource = string | readonly string[] | Uint8Array | Blob;

export interface Opened {
  /** The kinds that it is of, at least one, and one for each platform at most: the first names it. */
  readonly fits: readonly Fitting[];
  readonly archive: Archive;
  /** The file, to hash it; null for a directory. */
  readonly source: ByteSource | null;
  readonly size: number;
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
 * @throws ScanError not-found, unreadable, not-a-bundle
 */
export async function openBundle(source: ScanSource, around: Surroundings): Promise<Opened> {
  const name = typeof source === 'string' ? source : 'the input';
  if (isList(source)) {
    const [first, ...others] = source;
    if (first !== undefined && others.length === 0) return openBundle(first, around);
    return openDirectory(nameOfList(source), listed(source, around.runtime), around);
  }
  if (typeof source === 'string') {
    const opened = around.runtime.open(source, around.budgets.entries);
    if (opened.kind === 'directory') return openDirectory(name, opened, around);
    return openFile(name, opened.source, around);
  }
  if (source instanceof Uint8Array) return openFile(name, memorySource(source), around);
  if (source instanceof Blob) return openFile(name, blobSource(source), around);
  throw new ScanError('bad-option', 'a bundle is a path, a list of paths, a Uint8Array or a Blob');
}

const isList = (source: ScanSource): source is readonly string[] =>
  Array.isArray(source) && source.every((path) => typeof path === 'string');

const nameOfList = ([first = 'the list', ...others]: readonly string[]) => `${first} and ${others.length} more`;

/** Files as if they stood in one folder, by their names alone: where they lie is the caller's business. */
function listed(paths: readonly string[], runtime: Runtime): Listing {
  const open = (path: string) => {
    const opened = runtime.open(path, 1);
    if (opened.kind === 'file') return opened.source;
    throw new ScanError('bad-option', `${path}: a folder in a list of files; name the folder alone, or its files`);
  };
  const files = paths.map((path) => {
    const source = open(path);
    source.close();
    return {
      path: path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1),
      size: source.size,
      open: () => open(path),
    };
  });
  return { files, links: [], unlisted: [] };
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
    const about = { head, isDirectory: false, folder: '', reader: around };
    const { candidate, fits } = isBare(head)
      ? await openBare(name, source, about)
      : await openArchive(name, await listZip(name, source, head, around), about);
    const close = () => source.close();
    return { ...openedOf(candidate, fits), source, size: source.size, close };
  } catch (error) {
    source.close();
    if (!(error instanceof ReadError)) throw error;
    throw new ScanError('unreadable', `${name}: ${error.message}, at offset ${error.offset}`, { cause: error });
  }
}

type About = Omit<Candidate, 'archive' | 'paths'>;

async function openArchive(name: string, archive: Archive, about: About, unlisted: Listing['unlisted'] = []) {
  const candidate = candidateOf(archive, about, unlisted);
  const accepted = await acceptedAs(candidate);
  return { candidate, fits: accepted.length > 0 ? accepted : takenFor(name, candidate) };
}

/** Code that is no archive of files: an executable, a library. */
const isBare = (head: Uint8Array) => isMachO(head) || isElf(head) || isArchive(head);

async function openBare(name: string, source: ByteSource, about: About) {
  // An installer finds an archive by its end, whatever stands before it.
  if (await drive(hasEndRecord(source.size), source)) {
    const archive = await attempt(
      () => zipArchive(source, '', about.reader),
      () => {},
    );
    const candidate = archive && candidateOf(archive, about);
    const fits = candidate ? await acceptedAs(candidate) : [];
    if (candidate && fits.length > 0) return { candidate, fits };
  }
  const entry = isMachO(about.head) ? '(executable)' : '(library)';
  const candidate = candidateOf(singleArchive(source, entry), about);
  return { candidate, fits: takenFor(name, candidate) };
}

async function listZip(name: string, source: ByteSource, head: Uint8Array, around: Surroundings): Promise<Archive> {
  try {
    // Data may stand before the first header, so the end record decides and the magic only words the error.
    return await zipArchive(source, '', around);
  } catch (error) {
    if (!(error instanceof FormatError) || error instanceof ReadError) throw error;
    const what = isZip(head)
      ? `a ZIP archive that cannot be read (${error.message}, at offset ${error.offset})`
      : looksLike(head);
    throw new ScanError(
      'not-a-bundle',
      `${name}: not an app bundle but ${what}; Waybill reads apps (APK, AAB, APKS, XAPK, APKM, IPA) and libraries (AAR, JAR, .so, .a, frameworks)`,
      {
        cause: error,
      },
    );
  }
}

function looksLike(head: Uint8Array): string {
  const magic = new TextDecoder('latin1').decode(head.subarray(0, 8));
  const known: readonly [string, string][] = [
    ['Rar!', 'a RAR archive'],
    ['7z\u00bc\u00af', 'a 7-Zip archive'],
    ['\u001f\u008b', 'a gzip file'],
    ['dex\n', 'a bare DEX file'],
    ['bplist', 'a binary property list'],
    ['%PDF', 'a PDF file'],
  ];
  const match = known.find(([start]) => magic.startsWith(start));
  if (match) return match[1];
  const text = head.every((c) => c >= 32 || c === 9 || c === 10 || c === 13);
  return text ? 'a text file' : 'a file of an unknown kind';
}

async function openDirectory(name: string, listing: Listing, around: Surroundings): Promise<Opened> {
  const { files, links, unlisted } = listing;
  if (files.length + links.length === 0) {
    const [gap] = unlisted;
    if (gap) throw new ScanError('unreadable', `${name}: ${gap.detail}`);
    throw new ScanError('not-a-bundle', `${name}: the directory is empty`);
  }
  const archive = directoryArchive(listing, around.budgets);
  const about = { head: new Uint8Array(0), isDirectory: true, folder: folderName(name), reader: around };
  const { candidate, fits } = await openArchive(name, archive, about, unlisted);
  const opened = openedOf(candidate, fits);
  const roots = opened.fits.flatMap((fit) => fit.roots);
  return {
    ...opened,
    source: null,
    size: files.reduce((sum, file) => sum + file.size, 0),
    coverage: [...opened.coverage, ...linkCoverage(links, new Tree(files, links, roots))],
    close() {},
  };
}

function candidateOf(archive: Archive, about: About, unlisted: Listing['unlisted'] = []): Candidate {
  // What cannot be opened has its name all the same, and an Info.plist that is a FIFO makes no other kind of it.
  const paths = [...archive.entries, ...archive.links, ...unlisted].map(({ path }) => path);
  return { ...about, archive, paths };
}

function openedOf({ archive, folder }: Candidate, fits: readonly Fitting[]) {
  const notices = fits.flatMap((fit) => fit.notices);
  return { fits, archive, folder, notices, coverage: archive.coverage };
}

/** `App.app` of `build/App.app/`; nothing of what is called otherwise: `.` has no name. */
function folderName(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '');
  const last = parts.at(-1) ?? '';
  return last.endsWith('.app') ? last : '';
}
