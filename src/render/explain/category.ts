import type { Category, Rules } from '../../rules/schema.ts';
import { dim, indented, type Line, labelled } from '../text/layout.ts';
import { heading } from '../text/words.ts';
import type { Telling } from './telling.ts';

/** A category that a rule pack adds; those that ship are words of the list `category`. */
export function explainCategory({ id, name, says, purpose, room }: Category, { rules, width }: Telling): Line[] {
  const row = (label: string, text: string) => indented(labelled(dim(label), text, width - 2, 10), 2);
  return [
    heading('CATEGORY', `${id}: ${name}`),
    ...row('means', says),
    ...row('printed', `in findings as "${purpose}" and "${room}"`),
    ...row('SDKs', sdksOf(id, rules).join(', ') || 'none'),
  ];
}

function sdksOf(category: string, rules: Rules): string[] {
  return [...rules.sdks.values()].flatMap((sdk) => (sdk.category === category ? [sdk.id] : []));
}

export function shortCategory({ id, name, says }: Category): string {
  return `${id} (category of SDKs): ${name}. ${says}`;
}
