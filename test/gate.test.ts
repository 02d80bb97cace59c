import { describe, expect, test } from 'vitest';
import { decideVerdict, gate } from '../src/report/gate.ts';
import type { Policy } from '../src/rules/schema.ts';
import type { Coverage, CoverageReason, Detection, Finding, Level, Report, Verdict } from '../src/types.ts';
import { coverageOf, detectionOf } from './build/case.ts';

function findingOf(id: string, level: Level, state: Finding['state'] = 'holds'): Finding {
  return {
    id,
    rule: id,
    axis: 'data-flow',
    level,
    state,
    open: state === 'holds' ? null : 'bundle',
    title: id,
    reason: '',
    settle: null,
    remedy: { maker: '', reviewer: null },
    recipient: null,
    sdks: [],
    data: [],
    basis: null,
    link: null,
    laws: [],
    grounds: [],
    weight: 0.5,
    evidence: [],
  };
}

const unread = (reason: CoverageReason | null, state: Coverage['state'] = 'unreadable', path = 'Payload/A.app/A') =>
  coverageOf({ state, reason, path });

function policyOf(accepts: CoverageReason[] = []): Pick<Policy, 'reject' | 'review' | 'accepts'> {
  return { reject: 'critical', review: 'medium', accepts };
}

function verdict(
  findings: Finding[],
  coverage: Coverage[],
  accepts: CoverageReason[] = [],
  detections: Detection[] = [],
) {
  const { verdict, complete } = decideVerdict(findings, coverage, policyOf(accepts), detections);
  return [verdict, complete];
}

describe('the verdict', () => {
  test('nothing found, all read', () => {
    expect(verdict([], [])).toEqual(['pass', true]);
    expect(verdict([findingOf('a', 'low')], [coverageOf({})])).toEqual(['pass', true]);
  });

  test('reject only on what holds', () => {
    expect(verdict([findingOf('a', 'critical')], [])).toEqual(['reject', true]);
    expect(verdict([findingOf('a', 'critical', 'undetermined')], [])).toEqual(['review', true]);
    expect(verdict([findingOf('a', 'high')], [])).toEqual(['review', true]);
  });

  test('review in either state', () => {
    expect(verdict([findingOf('a', 'medium')], [])).toEqual(['review', true]);
    expect(verdict([findingOf('a', 'medium', 'undetermined')], [])).toEqual(['review', true]);
    expect(verdict([findingOf('a', 'low', 'undetermined')], [])).toEqual(['pass', true]);
  });

  test('inconclusive for each way not to have read, unless the policy accepts the reason', () => {
    for (const state of ['partial', 'unreadable', 'skipped'] as const) {
      expect(verdict([], [unread('encrypted', state)])).toEqual(['inconclusive', false]);
      expect(verdict([], [unread('encrypted', state)], ['encrypted'])).toEqual(['pass', false]);
    }
    expect(verdict([], [unread('encrypted'), unread('budget')], ['encrypted'])).toEqual(['inconclusive', false]);
    expect(verdict([], [unread(null)], ['encrypted', 'budget'])).toEqual(['inconclusive', false]);
  });

  test('what cannot hide an SDK does not count', () => {
    const image = coverageOf({ state: 'skipped', reason: 'depth', matters: false });
    expect(verdict([], [image])).toEqual(['pass', true]);
  });

  test('reject > inconclusive > review > pass', () => {
    const all = [findingOf('a', 'critical'), findingOf('b', 'medium')];
    expect(verdict(all, [unread('malformed')])).toEqual(['reject', false]);
    expect(verdict(all.slice(1), [unread('malformed')])).toEqual(['inconclusive', false]);
    expect(verdict(all.slice(1), [])).toEqual(['review', true]);
  });

  test('a weak sign with bytes unread is inconclusive though the reason is accepted; alone it is nothing', () => {
    const weak = [detectionOf('agora-sdk', false)];
    expect(verdict([], [unread('encrypted')], ['encrypted'], weak)).toEqual(['inconclusive', false]);
    expect(verdict([], [], [], weak)).toEqual(['pass', true]);
    expect(verdict([], [unread('encrypted')], ['encrypted'], [detectionOf('agora-sdk')])).toEqual(['pass', false]);
  });

  test('the reasons name findings and places, a few of many', () => {
    const lines = ['d', 'a', 'c', 'b', 'a'].map((path) => unread('encrypted', 'unreadable', path));
    const { reasons } = decideVerdict(
      [findingOf('x/y', 'high', 'undetermined')],
      [...lines, unread('budget')],
      policyOf(),
    );
    expect(reasons).toEqual([
      'not read whole (budget): Payload/A.app/A',
      'not read whole (encrypted): a, b, c and 1 more',
      'high: x/y (not decided)',
    ]);
  });
});

function reportOf(
  findings: Finding[],
  coverage: Coverage[],
  accepts: CoverageReason[] = [],
  detections: Detection[] = [],
) {
  const { verdict, reasons, complete } = decideVerdict(findings, coverage, policyOf(accepts), detections);
  const report: Pick<
    Report,
    'policy' | 'findings' | 'coverage' | 'detections' | 'verdict' | 'verdictReasons' | 'complete'
  > = {
    policy: { id: 'store', name: 'Store', ...policyOf(accepts), rules: [] },
    findings,
    coverage,
    detections,
    verdict,
    verdictReasons: reasons,
    complete,
  };
  return report as Report;
}

describe('the gate', () => {
  const outcome = (report: Report, options?: Parameters<typeof gate>[1]) => {
    const { verdict, exitCode, failing } = gate(report, options);
    return [verdict, exitCode, failing] satisfies [Verdict, number, readonly string[]];
  };

  test('0: complete and nothing at the level, which is high by default', () => {
    expect(outcome(reportOf([], []))).toEqual(['pass', 0, []]);
    expect(outcome(reportOf([findingOf('a', 'medium')], []))).toEqual(['review', 0, []]);
  });

  test('1: findings that hold at or above the level; questions where they are asked for', () => {
    const report = reportOf(
      [findingOf('a', 'high'), findingOf('b', 'critical', 'undetermined'), findingOf('c', 'low')],
      [],
    );
    expect(outcome(report)).toEqual(['review', 1, ['a']]);
    expect(outcome(report, { failOn: 'critical' })).toEqual(['review', 0, []]);
    expect(outcome(report, { failOn: 'critical', failOnUndetermined: 'high' })).toEqual(['review', 1, ['b']]);
    expect(outcome(report, { failOn: 'info' })).toEqual(['review', 1, ['a', 'c']]);
    expect(outcome(report, { failOn: 'none' })).toEqual(['review', 0, []]);
  });

  test('1: a question of who governs counts as the finding it asks about', () => {
    const asked = { ...findingOf('a', 'medium', 'undetermined'), open: 'governance' as const };
    expect(outcome(reportOf([asked], []), { failOn: 'medium' })).toEqual(['review', 1, ['a']]);
    const other = { ...asked, open: 'bundle' as const };
    expect(outcome(reportOf([other], []), { failOn: 'medium' })).toEqual(['review', 0, []]);
  });

  test('2: incomplete; findings beat it', () => {
    expect(outcome(reportOf([], [unread('encrypted')]))).toEqual(['inconclusive', 2, []]);
    expect(outcome(reportOf([findingOf('a', 'high')], [unread('encrypted')]))).toEqual(['inconclusive', 1, ['a']]);
    expect(outcome(reportOf([findingOf('a', 'critical')], [unread('encrypted')]), { failOn: 'none' })).toEqual([
      'reject',
      2,
      [],
    ]);
  });

  test('what the report’s policy accepts stands; a list given here is added to it', () => {
    const accepted = reportOf([], [unread('encrypted')], ['encrypted']);
    expect(outcome(accepted)).toEqual(['pass', 0, []]);
    expect(outcome(accepted, { accept: ['budget'] })).toEqual(['pass', 0, []]);
    const refused = reportOf([], [unread('encrypted')]);
    expect(outcome(refused, { accept: ['encrypted'] })).toEqual(['review', 0, []]);
    expect(outcome(refused, { accept: ['budget'] })).toEqual(['inconclusive', 2, []]);
  });

  test('a weak sign with bytes unread cannot be accepted away', () => {
    const report = reportOf([], [unread('encrypted')], ['encrypted'], [detectionOf('agora-sdk', false)]);
    expect(outcome(report, { accept: ['encrypted'] })).toEqual(['inconclusive', 2, []]);
  });

  test('the reasons name what failed and what was not read', () => {
    const report = reportOf([findingOf('a', 'high')], [unread('encrypted')]);
    expect(gate(report).reasons).toEqual(['high: a', 'not read whole (encrypted): Payload/A.app/A']);
    expect(gate(reportOf([], [])).reasons).toEqual([]);
  });
});
