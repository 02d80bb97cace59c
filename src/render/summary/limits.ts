import type { Coverage, CoverageReason, Report, Unidentified } from '../../types.ts';
import { gapsOf, type Outcome } from '../outcome.ts';
import { bold, clippedRow, dim, gap, type Inline, type Line, type Span, span } from '../text/layout.ts';
import { heading, name, number, place, plural, reasonWords, subjectLabel } from '../text/words.ts';
import { LABEL } from './head.ts';

const REASONS_SHOWN = 4;

/** What could hide an SDK and was not read: a line for each reason, with the first place. */
export function unreadLines(report: Report, { gate }: Outcome, width: number): Line[] {
  const gaps = gapsOf(report);
  if (gaps.length === 0) return clippedRow(bold('Not read'), 'nothing that could hide an SDK', width, LABEL);
  const byReason = new Map<CoverageReason | null, Coverage[]>();
  for (const line of gaps) byReason.set(line.reason, [...(byReason.get(line.reason) ?? []), line]);
  const reasons = [...byReason];
  // One more line says less than the one it stands for.
  const shown = reasons.length <= REASONS_SHOWN + 1 ? reasons : reasons.slice(0, REASONS_SHOWN);
  const left = reasons.slice(shown.length);
  const fails = gate.exitCode === 2 ? '; it fails the gate' : '';
  return [
    heading('NOT READ', `${plural(gaps.length, 'place')} that could hide an SDK${fails}`),
    ...shown.flatMap(([reason, lines]) => clippedRow(gap(2), reasonInline(reason, lines, report), width, 2)),
    ...(left.length === 0
      ? []
      : clippedRow(
          gap(2),
          dim(`+ ${number(left.length)} more reasons: ${left.map(([r]) => r).join(', ')} (-o text)`),
          width,
          2,
        )),
  ];
}

function reasonInline(
  reason: CoverageReason | null,
  lines: readonly Coverage[],
  { policy }: Report,
): (string | Span)[] {
  const isAccepted = reason !== null && policy.accepts.includes(reason);
  const [first, ...others] = lines;
  return [
    span(reason === null ? 'no reason given' : reasonWords[reason], 'yellow'),
    `${isAccepted ? ' (accepted by the policy)' : ''}: `,
    span(place(first!), 'cyan'),
    others.length === 0 ? '' : ` + ${number(others.length)} more`,
    first!.detail === '' ? '' : `; ${first!.detail}`,
  ];
}

/** What no reading of this bundle answers, and what the rules do not know. */
export function unknownLines(report: Report, width: number): Line[] {
  const says = unknowns(report);
  const content: Inline = says.length === 0 ? 'nothing besides what is asked' : says.join('; ');
  return clippedRow(bold('Not known'), content, width, LABEL, 3);
}

function unknowns(report: Report): string[] {
  const { bundle, context, detections, vendors, unidentified, endpoints, flows, recipients } = report;
  const unversioned = detections.filter(({ version, scored }) => scored && version === null).length;
  const open = vendors.filter(({ countriesComplete, receives }) => receives && !countriesComplete);
  const unknownHosts = endpoints.filter(({ vendor, inCode }) => vendor === null && inCode).length;
  const nobodies = new Set(recipients.flatMap(({ id, kind }) => (kind === 'unknown' ? id : [])));
  const nobodys = flows.filter(({ recipient }) => nobodies.has(recipient)).length;
  return [
    ...(subjectLabel(bundle) === 'Library' ? ['what an app does with it'] : []),
    ...(context === null ? ['who operates the app and where it is offered'] : []),
    ...(unversioned === 0 ? [] : [`the version of ${plural(unversioned, 'SDK')}`]),
    ...(open.length === 0 ? [] : [`every country of ${open.map((vendor) => vendor.name).join(', ')}`]),
    ...(nobodys === 0 ? [] : [`who gets ${plural(nobodys, 'kind')} of data`]),
    ...(unidentified.length === 0 ? [] : [partiesWords(unidentified)]),
    ...(unknownHosts === 0 ? [] : [`who runs ${plural(unknownHosts, 'host')} in code`]),
  ];
}

const PARTIES_NAMED = 3;

/** Those with hosts or native code first: they can send. */
function partiesWords(unidentified: readonly Unidentified[]): string {
  const rank = ({ hosts, kind }: Unidentified) =>
    hosts.length > 0 ? 0 : kind === 'library' || kind === 'framework' ? 1 : 2;
  const first = [...unidentified].sort((a, b) => rank(a) - rank(b)).slice(0, PARTIES_NAMED);
  const rest = unidentified.length - first.length;
  return `who made ${first.map((item) => name(item.name)).join(', ')}${rest > 0 ? ` and ${number(rest)} more` : ''}`;
}
