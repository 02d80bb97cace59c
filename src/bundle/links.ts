import { attempt } from '../coverage.ts';
import type { Link } from '../runtime/runtime.ts';
import type { Coverage } from '../types.ts';
import type { Streamer } from './content.ts';
import type { Entry } from './entry.ts';

/** Links followed for one path: as many as the system follows (MAXSYMLINKS of XNU is 32, ELOOP beyond). */
const MOST_FOLLOWED = 32;
/** Bytes of a path that iOS takes (PATH_MAX); a longer one names nothing there. */
export const LONGEST_PATH = 1024;
/** Parts of paths looked at for all that is resolved: links through links would multiply. */
const STEPS = 200_000;

/** Where a path leads: a file or folder of the bundle, or no such. */
export type Place =
  | { readonly at: 'file' | 'folder'; readonly path: string }
  | { readonly at: 'outside' | 'nowhere' | 'unknown' };

/** The paths of a bundle as a file system would have them, symbolic links by their text. No file is opened for it. */
export class Tree {
  readonly #files = new Set<string>();
  readonly #links = new Map<string, string | null>();
  readonly #roots: readonly string[];
  #sorted: string[] | null = null;
  #normal: Map<string, string> | null = null;
  #steps = STEPS;

  /** @param roots folders that are installed, with `/` at their ends, or empty: what leads out of one leads outside */
  constructor(files: readonly { readonly path: string }[], links: readonly Link[], roots: readonly string[]) {
    this.#roots = [...roots].sort((a, b) => b.length - a.length);
    for (const { path, target } of links) this.#links.set(path, target);
    for (const { path } of files) if (!this.#links.has(path)) this.#files.add(path);
  }

  /** Whether a file, and no link, stands under just that path. */
  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** @param path from the top of the bundle */
  resolve(path: string): Place {
    // So it is for nearly all: nothing to follow.
    const file = this.#find(path);
    if (file !== null) return { at: 'file', path: file };
    if (path.length > LONGEST_PATH) return { at: 'nowhere' };
    // What stands at each part so far: of a path of a thousand parts none is put together anew.
    const top = this.#roots.find((root) => path.startsWith(root)) ?? '';
    const at = [top.slice(0, -1)];
    let rest = path.slice(top.length).split('/');
    for (let followed = 0; rest.length > 0; ) {
      if (rest.length + at.length > LONGEST_PATH) return { at: 'nowhere' };
      if (this.#links.size > 0 && this.#steps-- <= 0) return { at: 'unknown' };
      const part = rest.shift()!;
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (at.length === 1) return { at: 'outside' };
        at.pop();
        continue;
      }
      const here = at.length === 1 ? top + part : `${at.at(-1)}/${part}`;
      if (here.length > LONGEST_PATH) return { at: 'nowhere' };
      const target = this.#links.get(here);
      if (target === undefined) {
        at.push(here);
        continue;
      }
      if (target === null || target === '' || ++followed > MOST_FOLLOWED) return { at: 'nowhere' };
      if (target.startsWith('/')) return { at: 'outside' };
      rest = [...target.split('/'), ...rest];
    }
    const here = at.at(-1)!;
    const found = this.#find(here);
    if (found !== null) return { at: 'file', path: found };
    return this.isFolder(here) ? { at: 'folder', path: here } : { at: 'nowhere' };
  }

  /** Names are compared as APFS does on iOS: by case, and whether their letters are composed or not. */
  #find(path: string): string | null {
    if (this.#files.has(path)) return path;
    if (!isBeyondAscii(path)) return null;
    this.#normal ??= new Map([...this.#files].filter(isBeyondAscii).map((file) => [file.normalize('NFC'), file]));
    return this.#normal.get(path.normalize('NFC')) ?? null;
  }

  /** Whether files stand below that path, which holds no links. */
  isFolder(path: string): boolean {
    if (path === '' || this.#roots.includes(`${path}/`)) return true;
    this.#sorted ??= [...this.#files].sort();
    const start = `${path}/`;
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]! < start) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low]?.startsWith(start) ?? false;
  }
}

const isBeyondAscii = (path: string) => /[^\0-\x7f]/.test(path);

/** What each link says it leads to: the content of an entry that the archive marks so (APPNOTE 4.5.7, st_mode). */
export async function readLinks(
  entries: readonly Entry[],
  { streamer }: { readonly streamer: Streamer },
): Promise<Link[]> {
  const links: Link[] = [];
  for (const entry of entries) {
    if (entry.link) links.push({ path: entry.path, target: await targetOf(entry, streamer) });
  }
  return links;
}

async function targetOf(entry: Entry, streamer: Streamer): Promise<string | null> {
  if (entry.size > LONGEST_PATH) return null;
  // Where it cannot be read it leads nowhere, and that is said.
  return attempt(
    async () => {
      const { content, close } = await entry.locate();
      try {
        const { bytes, end } = await streamer.collect(content, LONGEST_PATH);
        return end.state === 'whole' ? new TextDecoder().decode(bytes) : null;
      } finally {
        close();
      }
    },
    () => {},
  );
}

/** Links are never followed on a disk. One that leads to what is read anyway hides nothing; any other may. */
export function linkCoverage(links: readonly Link[], tree: Tree): Coverage[] {
  return links.map(({ path }) => {
    const place = tree.resolve(path);
    const aboard = place.at === 'file' || place.at === 'folder';
    return {
      path,
      format: 'link',
      state: 'skipped',
      reason: place.at === 'unknown' ? 'budget' : aboard ? 'unsupported' : 'missing',
      offset: null,
      detail: `symbolic link, not opened: ${says[place.at]}`,
      matters: !aboard,
    };
  });
}

const says: Readonly<Record<Place['at'], string>> = {
  file: 'it leads to a file that is read by its own name',
  folder: 'it leads to a folder that is read by its own name',
  outside: 'it leads out of the bundle',
  nowhere: 'it leads to nothing in the bundle',
  unknown: 'there are too many links to follow',
};
