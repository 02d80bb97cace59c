import type { EntryFeatures } from '../inventory/facts.ts';
import type { App, BundleKind, Unit } from '../types.ts';

/** Kinds of bundle that are one library without a document, or whose document may be missing. */
const lone: ReadonlySet<BundleKind> = new Set(['elf', 'macho', 'dsym', 'framework', 'xcframework']);

/** Slices that one library is built for: each has an identity of its own. */
const MOST_BUILDS = 4;

/** Where Xcode puts the symbols of a library, by its name. */
const symbols = /(?:^|\/)Contents\/Resources\/DWARF\/([^/]+)$/;

/** What a library without documents calls itself: where several files say different things, nobody is it. */
export class LoneLibrary {
  readonly #kind: BundleKind;
  readonly #names = new Set<string>();
  readonly #builds = new Set<string>();

  constructor(kind: BundleKind) {
    this.#kind = kind;
  }

  take({ path, identity }: Pick<EntryFeatures, 'path' | 'identity'>): void {
    if (identity === undefined || path.includes('!') || !lone.has(this.#kind) || this.#names.size > 1) return;
    const name = identity.name ?? symbols.exec(path)?.[1] ?? null;
    if (name !== null) this.#names.add(name);
    for (const build of identity.builds) if (this.#builds.size <= MOST_BUILDS) this.#builds.add(build);
  }

  /** The unit with what its documents leave out. */
  named<T extends Pick<Unit, 'kind' | 'app'>>(unit: T): T {
    const { app } = unit;
    if (unit.kind !== 'library' || app.name !== null) return unit;
    const [name = null, ...others] = this.#names;
    if (others.length > 0) return unit;
    const isKnown = app.build === null && this.#builds.size > 0 && this.#builds.size <= MOST_BUILDS;
    const build = isKnown ? [...this.#builds].sort().join(' ') : app.build;
    return { ...unit, app: { ...app, name, build } satisfies App };
  }
}
