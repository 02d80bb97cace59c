import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkRules, loadRules, printable, type RuleProblem, type Rules } from '../index.ts';
import type { ExitCode } from './exit-codes.ts';
import { type Io, layoutOf } from './io.ts';
import { remark } from './remarks.ts';

export const ruleKinds = ['sdks', 'vendors', 'jurisdictions', 'policies'] as const;
export type RuleKind = (typeof ruleKinds)[number];

export const listFormats = ['text', 'json'] as const;

export interface ListOptions {
  readonly kind?: RuleKind;
  readonly output?: (typeof listFormats)[number];
  readonly rules?: readonly string[];
}

/** Columns in the order of the table; the same names in JSON. */
type Row = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** `waybill rules list`: what the rules hold, one line for each file. */
export function listCommand(options: ListOptions, io: Io): ExitCode {
  const rules = loadRules(...(options.rules ?? []));
  const rows = rowsOf[options.kind ?? 'sdks'](rules, io.now().toISOString().slice(0, 10));
  const text = options.output === 'json' ? `${JSON.stringify(rows, null, 2)}\n` : table(rows, layoutOf(io).width);
  io.stdout.write(text);
  return 0;
}

const rowsOf: Readonly<Record<RuleKind, (rules: Rules, today: string) => Row[]>> = {
  sdks: (rules, today) =>
    [...rules.sdks.values()].map(({ id, name, vendor, clues, versions }) => {
      const on = (platform: string) => clues.filter((clue) => (clue.platform ?? platform) === platform).length;
      const countries = countriesOf(rules, vendor, today);
      return { id, name, vendor, countries, android: on('android'), ios: on('ios'), version: versions.length > 0 };
    }),
  vendors: (rules, today) =>
    [...rules.vendors.values()].map(({ id, name, recipient, hosts }) => {
      const sdks = [...rules.sdks.values()].filter((sdk) => sdk.vendor === id).map((sdk) => sdk.id);
      return { id, name, countries: countriesOf(rules, id, today), hosts: hosts.length, recipient, sdks };
    }),
  jurisdictions: (rules) =>
    [...rules.jurisdictions.values()].map(({ id, name, country, laws, lists }) => {
      return { id, name, country, laws: laws.map((law) => law.id), lists: lists.map((list) => list.id) };
    }),
  policies: (rules) =>
    [...rules.policies.values()].map(({ id, name, reject, review, rules: rows }) => {
      return { id, name, rules: rows.length, reject, review };
    }),
};

/** Countries of the vendor's entities of today, the contracting entity's first. */
function countriesOf(rules: Rules, vendor: string, today: string): string[] {
  const entities = rules.vendors.get(vendor)?.entities ?? [];
  const now = entities.filter((e) => (e.from ?? '') <= today && (e.to === undefined || today < e.to));
  return [...new Set(now.map((entity) => entity.country))];
}

const GAP = 2;

/** Aligned columns; the last gives way where the lines are too long, then the name. */
function table(rows: readonly Row[], width: number): string {
  const heads = Object.keys(rows[0] ?? {});
  const lines = [heads.map((head) => head.toUpperCase()), ...rows.map((row) => heads.map((head) => cell(row[head])))];
  const widths = heads.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  for (const column of [widths.length - 1, heads.indexOf('name')]) {
    const over = widths.reduce((sum, w) => sum + w + GAP, -GAP) - width;
    if (over > 0 && column >= 0) widths[column] = Math.max(heads[column]!.length, 12, widths[column]! - over);
  }
  return lines.map((line) => `${line.map((text, i) => fit(text, widths[i]!)).join(' '.repeat(GAP)).trimEnd()}\n`).join('');
}

function cell(value: Row[string] | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return value.length > 0 ? printable(value.join(' ')) : '-';
  return printable(String(value));
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 3)}...` : text.padEnd(width);
}

export interface CheckOptions {
  readonly twins?: string;
}

/**
 * `waybill rules check DIR…`: each problem on a line of stdout as `file: field: message`; warnings and what was checked
 * on stderr.
 */
export function checkCommand(directories: readonly string[], options: CheckOptions, io: Io): ExitCode {
  const asOf = io.now().toISOString().slice(0, 10);
  const twinsOf = (directory: string) => options.twins ?? besideRules(directory);
  const problems = new Map<string, RuleProblem>();
  // Packs are read together, for one may name what another holds; twins belong to one directory each.
  for (const twins of new Set(directories.map(twinsOf))) {
    const own = directories.filter((directory) => twinsOf(directory) === twins);
    for (const problem of checkRules(directories, { asOf, twins, twinsOf: own })) {
      problems.set(JSON.stringify(problem), problem);
    }
  }
  return 0;
}

/** `rules/` and `test/rules/` stand beside each other, as in this project. */
function besideRules(directory: string): string | undefined {
  const twins = join(directory, '..', 'test', 'rules');
  return existsSync(twins) ? twins : undefined;
}
