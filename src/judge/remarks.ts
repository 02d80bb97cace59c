import { rulesDay } from '../rules/day.ts';
import type { Policy, Rules } from '../rules/schema.ts';
import type { Context } from '../types.ts';
import type { By } from './setting.ts';
import { list } from './words.ts';

/** What a caller should know of the terms that a report is judged by, before it is read. */
export interface TermsRemark {
  readonly about: 'context' | 'asOf';
  /** A sentence. */
  readonly says: string;
}

/** What of a context fields of conditions ask. The operator's name decides nothing by design: it says who is meant. */
const asks: Readonly<Record<string, RegExp>> = {
  'operator.country':
    /\.foreign$|^recipient\.(?:country|list|governed|organised)$|^host\.operator\.country$|^context\.operator\.country$/,
  'distribution.offered': /\.foreign$|^context\.(?:countries|notOffered|list)$/,
  'distribution.notOffered': /\.foreign$|^context\.(?:countries|notOffered|list)$/,
  audience: /^context\.audience$/,
  sector: /^context\.sector$/,
};

/** A release of the rules is used for a while: from a year on, what changed since may matter. */
const LATE_DAYS = 365;
const DAY = 86_400_000;

/** What is stated and nobody asks, and a day of which the rules know nothing: each would be taken for an answer. */
export function remarksOnTerms({ rules, policy, context, asOf }: By): TermsRemark[] {
  const unread = unreadFields(policy, context ?? {});
  const day = dayWords(rules, asOf);
  return [
    ...(unread.length === 0
      ? []
      : [
          {
            about: 'context' as const,
            says: `No rule of the policy ${policy.id} asks for the ${list(unread)} that the context states: ${unread.length === 1 ? 'it decides' : 'they decide'} nothing.`,
          },
        ]),
    ...(day === null ? [] : [{ about: 'asOf' as const, says: day }]),
  ];
}

function unreadFields(policy: Policy, context: Context): string[] {
  const fields = policy.rules.flatMap(({ when }) => when.map(({ field }) => field));
  return Object.entries(asks).flatMap(([path, asked]) =>
    isStated(context, path) && !fields.some((field) => asked.test(field)) ? [path] : [],
  );
}

function isStated(context: Context, path: string): boolean {
  const [first, second] = path.split('.') as [keyof Context, string?];
  const value: unknown = context[first];
  return second === undefined
    ? value !== undefined
    : (value as Record<string, unknown> | undefined)?.[second] !== undefined;
}

function dayWords(rules: Rules, asOf: string): string | null {
  const days = [...rules.vendors.values()].flatMap(({ entities }) =>
    entities.map(({ source }) => source.published ?? source.seen),
  );
  const first = days.reduce((least, day) => (day < least ? day : least), '9999-12-31');
  if (days.length > 0 && asOf < first) {
    return `The rules know nothing of ${asOf}: the first day on which they know who is behind an SDK is ${first}.`;
  }
  const recent = new Date(Date.parse(asOf) - LATE_DAYS * DAY).toISOString().slice(0, 10);
  const last = rulesDay(rules, recent);
  const late = (Date.parse(asOf) - Date.parse(last)) / DAY;
  if (late <= LATE_DAYS) return null;
  return `The newest source of the rules was seen on ${last}, ${Math.round(late)} days before ${asOf}: what changed since, they do not know.`;
}
