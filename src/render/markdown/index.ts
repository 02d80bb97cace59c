import type { FileFailure } from '../../report/file-report.ts';
import type { Detection, Flow, Recipient, Report } from '../../types.ts';
import { gapsOf, type Outcome, outcomeOf } from '../outcome.ts';
import type { Around, Renderer } from '../renderer.ts';
import { countryChain } from '../text/sdks.ts';
import { gateWords, NO_APP, place, platformNames, plural, reasonWords, subjectLabel } from '../text/words.ts';
import { type Block, filled, folded, list, table } from './blocks.ts';
import { code, prose } from './escape.ts';
import { findingBlocks } from './findings.ts';

/**
 * GitHub takes 1 MiB of a step's summary (docs.github.com, "Workflow commands") and 65,536 characters of a comment (by its
 * API's own message, danger/danger#424; both seen 2026-11-26). A unit of a text takes three bytes of UTF-8 at most.
 */
export const MOST_OF_SUMMARY = 1024 * 1024;
const MOST_OF_COMMENT = 65_536;

function summary(report: Report, around: Around = {}): string {
  const most = Math.floor(MOST_OF_SUMMARY / 3 / Math.max(1, around.of ?? 1));
  return whole(report, outcomeOf(report, around), false, most);
}

function comment(report: Report, around: Around = {}): string {
  const most = Math.floor(MOST_OF_COMMENT / Math.max(1, around.of ?? 1));
  return whole(report, outcomeOf(report, around), true, most);
}

function whole(report: Report, outcome: Outcome, isShort: boolean, most: number): string {
  const blocks = [
    sdkTable(report),
    ...findingBlocks(report, outcome, isShort),
    gapList(report),
    ...(isShort ? [] : [folded(flowTable(report)), unknownTable(report)]),
  ];
  return filled(head(report, outcome), blocks, foot(report), most);
}

function head(report: Report, { gate }: Outcome): string {
  const { bundle, risk, policy } = report;
  const { app } = bundle;
  const build = app.build === null || app.build === app.version ? '' : ` (build ${code(app.build, 60)})`;
  const named = app.name === null ? 'name not known' : code(app.name, 120);
  const isApp = subjectLabel(bundle) === 'App';
  const id = !isApp ? ` (${NO_APP})` : app.id === null ? ', id not known' : `, ${code(app.id)}`;
  const gateTexts = {
    0: 'passes',
    1: `fails, for ${plural(gate.failing.length, 'finding')}`,
    2: 'not passed: bytes that could change the answer were not read',
  };
  const waived = gate.waived.length === 0 ? '' : `; ${gate.waived.length} waived`;
  const known = gate.baseline === null ? '' : `; ${gate.baseline.known.length} known from the baseline`;
  return [
    `## Waybill: ${gate.verdict.toUpperCase()}`,
    '',
    `**${subjectLabel(bundle)}:** ${named}${id}, version ${app.version === null ? 'not known' : code(app.version, 60)}${build}, ${platformNames[bundle.platform]}  `,
    `**Verdict:** ${gate.verdict}: ${gateWords(gate.verdict, gate.waived.length)}  `,
    `**Gate:** ${gateTexts[gate.exitCode]}${waived}${known}  `,
    `**Risk:** ${risk.overall.proven} proven, ${risk.overall.possible} possible, of 100  `,
    `**Read:** ${report.complete ? 'everything' : `not everything: ${plural(gapsOf(report).length, 'place')} that could hide an SDK`}  `,
    `**Judged:** by the policy ${code(policy.id)} on ${report.asOf}; SHA-256 ${code(bundle.sha256)}`,
    '',
    ...(report.detections.length === 0
      ? [
          `None of the ${report.rules.sdks} SDKs that the rules know was found${report.complete ? '' : ' in what was read'}.`,
          '',
        ]
      : []),
    '',
  ].join('\n');
}

function sdkTable(report: Report): Block {
  return table(
    `SDKs (${report.detections.length})`,
    ['SDK', 'Version', 'Vendor', 'Countries', 'Presence', 'Confidence'],
    report.detections,
    (detection) => sdkRow(detection, report),
  );
}

function sdkRow(
  { name, version, vendor, candidates, presence, confidence, scored, isUncalled }: Detection,
  report: Report,
): string[] {
  const vendorOf = (id: string) => report.vendors.find((known) => known.id === id);
  const ids = vendor === null ? candidates : [vendor];
  const countries = ids.map((id) => {
    const known = vendorOf(id);
    return (known && countryChain(known)) || 'not known';
  });
  return [
    prose(name),
    version === null ? 'not known' : code(version),
    prose(`${vendor === null ? 'one of ' : ''}${ids.map((id) => vendorOf(id)?.name ?? id).join(', ')}`),
    [...new Set(countries)].join(' or '),
    `${presence.join(', ')}${isUncalled ? '; nothing calls it' : ''}`,
    scored ? confidence : 'a sign alone, not counted',
  ];
}

function gapList(report: Report): Block {
  const gaps = gapsOf(report);
  return list(
    `Not read (${gaps.length})`,
    gaps,
    (line) =>
      `- ${code(place(line))}: ${line.state}${line.reason === null ? '' : `, ${reasonWords[line.reason]}`}${line.detail === '' ? '' : `; ${prose(line.detail, 300)}`}\n`,
  );
}

function flowTable({ flows, recipients }: Report): Block {
  const byId = new Map(recipients.map((recipient) => [recipient.id, recipient]));
  return table(
    `Data flows (${flows.length})`,
    ['Data', 'To', 'Through', 'Host', 'Protection', 'Basis'],
    flows,
    (flow) => flowRow(flow, byId.get(flow.recipient)),
  );
}

function flowRow({ data, sdk, host, protection, basis }: Flow, recipient: Recipient | undefined): string[] {
  const to = recipient === undefined || recipient.kind === 'unknown' ? 'not known' : prose(recipient.name);
  return [
    data,
    to,
    sdk === null ? '' : code(sdk),
    host === null ? '' : code(host),
    protection === 'undetermined' ? 'not known' : protection,
    basis,
  ];
}

function unknownTable({ unidentified }: Report): Block {
  return folded(
    table(
      `Code that no rule knows (${unidentified.length})`,
      ['Kind', 'Name', 'Version', 'Hosts'],
      unidentified,
      ({ kind, name, version, hosts }) => [
        kind,
        code(name),
        version === null ? '' : code(version),
        hosts
          .slice(0, 3)
          .map((host) => code(host))
          .join(' ') + (hosts.length > 3 ? ` and ${hosts.length - 3} more` : ''),
      ],
    ),
  );
}

function foot(report: Report): string {
  return [
    `_Waybill ${code(report.waybill)}, rules ${code(report.rules.digest.slice(0, 12))}. What is proved stands in the bytes; that anything is sent only a capture shows._`,
    '',
  ].join('\n');
}

const join = { begin: '', before: (_: string, index: number) => (index > 0 ? '\n---\n\n' : ''), end: '' };

/** Of a bundle that was not read: a step that lists only the others would say that all is well. */
function failed({ file, error }: FileFailure): string {
  return [
    '## Waybill: NOT SCANNED',
    '',
    `**File:** ${code(file, 300)}  `,
    `**Why:** ${prose(error.message)} (${code(error.code)}, exit code ${error.exitCode})  `,
    '',
  ].join('\n');
}

/** For a job's summary or a ticket: all findings with what they stand on. */
export const markdown: Renderer<Around> = { render: summary, failed, join };
/** For a comment on a pull request: a line for each finding. */
export const markdownComment: Renderer<Around> = { render: comment, failed, join };
