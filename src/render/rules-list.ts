import { inForce } from '../asof.ts';
import { countryOf, countryWords } from '../countries.ts';
import type { Rules } from '../rules/schema.ts';
import { type Platform, platforms } from '../types.ts';
import { type TextOptions, widthFor } from './text/index.ts';
import { paint } from './text/layout.ts';
import { table } from './text/table.ts';

export const ruleKinds = ['sdks', 'vendors', 'jurisdictions', 'policies'] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** One rule file in a list: the columns of the table, and the fields in JSON. */
type Row = Readonly<Record<string, string | number | boolean | readonly string[]>>;

const rowsOf: Readonly<Record<RuleKind, (rules: Rules, asOf: string) => Row[]>> = {
  sdks: (rules, asOf) =>
    [...rules.sdks.values()].map(({ id, name, vendor, clues, versions }) => {
      const on = (platform: Platform) => clues.filter((clue) => (clue.platform ?? platform) === platform).length;
      const countries = countriesOf(rules, vendor, asOf);
      // No rule loads with a clue that nobody saw in real bytes.
      const measured = platforms.filter((platform) => on(platform) > 0);
      return {
        ...{ id, name, vendor, countries, android: on('android'), ios: on('ios') },
        ...{ measured, version: versions.length > 0 },
      };
    }),
  vendors: (rules, asOf) =>
    [...rules.vendors.values()].map(({ id, name, recipient, hosts }) => {
      const sdks = [...rules.sdks.values()].filter((sdk) => sdk.vendor === id).map((sdk) => sdk.id);
      return { id, name, countries: countriesOf(rules, id, asOf), recipient, hosts: hosts.length, sdks };
    }),
  jurisdictions: (rules) =>
    [...rules.jurisdictions.values()].map(({ id, name, country, laws, lists }) => {
      return { id, name, country, laws: laws.map((law) => law.id), lists: lists.map((list) => list.id) };
    }),
  policies: (rules) =>
    [...rules.policies.values()].map(({ id, name, reject, review, rules: rows }) => {
      return { id, name, reject, review, rules: rows.map((rule) => rule.id) };
    }),
};

const words = new Map([
  ['id', 'ID'],
  ['ios', 'iOS'],
  ['sdks', 'SDKs'],
]);

/** Countries of the vendor's entities of that day, the contracting entity's first. */
function countriesOf(rules: Rules, vendor: string, asOf: string): string[] {
  const entities = rules.vendors.get(vendor)?.entities ?? [];
  const then = entities.filter((entity) => inForce(entity, asOf));
  return [...new Set(then.map((entity) => entity.country))];
}

/** How a list is printed; colour and width are for text alone. */
export interface ListOptions extends TextOptions {
  readonly format?: 'text' | 'json';
  /** Day of which the vendors' countries are, YYYY-MM-DD. */
  readonly asOf: string;
}

/** What the rules hold of one kind, one line or object for each file; ends in a newline. */
export function listRules(rules: Rules, kind: RuleKind, { format = 'text', asOf, ...options }: ListOptions): string {
  const rows = rowsOf[kind](rules, asOf);
  if (format === 'json') return `${JSON.stringify(rows, null, 2)}\n`;
  // Which platforms were measured, the counts say: a dash is none.
  const heads = Object.keys(rows[0] ?? {}).filter((head) => head !== 'measured');
  const cells = rows.map((row) => ({ cells: heads.map((head) => cell(head, row[head])) }));
  const names = heads.map((head) => words.get(head) ?? head[0]!.toUpperCase() + head.slice(1));
  return paint(table(names, cells, widthFor(options), true), options.colour === true);
}

const COUNTRIES_SHOWN = 2;

/** `Cayman Islands, China + 4`: a file has one line. */
function firstCountries(codes: readonly string[]): string {
  const shown = codes.slice(0, COUNTRIES_SHOWN).map(countryOf).join(', ');
  return codes.length > COUNTRIES_SHOWN ? `${shown} + ${codes.length - COUNTRIES_SHOWN}` : shown;
}

/** Countries by their names; of other lists the ids. */
function cell(head: string, value: Row[string] | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') {
    if (value.length === 0) return '-';
    return head === 'countries' ? firstCountries(value) : value.join(' ');
  }
  if (platforms.some((platform) => platform === head) && value === 0) return '-';
  return head === 'country' ? countryWords(String(value)) : String(value);
}
