import type { Budgets } from '../budgets.ts';
import { attempt } from '../coverage.ts';
import { BudgetError } from '../errors.ts';
import type { ByteRange } from '../formats/parsing.ts';
import { LEAST_GAP } from '../formats/ranges.ts';
import { readSigningBlock } from '../formats/signing/apk.ts';
import {
  besideEntry,
  LOCAL_HEADER_SIZE,
  locateEntry,
  readZipDirectory,
  unpadded,
  type ZipEntry,
} from '../formats/zip/index.ts';
import type { ByteSource, Link, Listing } from '../runtime/runtime.ts';
import { reportText } from '../text.ts';
import type { Anomaly, Coverage, CoverageReason } from '../types.ts';
import type { Reader } from './app.ts';
import { type Content, drive } from './content.ts';
import { type Entry, innerEntry } from './entry.ts';
import { readAhead } from './windows.ts';
import { type ZipAround, ZipContent } from './zip-content.ts';

/** What an archive or directory holds, before anyone asked what kind of bundle it is. */
export interface Archive {
  readonly entries: readonly Entry[];
  /** Entries that the container lists itself: without orphans and what is no entry. */
  readonly listed: number;
  readonly anomalies: readonly Anomaly[];
  readonly coverage: readonly Coverage[];
  /** Symbolic links that are no entries: those of a directory. */
  readonly links: readonly Link[];
  /** APK Signing Block, in bytes of the file. */
  readonly signingBlock: ByteRange | null;
}

/** Lists a ZIP archive as the installer does. @throws FormatError where nothing of it can be listed */
export async function zipArchive(
  source: ByteSource,
  prefix: string,
  { budgets, streamer, runtime }: Reader,
): Promise<Archive> {
  const directory = await drive(readZipDirectory(source.size, budgets), source, streamer);
  const around = { source, near: readAhead(source), prefix, budgets, streamer, runtime };
  const unique = uniqueNames();
  const contents: ZipContent[] = [];
  const folders: ZipEntry[] = [];
  const list = async (entries: readonly ZipEntry[], unlisted: boolean, nameOf: (entry: ZipEntry) => string) => {
    for (const [i, entry] of entries.entries()) {
      if (i % SOME === 0) await streamer.turn();
      if (entry.directory) folders.push(entry);
      else contents.push(new ZipContent(around, entry, unique(nameOf(entry)), unlisted));
    }
  };
  await list(directory.entries, false, ({ name }) => name);
  const listed = contents.length;
  // Installers do not see these; code that reads its own archive does.
  await list(directory.orphans, true, ({ name, headerOffset }) => `${name} (not in the directory, at ${headerOffset})`);
  // Signed over or ignored by installers, and open to the app's own code.
  const asides = [
    { range: directory.signingBlock, name: '(APK Signing Block)' },
    { range: directory.comment, name: '(comment of the archive)' },
  ].flatMap(({ range, name }) => (range && range.length > 0 ? [asideEntry(source, range, prefix + unique(name))] : []));
  for (const gap of await unknownPairs(directory.signingBlock, around)) {
    asides.push(asideEntry(source, gap, prefix + unique(`(pair of the APK Signing Block, at ${gap.offset})`)));
  }
  for (const { place, ...range } of directory.gaps) {
    const gap = await drive(unpadded(range), around.near);
    if (gap) asides.push(asideEntry(source, gap, prefix + unique(`(${place}, at ${gap.offset})`)));
  }
  for (const gap of await besideFolders(folders, around)) {
    asides.push(asideEntry(source, gap, prefix + unique(`(beside a folder, at ${gap.offset})`)));
  }
  await streamer.turn();
  markOverlaps(contents.sort(byPosition));
  return {
    entries: asides.length === 0 ? contents : [...contents, ...asides].sort(byPosition),
    listed,
    anomalies: directory.anomalies.map((a) => ({
      code: a.code,
      path: a.entry === null ? prefix.slice(0, -1) || null : prefix + a.entry,
      offset: a.offset,
      detail: a.detail,
    })),
    coverage: directory.problems.map((p) => zipGap(prefix, p.reason, p.offset, p.message)),
    links: [],
    signingBlock: directory.signingBlock,
  };
}

/** Entries between two looks at whether the event loop is to turn. */
const SOME = 256;

const byPosition = (a: Pick<Entry, 'position'>, b: Pick<Entry, 'position'>) => a.position - b.position;

/** Marks the entries of each run in which one begins before those before it have ended. */
function markOverlaps(sorted: readonly ZipContent[]): void {
  let end = 0;
  let first: ZipContent | null = null;
  for (const entry of sorted) {
    const isApart = entry.position >= end;
    if (isApart) first = entry;
    else for (const each of [first, entry]) if (each) each.overlaps = true;
    end = Math.max(end, entry.leastEnd);
  }
}

/** Names that stay apart in a report, where what is unseen is written out, and whatever an archive calls its entries. */
function uniqueNames(): (name: string) => string {
  const taken = new Map<string, number>();
  return (name) => {
    const own = reportText(name);
    let unique = name;
    for (let shown = own; taken.has(shown); shown = reportText(unique)) {
      const copy = taken.get(own)! + 1;
      taken.set(own, copy);
      unique = `${name} (copy ${copy})`;
    }
    taken.set(unique === name ? own : reportText(unique), 1);
    return unique;
  };
}

/** Where a pair of the signing block begins that no installer reads, something may begin that is read as what it is. */
async function unknownPairs(block: ByteRange | null, { near, budgets }: ZipAround): Promise<ByteRange[]> {
  if (block === null) return [];
  const { payload, others } = await drive(readSigningBlock(block, budgets), near);
  const found: ByteRange[] = [];
  for (const { offset, size } of new Set([...payload, ...others.filter(({ name }) => name === null)])) {
    const gap = await drive(unpadded({ offset, length: size }), near);
    if (gap) found.push(gap);
  }
  return found;
}

/** What stands beside the headers of folders, which are no entries to read. */
async function besideFolders(folders: readonly ZipEntry[], { source, streamer }: ZipAround): Promise<ByteRange[]> {
  const found: ByteRange[] = [];
  for (const folder of folders) {
    await streamer.turn();
    if (folder.limit - folder.headerOffset - LOCAL_HEADER_SIZE - folder.name.length < LEAST_GAP) continue;
    const read = async () => {
      const { offset, length, room } = await drive(locateEntry(folder, source.size), source);
      found.push(...(await drive(besideEntry(folder, room, offset + length, source.size), source)));
    };
    // A folder without a header is nothing, and what stands in its place belongs to the entry before.
    await attempt(read, () => {});
  }
  return found;
}

function zipGap(prefix: string, reason: CoverageReason, offset: number, detail: string): Coverage {
  const path = prefix.slice(0, -1) || '(the archive)';
  return { path, format: 'zip', state: 'partial', reason, offset, detail, matters: true };
}

/** A part of a container that is no entry, read like one. */
export function asideEntry(source: ByteSource, { offset, length }: ByteRange, path: string): Entry {
  const content: Content = { source, offset, length, coding: 'stored', claimed: length };
  return innerEntry(path, content, offset);
}

/** Files of a directory. One that is larger than any entry may be is not opened: a sparse one costs nobody but the reader. */
export function directoryArchive({ files, links, unlisted }: Listing, budgets: Budgets): Archive {
  const unique = uniqueNames();
  return {
    listed: files.length,
    entries: files.map((file, position) => ({
      path: unique(file.path),
      size: file.size,
      position,
      crc32: null,
      async locate() {
        if (file.size > budgets.entryBytes) throw new BudgetError('entryBytes', budgets.entryBytes, 0);
        const source = file.open();
        return {
          content: { source, offset: 0, length: source.size, coding: 'stored', claimed: source.size },
          anomalies: [],
          close: () => source.close(),
        };
      },
    })),
    anomalies: [],
    links,
    coverage: unlisted.map((gap) => ({ ...gap, format: 'file', state: 'skipped', offset: null })),
    signingBlock: null,
  };
}

/** A file that is itself the one entry, such as a bare Mach-O. */
export function singleArchive(source: ByteSource, path: string): Archive {
  return {
    listed: 1,
    entries: [
      {
        path,
        size: source.size,
        position: 0,
        crc32: null,
        async locate() {
          return {
            content: { source, offset: 0, length: source.size, coding: 'stored', claimed: source.size },
            anomalies: [],
            close() {},
          };
        },
      },
    ],
    anomalies: [],
    coverage: [],
    links: [],
    signingBlock: null,
  };
}
