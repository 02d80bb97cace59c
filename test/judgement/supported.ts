import type { Finding, Report, Rules } from '../../src/index.ts';
import { asksWhoGoverns } from '../../src/rules/field-words.ts';

/**
 * What a hostile reader, the vendor's counsel, would object to in a report: sentences of findings that their grounds do not
 * carry. Each objection in words; none where the report stands.
 */
export function supported({ findings, policy }: Report, rules: Rules): string[] {
  const asked = new Map(rules.policies.get(policy.id)?.rules.map((rule) => [rule.id, rule]));
  return findings.flatMap((finding) => {
    const rule = asked.get(finding.rule);
    if (!rule) return [`${finding.id}: no rule`];
    const fields = rule.when.map(({ field }) => field);
    return objections(finding, fields.some(asksWhoGoverns)).map((what) => `${finding.id}: ${what}`);
  });
}

/** A sentence of a reason, and the kinds of ground of which one must stand behind it. */
const needed: readonly (readonly [RegExp, RegExp, readonly Finding['grounds'][number]['kind'][]])[] = [
  [/holds a URL template/, /https?:\/\/|\bwss?:\/\//, ['bytes']],
  [/ holds code that can take /, /^the rules read that code as taking /, ['research']],
  [/Its vendor documents that /, /./, ['vendor', 'filing', 'law', 'copy']],
  [/Published releases of .* were seen /, /./, ['research']],
  [/the app declares /, /^the app declares /, ['bytes']],
  [/The caller states /, /^the caller states /, ['context']],
  [/Undetermined; not known: /, /^not known: /, ['nothing']],
];

function objections(finding: Finding, isOfGovernance: boolean): string[] {
  const { title, reason, state, grounds, link, evidence, laws, remedy } = finding;
  const text = `${title} ${reason} ${finding.settle ?? ''} ${remedy.maker} ${remedy.reviewer ?? ''}`;
  return [
    ...needed
      .filter(([says]) => says.test(reason))
      .filter(([, by, kinds]) => !grounds.some((g) => kinds.includes(g.kind) && by.test(g.says)))
      .map(([says]) => `nothing stands behind "${says.source}"`),
    ...(link !== null && !isOfGovernance ? ['a company is tied to a country where that is not asked'] : []),
    ...(link ?? '')
      .split(' → ')
      .filter((step) => step !== '' && !grounds.some(({ says, source }) => says === step && source !== null))
      .map((step) => `no source for "${step}"`),
    ...(state === 'holds' && /\?( |$)/.test(title) ? ['what holds is titled as a question'] : []),
    ...(state === 'undetermined' && !/\? [A-Z].*\.$/.test(title) ? ['a question is titled as a fact'] : []),
    ...(state === 'undetermined' &&
    /\b(is governed from|lists .* as|is tied to)\b/.test(reason.replace(/ that (it|they) (is|are) governed from/g, ''))
      ? ['a question is argued as a fact']
      : []),
    // A published file elsewhere is no byte of this bundle.
    ...(grounds.some(({ kind, source }) => kind === 'bytes' && source !== null) ? ['an artifact as bytes'] : []),
    ...(/\b(sends|sent to|spies|spying|malicious)\b/i.test(`${title} ${reason}`) ? ['it says that it sends'] : []),
    ...(/\{[a-z]+\}|undefined|null|\bNaN\b/.test(text) ? ['a placeholder is left'] : []),
    ...(laws.length > 0 && link === null ? ['laws without a company that they reach'] : []),
    ...(evidence.some(({ path }) => path === '') ? ['evidence without a place'] : []),
    ...grounds
      .filter(({ kind, source }) => ['filing', 'law', 'press', 'copy', 'register'].includes(kind) && source === null)
      .filter(({ says }) => !/^CVE-/.test(says))
      .map(({ says }) => `no source for "${says}"`),
  ];
}
