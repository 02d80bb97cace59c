import type { AskedRule, Level, Report, Taxonomy } from '../../types.ts';
import { taxonomies } from '../../types.ts';
import { cut } from '../seen.ts';
import { type Json, levelWords, message, severities } from './words.ts';

/** What an inventory of the SDKs aboard hangs on: no rule of a policy. */
export const INVENTORY = 'sdk-aboard';

/** A rule as a run lists it. `level` is null for what never fails. */
export interface Listed {
  readonly id: string;
  readonly level: Level | null;
  readonly asked: Pick<AskedRule, 'id' | 'axis' | 'question' | 'taxa'>;
}

/** Every rule of the policy, and those that only a finding names: a report of another release may have no list. */
export function listedRules(report: Report): Listed[] {
  const known = new Map<string, Listed>();
  for (const asked of report.policy.rules) known.set(asked.id, { id: asked.id, level: asked.level, asked });
  for (const { rule, axis, level } of report.findings) {
    if (known.has(rule)) continue;
    known.set(rule, { id: rule, level, asked: { id: rule, axis, question: words(rule), taxa: [] } });
  }
  return [...known.values()];
}

export const inventory: Listed = {
  id: INVENTORY,
  level: null,
  asked: { id: INVENTORY, axis: 'integrity', question: 'Which SDKs that the rules know are aboard?', taxa: [] },
};

/** `identifiers-in-clear` → `Identifiers in clear`. */
function words(id: string): string {
  const text = id.replaceAll('-', ' ').replace(/\bsdk\b/, 'SDK');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const pascal = (id: string) => id.replace(/(?:^|[-/])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Of GitHub's limits: 1,024 characters of a description, 20 tags (seen 2026-11-26). */
export function descriptor({ id, level, asked }: Listed, policy: string, used: readonly Taxonomy[]): Json {
  const help =
    id === INVENTORY
      ? 'One result for each SDK, with where it was found. No policy rejects an SDK for being aboard.'
      : `A question of the policy ${policy}. "waybill explain ${asked.id}" prints when it holds, what it stands on and what to do.`;
  const read = asked.taxa[0]?.source.url;
  const cwe = asked.taxa.filter(({ taxonomy }) => taxonomy === 'CWE');
  return {
    id,
    name: pascal(id),
    shortDescription: message(words(asked.id), 1024),
    fullDescription: message(asked.question, 1024),
    help: { text: message(help).text },
    ...(read === undefined ? {} : { helpUri: read }),
    defaultConfiguration: { level: level === null ? 'none' : levelWords[level] },
    ...(asked.taxa.length > 0 ? { relationships: asked.taxa.map((taxon) => relationship(taxon, used)) } : {}),
    properties: {
      tags: [
        ...(level === null ? [] : ['security']),
        asked.axis,
        ...cwe.map((taxon) => `external/cwe/${taxon.id.toLowerCase()}`),
      ].slice(0, 20),
      ...(level === null ? {} : { 'security-severity': severities[level] }),
    },
  };
}

function relationship({ taxonomy, id }: AskedRule['taxa'][number], used: readonly Taxonomy[]): Json {
  return {
    target: { id: cut(id, 64), toolComponent: { name: taxonomy, index: used.indexOf(taxonomy) } },
    kinds: ['relevant'],
  };
}

export function taxonomiesOf(rules: readonly Listed[]): Taxonomy[] {
  const met = new Set(rules.flatMap(({ asked }) => asked.taxa.map(({ taxonomy }) => taxonomy)));
  return taxonomies.filter((taxonomy) => met.has(taxonomy));
}

const about: Record<Taxonomy, Json> = {
  CWE: {
    organization: 'MITRE',
    informationUri: 'https://cwe.mitre.org/',
    shortDescription: { text: 'Common Weakness Enumeration' },
  },
  MASVS: {
    organization: 'OWASP',
    informationUri: 'https://mas.owasp.org/MASVS/',
    shortDescription: { text: 'Mobile Application Security Verification Standard, 2' },
  },
  MASWE: {
    version: '1.0.0',
    organization: 'OWASP',
    informationUri: 'https://mas.owasp.org/MASWE/',
    shortDescription: { text: 'Mobile Application Security Weakness Enumeration' },
  },
};

export function taxonomy(name: Taxonomy, rules: readonly Listed[]): Json {
  const ids = new Set(
    rules.flatMap(({ asked }) => asked.taxa.filter((taxon) => taxon.taxonomy === name).map(({ id }) => id)),
  );
  return { name, ...about[name], isComprehensive: false, taxa: [...ids].sort().map((id) => ({ id })) };
}
