import { compareFindings, isNewlyFailing } from '../diff/findings.ts';
import { identityOf } from '../diff/identity.ts';
import { remarksOn } from '../diff/remarks.ts';
import { ScanError } from '../errors.ts';
import type { DifferenceRemark, Finding, Report } from '../types.ts';

/** What a baseline, the report of a release that was let through, does to the gate. */
export interface Baseline {
  /** The release that it is of. */
  readonly version: string | null;
  readonly asOf: string;
  /** Ids of findings that would fail the gate, and that the baseline has already, no milder. */
  readonly known: readonly string[];
  /** Ids of findings that the baseline has and the report no longer. */
  readonly gone: readonly string[];
  /** Such as the report does not have because it was not read whole, or its policy no longer asks. */
  readonly open: readonly string[];
  /** Why the two cannot be compared in all. */
  readonly remarks: readonly { readonly code: DifferenceRemark; readonly says: string }[];
}

/**
 * @param wouldFail the report's findings that fail but for the baseline
 * @param isFailing whether a finding would, by the same levels
 * @throws ScanError bad-option where the baseline is of another app
 */
export function againstBaseline(
  report: Report,
  baseline: Report,
  wouldFail: readonly Finding[],
  isFailing: (finding: Pick<Finding, 'level' | 'state' | 'open'>) => boolean,
): Baseline {
  refuseOther(report, baseline);
  const { changes } = compareFindings(baseline, report);
  const news = new Set(changes.filter((change) => isNewlyFailing(change, isFailing)).map((change) => change.new?.id));
  const missing = changes.filter((change) => change.new === null);
  const idsOf = (isGone: boolean) =>
    missing.flatMap(({ change, old }) => ((change === 'removed') === isGone && old ? [old.id] : []));
  return {
    version: baseline.bundle.app.version,
    asOf: baseline.asOf,
    known: wouldFail.flatMap(({ id }) => (news.has(id) ? [] : [id])),
    gone: idsOf(true),
    open: idsOf(false),
    remarks: remarksOn(baseline, report),
  };
}

function refuseOther(report: Report, baseline: Report): void {
  const [own, its] = [report, baseline].map(({ bundle }) => `${identityOf(bundle).says} (${bundle.platform})`);
  if (own === its) return;
  throw new ScanError(
    'bad-option',
    `the baseline is of ${its}, and this is ${own}; make one of the release that was let through: waybill scan OLD -o json=baseline.json`,
  );
}
