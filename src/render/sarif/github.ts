import type { Finding, Report } from '../../types.ts';
import { fingerprintOf, isAlert } from '../alerts.ts';
import { fileOf, gapsOf, type Outcome, outcomeOf, whyOf, worstFirst } from '../outcome.ts';
import type { Around } from '../renderer.ts';
import { sentence } from '../seen.ts';
import { plural } from '../text/words.ts';
import { descriptor, type Listed, listedRules } from './rules.ts';
import { automationId, runProperties, toolOf } from './run.ts';
import { type Json, levelWords, message, messageText, uriOf } from './words.ts';

/**
 * Of a run GitHub takes 25,000 results and shows the first 5,000 by severity; of a file 10 MB, packed with gzip, and 20
 * runs (docs.github.com, "SARIF results exceed one or more limits", seen 2026-11-26). Unpacked is never less than packed.
 */
const MOST_RESULTS = 5000;
const MOST_BYTES = 9_000_000;
export const MOST_RUNS = 20;

const encoder = new TextEncoder();

/**
 * What GitHub's code scanning makes alerts of, and nothing else: it takes every result for a failure and shows suppressed
 * ones (microsoft/PSRule#955, github/codeql-action#1230). What holds above info, and whatever fails the gate. What is new
 * GitHub tells by its own fingerprints: it documents no `baselineState`, and would show what is absent.
 */
export function githubRun(report: Report, around: Around): Json {
  const outcome = outcomeOf(report, around);
  const shown = worstFirst(report.findings, outcome).filter((finding) => isAlert(finding, outcome));
  const results: Json[] = [];
  const known = new Map(listedRules(report).map((rule) => [rule.id, rule]));
  const levels = new Map<string, Listed>();
  const most = MOST_BYTES / Math.max(1, around.of ?? 1);
  let bytes = 0;
  for (const finding of shown) {
    const rule = ruleOf(finding, known);
    const result = resultOf(finding, rule, report, around);
    bytes += encoder.encode(JSON.stringify(result)).length;
    if (results.length === MOST_RESULTS || bytes > most) break;
    results.push(result);
    levels.set(rule.id, rule);
  }
  const rules = [...levels.values()];
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const cutOff = shown.length - results.length;
  return {
    tool: toolOf(
      report,
      rules.map((rule) => withoutTaxonomies(descriptor(rule, report.policy.id, []))),
    ),
    automationDetails: { id: automationId(report, around) },
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(report, outcome, cutOff) }],
    results: results.map((result) => ({ ...result, ruleIndex: indexes.get(result.ruleId as string) })),
    columnKind: 'utf16CodeUnits',
    properties: runProperties(report, outcome),
  };
}

/** GitHub takes the severity from the rule alone: a finding of another level than its rule's has a rule of its own. */
function ruleOf(finding: Finding, known: ReadonlyMap<string, Listed>): Listed {
  const { id, asked, level } = known.get(finding.rule) as Listed;
  return level === finding.level ? { id, level, asked } : { id: `${id}/${finding.level}`, level: finding.level, asked };
}

function withoutTaxonomies({ relationships, ...rest }: Json): Json {
  return rest;
}

/** One place, the same from release to release: the entry that shows it, below the file of the bundle, on line 1. */
function resultOf(finding: Finding, rule: Listed, report: Report, around: Around): Json {
  const [proof] = finding.evidence;
  const file = uriOf(fileOf(report, around));
  const question = finding.state === 'undetermined' ? ' This is a question: it is not decided.' : '';
  const { maker } = finding.remedy;
  return {
    ruleId: rule.id,
    kind: 'fail',
    level: levelWords[finding.level],
    message: message(`${sentence(finding.title)} ${whyOf(finding)}${question} To do: ${maker}`, 4000),
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: proof ? `${file}/${uriOf(proof.path)}` : file },
          region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
        },
        ...(proof
          ? {
              logicalLocations: [{ fullyQualifiedName: messageText(`${fileOf(report, around)}:/${proof.path}`, 2000) }],
            }
          : {}),
      },
    ],
    partialFingerprints: { primaryLocationLineHash: `${fingerprintOf(finding, report)}:1` },
  };
}

function notifications(report: Report, outcome: Outcome, cutOff: number): Json[] {
  const gaps = gapsOf(report).length;
  const left = report.findings.filter((finding) => !isAlert(finding, outcome)).length;
  const lines = [
    cutOff > 0 ? `${cutOff} results of lesser severity are left out: GitHub takes no more.` : '',
    left > 0 ? `${left} questions, lines of information and waived findings are in the format sarif.` : '',
    gaps > 0 ? `Not complete; not read whole: ${plural(gaps, 'place')} that could hide an SDK.` : '',
  ];
  return lines.filter((line) => line !== '').map((line) => ({ level: 'note', message: message(line) }));
}
