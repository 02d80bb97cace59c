import type { FileFailure } from '../report/file-report.ts';
import type { Finding, Report } from '../types.ts';
import { fileOf, gapsOf, type Outcome, outcomeOf, type Silence, silences, whyOf } from './outcome.ts';
import type { Around, Renderer } from './renderer.ts';
import { cut } from './seen.ts';
import { number, placeOf, plural, reasonWords, stateWords } from './text/words.ts';
import { attributes, xmlText } from './xml.ts';

/**
 * JUnit's XML as build servers read it: it has no schema of its own, and what is written here is what the schemas of
 * Jenkins (xunit-plugin, junit-10.xsd) and Ant have in common.
 */
const MOST_TEXT = 4000;
const GAPS_SHOWN = 20;

type Result = 'passed' | 'failed' | 'skipped' | 'error';

interface Case {
  readonly name: string;
  readonly of: string;
  readonly result: Result;
  /** What a list of failures shows. */
  readonly message: string;
  readonly text: readonly string[];
}

function suite(report: Report, around: Around = {}): string {
  const outcome = outcomeOf(report, around);
  const cases = [
    ...report.findings.map((finding) => findingCase(finding, report, outcome)),
    ...silences(report).map(silentCase),
    readCase(report, outcome),
  ];
  const { app, sha256 } = report.bundle;
  const named = [fileOf(report, around), app.version ?? ''].filter((part) => part !== '').join(' ');
  const properties = {
    app: app.name ?? '',
    id: app.id ?? '',
    version: app.version ?? '',
    build: app.build ?? '',
    sha256,
    policy: report.policy.id,
    asOf: report.asOf,
    verdict: outcome.gate.verdict,
    waybill: report.waybill,
  };
  return [
    `  <testsuite${attributes({ name: cut(named, 500), ...counts(cases), time: 0 })}>`,
    '    <properties>',
    ...Object.entries(properties).map(([name, value]) => `      <property${attributes({ name, value })}/>`),
    '    </properties>',
    ...cases.map((each) => caseXml(each, report)),
    '  </testsuite>\n',
  ].join('\n');
}

function counts(cases: readonly Case[]): Record<string, number> {
  const count = (result: Result) => cases.filter((each) => each.result === result).length;
  return { tests: cases.length, failures: count('failed'), errors: count('error'), skipped: count('skipped') };
}

function caseXml({ name, of, result, message, text }: Case, report: Report): string {
  const head = `    <testcase${attributes({ classname: `waybill.${report.policy.id}.${of}`, name: cut(name, 500), time: 0 })}`;
  const body = xmlText(cut(message, 500));
  const lines = text.map((line) => xmlText(cut(line, MOST_TEXT))).join('\n');
  if (result === 'failed' || result === 'error') {
    const element = result === 'failed' ? 'failure' : 'error';
    return `${head}>\n      <${element} message="${body}" type="${xmlText(of)}">${lines}</${element}>\n    </testcase>`;
  }
  if (result === 'skipped') return `${head}>\n      <skipped message="${body}"/>\n    </testcase>`;
  return lines === '' ? `${head}/>` : `${head}>\n      <system-out>${lines}</system-out>\n    </testcase>`;
}

/** What fails the gate fails; what is waived or not decided is skipped, with why; what holds below the gate, or was known before, passes and says so. */
function findingCase(finding: Finding, report: Report, outcome: Outcome): Case {
  const { id, rule, level, title, settle, evidence } = finding;
  const why = whyOf(finding);
  const { maker, reviewer: ask } = finding.remedy;
  const waiver = outcome.waiver(finding);
  const base = { name: title, of: rule };
  if (waiver) {
    const waived = `waived until ${waiver.expires}, by ${waiver.by}: ${waiver.reason}`;
    return { ...base, result: 'skipped', message: `${level}: ${waived}`, text: [] };
  }
  const text = [
    `${level}, ${stateWords(finding)}: ${title}`,
    `id: ${id}`,
    `why: ${why}`,
    ...(settle === null ? [] : [`to settle: ${settle}`]),
    `to do: ${maker}`,
    ...(ask === null ? [] : [`to ask: ${ask}`]),
    ...evidence.map((piece) => `proof: ${placeOf(piece)} "${piece.text}"`),
    `more: waybill explain ${id} --report REPORT.json`,
  ];
  if (outcome.fails(finding)) return { ...base, result: 'failed', message: `${level}: ${title}`, text };
  if (finding.state === 'undetermined') {
    return { ...base, result: 'skipped', message: `not decided, ${level}: ${settle ?? why}`, text: [] };
  }
  const isKnown = outcome.isKnown(finding);
  const below = `Holds, and does not fail the gate (${isKnown ? 'the baseline has it' : `policy ${report.policy.id}`}).`;
  return { ...base, result: 'passed', message: '', text: [below, ...text] };
}

/** A rule that gave no finding passes only where that is an answer. */
function silentCase({ rule, is, says }: Silence): Case {
  const base = { name: rule.id, of: rule.id, text: [] };
  return is === 'passed' ? { ...base, result: 'passed', message: '' } : { ...base, result: 'skipped', message: says };
}

function readCase(report: Report, { gate }: Outcome): Case {
  const base = { name: 'Everything that could hide an SDK was read', of: 'coverage' };
  const gaps = gapsOf(report);
  if (report.complete) return { ...base, result: 'passed', message: '', text: [] };
  const isRefused = gate.reasons.some((reason) => /^(?:not read whole|a weak sign)/.test(reason));
  const message = `not read whole: ${plural(gaps.length, 'place')}`;
  if (!isRefused) return { ...base, result: 'skipped', message: `${message}; accepted`, text: [] };
  const lines = gaps
    .slice(0, GAPS_SHOWN)
    .map(({ path, reason, detail }) => `${path}: ${reason === null ? '' : reasonWords[reason]}; ${detail}`);
  const more = gaps.length - lines.length;
  return {
    ...base,
    result: 'error',
    message,
    text: [...lines, ...(more > 0 ? [`and ${number(more)} more`] : [])],
  };
}

/** Of a bundle that was not read: without it whoever counts cases would find none that failed. */
function failedSuite({ file, error }: FileFailure): string {
  const counts = { tests: 1, failures: 0, errors: 1, skipped: 0, time: 0 };
  const says = attributes({ message: cut(error.message, 500), type: error.code });
  return [
    `  <testsuite${attributes({ name: cut(file, 500), ...counts })}>`,
    `    <testcase${attributes({ classname: 'waybill.scan', name: 'The bundle was read', time: 0 })}>`,
    `      <error${says}>${xmlText(cut(error.message, MOST_TEXT))}</error>`,
    '    </testcase>',
    '  </testsuite>\n',
  ].join('\n');
}

const begin = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="waybill">\n';
const end = '</testsuites>\n';

/** One suite for each bundle: a case for each finding, and for each rule of the policy that gave none. */
export const junit: Renderer<Around> = {
  render: (report, around) => `${begin}${suite(report, around)}${end}`,
  failed: (failure) => `${begin}${failedSuite(failure)}${end}`,
  join: { begin, before: () => '', part: suite, failed: failedSuite, end },
};
