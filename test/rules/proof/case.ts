import type { TwinCase } from '../../../src/cli/rules-test.ts';

export type { TwinCase } from '../../../src/cli/rules-test.ts';

/** A case that holds where two values are the same JSON. */
export function same(rule: string, says: string, values: () => Promise<Pair> | Pair): TwinCase {
  return {
    rule,
    says,
    async prove() {
      const { found, wanted } = await values();
      const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)];
      return is === should ? null : `found ${is}, and the twin says ${should}`;
    },
  };
}

interface Pair {
  readonly found: unknown;
  readonly wanted: unknown;
}

/** A case of a list that must be empty: what is in it is wrong. */
export function none(
  rule: string,
  says: string,
  found: () => Promise<readonly string[]> | readonly string[],
): TwinCase {
  return {
    rule,
    says,
    async prove() {
      const list = await found();
      return list.length === 0 ? null : list.join(', ');
    },
  };
}

/** Where a twin cannot be read nothing else of it can be tried. */
export const broken = (rule: string, message: string): TwinCase => none(rule, 'its twin can be read', () => [message]);
