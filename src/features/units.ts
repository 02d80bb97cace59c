import type { AppFacts } from '../bundle/app.ts';
import type { AskedLibraries } from '../bundle/asked-libraries.ts';
import type { RequiredClasses } from '../bundle/classes.ts';
import type { Fitting } from '../bundle/kinds/index.ts';
import { type UnitFacts, unitFinder } from '../bundle/unit.ts';
import type { EntryFeatures, Scene, SceneUnit } from '../inventory/facts.ts';
import { reportText } from '../text.ts';
import type { Coverage, Signature, Unit } from '../types.ts';

/** What extractors need to know of a bundle that is of these kinds. */
export function sceneOf(
  fits: readonly Fitting[],
  { units, layout }: AppFacts,
  classes: RequiredClasses,
  libraries: AskedLibraries,
): Scene {
  const find = unitFinder(units);
  const executables = new Set(layout?.executables.values());
  const asked = new Set(units.flatMap(({ app }) => app.permissions));
  const scenes = new Map(
    units.map((unit, i): [UnitFacts, SceneUnit] => {
      const kind = fits.find(({ kind }) => kind.platform === unit.platform)?.kind;
      const container = i === 0 ? null : unit.root.slice(0, -1);
      const isCode = (path: string) => kind?.isCode(path.slice(unit.root.length), executables.has(path)) ?? false;
      return [unit, { ...unit, container, isCode }];
    }),
  );
  return {
    unitOf(path) {
      const unit = find(path);
      return (unit && scenes.get(unit)) ?? null;
    },
    appIds: units.flatMap(({ app }) => app.id ?? []),
    hasPermission: (permission) => asked.has(permission),
    defines: (bytes, start, end) => classes.defines(bytes, start, end),
    asks: (path, asked) => libraries.add(path, asked),
  };
}

/** What is known of the units once their executables were read. */
export class Units {
  readonly #units: readonly UnitFacts[];
  readonly #entitled: AppFacts['entitled'];
  readonly #signed = new Map<UnitFacts, Pick<EntryFeatures, 'slices' | 'signature'>>();
  readonly #entitlements = new Map<UnitFacts, readonly string[]>();
  readonly #byExecutable: ReadonlyMap<string, UnitFacts>;

  constructor({ units, entitled }: AppFacts) {
    this.#units = units;
    this.#entitled = entitled;
    const own = units.filter((unit) => unit.executable !== null);
    this.#byExecutable = new Map(own.map((unit) => [reportText(unit.executable!), unit]));
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
    const signature = this.#units.map((unit) => this.#signed.get(unit)?.signature).find((found) => found != null);
    return signature ? [{ scheme: 'codesign', teamId: signature.teamId, certificates: [] }] : [];
  }

  get list(): Unit[] {
    return this.#units.map((unit) => {
      const { root, kind, platform, app } = unit;
      const slices = this.#signed.get(unit)?.slices ?? [];
      const architectures = [...app.architectures, ...slices.map(({ arch }) => arch)].sort();
      const entitlements = this.#entitlements.get(unit) ?? [];
      return { path: root.slice(0, -1), kind, platform, app: { ...app, entitlements, architectures } };
    });
  }
}
