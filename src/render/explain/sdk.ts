import { advisoryLevel } from '../../rules/levels.ts';
import { basisOfTakes } from '../../rules/said.ts';
import type { Advisory, ClaimRule, Clue, PolicyRule, Rules, Sdk, VersionAt } from '../../rules/schema.ts';
import { seenIn } from '../../rules/seen-in.ts';
import { bold, dim, type Inline, indented, type Line, labelled, listed, type Span, span } from '../text/layout.ts';
import { Pieces } from '../text/pieces.ts';
import { sdkSection } from '../text/sdks.ts';
import type { Sources } from '../text/sources.ts';
import { heading, levelStyles, plural } from '../text/words.ts';
import type { Telling } from './telling.ts';

const LABEL = 12;

/** Bulleted items under a heading; nothing where there are none. */
export function list(title: string, items: readonly Inline[], width: number, count = String(items.length)): Line[] {
  if (items.length === 0) return [];
  return [[], heading(title, count), ...items.flatMap((item) => indented(labelled('- ', item, width - 4, 2), 2))];
}

/** All that the rules know of an SDK, each statement with its source. */
export function explainSdk(sdk: Sdk, { rules, report, sources, width }: Telling): Line[] {
  const row = (label: string, content: string) => indented(labelled(dim(label), content, width - 2, LABEL), 2);
  const vendor = rules.vendors.get(sdk.vendor);
  const detections = report?.detections.filter((detection) => detection.sdk === sdk.id) ?? [];
  return [
    heading('SDK', sdk.id),
    ...row('name', sdk.name),
    ...row('vendor', `${vendor?.name ?? sdk.vendor} (explain ${sdk.vendor})`),
    ...row('category', sdk.category),
    ...row('service', sdk.service),
    ...(sdk.family === undefined ? [] : row('family', sdk.family)),
    ...(sdk.contains.length > 0 ? row('contains', sdk.contains.join(', ')) : []),
    ...list(
      'WHAT IT CAN TAKE',
      sdk.takes.map((t) => [
        bold(t.data),
        ` to ${t.to === 'vendor' ? (vendor?.name ?? sdk.vendor) : 'a recipient the bundle does not name'} (${basisOfTakes(t)}): ${t.says}`,
        sources.cite(t.source),
      ]),
      width,
    ),
    ...list(
      'CLUES',
      sdk.clues.map((clue) => clueInline(sdk, clue, sources)),
      width,
      `${sdk.clues.length}; a strong one suffices, else ${sdk.need} supporting ones`,
    ),
    ...list(
      'WHERE ITS VERSION STANDS',
      sdk.versions.map((at) => [versionWords(at), sources.numbers(seenIn(sdk, at.id))]),
      width,
    ),
    ...list(
      'URL PARAMETERS',
      sdk.parameters.map((p) => [bold(p.name), ` carries ${p.data}`, sources.cite(p.source)]),
      width,
    ),
    ...list(
      'CONTROLS',
      sdk.controls.map((c) => controlInline(c, sources)),
      width,
    ),
    ...claimList(sdk.claims, sources, width),
    ...list(
      'ADVISORIES',
      sdk.advisories.map((advisory) => advisoryInline(advisory, sources)),
      width,
    ),
    ...(report && detections.length > 0 ? [[], ...sdkSection({ ...report, detections }, new Pieces(), width)] : []),
  ];
}

function askedFor({ kind, is, under, tail, like }: Clue): string {
  if (is !== undefined) return `${kind} is \`${is}\``;
  if (under !== undefined) return `${kind} is \`${under}\` or below it`;
  if (tail !== undefined) return `${kind} ends in \`${tail}\``;
  return `${kind} is like \`${like}\``;
}

function clueInline(sdk: Sdk, clue: Clue, sources: Sources): (string | Span)[] {
  const on = clue.platform === undefined ? '' : `, ${clue.platform} only`;
  return [bold(clue.id), ` (${clue.strength}${on}): ${askedFor(clue)}; seen`, sources.numbers(seenIn(sdk, clue.id))];
}

function shapeWords({ like, not }: { readonly like?: string | undefined; readonly not: readonly string[] }): string {
  return `${like === undefined ? '' : `, in the form \`${like}\``}${not.length > 0 ? `, but not ${not.join(', ')}` : ''}`;
}

function versionWords(at: VersionAt): string {
  switch (at.from) {
    case 'near': {
      const side = at.step < 0 ? 'before' : 'after';
      return `${plural(Math.abs(at.step), 'string')} ${side} \`${at.anchor}\`, in the form \`${at.like ?? '{version}'}\` with ${at.parts.join(' to ')} parts; seen`;
    }
    case 'like':
      return `in \`${at.like}\` with ${at.parts.join(' to ')} parts; seen`;
    case 'script':
      return `in the URL of a script that a page fetches, \`${at.like}\`; seen`;
    case 'plist':
      return `key ${at.key} in the Info.plist of ${at.bundleId ?? at.framework ?? 'its framework'}; seen`;
    case 'dylib':
      return `current version of the library ${at.name}; seen`;
    case 'method':
      return `what ${at.method}() of the class ${at.class} returns${shapeWords(at)}; seen`;
    case 'code':
      return `string in the code of ${at.method === undefined ? '' : `${at.method}() of `}the class ${at.class}${shapeWords(at)}; seen`;
    case 'field':
      return `field ${at.field} of the class ${at.class}${at.not.length > 0 ? `, but not ${at.not.join(', ')}` : ''}; seen`;
  }
}

/** What the vendor documents and what third parties reported, each with whom it is about and when it may be cited. */
export function claimList(claims: readonly ClaimRule[], sources: Sources, width: number): Line[] {
  const items = claims.map((claim) => {
    const about =
      claim.about === undefined ? '' : ` of ${[claim.about.name, claim.about.version].filter(Boolean).join(' ')}`;
    const until = claim.to === undefined ? '' : ` to ${claim.to}`;
    return [
      bold(claim.id),
      ` (${claim.basis}${about}, ${claim.topic}, from ${claim.from}${until}): ${claim.says}`,
      sources.cite(claim.source),
    ];
  });
  return list('CLAIMS', items, width, `${claims.length}, documented or reported`);
}

function advisoryInline(advisory: Advisory, sources: Sources): (string | Span)[] {
  return [
    bold(advisory.id),
    ' ',
    span(advisory.level, levelStyles[advisory.level]),
    ` (versions ${affectedText(advisory)}, confidence in the range ${advisory.confidence}, published ${advisory.published}): ${advisory.says} ${advisory.remedy}`,
    sources.cite(advisory.source),
  ];
}

function affectedText({ affected }: Advisory): string {
  if (typeof affected === 'string') return affected;
  const { android, ios } = affected;
  return [android === undefined ? [] : `${android} on Android`, ios === undefined ? [] : `${ios} on iOS`]
    .flat()
    .join(', ');
}

/** Whether a rule asks of advisories of this kind. */
function isAsked({ when }: PolicyRule, { kind }: Advisory): boolean {
  return when.every((c) => c.field !== 'kind' || (c.in ? c.in.includes(kind) : !c.notIn?.includes(kind)));
}

export function explainAdvisory(sdk: Sdk, advisory: Advisory, { rules, sources, width }: Telling): Line[] {
  const row = (label: string, content: string) => indented(labelled(dim(label), content, width - 2, LABEL), 2);
  const findings = [...rules.policies.values()].flatMap((policy) =>
    policy.rules.flatMap((rule) =>
      rule.over === 'advisory' && isAsked(rule, advisory)
        ? [
            `${policy.id}: ${advisoryLevel(rule, advisory, true)} where a version in the range is aboard, ${advisoryLevel(rule, advisory, false)} while that is not sure (${rule.id})`,
          ]
        : [],
    ),
  );
  return [
    heading('ADVISORY', `${advisory.id}, on the SDK ${sdk.id}`),
    ...indented(labelled('', advisoryInline(advisory, sources), width - 2, 0), 2),
    ...findings.flatMap((finding, i) => row(i === 0 ? 'finding' : '', finding)),
  ];
}

export function shortAdvisory(sdk: Sdk, advisory: Advisory): string {
  return `${advisory.id} (advisory on ${sdk.id}): ${advisory.level}; versions ${affectedText(advisory)}, published ${advisory.published}. ${advisory.remedy}`;
}

export type ControlRule = Sdk['controls'][number];

export function controlInline(
  { id, name, default: initial, calls, remedy, source }: ControlRule,
  sources: Sources,
): (string | Span)[] {
  const state = initial === 'unknown' ? 'not documented' : initial;
  return [
    bold(name),
    ` (${id}): by default ${state}; switched by ${calls.join(', ')}. ${remedy}`,
    sources.cite(source),
  ];
}

export function shortSdk({ id, name, vendor, category, service }: Sdk, rules: Rules): string {
  return `${id} (SDK): ${name}, of ${rules.vendors.get(vendor)?.name ?? vendor}; ${category}, service ${service}.`;
}

export function shortClue(sdk: Sdk, clue: Clue): string {
  return `${sdk.id}/${clue.id} (clue): ${askedFor(clue)}; ${clue.strength}.`;
}

/** One clue of an SDK: what it asks for, how far it counts, and where it was seen. */
export function explainClue(sdk: Sdk, clue: Clue, { sources, width }: Telling): Line[] {
  const counts = {
    strong: 'suffices alone',
    supporting: `counts towards the ${sdk.need} that are needed where no strong clue was met`,
    weak: 'is listed and never counted',
    shows: 'says nothing of whether the SDK is there, and shows what its code can do',
    explains: 'says nothing of whether the SDK is there; where it is, a sign of another at the same place is its own',
  };
  const rows: [string, Inline][] = [
    ['asks for', askedFor(clue)],
    ['strength', `${clue.strength}: ${counts[clue.strength]}`],
    ['platform', clue.platform ?? 'android and ios'],
    ['seen', ['in', sources.numbers(seenIn(sdk, clue.id))]],
  ];
  return [
    heading('CLUE', `${sdk.id}/${clue.id}, of ${sdk.name}`),
    ...rows.flatMap(([label, content]) => indented(listed(label, [content], width - 2, LABEL), 2)),
  ];
}
