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
 * runtime, native code of somebody else's, another SDK of its vendor nor the manifest could get there. Wherever one of these
 * is open, nothing is said.
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
  const called = new Set(entries.flatMap(({ callers = [] }) => callers.map((hit) => hit.package)));
  const others = (detection: Detection) =>
    detections.some(({ sdk, scored, vendor }) => scored && sdk !== detection.sdk && vendor === detection.vendor);
  return detections.map((detection) =>
    isUncalled(detection, { called, named }, rules) && !others(detection)
      ? { ...detection, isUncalled: true as const }
      : detection,
  );
}

function isUncalled(
  { products, scored, presence, calledBy, componentOf, instances }: Detection,
  { called, named }: { readonly called: ReadonlySet<string>; readonly named: readonly string[] },
  rules: Rules,
): boolean {
  const isCodeAlone = presence.length > 0 && presence.every((fact) => fact === 'bundled' || fact === 'referenced');
  if (!scored || !isCodeAlone || calledBy !== undefined || componentOf.length > 0) return false;
  const isJava = instances.some(({ arch }) => arch === 'dex') && instances.every(({ namespace }) => namespace === null);
  if (!isJava) return false;
  const packages = products.map((id) => packagesOf(rules.sdks.get(id)!));
  // Of what has no package of its own, no call is looked for. One of the vendor's other code counts here as any.
  if (packages.some((own) => own.length === 0 || own.some((each) => called.has(each)))) return false;
  return !named.some((name) => packages.flat().some((each) => `${name}.`.startsWith(`${each}.`)));
}
