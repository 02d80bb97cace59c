import type { Unit } from '../types.ts';

/** Whether a bundle is a library: no app is in it, so that nothing an app alone decides can be asked of it. */
export function isLibrary(units: readonly Pick<Unit, 'kind'>[]): boolean {
  return units.length > 0 && units.every(({ kind }) => kind === 'library');
}
