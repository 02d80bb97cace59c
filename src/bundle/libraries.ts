import type { MachO } from '../formats/macho/index.ts';
import type { Linkage } from '../inventory/facts.ts';
import type { Coverage } from '../types.ts';
import { parent } from './executables.ts';
import type { Place, Tree } from './links.ts';
import { isSwiftRuntime } from './swift-runtime.ts';

/** Folders that run-path search paths may name, and places looked at for all libraries: a large app needs hundreds. */
const MOST_SEARCHED = 50_000;
const MOST_LOOKUPS = 200_000;

/** Absent libraries of weak links that are listed one by one. */
const MOST_WEAK = 20;

export interface Image extends Linkage {
  readonly path: string;
}

/** What iOS brings along. Nothing of an app can be installed there. */
const systemFolders = ['/usr/lib/', '/System/Library/', '/System/iOSSupport/', '/System/Cryptexes/'];

function isSystem(name: string): boolean {
  if (isSwiftRuntime(name)) return true;
  return systemFolders.some((folder) => name.startsWith(folder)) && !name.includes('/../');
}

/** Images that a process of an app can load: no object file, no debugging symbols, nothing for another system. */
const loadable: ReadonlySet<string> = new Set(['execute', 'dylib', 'bundle']);

/** Xcode leaves the path of the library that holds a debug build's code in this section of the stub (swift-build). */
const DEBUG_DYLIB = '__debug_dylib';

export function linkageOf(image: MachO, path: string): Linkage {
  const loads = new Map<string, boolean>();
  if (!loadable.has(image.fileType) || image.platform?.name === 'macos') return { loads, rpaths: new Set() };
  for (const { name, kind } of image.dylibs) {
    // What has no readable name is said by the reader of the load commands.
    if (name !== '' && !isSystem(name)) loads.set(name, kind === 'weak' && (loads.get(name) ?? true));
  }
  if (image.sections.some(({ section }) => section === DEBUG_DYLIB)) {
    loads.set(`@loader_path/${path.slice(path.lastIndexOf('/') + 1)}.debug.dylib`, false);
  }
  return { loads, rpaths: new Set(image.rpaths) };
}

/** Of two slices of a file. */
export function joinLinkage(one: Linkage | null, other: Linkage): Linkage {
  if (!one) return other;
  const loads = new Map(one.loads);
  for (const [name, weak] of other.loads) loads.set(name, weak && (loads.get(name) ?? true));
  return { loads, rpaths: new Set([...one.rpaths, ...other.rpaths]) };
}

/**
 * Libraries that code aboard asks for and that are neither aboard nor the system's: what they hold is not known. dyld
 * stops an app without them, so that either they come from elsewhere or the bundle is not what its users run. One that
 * is linked weakly may be absent and then loads nothing.
 */
export function missingLibraries(
  images: readonly Image[],
  tree: Tree,
  executables: ReadonlyMap<string, string>,
): Coverage[] {
  // What lies in an archive inside the bundle is not where dyld looks.
  const own = images.filter(({ path }) => tree.has(path));
  const code = new Set(own.map(({ path }) => path));
  const search = new Search(own, tree, executables);
  const absent = new Map<string, { readonly path: string; weak: boolean; detail: string; by: number }>();
  for (const { path, loads } of own) {
    for (const [name, weak] of loads) {
      const place = search.find(name, path);
      if (place.at === 'file' && code.has(place.path)) continue;
      const known = absent.get(name);
      if (known) {
        known.by++;
        known.weak &&= weak;
        continue;
      }
      const shown = JSON.stringify(name.slice(0, 200));
      const what =
        place.at === 'file'
          ? 'which is aboard and is no code that the system loads'
          : 'which is neither aboard nor the system\u2019s';
      absent.set(name, { path, weak, detail: `asks for ${shown}, ${what}`, by: 1 });
    }
  }
  const lines = [...absent.values()].map(({ path, weak, detail, by }) => {
    const others = by > 1 ? `; so do ${by - 1} others` : '';
    const weakly = weak ? '; weakly linked, so that it may be absent' : '';
    return line(path, 'missing', detail + others + weakly, !weak);
  });
  const weak = lines.filter(({ matters }) => !matters);
  const more = `${weak.length - MOST_WEAK} more weakly linked libraries are absent`;
  return [
    ...lines.filter(({ matters }) => matters),
    ...weak.slice(0, MOST_WEAK),
    ...(weak.length > MOST_WEAK ? [line('(all libraries)', 'missing', more, false)] : []),
    ...(search.isCut ? [line('(all libraries)', 'budget', 'not all places were searched', true)] : []),
  ];
}

function line(path: string, reason: Coverage['reason'], detail: string, matters: boolean): Coverage {
  return { path, format: 'macho', state: 'unreadable', reason, offset: null, detail, matters };
}

/** Where dyld would look (dyld(1), "@executable_path/", "@loader_path/", "@rpath/"). */
class Search {
  readonly #tree: Tree;
  /** Folders of the executables that processes start with. */
  readonly #mains: readonly string[];
  /**
   * Folders that some image's LC_RPATH names. dyld takes those of the images which led to the one that asks, a subset;
   * which led there it knows only as it runs.
   */
  readonly #runPaths = new Set<string>();
  readonly #found = new Map<string, Place>();
  #lookups = 0;
  isCut = false;

  constructor(images: readonly Image[], tree: Tree, executables: ReadonlyMap<string, string>) {
    this.#tree = tree;
    const units = [...executables].filter(([folder]) => !folder.endsWith('.framework'));
    this.#mains = [...new Set(units.map(([, path]) => parent(path)))];
    const seen = new Set<string>();
    let searched = 0;
    for (const { path, rpaths } of images) {
      for (const rpath of rpaths) {
        const key = rpath.startsWith('@loader_path') ? `${parent(path)}:${rpath}` : rpath;
        if (seen.has(key)) continue;
        seen.add(key);
        const [folders, rest] = this.#expand(rpath, path);
        for (const folder of folders) {
          if (++searched > MOST_SEARCHED) {
            this.isCut = true;
            return;
          }
          const place = tree.resolve(under(folder, rest));
          if (place.at === 'folder') this.#runPaths.add(place.path);
        }
      }
    }
    if (searched > 0) return;
    // None could be read: then where Xcode puts libraries, and beside those that are aboard.
    const beside = [...executables.keys()].filter((folder) => folder.endsWith('.framework')).map(parent);
    const usual = this.#mains.flatMap((folder) => [folder, under(folder, 'Frameworks')]);
    for (const folder of [...usual, ...beside]) this.#runPaths.add(folder);
  }

  find(name: string, loader: string): Place {
    const known = this.#found.get(name);
    if (known) return known;
    const rpath = '@rpath/';
    const [folders, rest] = name.startsWith(rpath)
      ? ([this.#runPaths, name.slice(rpath.length)] as const)
      : this.#expand(name, loader);
    const place = this.#first(folders, rest);
    // The same name means another place to another loader.
    if (!name.startsWith('@loader_path/')) this.#found.set(name, place);
    return place;
  }

  /** The folders that the variable at the beginning stands for, and what follows it; none for a path out of the app. */
  #expand(path: string, loader: string): readonly [Iterable<string>, string] {
    const [start = ''] = path.split('/', 1);
    const rest = path.slice(start.length + 1);
    if (start === '@loader_path') return [[parent(loader)], rest];
    return [start === '@executable_path' ? this.#mains : [], rest];
  }

  #first(folders: Iterable<string>, rest: string): Place {
    for (const folder of folders) {
      if (this.#lookups++ >= MOST_LOOKUPS) {
        this.isCut = true;
        break;
      }
      const place = this.#tree.resolve(under(folder, rest));
      if (place.at === 'file') return place;
    }
    return { at: 'nowhere' };
  }
}

const under = (folder: string, path: string) => (folder === '' ? path : `${folder}/${path}`);
