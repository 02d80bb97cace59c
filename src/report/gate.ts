import { isDay } from '../asof.ts';
import { checkOptions, ScanError } from '../errors.ts';
import type { Policy } from '../rules/schema.ts';
import type { Report, Verdict } from '../types.ts';
import {
  type Coverage,
  type CoverageReason,
  coverageReasons,
  type Detection,
  type Finding,
  type Level,
  levels,
  type Waiver,
} from '../types.ts';
import { againstBaseline, type Baseline } from './baseline.ts';
import { applyWaivers, type Waived } from './waived.ts';

const PATHS_NAMED = 3;

function reaches(finding: Pick<Finding, 'level'>, level: Level): boolean {
  return levels.indexOf(finding.level) >= levels.indexOf(level);
}

/** Lines of coverage that could hide an SDK. */
function gaps(coverage: readonly Coverage[]): Coverage[] {
  return coverage.filter((line) => line.matters && line.state !== 'read');
}

/** One sentence for each reason of incompleteness, with a few of the places. */
function gapReasons(lines: readonly Coverage[]): string[] {
  const byReason = new Map<string, Set<string>>();
  for (const line of lines) {
    const reason = line.reason ?? 'no reason given';
    const paths = byReason.get(reason) ?? new Set();
    byReason.set(reason, paths.add(line.path));
  }
  return [...byReason].sort().map(([reason, all]) => {
    const paths = [...all].sort();
    const more = paths.length > PATHS_NAMED ? ` and ${paths.length - PATHS_NAMED} more` : '';
    return `not read whole (${reason}): ${paths.slice(0, PATHS_NAMED).join(', ')}${more}`;
  });
}

function isAccepted(line: Coverage, accepts: readonly CoverageReason[]): boolean {
  return line.reason !== null && accepts.includes(line.reason);
}

function findingReasons(findings: readonly Finding[]): string[] {
  return findings.map((f) => `${f.level}: ${f.id}${f.state === 'undetermined' ? ' (not decided)' : ''}`);
}

/**
 * The verdict of a scan: reject > inconclusive > review > pass.
 * @param detections a weak sign of an SDK, where bytes were not read, is inconclusive whatever the policy accepts
 * @returns `complete`: nothing that could hide an SDK was left unread, accepted or not
 */
export function decideVerdict(
  findings: readonly Finding[],
  coverage: readonly Coverage[],
  policy: Pick<Policy, 'reject' | 'review' | 'accepts'>,
  detections: readonly Detection[] = [],
): { verdict: Verdict; reasons: string[]; complete: boolean } {
  const unread = gaps(coverage);
  const complete = unread.length === 0;
  const weak = complete ? [] : detections.filter((d) => !d.scored);
  const refused = unread.filter((line) => !isAccepted(line, policy.accepts));
  const open = [
    ...gapReasons(refused),
    ...weak.map((d) => `a weak sign of ${d.sdk}, with bytes not read that could settle it`).sort(),
  ];
  const rejecting = findings.filter((f) => f.state === 'holds' && reaches(f, policy.reject));
  if (rejecting.length > 0) return { verdict: 'reject', reasons: [...findingReasons(rejecting), ...open], complete };
  const reviewing = findingReasons(findings.filter((f) => reaches(f, policy.review)));
  if (open.length > 0) return { verdict: 'inconclusive', reasons: [...open, ...reviewing], complete };
  if (reviewing.length > 0) return { verdict: 'review', reasons: reviewing, complete };
  return { verdict: 'pass', reasons: [], complete };
}

export interface GateOptions {
  /**
   * Level from which a finding that holds fails the gate; `high` by default. So does one that waits for who governs a
   * recipient: a source that came later clears nobody.
   */
  readonly failOn?: Level | 'none' | undefined;
  /** Level from which a question fails the gate; `none` by default: a maker cannot change what no bundle shows. */
  readonly failOnUndetermined?: Level | 'none' | undefined;
  /** Reasons of incompleteness to accept besides those that the report's policy accepts. */
  readonly accept?: readonly CoverageReason[] | undefined;
  readonly waivers?: readonly Waiver[] | undefined;
  /** The day by which waivers run out, YYYY-MM-DD: the clock's (UTC) where left out, and never the report's. */
  readonly today?: string | undefined;
  /** What the bundle's file is called, for waivers that name one. */
  readonly file?: string | undefined;
  /** The report of a release that was let through: what it has already, and no milder, fails nothing. */
  readonly baseline?: Report | undefined;
}

export interface Gate extends Waived {
  /** Of what is not waived; what a baseline knows counts in it all the same. */
  readonly verdict: Verdict;
  /** 0: nothing at or above the level, and complete. 1: findings. 2: incomplete for a reason not accepted. */
  readonly exitCode: 0 | 1 | 2;
  readonly reasons: readonly string[];
  /** Ids of the findings that fail the gate. */
  readonly failing: readonly string[];
  /** Null where no baseline was given. */
  readonly baseline: Baseline | null;
  /** Why bytes were not read, as far as the policy or the caller accepts it. */
  readonly accepted: readonly CoverageReason[];
}

const gateOptions: Record<keyof GateOptions, true> = {
  failOn: true,
  failOnUndetermined: true,
  accept: true,
  waivers: true,
  today: true,
  file: true,
  baseline: true,
};

/**
 * Whether a build may go on.
 * @throws ScanError bad-option where `today` is no day, or the baseline is of another app; bad-waivers where a waiver ends on
 * no day
 */
export function gate(report: Report, options: GateOptions = {}): Gate {
  checkOptions('gate', options, gateOptions);
  const { accept = [], waivers = [], today = clockDay(), file, baseline } = options;
  if (!isDay(today)) throw new ScanError('bad-option', `today "${today}" is not a day; write YYYY-MM-DD`);
  const waiving = applyWaivers(report, waivers, today, file);
  const covered = new Set(waiving.waived.map((w) => w.finding));
  const findings = report.findings.filter((f) => !covered.has(f.id));
  const isFailing = (f: Pick<Finding, 'level' | 'state' | 'open'>) => fails(f, options);
  const wouldFail = findings.filter(isFailing);
  const against = baseline === undefined ? null : againstBaseline(report, baseline, wouldFail, isFailing);
  const known = new Set(against?.known);
  const failing = wouldFail.filter((f) => !known.has(f.id));
  const policy = { ...report.policy, accepts: [...report.policy.accepts, ...accept] };
  const { verdict } = decideVerdict(findings, report.coverage, policy, report.detections);
  const unread = gaps(report.coverage);
  const weak = unread.length > 0 && report.detections.some((d) => !d.scored);
  const refused = unread.filter((line) => !isAccepted(line, policy.accepts));
  const acceptedHere = unread.some((line) => !isAccepted(line, report.policy.accepts));
  return {
    // What was accepted here and not by the policy leaves a review: bytes nobody read never pass.
    verdict: verdict === 'pass' && acceptedHere ? 'review' : verdict,
    exitCode: failing.length > 0 ? 1 : refused.length > 0 || weak ? 2 : 0,
    reasons: [
      ...findingReasons(failing),
      ...gapReasons(refused),
      ...(weak && refused.length === 0 ? ['a weak sign of an SDK, with bytes not read that could settle it'] : []),
    ],
    failing: failing.map((f) => f.id),
    ...waiving,
    baseline: against,
    accepted: coverageReasons.filter(
      (reason) => policy.accepts.includes(reason) && unread.some((line) => line.reason === reason),
    ),
  };
}

/** Waivers are for people's days: a report of a past day must not let one live for ever. */
function clockDay(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Whether a finding fails a gate that knows of no waiver and no baseline. */
export function fails(
  finding: Pick<Finding, 'level' | 'state' | 'open'>,
  { failOn = 'high', failOnUndetermined = 'none' }: Pick<GateOptions, 'failOn' | 'failOnUndetermined'>,
): boolean {
  const from = (level: Level | 'none') => level !== 'none' && reaches(finding, level);
  return (
    ((finding.state === 'holds' || finding.open === 'governance') && from(failOn)) ||
    (finding.state !== 'holds' && from(failOnUndetermined))
  );
}
