import type { PolicyRule } from '../rules/schema.ts';
import type { TracedFlow } from '../trace/flow.ts';
import type { ArgumentMeaning, Handed } from '../types.ts';
import { setOf, type Value } from './conditions.ts';
import type { Setting } from './setting.ts';

/**
 * What a flow's SDK is handed by code that is reached. Only what was seen: where no call was, or it hands over what is not
 * told, nothing stands here, and `encryption` and `identifiers` ask.
 */
const reached = (flow: TracedFlow, { scored }: Setting): readonly Handed[] =>
  (scored.get(flow.sdk ?? '')?.handed ?? []).filter(({ isReached }) => isReached);

/** What is handed over so, by the field that asks; null for a field that asks something else. */
function askedBy(field: string, flow: TracedFlow, setting: Setting): readonly Handed[] | null {
  const all = reached(flow, setting);
  // Decided only where all that is handed over for it is so: a constant beside what a server gives proves neither.
  const each = (what: Handed['what'], kinds: readonly Handed['from'][]) =>
    all.every((one) => one.what !== what || kinds.includes(one.from));
  if (field === 'handed.constant') {
    return all.filter(({ what, from }) => from === 'constant' && each(what, ['constant', 'none']));
  }
  if (field === 'handed.none') return all.filter(({ what, from }) => from === 'none' && each(what, ['none']));
  // A key that is made of one stays with those who have the key.
  const names: readonly ArgumentMeaning[] = ['user-id', 'room-id'];
  return field === 'handed.identifier'
    ? all.filter(({ what, identifier }) => identifier !== null && names.includes(what))
    : null;
}

/** The value of `handed.constant` and `handed.none` (what is handed over) and `handed.identifier` (kinds of identifier). */
export function handedValue(field: string, flow: TracedFlow, setting: Setting): Value | null {
  const met = askedBy(field, flow, setting);
  return (
    met && setOf(met.flatMap(({ what, identifier }) => (field === 'handed.identifier' ? (identifier ?? []) : [what])))
  );
}

/** What of it a rule is about. */
export function handedFor({ when }: PolicyRule, flow: TracedFlow, setting: Setting): Handed[] {
  return when.flatMap(({ field, in: values = [] }) =>
    (askedBy(field, flow, setting) ?? []).filter(({ what, identifier }) =>
      values.includes(field === 'handed.identifier' ? (identifier ?? '') : what),
    ),
  );
}

const words: Record<ArgumentMeaning, string> = {
  'app-id': 'app ID',
  secret: 'app secret',
  token: 'token',
  server: 'server',
  'user-id': 'user ID',
  'room-id': 'room ID',
  key: 'key',
};

/** `token eyJh… (212 characters)`, `user ID from the phone number (android.telephony.…)`. */
export function handedWords({ what, from, value }: Handed): string {
  return `${words[what]}${from === 'none' ? '' : from === 'constant' ? ` ${value}` : ` from ${value}`}`;
}
