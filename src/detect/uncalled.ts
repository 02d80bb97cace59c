import { packagesOf } from '../rules/packages.ts';
import type { Rules } from '../rules/schema.ts';
import type { Detection, Unit } from '../types.ts';
import type { CallingCase } from './callers.ts';

/** What of a reading says that an SDK is never called. */
export interface UncalledCase extends Omit<CallingCase, 'detections'> {
  readonly units: readonly Unit[];
  /** Why a call may not have been seen; null where all was read. */
  readonly unseen: string | null;
  /** Classes and keys that the manifest names: the system makes what it names, and libraries look keys up. */
  readonly named: readonly string[];
}

/**
 * Marks the SDKs that nothing aboard calls: their code stands in a DEX, all code was read, and neither reflection, another
 * runtime, native code of somebody else's nor the manifest could get there. Wherever one of these is open, nothing is said.
 */
export function withUncalled(detections: readonly Detection[], found: UncalledCase, rules: Rules): Detection[] {
  const { entries, units, unseen, named } = found;
  const own = new Set(detections.flatMap(({ scored, instances }) => (scored ? instances.map(({ path }) => path) : [])));
  // Native code finds classes by names that are not followed.
  const isOpen =
    unseen !== null ||
    units.some(({ platform }) => platform !== 'android') ||
    entries.some(({ native, path }) => native?.kind === 'library' && !own.has(path));
  if (isOpen) return [...detections];
  return detections.map((detection) =>
    isUncalled(detection, named, rules) ? { ...detection, isUncalled: true } : detection,
  );
}

function isUncalled(
  { products, scored, presence, calledBy, componentOf, instances }: Detection,
  named: readonly string[],
  rules: Rules,
): boolean {
  const isCodeAlone = presence.length > 0 && presence.every((fact) => fact === 'bundled' || fact === 'referenced');
  if (!scored || !isCodeAlone || calledBy !== undefined || componentOf.length > 0) return false;
  if (!instances.some(({ arch }) => arch === 'dex') || instances.some(({ namespace }) => namespace !== null))
    return false;
  const packages = products.map((id) => packagesOf(rules.sdks.get(id)!));
  // Of what has no package of its own, no call is looked for.
  if (packages.some((each) => each.length === 0)) return false;
  return !named.some((name) => packages.flat().some((each) => `${name}.`.startsWith(`${each}.`)));
}
