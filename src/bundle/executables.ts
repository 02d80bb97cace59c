import type { Coverage, Format } from '../types.ts';
import { LONGEST_PATH, type Place, type Tree } from './links.ts';

/** Folders that hold code by their kind: an app, a framework, an extension. An app has dozens. */
const MOST_FOLDERS = 2000;

const codeFolders = ['.app', '.framework', '.appex'];

/** What an Info.plist says of the code in its folder. */
export interface Named {
  /** Path of the folder without the last `/`; empty where the bundle is the app itself. */
  readonly folder: string;
  /** Path of the property list. */
  readonly plist: string;
  /** CFBundleExecutable; null where there is none, undefined where the list could not be read. */
  readonly executable: string | null | undefined;
}

export interface Executables {
  /** Entry path of the executable by the folder it belongs to. */
  readonly paths: ReadonlyMap<string, string>;
  readonly coverage: readonly Coverage[];
}

/** What there is to look in. */
export interface Surroundings {
  readonly tree: Tree;
  /** Of all entries. */
  readonly paths: readonly string[];
  /** Folders of the apps, with `/` at their ends. */
  readonly roots: readonly string[];
  /** Name of the folder that is the bundle itself, as far as it is known. */
  readonly appFolder: string;
}

/**
 * The executables of the apps and of each app, framework and extension in them, as the system looks for them: what
 * Info.plist names, or else what is named as the folder is. A folder that holds none hides what it was.
 */
export function findExecutables({ tree, paths, roots, appFolder }: Surroundings, named: readonly Named[]): Executables {
  const found = new Map<string, string>();
  const coverage: Coverage[] = [];
  const missing = (path: string, format: Format, detail: string, reason: Coverage['reason'] = 'missing') =>
    coverage.push({ path, format, state: 'unreadable', reason, offset: null, detail, matters: true });
  const apps = new Set(paths.length > 0 ? roots.map((root) => root.slice(0, -1)) : []);
  const folders = new Set(apps);
  if (!roots.every((root) => addCodeFolders(paths, root, folders))) {
    const detail = `more than ${MOST_FOLDERS} apps, frameworks and extensions: of the rest no executable was looked for`;
    missing(`${roots[0]}(all containers)`, 'macho', detail, 'budget');
  }
  const byFolder = new Map<string, Named[]>();
  for (const name of named) {
    const others = byFolder.get(name.folder);
    if (others) others.push(name);
    else byFolder.set(name.folder, [name]);
  }
  for (const folder of folders) {
    const lists = byFolder.get(folder) ?? [];
    const isUnit = !folder.endsWith('.framework') && !apps.has(folder);
    if (lists.length === 0 && isUnit) missing(`${folder}/Info.plist`, 'plist', 'there is no Info.plist');
    for (const list of lists.length === 0 ? [{ folder, plist: `${folder}/Info.plist`, executable: null }] : lists) {
      // It is said that the list cannot be read; what it would name is not known.
      if (list.executable === undefined) continue;
      const name = list.executable || stem(folder === '' ? appFolder : folder);
      const place = locate(tree, list, name);
      if (place.at === 'file') {
        found.set(folder, found.get(folder) ?? place.path);
        continue;
      }
      const who = list.executable ? 'its Info.plist names this executable' : 'this executable, named as its folder';
      missing(folder === '' ? name || '(executable)' : `${folder}/${name}`, 'macho', `${who}, ${says[place.at]}`);
    }
  }
  return { paths: found, coverage };
}

const says: Readonly<Record<Exclude<Place['at'], 'file'>, string>> = {
  folder: 'which is a folder',
  outside: 'which is a link that leads out of the bundle',
  nowhere: 'which is not in the bundle',
  unknown: 'which is a link behind too many others',
};

/** Adds the folders of code that hold files. False where there are too many. */
function addCodeFolders(paths: readonly string[], root: string, folders: Set<string>): boolean {
  for (const path of paths) {
    if (!path.startsWith(root) || path.length > LONGEST_PATH) continue;
    // From the innermost outwards: where one is known, those around it are.
    for (let end = path.lastIndexOf('/'); end > root.length; end = path.lastIndexOf('/', end - 1)) {
      if (!codeFolders.some((ending) => path.endsWith(ending, end))) continue;
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      if (folders.size >= MOST_FOLDERS) return false;
      folders.add(folder);
    }
  }
  return true;
}

/** In the folder, or in a version of it: links to that one may have been lost when the archive was made. */
function locate(tree: Tree, { folder, plist }: Named, name: string): Place {
  if (name === '') return { at: 'nowhere' };
  const list = parent(plist);
  const own = list.endsWith('/Resources') ? parent(list) : list;
  const start = folder === '' ? '' : `${folder}/`;
  const place = tree.resolve(start + name);
  const others = [`${own}/${name}`, `${start}Versions/Current/${name}`, `${start}Versions/A/${name}`];
  const versioned = place.at === 'file' ? [] : others.map((path) => tree.resolve(path));
  return versioned.find(({ at }) => at === 'file') ?? place;
}

/** Path of the folder that holds it; empty at the top. */
export function parent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function stem(folder: string): string {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? name : name.slice(0, dot);
}

/** `X.framework` where the entry is that framework's binary: the file of the folder's own name. */
export function frameworkOf(path: string): string | null {
  if (!path.includes('.framework/')) return null;
  const match = /(?:^|[/!])([^/!]+)\.framework\/(?:Versions\/[^/]+\/)?([^/!]+)$/.exec(path);
  return match && match[1] === match[2] ? `${match[1]}.framework` : null;
}
