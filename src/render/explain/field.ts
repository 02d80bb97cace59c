import { asksWhoGoverns, fieldWords, isContext } from '../../rules/field-words.ts';
import type { PolicyRule, Rules } from '../../rules/schema.ts';
import { subjects } from '../../types.ts';
import { dim, indented, type Line, labelled } from '../text/layout.ts';
import { heading } from '../text/words.ts';
import { forAnyone } from './placeholders.ts';
import type { Telling } from './telling.ts';

/** What a rule can ask, of what: `flow`, `host`; every subject where all have it. */
function askedOf(field: string): readonly PolicyRule['over'][] {
  return subjects.filter((over) => field in fieldWords(over));
}

function wordsOf(field: string): string {
  const [first] = askedOf(field);
  return first === undefined ? '' : forAnyone(fieldWords(first)[field] ?? '');
}

/** Rules of all policies that ask a field, as `policy: rule`. */
function askedBy(field: string, rules: Rules): string[] {
  return [...rules.policies.values()].flatMap(({ id, rules: rows }) => {
    const asking = rows.filter(({ when }) => when.some((condition) => condition.field === field));
    return asking.length === 0 ? [] : [`${id}: ${asking.map((rule) => rule.id).join(', ')}`];
  });
}

/** A field that a condition of a policy can ask. */
export function explainField(field: string, { rules, width }: Telling): Line[] {
  const row = (label: string, text: string) => indented(labelled(dim(label), text, width - 2, 12), 2);
  const of = askedOf(field);
  const settled = isContext(field)
    ? 'Only the caller can state it (--context). Until then what asks it is a question at info.'
    : asksWhoGoverns(field)
      ? 'It asks who governs: where the day does not know, the question keeps the level of the finding.'
      : 'Where it is not known, the finding is a question at the level that its rule gives for that.';
  return [
    heading('FIELD', `${field}: what a condition of a policy can ask`),
    ...row('asked of', of.length === subjects.length ? 'anything' : of.join(', ')),
    ...row('says', `where it is not known, a report says "not known: ${wordsOf(field)}"`),
    ...row('then', settled),
    ...row('asked by', askedBy(field, rules).join('; ') || 'no rule of these policies'),
  ];
}

export function shortField(field: string, rules: Rules): string {
  const count = askedBy(field, rules).length;
  return `${field} (field of a condition): ${wordsOf(field)}; asked by ${count === 0 ? 'no policy' : `${count} of the policies`}.`;
}
