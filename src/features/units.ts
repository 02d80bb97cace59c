import type { AppFacts } from '../bundle/app.ts';
import type { AskedLibraries } from '../bundle/asked-libraries.ts';
import type { RequiredClasses } from '../bundle/classes.ts';
import { repeatKey } from '../bundle/entry.ts';
import type { Fitting, Kind } from '../bundle/kinds/index.ts';
import type { NestedApp } from '../bundle/kinds/nested.ts';
import { type UnitFacts, unitFinder } from '../bundle/unit.ts';
import type { EntryFeatures, Scene, SceneUnit } from '../inventory/facts.ts';
import { isLibrary } from '../inventory/library.ts';
import { reportText } from '../text.ts';
import type { Coverage, Signature, Unit } from '../types.ts';

/** What extractors need to know of a bundle that is of these kinds. */
export function sceneOf(
  fits: readonly Fitting[],
  { units, layout, documents, repeated }: AppFacts,
  classes: RequiredClasses,
  libraries: AskedLibraries,
): Scene & { enter(app: NestedApp): void } {
  const all = [...units];
  let find = unitFinder(all);
  const executables = new Set(layout?.executables.values());
  const read = new Set(documents.map(({ path }) => path));
  const asked = new Set(units.flatMap(({ app }) => app.permissions));
  // Of a library nobody knows what the app around it will ask for.
  const isOpen = isLibrary(units);
  const scenes = new Map<UnitFacts, SceneUnit>();
  const place = (unit: UnitFacts, kind: Kind | undefined, isFirst: boolean) => {
    const container = isFirst ? null : unit.root.slice(0, -1);
    const isCode = (path: string) => kind?.isCode(path.slice(unit.root.length), executables.has(path)) ?? false;
    const installed = (path: string) => kind?.installed?.(path) ?? path;
    scenes.set(unit, { ...unit, container, isCode, installed });
  };
  for (const [i, unit] of units.entries()) {
    place(unit, fits.find(({ kind }) => kind.platform === unit.platform)?.kind, i === 0);
  }
  const [, second] = units.filter(({ root }) => root === '');
  return {
    beside: (second && scenes.get(second)) ?? null,
    unitOf(path) {
      const unit = find(path);
      return (unit && scenes.get(unit)) ?? null;
    },
    enter({ kind, facts }) {
      for (const path of facts.layout?.executables.values() ?? []) executables.add(path);
      for (const unit of facts.units) place(unit, kind, false);
      for (const { path } of facts.documents) read.add(path);
      all.push(...facts.units);
      find = unitFinder(all);
    },
    appIds: units.flatMap(({ app }) => app.id ?? []),
    isDocument: (path) => read.has(path),
    isRepeated: (entry) => repeated.size > 0 && repeated.has(repeatKey(entry)),
    hasPermission: (permission) => isOpen || asked.has(permission),
    defines: (bytes, start, end) => classes.defines(bytes, start, end),
    asks: (path, asked) => libraries.add(path, asked),
  };
}

/** What is known of the units once their executables were read. */
export class Units {
  readonly #units: { readonly position: number; readonly unit: UnitFacts }[] = [];
  readonly #entitled: AppFacts['entitled'];
  readonly #signed = new Map<UnitFacts, Pick<EntryFeatures, 'slices' | 'signature'>>();
  readonly #entitlements = new Map<UnitFacts, readonly string[]>();
  readonly #byExecutable = new Map<string, UnitFacts>();

  constructor({ units, entitled }: AppFacts) {
    this.#entitled = entitled;
    this.add(units);
  }

  /** Units that come to light while the bundle is read. @param position in the container, of what they stand in */
  add(units: readonly UnitFacts[], position = -1): void {
    this.#units.push(...units.map((unit) => ({ position, unit })));
    this.#units.sort((a, b) => a.position - b.position);
    for (const unit of units) if (unit.executable !== null) this.#byExecutable.set(reportText(unit.executable), unit);
  }

  /** Whether one of them is, or stands in, the archive of that path. */
  has(path: string): boolean {
    return this.#units.some(({ unit: { root } }) => root === `${path}!`);
  }

  /** Takes what an executable says of its unit. @returns what of it could not be read */
  take({ path, slices, signature, entitlements }: EntryFeatures): readonly Coverage[] {
    const unit = this.#byExecutable.get(path);
    if (!unit) return [];
    this.#signed.set(unit, { slices, signature });
    if (entitlements === null || this.#entitled === null) return [];
    const { keys, coverage } = this.#entitled(entitlements, path);
    this.#entitlements.set(unit, keys);
    return coverage;
  }

  /** The app's: those of frameworks and extensions were replaced with it when it was built. */
  get codeSignatures(): Signature[] {
    const signature = this.#units.map(({ unit }) => this.#signed.get(unit)?.signature).find((found) => found != null);
    return signature ? [{ scheme: 'codesign', teamId: signature.teamId, certificates: [] }] : [];
  }

  get list(): Unit[] {
    return this.#units.map(({ unit }) => {
      const { root, kind, platform, app, provisioning } = unit;
      const slices = this.#signed.get(unit)?.slices ?? [];
      const architectures = [...app.architectures, ...slices.map(({ arch }) => arch)].sort();
      const entitlements = this.#entitlements.get(unit) ?? [];
      return {
        ...{ path: root.slice(0, -1), kind, platform, app: { ...app, entitlements, architectures } },
        ...(provisioning ? { provisioning } : {}),
      };
    });
  }
}
