import * as v from 'valibot';
import { ScanError } from '../errors.ts';
import {
  Category,
  Jurisdiction,
  Listed,
  Permissions,
  Policy,
  type Rules,
  Runtimes,
  Sdk,
  Vendor,
} from '../rules/schema.ts';
import type { Hash, RuleText } from '../runtime/runtime.ts';
import { checkRules } from './index.ts';
import { type CheckOptions, inOrder, type RuleProblem, type Vocabulary } from './problem.ts';

/** One file of a rule pack. `path` is relative to the pack, such as `sdks/agora-rtc.json`. */
export interface RuleFile extends RuleText {
  /** What messages call it; `rules/<path>` where left out. */
  readonly name?: string;
}

/** Files, or rules that were loaded before. */
export type RulePack = readonly RuleFile[] | Rules;

const kinds = {
  sdks: Sdk,
  vendors: Vendor,
  jurisdictions: Jurisdiction,
  policies: Policy,
  runtimes: Runtimes,
  permissions: Permissions,
  listed: Listed,
  categories: Category,
} as const;
type Kind = keyof typeof kinds;
type Rule = v.InferOutput<(typeof kinds)[Kind]>;
type Complain = (field: string, message: string, severity?: RuleProblem['severity']) => void;

/** Bytes of one rule file beyond which it is refused. */
const MOST = 1024 * 1024;

const WHOLE = '(whole file)';

/**
 * Checks rule files and joins them; a later pack's file replaces an earlier one of the same kind and id.
 * @throws ScanError bad-rules, naming the first file and field, and how many more there are
 */
export function parseRules(packs: readonly RulePack[], hash: Hash, vocabulary: Vocabulary): Rules {
  const [only, another] = packs;
  // What was loaded was checked.
  if (only !== undefined && another === undefined && 'digest' in only) return only;
  const { rules, problems } = readRules(packs, hash, { vocabulary });
  const errors = problems.filter((problem) => problem.severity === 'error');
  const [first] = errors;
  if (!first) return rules;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more: waybill rules check lists them)` : '';
  throw new ScanError('bad-rules', `${first.file}: ${first.field}: ${first.message}${more}`);
}

/** The same with every problem; `rules` lacks the files that could not be read. */
export function readRules(
  packs: readonly RulePack[],
  hash: Hash,
  options: CheckOptions,
): { readonly rules: Rules; readonly problems: readonly RuleProblem[] } {
  const found: Record<Kind, Map<string, Rule>> = {
    sdks: new Map(),
    vendors: new Map(),
    jurisdictions: new Map(),
    policies: new Map(),
    runtimes: new Map(),
    permissions: new Map(),
    listed: new Map(),
    categories: new Map(),
  };
  const problems: RuleProblem[] = [];
  const names = new Map<string, string>();
  for (const pack of packs) {
    if ('digest' in pack) {
      for (const kind of Object.keys(kinds) as Kind[]) for (const [id, rule] of pack[kind]) found[kind].set(id, rule);
      continue;
    }
    for (const file of pack) {
      const name = file.name ?? `rules/${file.path}`;
      const complain: Complain = (field, message, severity = 'error') =>
        problems.push({ file: name, field, message, severity });
      const [, kind, id = ''] =
        /^(sdks|vendors|jurisdictions|policies|runtimes|permissions|listed|categories)\/([^/]+)\.json$/.exec(
          file.path,
        ) ?? [];
      if (file.refused !== undefined) {
        // Elsewhere nothing is lost by it.
        const isRule = kind !== undefined || Object.hasOwn(kinds, file.path);
        complain(WHOLE, file.refused, isRule ? 'error' : 'warning');
        continue;
      }
      if (kind === undefined) {
        complain(WHOLE, `not used: rules are ${Object.keys(kinds).join('/, ')}/<id>.json`, 'warning');
        continue;
      }
      names.set(file.path, name);
      const rule = parseFile(file.text, kind as Kind, complain);
      if (rule && rule.id !== id) complain('id', `"${rule.id}" is not the file name`);
      else if (rule) found[kind as Kind].set(id, rule);
    }
  }
  const checked = {
    sdks: sorted(found.sdks) as Map<string, Sdk>,
    vendors: sorted(found.vendors) as Map<string, Vendor>,
    jurisdictions: sorted(found.jurisdictions) as Map<string, Jurisdiction>,
    policies: sorted(found.policies) as Map<string, Policy>,
    runtimes: sorted(found.runtimes) as Map<string, Runtimes>,
    permissions: sorted(found.permissions) as Map<string, Permissions>,
    listed: sorted(found.listed) as Map<string, Listed>,
    categories: sorted(found.categories) as Map<string, Category>,
  };
  // A file that could not be read is there all the same: one mistake is told once.
  const exists = (path: string) => {
    const [kind, file = ''] = path.split('/');
    return names.has(path) || found[kind as Kind].has(file.slice(0, -'.json'.length));
  };
  for (const problem of checkRules(checked, { exists, ...options })) {
    problems.push({ ...problem, file: names.get(problem.file) ?? `rules/${problem.file}` });
  }
  return { rules: { ...checked, digest: digestOf(checked, hash) }, problems: inOrder(problems) };
}

/** The digest of rules, whatever files and white space they came in. */
export function digestOf(rules: Omit<Rules, 'digest'>, hash: Hash): string {
  const { sdks, vendors, jurisdictions, policies, runtimes, permissions, listed, categories } = rules;
  const all = Object.entries({ sdks, vendors, jurisdictions, policies, runtimes, permissions, listed, categories });
  hash.update(new TextEncoder().encode(JSON.stringify(all.map(([kind, map]) => [kind, ...map]))));
  return hash.digest();
}

function parseFile(text: string, kind: Kind, complain: Complain): Rule | null {
  if (text.length > MOST) {
    complain(WHOLE, `larger than ${MOST} bytes`);
    return null;
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    complain(WHOLE, `not JSON: ${(error as Error).message}`);
    return null;
  }
  const old = kind === 'sdks' ? seenInside(json) : null;
  if (old !== null) {
    complain(old, MOVED);
    return null;
  }
  const result = v.safeParse(kinds[kind], withoutSchema(json));
  if (result.success) return result.output;
  for (const issue of result.issues) complain(v.getDotPath(issue) ?? WHOLE, issue.message);
  return null;
}

const MOVED =
  'moved below the rule: give each version rule an id, and for each file that was seen write once, in "artifacts", ' +
  '{ artifact, sha256, seen, holds: { "<id of clue or version rule>": { "at": <offset>, "note": … } } }';

/** Field of the first clue or version rule that has its sources inside, as in 0.1.0. */
function seenInside(json: unknown): string | null {
  for (const field of ['clues', 'versions']) {
    const rows = (json as Readonly<Record<string, unknown>> | null)?.[field];
    const i = Array.isArray(rows) ? rows.findIndex((row: { seen?: unknown } | null) => row?.seen !== undefined) : -1;
    if (i >= 0) return `${field}.${i}.seen`;
  }
  return null;
}

/** `$schema` tells an editor how to check the file; it is no rule. */
function withoutSchema(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('$schema' in json)) return json;
  const { $schema: _, ...rest } = json;
  return rest;
}

function sorted<T>(map: Map<string, T>): Map<string, T> {
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
