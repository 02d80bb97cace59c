import * as v from 'valibot';
import { ScanError } from '../errors.ts';
import type { Hash } from '../platform/platform.ts';
import { Jurisdiction, Policy, type Rules, Sdk, Vendor } from './schema.ts';

/** One file of a rule pack. `path` is relative to the pack, such as `sdks/agora-rtc.json`. */
export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

const kinds = { sdks: Sdk, vendors: Vendor, jurisdictions: Jurisdiction, policies: Policy } as const;
type Kind = keyof typeof kinds;

/** Bytes of one rule file beyond which it is refused. */
const MOST = 1024 * 1024;

/**
 * Checks rule files and joins them; a later pack's file replaces an earlier one of the same kind and id.
 * @throws ScanError bad-rules, naming the file and the field
 */
export function parseRules(packs: readonly (readonly RuleFile[])[], hash: Hash): Rules {
  const found: Record<Kind, Map<string, unknown>> = {
    sdks: new Map(),
    vendors: new Map(),
    jurisdictions: new Map(),
    policies: new Map(),
  };
  for (const file of packs.flat()) {
    const match = /^(sdks|vendors|jurisdictions|policies)\/([^/]+)\.json$/.exec(file.path);
    if (!match) continue;
    const kind = match[1] as Kind;
    const rule = parseFile(file, kind);
    if (rule.id !== match[2]) bad(file, 'id', `"${rule.id}" is not the file name`);
    found[kind].set(rule.id, rule);
  }
  const rules = {
    sdks: sorted(found.sdks) as Map<string, Sdk>,
    vendors: sorted(found.vendors) as Map<string, Vendor>,
    jurisdictions: sorted(found.jurisdictions) as Map<string, Jurisdiction>,
    policies: sorted(found.policies) as Map<string, Policy>,
  };
  checkReferences(rules);
  hash.update(new TextEncoder().encode(JSON.stringify(Object.entries(rules).map(([kind, map]) => [kind, ...map]))));
  return { ...rules, digest: hash.digest() };
}

function parseFile(file: RuleFile, kind: Kind): { id: string } {
  if (file.text.length > MOST) bad(file, '(whole file)', `larger than ${MOST} bytes`);
  let json: unknown;
  try {
    json = JSON.parse(file.text);
  } catch (error) {
    bad(file, '(whole file)', `not JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(kinds[kind], json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  return bad(file, v.getDotPath(issue) ?? '(whole file)', issue.message);
}

function bad(file: Pick<RuleFile, 'path'>, field: string, what: string): never {
  throw new ScanError('bad-rules', `rules/${file.path}: ${field}: ${what}`);
}

function sorted<T>(map: Map<string, T>): Map<string, T> {
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function checkReferences(rules: Omit<Rules, 'digest'>): void {
  for (const sdk of rules.sdks.values()) {
    const file = { path: `sdks/${sdk.id}.json` };
    if (!rules.vendors.has(sdk.vendor)) bad(file, 'vendor', `there is no vendors/${sdk.vendor}.json`);
    for (const id of sdk.contains) {
      if (!rules.sdks.has(id)) bad(file, 'contains', `there is no sdks/${id}.json`);
    }
    const ids = sdk.clues.map((clue) => clue.id);
    const twice = ids.find((id, i) => ids.indexOf(id) !== i);
    if (twice) bad(file, 'clues', `the clue id "${twice}" stands twice`);
  }
}

/** The newest day on which any rule's source was seen: what a scan judges by when the caller names no date. */
export function rulesDay(rules: Rules): string {
  let newest = '1970-01-01';
  const waiting: unknown[] = [...rules.sdks.values(), ...rules.vendors.values(), ...rules.jurisdictions.values()];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    if (typeof item !== 'object' || item === null) continue;
    const { seen } = item as { seen?: unknown };
    if (typeof seen === 'string' && seen > newest) newest = seen;
    waiting.push(...Object.values(item));
  }
  return newest;
}
