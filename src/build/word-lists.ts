import { exitCodes } from '../cli/exit-codes.ts';
import { wordLists } from '../render/explain/words/index.ts';
import { asked } from '../report/asked.ts';
import type { Rules } from '../rules/schema.ts';
import { version } from '../version.ts';

/** Code → a sentence. */
type Meanings = Readonly<Record<string, string>>;

/** What a report's stable codes stand for, for programs: `schemas/words.json`. */
export interface StableWords {
  readonly waybill: string;
  /** By the name that `waybill explain` knows a list by; in the order of the list. */
  readonly lists: Readonly<Record<string, { readonly of: string; readonly words: Meanings }>>;
  /** By policy that ships, by rule: what `findings[].rule` asks. A pack's own stand in `policy.rules` of its reports. */
  readonly rules: Readonly<Record<string, Meanings>>;
  readonly exitCodes: Meanings;
}

export function stableWords(rules: Rules): StableWords {
  const policies = [...rules.policies.values()];
  return {
    waybill: version,
    lists: Object.fromEntries(
      wordLists.map(({ id, of, members, words }) => [
        id,
        { of, words: Object.fromEntries(members.map((member) => [member, words[member] as string])) },
      ]),
    ),
    rules: Object.fromEntries(
      policies.map((policy) => [
        policy.id,
        Object.fromEntries(policy.rules.map((rule) => [rule.id, asked(rule).question])),
      ]),
    ),
    exitCodes: Object.fromEntries(exitCodes),
  };
}
