import { countryWords } from '../../countries.ts';
import type { Gate } from '../../report/gate.ts';
import type { App, BundleFacts, Context, Report, Unit } from '../../types.ts';
import type { Outcome } from '../outcome.ts';
import { bold, dim, type Inline, indented, type Line, labelled, type Span, span } from './layout.ts';
import { networkWords } from './network.ts';
import { signedWords } from './signed.ts';
import { cutTo, gateWords, name, number, platformNames, plural, reasonWords, size, verdictWords } from './words.ts';

const LABEL = 11;
const REASONS_SHOWN = 6;
const NUMBERS_SHOWN = 20;
const PERMISSIONS_SHOWN = 12;
const UNITS_SHOWN = 6;

/** The first screen: which app, may it pass and why, how much risk, and was all of it read. */
export function summary(report: Report, outcome: Outcome, width: number): Line[] {
  const { bundle, risk } = report;
  const { gate } = outcome;
  const row = (label: string, content: Inline) => labelled(label === '' ? '' : bold(label), content, width, LABEL);
  const [style] = verdictWords[gate.verdict];
  const { shown, more } = cutTo(reasonsOf(report), REASONS_SHOWN);
  return [
    ...row('App', appWords(bundle.app)),
    ...row('Bundle', bundleWords(bundle)),
    ...row('Signed', signedWords(report)),
    ...asksFor(bundle).flatMap((content, i) => row(i === 0 ? 'Asks for' : '', content)),
    ...bundle.units.flatMap(({ app }) =>
      app.network === null ? [] : row('Network', networkWords(app, app.network, report.asOf)),
    ),
    ...row('Stated', statedWords(report.context?.stated ?? null)),
    [],
    ...row('Verdict', [span(gate.verdict.toUpperCase(), style), `: ${gateWords(gate.verdict, gate.waived.length)}`]),
    ...shown.flatMap((reason) => indented(labelled('- ', reason, width - LABEL, 2), LABEL)),
    ...(more ? row('', more) : []),
    ...gateRemarks(report, gate).flatMap((text, i) => row(i === 0 ? 'Gate' : '', text)),
    ...row('Risk', `${risk.overall.proven} proven, ${risk.overall.possible} possible, of 100`),
    ...row('Complete', completeWords(report)),
  ];
}

/** Why the verdict is so; findings by the numbers under which they stand below. */
function reasonsOf({ verdictReasons, findings }: Report): string[] {
  const numbers = new Map(
    findings.map(({ id, level, state }, i) => [`${level}: ${id}${state === 'holds' ? '' : ' (not decided)'}`, i + 1]),
  );
  const named = verdictReasons.flatMap((reason) => numbers.get(reason) ?? []);
  const rest = verdictReasons.filter((reason) => !numbers.has(reason));
  if (named.length === 0) return rest;
  const { shown, more } = cutTo(named, NUMBERS_SHOWN);
  const list = [...shown, ...(more ? [more] : [])].join(', ');
  return [...rest, `${named.length === 1 ? 'finding' : 'findings'} ${list}`];
}

/** What somebody accepted, and what was there before: the verdict of the bytes alone stands beside it. */
function gateRemarks(report: Report, { verdict, waived, today, baseline }: Gate): string[] {
  const own = verdict === report.verdict ? '' : `; without that the verdict is ${report.verdict}`;
  const version = baseline?.version ?? 'not known';
  return [
    ...(waived.length === 0 ? [] : [`${plural(waived.length, 'finding')} waived on ${today}${own}`]),
    ...(baseline === null
      ? []
      : [
          `${plural(baseline.known.length, 'finding')} known from the baseline, version ${version}: none of them fails`,
        ]),
  ];
}

function appWords(app: App): (string | Span)[] {
  const build = app.build === null || app.build === app.version ? '' : ` (build ${app.build})`;
  return [
    bold(app.name === null ? 'name not known' : name(app.name)),
    ...(app.nameIn ? [` (its name in ${name(app.nameIn)})`] : []),
    `, ${app.id === null ? 'id not known' : name(app.id)}, version ${app.version ?? 'not known'}${build}`,
  ];
}

function bundleWords(bundle: BundleFacts): (string | Span)[] {
  const { app } = bundle;
  const os = platformNames[bundle.platform];
  // What an APK asks for is an API level, and not the Android release of that number.
  const level = bundle.platform === 'android' ? ' API level' : '';
  const least = app.minOs === null ? '' : `${level} ${app.minOs} and later`;
  const code = app.architectures.length === 0 ? '' : `, ${app.architectures.join(', ')}`;
  return [
    `${bundle.kind} for ${os}${least}, ${size(bundle.size)}, ${plural(bundle.entries, 'entry', 'entries')}${code}`,
    dim(`, sha256 ${bundle.sha256.slice(0, 12)}`),
  ];
}

/** What each unit asks for; of several, each says which it is. */
function asksFor({ app, units }: BundleFacts): Inline[] {
  const most = REASONS_SHOWN + PERMISSIONS_SHOWN;
  const asking = units.filter((unit) => unit.app.permissions.length > 0 || unit.app.background.length > 0);
  if (asking.length === 0 || (asking.length === 1 && asking[0] === units[0])) return [permissionWords(app, most)];
  const { shown, more } = cutTo(asking, UNITS_SHOWN);
  const lines = shown.map((unit) => `${unitWords(unit)}: ${permissionWords(unit.app, most)}`);
  return more ? [...lines, more] : lines;
}

function unitWords({ path, kind, platform }: Unit): string {
  const own = path.slice(path.lastIndexOf('/') + 1);
  const words = kind === 'app' ? `${platformNames[platform]} app` : kind.replaceAll('-', ' ');
  return own === '' ? words : `${words} ${name(own)}`;
}

function permissionWords(app: App, most: number): string {
  const limits = new Map(app.permissionLimits.map(({ name, maxSdk }) => [name, maxSdk]));
  const names = app.permissions.map((permission) => {
    const own = name(permission.replace(/^android\.permission\./, ''));
    return limits.has(permission) ? `${own} (to API level ${limits.get(permission)})` : own;
  });
  const shown = names.length > most ? [...names.slice(0, most), `and ${number(names.length - most)} more`] : names;
  const background = app.background.length === 0 ? '' : `; in the background: ${app.background.map(name).join(', ')}`;
  const implied = app.implied.map((each) => name(each.name.replace(/^android\.permission\./, '')));
  const besides = implied.length === 0 ? '' : `; granted besides, without being asked for: ${implied.join(', ')}`;
  return `${shown.length === 0 ? 'no permission that was read' : shown.join(', ')}${besides}${background}`;
}

/** What the caller said about the app, as the caller's word. */
export function statedWords(stated: Context | null): string {
  if (stated === null) return 'nothing: who operates the app and where it is offered are not known';
  const { operator, distribution, audience, sector } = stated;
  const country = operator?.country === undefined ? '' : `, ${countryWords(operator.country)}`;
  const parts = [
    operator === undefined ? '' : `operator ${operator.name}${country}`,
    distribution?.offered === undefined
      ? ''
      : `offered in ${distribution.offered.map(countryWords).join(', ') || 'no country'}`,
    distribution?.notOffered === undefined
      ? ''
      : `not offered in ${distribution.notOffered.map(countryWords).join(', ') || 'no country'}`,
    audience === undefined ? '' : `audience ${audience}`,
    sector === undefined ? '' : `sector ${sector}`,
  ].filter((part) => part !== '');
  return `${parts.length === 0 ? 'nothing' : parts.join('; ')} (by the caller; not checked)`;
}

function completeWords(report: Report): (string | Span)[] {
  if (report.complete)
    return [span('yes', 'green'), ': everything was read; what an app encrypts or fetches later no scan sees'];
  const gaps = report.coverage.filter((line) => line.matters && line.state !== 'read');
  const reasons = new Map<string, number>();
  for (const { reason } of gaps) {
    const words = reason === null ? 'no reason given' : reasonWords[reason];
    reasons.set(words, (reasons.get(words) ?? 0) + 1);
  }
  const list = [...reasons].map(([words, count]) => `${number(count)} ${words}`).join(', ');
  return [
    span('no', 'yellow'),
    `: ${plural(gaps.length, 'place')} that could hide an SDK ${gaps.length === 1 ? 'was' : 'were'} not read whole (${list})`,
  ];
}
