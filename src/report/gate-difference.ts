import { isNewlyFailing } from '../diff/findings.ts';
import type { Difference } from '../diff/index.ts';
import { fails, type GateOptions } from './gate.ts';

export interface DifferenceGate {
  /** 1: a finding at or above the level that the old report does not have, or has milder. */
  readonly exitCode: 0 | 1;
  /** Ids of these findings. */
  readonly failing: readonly string[];
}

/** Whether what is new in a difference is anything that would fail a gate. What is not read is left to `gate`. */
export function gateDifference(
  { findings }: Pick<Difference, 'findings'>,
  options: Pick<GateOptions, 'failOn' | 'failOnUndetermined'> = {},
): DifferenceGate {
  const failing = findings.changes.flatMap((change) =>
    change.new !== null && isNewlyFailing(change, (finding) => fails(finding, options)) ? [change.new.id] : [],
  );
  return { exitCode: failing.length > 0 ? 1 : 0, failing };
}
