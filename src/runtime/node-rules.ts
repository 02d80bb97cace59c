import { opendirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ScanError } from '../errors.ts';
import { readRegularFile, reason } from './node-file.ts';
import type { RuleText } from './runtime.ts';

/** Files and folders of a pack that are looked at, and bytes of its rules. Fifty times what ships. */
const MOST_ITEMS = 100_000;
const MOST_BYTES = 128 * 1024 * 1024;
/** Bytes of one rule file. */
const MOST_OF_ONE = 1024 * 1024;

/**
 * Every JSON file of a rules directory, in the order of names, and what of it is not read and why. A pack may come from
 * anybody: no link is followed out of it or round in it, and pipes and devices are not opened.
 * @throws ScanError bad-rules
 */
export function readRules(directory: string): readonly RuleText[] {
  const refuse = (why: string, cause?: unknown) => new ScanError('bad-rules', `${directory}: ${why}`, { cause });
  const files: RuleText[] = [];
  const folders = [''];
  let items = 0;
  let bytes = 0;
  try {
    const root = realpathSync(directory);
    const add = (path: string, isLink: boolean) => {
      const file = read(root, path, isLink);
      if (file) files.push(file);
      bytes += file?.text.length ?? 0;
      if (bytes > MOST_BYTES) throw refuse(`more than ${MOST_BYTES} bytes of rules`);
    };
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      const open = opendirSync(join(root, folder));
      try {
        for (let item = open.readSync(); item !== null; item = open.readSync()) {
          if (++items > MOST_ITEMS) throw refuse(`more than ${MOST_ITEMS} files; name the folder of the rules itself`);
          const path = folder === '' ? item.name : `${folder}/${item.name}`;
          if (item.isDirectory()) folders.push(path);
          else add(path, item.isSymbolicLink());
        }
      } finally {
        open.closeSync();
      }
    }
  } catch (error) {
    if (error instanceof ScanError) throw error;
    throw refuse(`rules cannot be read (${reason(error)})`, error);
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** One file of a pack; null where it is none of its rules. */
function read(root: string, path: string, isLink: boolean): RuleText | null {
  const isJson = path.endsWith('.json');
  let place = join(root, path);
  if (isLink) {
    const target = targetOf(place);
    if (target?.isFolder) return { path, text: '', refused: 'a link to a folder is not followed' };
    if (!isJson) return null;
    if (target === null) return { path, text: '', refused: 'a link that leads nowhere' };
    const way = relative(root, target.path);
    if (way === '..' || way.startsWith(`..${sep}`) || join(root, way) !== target.path) {
      return { path, text: '', refused: 'a link that leads out of the pack is not followed: put the file itself here' };
    }
    place = target.path;
  }
  if (!isJson) return null;
  // Rules stand one folder deep; what else there is, is named only.
  if (!/^[^/]+\/[^/]+$/.test(path)) return { path, text: '' };
  try {
    return { path, text: new TextDecoder().decode(readRegularFile(place, MOST_OF_ONE)) };
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    return { path, text: '', refused: error.message.slice(`${place}: `.length) };
  }
}

function targetOf(link: string): { readonly path: string; readonly isFolder: boolean } | null {
  try {
    const path = realpathSync(link);
    return { path, isFolder: statSync(path).isDirectory() };
  } catch {
    return null;
  }
}
