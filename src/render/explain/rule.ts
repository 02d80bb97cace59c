import { countryWords } from '../../countries.ts';
import { asksWhoGoverns } from '../../rules/field-words.ts';
import type { Condition, Policy, PolicyRule } from '../../rules/schema.ts';
import { bold, dim, indented, type Line, labelled, wrap } from '../text/layout.ts';
import { table } from '../text/table.ts';
import { heading, reasonWords } from '../text/words.ts';
import { forAnyone } from './placeholders.ts';
import type { Telling } from './telling.ts';

const LABEL = 12;

const overWords: Record<PolicyRule['over'], string> = {
  flow: 'each flow of data',
  detection: 'each SDK found',
  host: 'each host of a vendor; one finding for each vendor',
  advisory: 'each advisory on an SDK found',
  anomaly: 'each anomaly of the container',
  bundle: 'the bundle as a whole',
};

function conditionWords({ field, in: within, notIn, atLeast, below, before, outside }: Condition): string {
  // What is no code of a country stands as it is.
  if (within) return `${field} is ${within.map(countryWords).join(' or ')}`;
  if (notIn) return `${field} is not ${notIn.map(countryWords).join(' nor ')}`;
  if (atLeast !== undefined) return `${field} is at least ${atLeast}`;
  if (below !== undefined) return `${field} is below ${below}`;
  if (outside) return `some country of ${field} is on none of ${outside.join(', ')}`;
  return `${field} is before ${before}`;
}

/** An advisory's own level bounds what a rule makes of it. */
function capped({ over }: PolicyRule): string {
  return over === 'advisory' ? ', or the level of the advisory where that is lower' : '';
}

export function shortRule(policy: Policy, rule: PolicyRule): string {
  const question = forAnyone(rule.question);
  return `${rule.id} (rule of ${policy.id}): ${rule.level} where it holds, ${rule.undetermined} while not decided. ${question.charAt(0).toUpperCase()}${question.slice(1)}`;
}

export function shortPolicy({ id, name, rules, reject, review }: Policy): string {
  return `${id} (policy): ${name}; ${rules.length} rules, rejects from ${reject} on, asks for a review from ${review} on.`;
}

/**
 * A policy rule: what it asks, and what it says when the answer is yes or not known.
 * @param finding the id of a finding that is not at hand; null where the rule itself was asked for
 */
export function explainRule(policy: Policy, rule: PolicyRule, finding: string | null, { width }: Telling): Line[] {
  const row = (label: string, content: string) => indented(labelled(dim(label), content, width - 2, LABEL), 2);
  const per = rule.per === 'data' ? 'recipient and kind of data' : 'recipient';
  const note = `This is the rule behind ${finding}; with --report FILE, the finding itself is explained.`;
  return [
    heading('RULE', `${rule.id}, of the policy ${policy.id}`),
    ...(finding === null ? [] : indented(wrap(note, width - 2), 2)),
    ...row('asks', `${overWords[rule.over]}${rule.over === 'flow' ? `; one finding for each ${per}` : ''}`),
    ...(rule.together ? row('together', `for one recipient: ${rule.together.join(' and ')}`) : []),
    ...rule.when.flatMap((condition, i) => row(i === 0 ? 'when' : 'and', conditionWords(condition))),
    ...row('then', `${rule.level}${capped(rule)}, axis ${rule.axis}, weight ${rule.weight} of the risk (0 to 1)`),
    ...row(
      'not known',
      `${rule.undetermined}${capped(rule)} while one of these cannot be decided; it then counts in possible risk alone`,
    ),
    ...(rule.when.some(({ field }) => asksWhoGoverns(field))
      ? [
          ...row('governance', `${rule.level}, as a question, while only who governs is not known`),
          ...row(
            'not stated',
            'info, as a question, while it is open for want of what the caller can state (--context)',
          ),
        ]
      : []),
    ...rule.when.flatMap(({ field, askedBy }) =>
      askedBy === undefined ? [] : row('silent', `where ${field} is not known: ${askedBy} asks that`),
    ),
    ...row('title', rule.title),
    ...row('question', rule.question),
    ...row('why', rule.reason),
    ...(rule.openReason === undefined ? [] : row('while open', rule.openReason)),
    ...row('to settle', rule.settle),
    ...row('maker', rule.remedy.maker),
    ...(rule.remedy.reviewer === undefined ? [] : row('reviewer', `"${rule.remedy.reviewer}"`)),
    ...(rule.cites.length > 0 ? row('cites', `claims on ${rule.cites.join(', ')}`) : []),
    ...(rule.laws ? row('laws', "those in force of the recipient's countries are listed") : []),
  ];
}

export function explainPolicy(policy: Policy, { width }: Telling): Line[] {
  const row = (label: string, content: string) => indented(labelled(dim(label), content, width - 2, LABEL), 2);
  const rows = policy.rules.map((rule) => ({
    cells: [bold(rule.id), rule.over, rule.level, rule.undetermined, rule.weight.toFixed(2)],
  }));
  const accepts = policy.accepts.map((reason) => reasonWords[reason]).join(', ');
  return [
    heading('POLICY', `${policy.id} (${policy.name})`),
    ...indented(wrap(policy.says, width - 2), 2),
    ...row('reject', `when a finding of level ${policy.reject} or above holds`),
    ...row('review', `when there is a finding of level ${policy.review} or above, decided or not`),
    ...row('accepts', accepts === '' ? 'no reason for bytes not read' : `bytes not read because ${accepts}`),
    ...indented(table(['Rule', 'Asks of', 'Level', 'Not known', 'Weight'], rows, width - 2), 2),
  ];
}
