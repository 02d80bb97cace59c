import type { Basis } from '../types.ts';
import type { Takes } from './schema.ts';

/**
 * On what a line of `takes` stands where no byte aboard shows it: what a vendor says of its SDK it documents, and what
 * others read in a release of it they report.
 */
export function basisOfSaid({ source: { how } }: Pick<Takes, 'source'>): Basis {
  return how === 'artifact' || how === 'research' || how === 'press' ? 'reported' : 'documented';
}

/** The strongest basis that a line of `takes` gives a flow. */
export const basisOfTakes = (takes: Pick<Takes, 'basis' | 'source'>): Basis =>
  takes.basis === 'capable' ? 'capable' : basisOfSaid(takes);
