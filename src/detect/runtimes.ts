import type { EntryFeatures } from '../inventory/facts.ts';
import type { Folder } from '../inventory/reading.ts';
import { order } from '../order.ts';
import type { Rules, Runtime } from '../rules/schema.ts';
import type { RuntimeAboard } from '../types.ts';
import { FileNames } from './file-names.ts';

const MOST_PATHS = 4;

/** Where native files stand: what stands beside a name tells whether it is that of a runtime. */
export class NativePlaces {
  readonly #places = new Set<string>();

  add(path: string, name: string): void {
    this.#places.add(`${folderOf(path, name)}/${name}`);
  }

  has(folder: string, name: string): boolean {
    return this.#places.has(`${folder}/${name}`);
  }
}

/** The folder that holds a library, or a framework: `Frameworks` of `Frameworks/Kit.framework/Versions/A/Kit`. */
function folderOf(path: string, name: string): string {
  const inside = path.lastIndexOf(`/${name}/`);
  return path.slice(0, inside < 0 ? Math.max(0, path.lastIndexOf('/')) : inside);
}

/** Runtimes by the names of files, packages and modules. */
export class KnownRuntimes {
  /** By the name alone, or by `folder/name`. */
  readonly #files = new FileNames<Runtime>();
  readonly #packages = new Map<string, Runtime>();
  readonly #barePackages = new Map<string, Runtime>();
  readonly #modules = new Map<string, Runtime>();

  constructor(rules: Rules) {
    for (const { runtimes } of rules.runtimes.values()) {
      for (const runtime of runtimes) {
        for (const file of runtime.files) this.#files.add(file, runtime);
        for (const name of runtime.packages) this.#packages.set(name, runtime);
        for (const name of runtime.barePackages) this.#barePackages.set(name, runtime);
        for (const name of runtime.modules) this.#modules.set(name, runtime);
      }
    }
  }

  /** By the name of a library or framework, by the folder that holds it, and by what stands beside it. */
  ofFile(
    name: string,
    { path, platform }: Pick<EntryFeatures, 'path' | 'platform'>,
    places: NativePlaces,
  ): Runtime | null {
    const folder = folderOf(path, name);
    const fits = ({ platform: own, beside }: Runtime, star: string) =>
      (own === undefined || platform === null || own === platform) &&
      (beside.length === 0 ||
        beside.some((other) =>
          places.has(
            folder,
            other.replace('*', () => star),
          ),
        ));
    for (const called of [name, `${folder.slice(folder.lastIndexOf('/') + 1)}/${name}`]) {
      const named = this.#files.exact(called);
      if (named && fits(named, '')) return named;
    }
    return this.#files.like(name, fits) ?? null;
  }

  /** By a dotted package, or one above it. */
  ofPackage(name: string): Runtime | null {
    const bare = this.#barePackages.get(name);
    if (bare) return bare;
    for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
      const runtime = this.#packages.get(name.slice(0, end));
      if (runtime) return runtime;
    }
    return null;
  }

  ofModule(name: string): Runtime | null {
    return this.#modules.get(name) ?? null;
  }
}

/** The runtimes met in a bundle. */
export class RuntimesAboard {
  readonly #met = new Map<Runtime, { readonly paths: Set<string>; readonly versions: Set<string> }>();
  readonly #folders: ReadonlyMap<string, Folder>;

  constructor(folders: readonly Folder[]) {
    this.#folders = new Map(folders.map((folder) => [folder.path, folder]));
  }

  add(runtime: Runtime, { path, container }: Pick<EntryFeatures, 'path' | 'container'>): void {
    let met = this.#met.get(runtime);
    if (!met) {
      met = { paths: new Set(), versions: new Set() };
      this.#met.set(runtime, met);
    }
    met.paths.add(path);
    const version = container === null ? null : this.#folders.get(container)?.version;
    if (version) met.versions.add(version);
  }

  list(): RuntimeAboard[] {
    return [...this.#met]
      .map(([{ id, name, by }, { paths, versions }]) => {
        const [version = null] = versions.size === 1 ? versions : [];
        const sorted = [...paths].sort(order);
        return {
          ...{ id, name, by, version },
          paths: sorted.slice(0, MOST_PATHS),
          more: Math.max(0, sorted.length - MOST_PATHS),
        };
      })
      .sort((a, b) => order(a.id, b.id));
  }
}
