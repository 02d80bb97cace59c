import { countryWords } from '../../countries.ts';
import type { Gate } from '../../report/gate.ts';
import type { App, BundleFacts, Context, Report, Unit } from '../../types.ts';
import type { Outcome } from '../outcome.ts';
import { bold, dim, type Inline, indented, type Line, labelled, type Span, span } from './layout.ts';
import { networkWords } from './network.ts';
import { signedWords } from './signed.ts';
import { profileLines, unitLines, unitNames } from './units.ts';
import {
  cutTo,
  gateWords,
  NO_APP,
  name,
  number,
  platformNames,
  plural,
  reasonWords,
  size,
  subjectLabel,
  verdictWords,
} from './words.ts';

const LABEL = 11;
const REASONS_SHOWN = 6;
const NUMBERS_SHOWN = 20;
const PERMISSIONS_SHOWN = 12;

/** The first screen: which app, may it pass and why, how much risk, and was all of it read. */
export function summary(report: Report, outcome: Outcome, width: number): Line[] {
  const { bundle, risk } = report;
  const { gate } = outcome;
  const row = (label: string, content: Inline) => labelled(label === '' ? '' : bold(label), content, width, LABEL);
  const [style] = verdictWords[gate.verdict];
  const { shown, more } = cutTo(reasonsOf(report), REASONS_SHOWN);
  return [
    ...row(subjectLabel(bundle), appWords(bundle)),
    ...row('Bundle', bundleWords(bundle)),
    ...row('Signed', signedWords(report)),
    ...profileLines(bundle).flatMap((content, i) => row(i === 0 ? 'Profile' : '', content)),
    ...asksFor(bundle).flatMap((content, i) => row(i === 0 ? 'Asks for' : '', content)),
    ...networks(report).flatMap((words) => row('Network', words)),
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

/** Of several units that say the same, once. */
function networks({ bundle, asOf }: Report): string[] {
  const words = bundle.units.flatMap(({ app }) => (app.network ? [networkWords(app, app.network, asOf)] : []));
  return [...new Set(words)];
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

function appWords(bundle: BundleFacts): (string | Span)[] {
  const { app } = bundle;
  const isApp = subjectLabel(bundle) === 'App';
  const id = !isApp ? '' : app.id === null ? ', id not known' : `, ${name(app.id)}`;
  const build = app.build === null || app.build === app.version ? '' : ` (build ${app.build})`;
  return [
    bold(app.name === null ? 'name not known' : name(app.name)),
    ...(app.nameIn ? [` (its name in ${name(app.nameIn)})`] : []),
    `${id}, version ${app.version ?? 'not known'}${build}${isApp ? '' : `; ${NO_APP}`}`,
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
    `${bundle.kind} for ${os}${least}${partWords(bundle.units)}, ${size(bundle.size)}, ${plural(bundle.entries, 'entry', 'entries')}${code}`,
    dim(`, sha256 ${bundle.sha256.slice(0, 12)}`),
  ];
}

/** How many parts of each kind an Android app is handed out in, besides the app itself. */
function partWords(units: readonly Unit[]): string {
  const counts = parts.map((kind) => [kind, units.filter((unit) => unit.kind === kind).length] as const);
  return counts.map(([kind, count]) => (count === 0 ? '' : `, ${plural(count, unitNames[kind] ?? kind)}`)).join('');
}

const parts = ['feature', 'split', 'variant', 'asset-pack', 'nested'] as const;
/** What each unit asks for; of several, each says which it is. */
function asksFor({ app, units }: BundleFacts): Inline[] {
  const most = REASONS_SHOWN + PERMISSIONS_SHOWN;
  // A variant is the same app once more.
  const isSaid = (unit: Unit) =>
    unit.kind === 'variant' && permissionWords(unit.app, most) === permissionWords(app, most);
  const asking = units.filter(
    (unit) => (unit.app.permissions.length > 0 || unit.app.background.length > 0) && !isSaid(unit),
  );
  if (asking.length === 0 || (asking.length === 1 && asking[0] === units[0])) return [permissionWords(app, most)];
  return unitLines(asking, (unit) => permissionWords(unit.app, most));
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
