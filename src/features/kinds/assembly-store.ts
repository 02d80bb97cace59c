import { asideEntry } from '../../bundle/archive.ts';
import { drive, type StreamEnd } from '../../bundle/content.ts';
import { type Entry, innerEntry } from '../../bundle/entry.ts';
import { attempt } from '../../coverage.ts';
import { isAssemblyStore, readAssemblyStore, type StoredFile } from '../../formats/assembly-store.ts';
import { gapsOf } from '../../formats/ranges.ts';
import { unpadded } from '../../formats/zip/index.ts';
import type { ByteSource } from '../../runtime/runtime.ts';
import type { Coverage } from '../../types.ts';
import type { ContentKind } from './kind.ts';

const MAGIC = 4;
/** Builds leave next to none. */
const MOST_GAPS = 256;

/** The assemblies of an app of .NET for Android in one file, each of which may be packed. */
export const assemblyStore: ContentKind = {
  is: isAssemblyStore,
  platform: 'android',
  isCode: true,
  isNative: false,
  isSearched: false,
  read: 'every assembly inside',
  how: 'container',
  async open(source, path, { streamer }) {
    const coverage: Coverage[] = [];
    const line = { path, format: 'assembly-store', offset: null, matters: true } as const;
    const read = await attempt(
      () => drive(readAssemblyStore(source.size), source, streamer),
      ({ reason, message }) => coverage.push({ ...line, state: 'partial', reason, detail: message }),
    );
    // What is none all the same may hold something: all behind its magic is a gap then.
    const { files, tables } = read ?? { files: [], tables: MAGIC };
    const known = [{ offset: 0, length: tables }, ...files];
    const gaps: Entry[] = [];
    const all = gapsOf(known, source.size);
    for (const gap of all.slice(0, MOST_GAPS)) {
      await streamer.turn();
      const range = await drive(unpadded(gap), source);
      if (range) gaps.push(asideEntry(source, range, `${path}!(gap at ${range.offset})`));
    }
    if (all.length > MOST_GAPS) {
      const detail = `${all.length} places that no file of the store claims; ${MOST_GAPS} were searched`;
      coverage.push({ ...line, state: 'partial', reason: 'budget', detail });
    }
    return { entries: entriesOf(files, gaps, source, path), coverage, anomalies: [] };
  },
};

function* entriesOf(
  files: readonly StoredFile[],
  gaps: readonly Entry[],
  source: ByteSource,
  path: string,
): Generator<Entry, null, StreamEnd | null> {
  const taken = new Set<string>();
  const sorted = [...files].sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const [i, file] of sorted.entries()) {
    const { offset, length } = file;
    // Bytes that several claim are read once (`features/twins.ts`).
    const overlaps = offset < end || (sorted[i + 1]?.offset ?? Number.POSITIVE_INFINITY) < offset + length;
    end = Math.max(end, offset + length);
    const called = nameOf(file);
    const name = taken.has(called) ? `${called} (assembly ${file.index})` : called;
    taken.add(name);
    const content = { source, offset, length, coding: 'stored', claimed: length } as const;
    yield { ...innerEntry(`${path}!${name}`, content), overlaps };
  }
  yield* gaps;
  return null;
}

/** `X.dll`, and beside it `X.pdb` and `X.dll.config`, as they are called where they stand alone. */
function nameOf({ name, index, part }: StoredFile): string {
  const assembly = name ?? `(assembly ${index})`;
  if (part === 'symbols') return `${assembly.replace(/\.dll$/, '')}.pdb`;
  return part === 'configuration' ? `${assembly}.config` : assembly;
}
