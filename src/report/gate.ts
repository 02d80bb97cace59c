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

const PATHS_NAMED = 3;

function reaches(finding: Finding, level: Level): boolean {
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
}

export interface Gate {
  readonly verdict: Verdict;
  /** 0: nothing at or above the level, and complete. 1: findings. 2: incomplete for a reason not accepted. */
  readonly exitCode: 0 | 1 | 2;
  readonly reasons: readonly string[];
  /** Ids of the findings that fail the gate. */
  readonly failing: readonly string[];
  /** Why bytes were not read, as far as the policy or the caller accepts it. */
  readonly accepted: readonly CoverageReason[];
  /** Findings that a waiver covers on the report's date. */
  readonly waived: readonly { readonly finding: string; readonly waiver: Waiver }[];
  /** Waivers that had run out by the report's date, or met no finding: to be taken out. */
  readonly expired: readonly Waiver[];
  readonly unused: readonly Waiver[];
}

/** Whether a build may go on. Pure: waivers run out by the report's date, not by a clock. */
export function gate(report: Report, options: GateOptions = {}): Gate {
  const { failOn = 'high', failOnUndetermined = 'none', accept = [], waivers = [] } = options;
  const valid = waivers.filter((waiver) => report.asOf < waiver.expires);
  const inForce = firstOfEach(valid);
  const waived = report.findings.flatMap(({ id }) => {
    const waiver = waiverOf(id, inForce);
    return waiver ? [{ finding: id, waiver }] : [];
  });
  const met = new Set(report.findings.flatMap(({ id }) => coveredBy(id)));
  const covered = new Set(waived.map((w) => w.finding));
  const findings = report.findings.filter((f) => !covered.has(f.id));
  const fails = (f: Finding, level: Level | 'none') => level !== 'none' && reaches(f, level);
  const failing = findings.filter(
    (f) =>
      ((f.state === 'holds' || f.open === 'governance') && fails(f, failOn)) ||
      (f.state !== 'holds' && fails(f, failOnUndetermined)),
  );
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
    accepted: coverageReasons.filter(
      (reason) => policy.accepts.includes(reason) && unread.some((line) => line.reason === reason),
    ),
    waived,
    expired: waivers.filter((waiver) => report.asOf >= waiver.expires),
    unused: valid.filter(({ finding }) => !met.has(finding)),
  };
}

/** What a waiver may say to cover a finding, by which both are looked up: there may be many of either. */
function coveredBy(id: string): string[] {
  // A `*` stands for the rest of an id behind a `/`, and nowhere else: no waiver covers everything by accident.
  const beginnings = [...id.matchAll(/\//g)].map(({ index }) => `${id.slice(0, index)}/*`);
  return [id, ...beginnings];
}

interface Placed {
  readonly waiver: Waiver;
  readonly place: number;
}

/** By what they say; of several that say the same the first. */
function firstOfEach(waivers: readonly Waiver[]): ReadonlyMap<string, Placed> {
  const first = new Map<string, Placed>();
  waivers.forEach((waiver, place) => {
    if (!first.has(waiver.finding)) first.set(waiver.finding, { waiver, place });
  });
  return first;
}

/** The first of the caller's waivers that covers a finding. */
function waiverOf(id: string, waivers: ReadonlyMap<string, Placed>): Waiver | undefined {
  const covering = coveredBy(id).flatMap((text) => waivers.get(text) ?? []);
  return covering.sort((a, b) => a.place - b.place)[0]?.waiver;
}
