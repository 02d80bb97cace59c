import { order } from '../order.ts';
import { asksWhoGoverns, isContext, notKnown } from '../rules/field-words.ts';
import type { PolicyRule } from '../rules/schema.ts';
import type { DataKind, Evidence, Finding, Ground, LawFact, Level } from '../types.ts';
import { isOfAnotherApp } from './background.ts';
import { holds, type Subject, type Truth } from './conditions.ts';
import { isStated } from './fields.ts';
import { purposeOf, roomOf, spareOf } from './fit.ts';
import {
  ageOf,
  bytesGrounds,
  type Cited,
  claimGrounds,
  claimsFor,
  disputes,
  distributionWords,
  inOrder,
  lawGrounds,
  linkGround,
  unlistedLaws,
} from './grounds.ts';
import { countryName, lawsOf, type Party } from './links.ts';
import { listGrounds } from './lists.ts';
import type { Contribution } from './risk.ts';
import type { Setting } from './setting.ts';
import { tieOf } from './tie.ts';
import { dataList, fill, list, sentence, shortName, some, type Words } from './words.ts';

/** A finding with what it adds to the risk. */
export interface Outcome {
  readonly finding: Finding;
  /** Those that it cites. */
  readonly laws: readonly LawFact[];
  readonly contributions: readonly Contribution[];
}

/**
 * A rule tried on one subject. `open`: the fields for want of which it is undecided, as a report names them. `level`: of a
 * finding that stands on this alone.
 */
export interface Trial {
  readonly truth: Truth;
  readonly open: readonly string[];
  readonly level: Level;
  /** What it waits for; null where it is decided. */
  readonly wants: Finding['open'];
}

/**
 * A rule is true, false or undecided. A question about who governs a recipient keeps the level of the finding it asks
 * about: a day that knows half of a vendor clears nobody. Where it misses only what the caller can state, it is info.
 * @param supposed the subject with all that is not known of who governs supposed one way, and the other
 */
export function trial(rule: PolicyRule, subject: Subject, supposed: readonly Subject[] = []): Trial {
  const open: string[] = [];
  const wants = new Set<'governance' | 'context' | 'other'>();
  const own = subject('recipient.kind')?.one === 'first-party';
  let asked = false;
  for (const condition of rule.when) {
    const { field } = condition;
    const truth = holds(condition, subject);
    if (truth === false) return { truth, open: [], level: 'info', wants: null };
    if (truth === true) continue;
    if (condition.askedBy !== undefined) asked = true;
    if (supposed.some((other) => holds(condition, other) === true)) {
      wants.add('governance');
      open.push('who governs {recipient}');
      continue;
    }
    open.push(notKnown(rule.over, field) ?? field);
    const stated = isContext(field) || field === 'recipient.foreign' || (own && asksWhoGoverns(field));
    wants.add(stated ? 'context' : 'other');
  }
  if (asked) return { truth: false, open: [], level: 'info', wants: null };
  if (open.length === 0) return { truth: true, open, level: rule.level, wants: null };
  const governance = wants.has('governance');
  const onlyContext = wants.has('context') && wants.size === 1;
  const hangsOnContext = onlyContext || (wants.has('context') && rule.when.some((c) => asksWhoGoverns(c.field)));
  if (hangsOnContext) return { truth: 'unknown', open, level: 'info', wants: 'context' };
  return governance && !wants.has('other')
    ? { truth: 'unknown', open, level: rule.level, wants: 'governance' }
    : { truth: 'unknown', open, level: rule.undetermined, wants: 'bundle' };
}

/** Of several trials what the finding waits for: the most that one of them does. */
export function wantsOf(trials: readonly Trial[]): Finding['open'] {
  return (
    (['governance', 'bundle', 'context'] as const).find((want) => trials.some(({ wants }) => wants === want)) ?? null
  );
}

/** What a finding is written from. */
export interface Draft {
  readonly rule: PolicyRule;
  /** The part of the id behind the rule. */
  readonly of: string;
  readonly state: Finding['state'];
  /** In place of the rule's level. */
  readonly level?: Level;
  /** Where it is undetermined: what it waits for; the bundle where left out. */
  readonly wants?: Finding['open'];
  readonly party: Party | null;
  readonly sdks: readonly string[];
  readonly sdkNames: readonly string[];
  readonly data: readonly DataKind[];
  readonly hosts: readonly string[];
  /** What it stands on where it holds. */
  readonly basis: Finding['basis'];
  readonly open: readonly string[];
  readonly words: Words;
  /** Sentences added to the reason as they stand. */
  readonly notes?: readonly string[];
  /** Added to what the maker can do, as it stands. */
  readonly remedy?: string;
  /** The part of the rule's weight that it has; all of it where left out. */
  readonly share?: number;
  readonly grounds: readonly Ground[];
  readonly evidence: readonly Evidence[];
  readonly contributions: readonly Omit<Contribution, 'finding' | 'weight' | 'axis'>[];
}

const EVIDENCE_LISTED = 8;
const notKnownCountry = 'a country that is not known';
const HOSTS_NAMED = 8;
const distributionFields = ['recipient.foreign', 'context.notOffered', 'context.countries', 'context.list'];

/** Names one thing once, the first first. */
function once(evidence: readonly Evidence[]): Evidence[] {
  const seen = new Map<string, Evidence>();
  for (const e of evidence) {
    // Two clues met at one place are one thing to see.
    const key = JSON.stringify([e.path, e.spans[0]?.offset ?? e.text]);
    if (!seen.has(key)) seen.set(key, e);
    if (seen.size === EVIDENCE_LISTED) break;
  }
  return [...seen.values()];
}

/**
 * What a finding stands on. What only the caller can state stands on that statement; what is undecided, on what others
 * say of it, if anybody does.
 */
function basisOf({ rule, state, basis }: Draft, claims: readonly Cited[], setting: Setting): Finding['basis'] {
  const asked = rule.when.map((c) => c.field).filter(isContext);
  if (asked.length > 0) return asked.some((field) => isStated(field, setting)) ? 'context' : null;
  return state === 'holds' ? basis : (claims[0]?.claim.basis ?? null);
}

export function write(draft: Draft, setting: Setting): Outcome {
  const { rule, party, state, data } = draft;
  const { rules, asOf } = setting;
  const tie = tieOf(draft, setting);
  const { links, matched, way, asksCountries, asksForeign } = tie;
  const stated = rule.when.some((c) => distributionFields.includes(c.field)) ? distributionWords(setting) : null;
  const undetermined = state === 'undetermined';
  const wants = undetermined ? (draft.wants ?? 'bundle') : null;
  const level = draft.level ?? (undetermined ? rule.undetermined : rule.level);
  const laws = rule.laws && level !== 'info' ? lawsOf(matched, setting) : [];
  const about = { rule, party: party ?? nobody, sdks: draft.sdks, data };
  const cited = party || draft.sdks.length > 0 ? claimsFor(about, setting) : [];
  const claims = cited.filter((claim) => !isOfAnotherApp(claim, setting.found));

  const codes = matched.flatMap((link) => link.country ?? []);
  const namesOf = (all: readonly string[]) => [...new Set(all)].sort().map((code) => countryName(rules, code));
  const half = wants === 'governance' && party !== null && !party.countriesComplete;
  const known = namesOf(links.flatMap((link) => link.country ?? []));
  // A rule that asks for no country in particular is about all of them.
  const countries = [...namesOf(codes), ...(half && !asksCountries && codes.length > 0 ? [notKnownCountry] : [])];
  const words: Words = {
    recipient: party === null || party.kind === 'unknown' ? 'an unknown recipient' : party.name,
    sdk: list(draft.sdkNames.map(shortName)),
    data: dataList(data),
    host: draft.hosts.length > 0 ? some(draft.hosts, HOSTS_NAMED) : 'a host that the bundle does not name',
    countries: countries.length > 0 ? list(countries) : notKnownCountry,
    purpose: purposeOf(draft.sdks, rules),
    room: roomOf(draft.sdks, rules),
    spare: spareOf(data),
    link: tie.says ?? 'how it is tied to the country is not known',
    ...draft.words,
  };
  const open = list(draft.open.map((field) => fill(field, words)));
  const settle = undetermined ? fill(rule.settle, words) : null;
  const reason = [
    fill((undetermined ? rule.openReason : undefined) ?? rule.reason, words).replace(
      /(?<=[.] |^)how it is tied/,
      'How it is tied',
    ),
    ...(draft.notes ?? []),
    ...(stated === null ? [] : [`${sentence(stated)}.`]),
    ...(undetermined ? [`Undetermined; not known: ${open}.`] : []),
    ...(half && known.length > 0 ? [`Known on ${asOf}: ${list(known)}, and not known.`] : []),
    ...(undetermined || !(asksCountries || asksForeign) ? [] : ageOf(way, matched, words.recipient ?? '', asOf)),
  ].join(' ');

  const evidence = once(draft.evidence);
  const grounds: Ground[] = [
    ...bytesGrounds(evidence),
    ...draft.grounds,
    ...claimGrounds(claims, setting),
    ...(party ? disputes(party, claims, setting) : []),
    // Each step that is named stands on its source; a rule about law names every company that the law reaches besides.
    ...[...new Set([...(tie.says === null ? [] : way), ...(rule.laws ? matched : [])])].map((link) =>
      linkGround(link, asOf),
    ),
    ...lawGrounds(laws, asOf),
    ...(rule.laws && level !== 'info' ? unlistedLaws(codes, setting) : []),
    ...listGrounds(rule, setting),
    ...(stated === null ? [] : [{ kind: 'context' as const, says: stated, source: null }]),
    ...(settle === null ? [] : [{ kind: 'nothing' as const, says: `not known: ${open}. ${settle}`, source: null }]),
  ];
  const { maker, reviewer } = rule.remedy;
  const id = `${rule.id}/${draft.of}`;
  // Of two places, as it is printed: who reads the sum can follow it.
  const weight = Math.round(100 * rule.weight * (draft.share ?? 1)) / 100;
  const finding: Finding = {
    id,
    rule: rule.id,
    axis: rule.axis,
    level,
    state,
    open: wants,
    title: undetermined
      ? `${sentence(fill(rule.question, words))} ${unanswered[wants ?? 'bundle']}`
      : sentence(fill(rule.title, words)),
    reason,
    settle,
    remedy: {
      maker: `${fill(maker, words)}${draft.remedy ?? ''}`,
      reviewer: reviewer === undefined ? null : fill(reviewer, words),
    },
    recipient: party?.id ?? null,
    sdks: [...draft.sdks].sort(order),
    data,
    basis: basisOf(draft, claims, setting),
    link: tie.says,
    laws: laws.map(({ id }) => id),
    grounds: inOrder(grounds),
    weight,
    evidence,
  };
  const contributions = draft.contributions.map((c) => ({ ...c, finding: id, weight, axis: rule.axis }));
  return { finding, laws, contributions };
}

const unanswered: Record<NonNullable<Finding['open']>, string> = {
  governance: 'Who governs it is not known.',
  context: 'Not stated by the caller.',
  bundle: 'Not known from this bundle.',
};

const nobody: Party = { kind: 'entity', id: '', name: '', entities: [], countriesComplete: false };
