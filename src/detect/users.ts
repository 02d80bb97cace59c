import { type EntryFeatures, SHARED_CODE } from '../inventory/facts.ts';
import type { Folder } from '../inventory/reading.ts';
import type { Rules, Runtime } from '../rules/schema.ts';
import type { Detection, UserKind } from '../types.ts';
import { isOwn, knownPackages, prefixes } from './own-packages.ts';
import { Owners } from './owners.ts';
import { calledOf, RENAMED } from './packages.ts';
import { KnownRuntimes, NativePlaces } from './runtimes.ts';

/** Whose code something is. */
export interface User {
  readonly kind: UserKind;
  readonly name: string;
}

/** What is known of the bundle besides its entries. */
export interface Aboard {
  readonly entries: readonly EntryFeatures[];
  readonly detections: readonly Detection[];
  readonly appId: string | null;
  readonly folders: readonly Folder[];
}

/** Whose the code of a package or a native file is, by the same names as everywhere in the report. */
export class Users {
  readonly #appId: string | null;
  readonly #known: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #runtimes: KnownRuntimes;
  readonly #owners: Owners;
  readonly #places = new NativePlaces();
  readonly #detections: readonly Detection[];
  readonly #byPath = new Map<string, Detection[]>();
  readonly #packages = new Map<string, User>();

  constructor({ entries, detections, appId }: Aboard, rules: Rules) {
    this.#appId = appId;
    this.#known = knownPackages(entries, rules);
    this.#runtimes = new KnownRuntimes(rules);
    this.#owners = new Owners(rules);
    this.#detections = detections;
    for (const { native, path } of entries) if (native) this.#places.add(path, native.name);
    for (const detection of detections) {
      for (const { path } of detection.instances) {
        const known = this.#byPath.get(path);
        if (known) known.push(detection);
        else this.#byPath.set(path, [detection]);
      }
    }
  }

  /** Of code in a DEX; every other file is its own. */
  of(entry: EntryFeatures, by: string | null): User {
    if (by === null) return this.#ofFile(entry);
    let user = this.#packages.get(by);
    if (!user) {
      user = this.#ofPackage(by);
      this.#packages.set(by, user);
    }
    return user;
  }

  /** A runtime in which code reaches what it wants by name, so that nothing tells who uses what. */
  reaching(entry: EntryFeatures): Runtime | null {
    const { native, packages } = entry;
    const byFile = native && this.#runtimes.ofFile(native.name, entry, this.#places);
    if (byFile?.reaches) return byFile;
    if (entry.format !== 'dex' && entry.format !== 'class') return null;
    for (const name of packages.keys()) {
      const runtime = this.#runtimes.ofPackage(name);
      if (runtime?.reaches) return runtime;
    }
    return null;
  }

  #ofPackage(name: string): User {
    if (name === SHARED_CODE) return { kind: 'mixed', name };
    const app = { kind: 'app', name: this.#appId ?? '' } as const;
    // The whole id is the app's, also where it is longer than what a rule calls an SDK's.
    if (this.#appId !== null && `${name}.`.startsWith(`${this.#appId}.`)) return app;
    const [sdks] = prefixes(name)
      .flatMap((prefix) => this.#known.get(prefix) ?? [])
      .slice(-1);
    if (sdks) return this.#ofSdks(sdks);
    if (isOwn(name, this.#appId)) return app;
    const runtime = this.#runtimes.ofPackage(name);
    if (runtime) return { kind: 'runtime', name: runtime.id };
    const called = calledOf(name, this.#owners).name;
    return { kind: called === RENAMED ? 'mixed' : 'unidentified', name: called };
  }

  #ofSdks(sdks: ReadonlySet<string>): User {
    const found = this.#detections.filter(({ products }) => products.some((id) => sdks.has(id)));
    return found.length > 0 ? this.#ofDetections(found) : { kind: 'sdk', name: [...sdks].sort().join(', ') };
  }

  #ofDetections(found: readonly Detection[]): User {
    // What is a part of another counts as that one's.
    const wholes = new Set(found.map(({ sdk, componentOf }) => (componentOf.length === 1 ? componentOf[0]! : sdk)));
    const [only = '', ...others] = [...wholes].sort();
    return others.length === 0 ? { kind: 'sdk', name: only } : { kind: 'mixed', name: [only, ...others].join(', ') };
  }

  #ofFile(entry: EntryFeatures): User {
    const { native, path } = entry;
    if (native?.main) return { kind: 'app', name: this.#appId ?? native.name };
    const found = this.#byPath.get(path);
    if (found) return this.#ofDetections(found);
    const name = native?.name ?? path;
    const runtime = this.#runtimes.ofFile(name, entry, this.#places);
    return runtime ? { kind: 'runtime', name: runtime.id } : { kind: 'unidentified', name };
  }
}
