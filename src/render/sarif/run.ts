import { identityOf } from '../../diff/identity.ts';
import type { FileFailure } from '../../report/file-report.ts';
import type { Anomaly, Coverage, Detection, Finding, Report } from '../../types.ts';
import { fileOf, gapsOf, type Outcome, outcomeOf, type Silence, silences, whyOf } from '../outcome.ts';
import type { Around } from '../renderer.ts';
import { sentence } from '../seen.ts';
import { gateWords, stateWords } from '../text/words.ts';
import { Artifacts } from './artifacts.ts';
import { noStates, type States, statesAgainst } from './baseline.ts';
import { descriptor, INVENTORY, inventory, listedRules, taxonomiesOf, taxonomy } from './rules.ts';
import { type Json, levelWords, message, messageText, uriOf } from './words.ts';

const NOTIFICATIONS = 1000;

/** The whole of a report as one run: nested artifacts, every kind of result, suppressions, taxonomies. */
export function wholeRun(report: Report, around: Around): Json {
  const outcome = outcomeOf(report, around);
  const artifacts = new Artifacts(report, around);
  const states = around.baseline === undefined ? noStates : statesAgainst(around.baseline, report);
  const rules = [...listedRules(report), inventory];
  const used = taxonomiesOf(rules);
  const results = [
    ...report.findings.map((finding) => ({
      ...findingResult(finding, outcome, artifacts),
      ...states.finding(finding.id),
    })),
    ...silences(report).map((silence) => ({
      ...silenceResult(silence, artifacts),
      ...states.silence(silence.rule.id),
    })),
    ...report.detections.map((found) => ({ ...detectionResult(found, artifacts), ...states.sdk(found.sdk) })),
    ...absentResults(states, rules, artifacts),
  ];
  // Either every result says whether it is suppressed, or none does (3.27.23).
  const isSuppressing = outcome.gate.waived.length > 0;
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  return {
    tool: toolOf(
      report,
      rules.map((rule) => descriptor(rule, report.policy.id, used)),
    ),
    automationDetails: { id: automationId(report, around) },
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(report, artifacts) }],
    results: results.map((result) => ({
      ...result,
      ruleIndex: indexes.get(result.ruleId as string),
      ...(isSuppressing && !('suppressions' in result) ? { suppressions: [] } : {}),
    })),
    // Last, when every result has said what it refers to.
    artifacts: artifacts.list,
    ...(used.length > 0 ? { taxonomies: used.map((name) => taxonomy(name, rules)) } : {}),
    columnKind: 'utf16CodeUnits',
    properties: runProperties(report, outcome),
  };
}

/** Of a bundle that was not read: a run without results that says so (3.14.23, 3.20.14). */
export function failedRun({ file, error }: FileFailure): Json {
  const uri = uriOf(file);
  return {
    tool: { driver: { name: 'Waybill', rules: [] } },
    automationDetails: { id: `waybill/not-scanned/${uri}/` },
    invocations: [
      {
        executionSuccessful: false,
        exitCode: error.exitCode,
        toolExecutionNotifications: [
          {
            descriptor: { id: `not-scanned/${error.code}` },
            level: 'error',
            message: message(error.message, 2000),
            locations: [{ physicalLocation: { artifactLocation: { uri, index: 0 } } }],
          },
        ],
      },
    ],
    artifacts: [{ location: { uri } }],
    columnKind: 'utf16CodeUnits',
  };
}

export function toolOf(report: Report, rules: readonly Json[]): Json {
  return {
    driver: { name: 'Waybill', semanticVersion: report.waybill, version: report.waybill, rules },
    extensions: [
      {
        name: 'waybill rules',
        version: report.rules.digest,
        shortDescription: message(
          `${report.rules.sdks} SDKs, ${report.rules.vendors} vendors; the version is a digest`,
        ),
      },
    ],
  };
}

/**
 * The same from release to release of an app: what is uploaded under one id replaces what was there. Of several bundles
 * in one log each says which, and so does what has neither id nor name.
 */
export function automationId(report: Report, around: Around): string {
  const { bundle, policy } = report;
  // GitHub takes runs of one id for one thing, and closes the alerts of the one before.
  const { id } = identityOf(bundle);
  const app = encodeURIComponent(messageText(id ?? bundle.kind, 200));
  const one = (around.of ?? 1) > 1 || id === null ? `${uriOf(fileOf(report, around))}/` : '';
  return `waybill/${policy.id}/${bundle.platform}/${app}/${one}`;
}

export function runProperties(report: Report, { gate }: Outcome): Json {
  const { bundle, risk, policy } = report;
  return {
    verdict: gate.verdict,
    verdictMeans: gateWords(gate.verdict, gate.waived.length),
    complete: report.complete,
    gateExitCode: gate.exitCode,
    risk: risk.overall,
    asOf: report.asOf,
    policy: policy.id,
    app: {
      id: messageText(bundle.app.id ?? 'not known'),
      version: messageText(bundle.app.version ?? 'not known'),
      build: messageText(bundle.app.build ?? 'not known'),
    },
  };
}

/**
 * What holds fails, unless it is one line of information that fails no gate. Where the bundle shows too little it is
 * open, and where a person has to decide who governs a recipient it is a review (3.27.9).
 */
function kindOf(finding: Finding, outcome: Outcome): 'fail' | 'informational' | 'open' | 'review' {
  if (finding.state === 'undetermined') return finding.open === 'governance' ? 'review' : 'open';
  return finding.level === 'info' && !outcome.fails(finding) ? 'informational' : 'fail';
}

function findingResult(finding: Finding, outcome: Outcome, artifacts: Artifacts): Json {
  const kind = kindOf(finding, outcome);
  const [first, ...others] = finding.evidence.map((piece) => artifacts.location(piece));
  const waiver = outcome.waiver(finding);
  return {
    ruleId: finding.rule,
    kind,
    level: kind === 'fail' ? levelWords[finding.level] : 'none',
    message: message(`${sentence(finding.title)} ${whyOf(finding)}`),
    locations: [first ?? { physicalLocation: { artifactLocation: artifacts.reference(0) } }],
    ...(others.length > 0 ? { relatedLocations: others.map((location, id) => ({ id, ...location })) } : {}),
    partialFingerprints: { 'waybillFinding/v1': messageText(finding.id) },
    // Of a failure alone (3.27.25): its share of the risk.
    ...(kind === 'fail' ? { rank: Math.round(finding.weight * 1000) / 10 } : {}),
    ...(waiver
      ? {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification: messageText(`${waiver.reason} (${waiver.by}, until ${waiver.expires})`),
            },
          ],
        }
      : {}),
    properties: {
      id: messageText(finding.id),
      state: finding.state,
      stateMeans: stateWords(finding),
      severity: finding.level,
      failsGate: outcome.fails(finding),
      basis: finding.basis,
      remedy: messageText(finding.remedy.maker),
      ...(finding.remedy.reviewer === null ? {} : { ask: messageText(finding.remedy.reviewer) }),
      ...(finding.settle === null ? {} : { settle: messageText(finding.settle) }),
      grounds: finding.grounds.map(({ kind: of, says, source }) => ({
        kind: of,
        says: messageText(says),
        ...(source?.url ? { url: source.url } : {}),
      })),
    },
  };
}

/** Of what is gone: no failure of this bundle, which has no place to show it at. */
function absentResults({ absent }: States, rules: readonly { readonly id: string }[], artifacts: Artifacts): Json[] {
  // A rule that the policy no longer has is listed nowhere in this run.
  return absent
    .filter(({ rule }) => rules.some(({ id }) => id === rule))
    .map(({ id, rule, title }) => ({
      ruleId: rule,
      kind: 'pass',
      level: 'none',
      message: message(`Gone since the baseline: ${title}`),
      locations: [{ physicalLocation: { artifactLocation: artifacts.reference(0) } }],
      partialFingerprints: { 'waybillFinding/v1': messageText(id) },
      baselineState: 'absent',
    }));
}

const silenceKinds = { passed: 'pass', 'not-applicable': 'notApplicable', open: 'open' } as const;

function silenceResult({ rule, is, says }: Silence, artifacts: Artifacts): Json {
  return {
    ruleId: rule.id,
    kind: silenceKinds[is],
    level: 'none',
    message: message(says),
    locations: [{ physicalLocation: { artifactLocation: artifacts.reference(0) } }],
  };
}

function detectionResult(detection: Detection, artifacts: Artifacts): Json {
  const { sdk, name, version, vendor, candidates, presence, confidence, scored, evidence } = detection;
  const [first, ...others] = evidence.map((piece) => artifacts.location(piece));
  const whose = vendor === null ? `one of ${candidates.join(', ')}` : vendor;
  const counted = scored ? '' : ' A sign alone: not counted as found.';
  return {
    ruleId: INVENTORY,
    kind: 'informational',
    level: 'none',
    message: message(
      `${name}, version ${version ?? 'not known'}, of ${whose}: ${presence.join(', ')}; confidence ${confidence}.${counted}`,
    ),
    locations: [first ?? { physicalLocation: { artifactLocation: artifacts.reference(0) } }],
    ...(others.length > 0 ? { relatedLocations: others.map((location, id) => ({ id, ...location })) } : {}),
    partialFingerprints: { 'waybillSdk/v1': messageText(sdk) },
    properties: { sdk, version, vendor, candidates, presence, confidence, scored },
  };
}

/** What was not read, and what is odd about the container: of the run, and no result. */
function notifications(report: Report, artifacts: Artifacts): Json[] {
  const at = (path: string | null) => ({
    locations: [
      { physicalLocation: { artifactLocation: artifacts.reference(path === null ? 0 : artifacts.index(path)) } },
    ],
  });
  // Equal lines are joined as `(12 entries)`, which is no path.
  const isPath = (path: string) => !/^\(\d+ entries\)$/.test(path);
  const gap = (line: Coverage): Json => ({
    descriptor: { id: `not-read/${line.reason ?? 'unknown'}` },
    level: 'warning',
    message: message(`${line.state}: ${line.path} (${line.format}); ${line.detail}`, 2000),
    ...at(isPath(line.path) ? line.path : null),
  });
  const odd = ({ code, path, detail }: Anomaly): Json => ({
    descriptor: { id: `anomaly/${messageText(code)}` },
    level: 'note',
    message: message(detail, 2000),
    ...at(path !== null && path !== '' && isPath(path) ? path : null),
  });
  const all = [...gapsOf(report).map((line) => () => gap(line)), ...report.anomalies.map((each) => () => odd(each))];
  const more = all.length - NOTIFICATIONS;
  return [
    ...report.notices.map((notice) => ({ level: 'note', message: message(notice, 2000) })),
    ...all.slice(0, NOTIFICATIONS).map((write) => write()),
    ...(more > 0
      ? [
          {
            level: 'warning',
            message: message(`${more} more such lines of ${fileOf(report)} stand in the JSON report.`),
          },
        ]
      : []),
  ];
}
