import type { Level, Report } from '../types.ts';
import { fingerprintOf, isAlert } from './alerts.ts';
import { fileOf, outcomeOf, whyOf, worstFirst } from './outcome.ts';
import type { Around, Renderer } from './renderer.ts';
import { cut, seen, sentence } from './seen.ts';

/** What fits one line of a merge request. */
const MOST_TEXT = 2000;
/** GitLab reads every one at each view of a merge request. */
const MOST = 1000;

const severities: Record<Level, 'info' | 'minor' | 'major' | 'critical' | 'blocker'> = {
  info: 'info',
  low: 'minor',
  medium: 'major',
  high: 'critical',
  critical: 'blocker',
};

function issues(report: Report, around: Around): object[] {
  const outcome = outcomeOf(report, around);
  const file = cut(seen(fileOf(report, around)), MOST_TEXT).replace(/^(?:\.{0,2}\/)+/, '');
  const alerts = worstFirst(report.findings, outcome).filter((finding) => isAlert(finding, outcome));
  return alerts.slice(0, MOST).map((finding) => {
    const question = finding.state === 'undetermined' ? ' This is a question: it is not decided.' : '';
    const proof = finding.evidence[0];
    const place = proof ? ` Shown by ${proof.path}.` : '';
    const text = `${sentence(finding.title)} ${whyOf(finding)}${question}${place} To do: ${finding.remedy.maker}`;
    return {
      description: cut(seen(text), MOST_TEXT),
      check_name: `waybill/${finding.rule}`,
      fingerprint: fingerprintOf(finding, report),
      severity: severities[finding.level],
      // A bundle has no lines, and GitLab takes nothing without one.
      location: { path: file, lines: { begin: 1 } },
    };
  });
}

/**
 * GitLab's code quality report: what a merge request lists as new or resolved. Fields by docs.gitlab.com/ci/testing/code_quality
 * ("Code quality report format", as quoted by phpstan/phpstan-src#4421 and pkg.go.dev/github.com/google/yamlfmt/internal/gitlab,
 * seen 2026-11-26).
 */
export const gitlab: Renderer<Around> = {
  render: (report, around = {}) => `${JSON.stringify(issues(report, around), null, 2)}\n`,
  // A job names as many files as it likes.
  join: { begin: '', before: () => '', end: '', most: 1 },
};
