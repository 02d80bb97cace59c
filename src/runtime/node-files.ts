import { closeSync, constants, fstatSync, lstatSync, opendirSync, openSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ReadError } from '../errors.ts';
import { reason } from './node-file.ts';
import type { ByteSource, FileEntry, Link, Listing, Unlisted } from './runtime.ts';

/** Folders inside folders. An app has about ten; the system takes no path of more than 1,024 bytes. */
const DEEPEST = 256;
/** Characters of all paths together: many times those of an app with as many files as a budget allows. */
const PATH_TEXT = 32 * 1024 * 1024;

/** Windows has neither of the last two. */
const NOT_FOLLOWED = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
/** What the caller named may be a link; that it is no FIFO was seen a moment ago, and may have changed. */
const FOLLOWED = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Open files: what reads them beside the scan needs their number. */
export const descriptors = new WeakMap<ByteSource, number>();

/** As the system names it: text, or bytes where they are not UTF-8. */
type Path = string | Buffer;

/** Which file it was that stood there when the folder was listed. */
interface Identity {
  readonly dev: number;
  readonly ino: number;
}

/**
 * Opens a regular file, and nothing else: a FIFO would wait for its writer, a device may do anything.
 * @param listed the file that a listing saw there; a link is not followed then
 * @throws ReadError
 */
export function fileSource(path: Path, listed?: Identity): ByteSource {
  let fd: number;
  try {
    fd = openSync(path, listed ? NOT_FOLLOWED : FOLLOWED);
  } catch (error) {
    throw new ReadError(`the file cannot be opened (${reason(error)})`, 0);
  }
  const stat = fstatSync(fd);
  if (!stat.isFile() || (listed && (stat.dev !== listed.dev || stat.ino !== listed.ino))) {
    closeSync(fd);
    throw new ReadError('something else stands there than when the folder was listed', 0);
  }
  // readFile refuses 2 GiB and more; positional reads do not.
  const { size } = stat;
  const readInto = (into: Uint8Array, offset: number) => {
    const wanted = Math.min(into.length, Math.max(0, size - offset));
    let done = 0;
    try {
      while (done < wanted) {
        const count = readSync(fd, into, done, wanted - done, offset + done);
        if (count === 0) break;
        done += count;
      }
    } catch (error) {
      throw new ReadError(`the file cannot be read (${reason(error)})`, offset + done);
    }
    return done;
  };
  const source: ByteSource = {
    size,
    read(offset, length) {
      const into = new Uint8Array(Math.min(length, Math.max(0, size - offset)));
      return into.subarray(0, readInto(into, offset));
    },
    readInto,
    close: () => closeSync(fd),
  };
  descriptors.set(source, fd);
  return source;
}

interface Folder {
  readonly path: string;
  readonly on: Path;
  readonly depth: number;
}

/** Lists a folder to its leaves, sorted, whatever order the system has. Opens nothing; what it cannot list it says. */
export function listFiles(root: string, most: number): Listing {
  const files: FileEntry[] = [];
  const links: Link[] = [];
  const unlisted: Unlisted[] = [];
  let taken = 0;
  let text = 0;
  const folders: Folder[] = [{ path: '', on: root, depth: 0 }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const gap = (reason: Unlisted['reason'], detail: string, path = folder.path, matters = true) =>
      unlisted.push({ path: path || '(the directory)', reason, detail, matters });
    const names = namesOf(folder, most - taken, gap);
    taken += names.length;
    for (const { name, on } of names) {
      const path = folder.path === '' ? name : `${folder.path}/${name}`;
      text += path.length;
      if (text > PATH_TEXT) {
        gap('budget', `paths of more than ${PATH_TEXT} characters: the rest is not listed`);
        folders.length = 0;
        break;
      }
      const full = within(folder.on, on);
      try {
        const stat = lstatSync(full);
        if (stat.isDirectory()) {
          if (folder.depth < DEEPEST) folders.push({ path, on: full, depth: folder.depth + 1 });
          else gap('budget', `folders more than ${DEEPEST} deep are not listed`, path);
        } else if (stat.isFile()) {
          const { size, dev, ino } = stat;
          files.push({ path, size, open: () => fileSource(full, { dev, ino }) });
        } else if (stat.isSymbolicLink()) links.push({ path, target: readlinkSync(full) });
        else gap('unsupported', 'neither a file nor a folder (a FIFO, socket or device): not opened', path);
      } catch (error) {
        gap('missing', `cannot be read (${reason(error)})`, path);
      }
    }
  }
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  return { files: files.sort(byPath), links: links.sort(byPath), unlisted: unlisted.sort(byPath) };
}

function within(folder: Path, name: Path): Path {
  if (typeof folder === 'string' && typeof name === 'string') return join(folder, name);
  return Buffer.concat([Buffer.from(folder), Buffer.from('/'), Buffer.from(name)]);
}

type Gap = (reason: Unlisted['reason'], detail: string, path?: string, matters?: boolean) => void;

/** Names in a folder, sorted. Where there are more than may be taken none is: which came first is the system's whim. */
function namesOf(folder: Folder, most: number, gap: Gap): { name: string; on: Path }[] {
  const names: { name: string; on: Path }[] = [];
  try {
    // A name is bytes; its type says text only, as that is what is mostly asked for.
    const dir = opendirSync(folder.on as string, { encoding: 'buffer' as BufferEncoding, bufferSize: 256 });
    try {
      for (let item = dir.readSync(); item !== null; item = dir.readSync()) {
        if (names.length >= most) {
          gap('budget', `more than ${most} files are left of the budget entries: this folder is not listed`);
          return [];
        }
        names.push(nameOf(item.name as unknown as Buffer));
      }
    } finally {
      dir.closeSync();
    }
  } catch (error) {
    gap('missing', `the folder cannot be listed (${reason(error)})`);
    return [];
  }
  names.sort((a, b) => (a.name < b.name ? -1 : 1));
  const seen = new Set<string>();
  for (const { name, on } of names) {
    const path = folder.path === '' ? name : `${folder.path}/${name}`;
    if (typeof on !== 'string')
      gap('unsupported', 'the name is not UTF-8, and no iOS file system holds it', path, false);
    const normal = name.normalize('NFC');
    if (seen.has(normal))
      gap('unsupported', 'two names that the iOS file system takes for one: both are read', path, false);
    seen.add(normal);
  }
  return names;
}

/** A name as text. What is not UTF-8 keeps its bytes to be opened by, and shows them so that two such stay apart. */
function nameOf(bytes: Buffer): { name: string; on: Path } {
  const name = bytes.toString('utf8');
  if (Buffer.from(name).equals(bytes)) return { name, on: name };
  return { name: `${name} (bytes ${bytes.toString('hex')})`, on: bytes };
}
