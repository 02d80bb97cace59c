import { rememberDay, rulesDay } from './day.ts';
import { packed } from './packed.ts';
import type { Category, Jurisdiction, Listed, Permissions, Policy, Rules, Runtimes, Sdk, Vendor } from './schema.ts';

interface Pack {
  readonly digest: string;
  /** The newest day on which a source was seen: found out once. */
  readonly day: string;
  readonly sdks: readonly Sdk[];
  readonly vendors: readonly Vendor[];
  readonly jurisdictions: readonly Jurisdiction[];
  readonly policies: readonly Policy[];
  readonly runtimes: readonly Runtimes[];
  readonly permissions: readonly Permissions[];
  readonly listed: readonly Listed[];
  readonly categories: readonly Category[];
}

/** Rules as one text: checked and with every default filled in, so that `unpack` has nothing left to check. */
export function pack(rules: Rules): string {
  const { digest, sdks, vendors, jurisdictions, policies, runtimes, permissions, listed, categories } = rules;
  return JSON.stringify({
    digest,
    day: rulesDay(rules),
    sdks: [...sdks.values()],
    vendors: [...vendors.values()],
    jurisdictions: [...jurisdictions.values()],
    policies: [...policies.values()],
    runtimes: [...runtimes.values()],
    permissions: [...permissions.values()],
    listed: [...listed.values()],
    categories: [...categories.values()],
  } satisfies Pack);
}

export function unpack(text: string): Rules {
  const { digest, day, ...lists } = JSON.parse(text) as Pack;
  const rules: Rules = {
    sdks: byId(lists.sdks),
    vendors: byId(lists.vendors),
    jurisdictions: byId(lists.jurisdictions),
    policies: byId(lists.policies),
    runtimes: byId(lists.runtimes),
    permissions: byId(lists.permissions),
    listed: byId(lists.listed),
    categories: byId(lists.categories),
    digest,
  };
  rememberDay(rules, day);
  return rules;
}

function byId<T extends { readonly id: string }>(rules: readonly T[]): Map<string, T> {
  return new Map(rules.map((rule) => [rule.id, rule]));
}

let unpacked: Rules | null = null;

/** The shipped rules, made when first asked for; null where the build has not packed them. */
export function packedRules(): Rules | null {
  if (packed !== null) unpacked ??= unpack(packed);
  return unpacked;
}
