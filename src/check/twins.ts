import type { Policy } from '../rules/schema.ts';
import type { RuleFile } from './load.ts';
import type { RuleProblem } from './problem.ts';

/**
 * Whether each rule file has a twin with a hit and a miss, and each twin a rule file. What a twin says is tried by
 * test/rules/twins.test.ts.
 * @param paths of rule files, relative to their pack
 * @param folder what messages call the folder of the twins
 */
export function checkTwins(
  paths: readonly string[],
  policies: ReadonlyMap<string, Policy>,
  twins: readonly RuleFile[],
  folder: string,
): readonly RuleProblem[] {
  const problems: RuleProblem[] = [];
  const byPath = new Map(twins.map((twin) => [twin.path, twin]));
  const rules = new Set(paths);
  for (const path of paths) {
    // A name is all there is to a runtime, or to what needs a permission or on a list, and words to a category: there is nothing to prove.
    if (/^(?:runtimes|permissions|listed|categories)\//.test(path)) continue;
    const file = `${folder}/${path}`;
    const complain = (field: string, message: string) =>
      problems.push({ file, field, message, severity: 'error' as const });
    const twin = byPath.get(path);
    if (!twin) {
      complain('(whole file)', 'there is no twin: a file with a hit and a miss that proves the rule');
      continue;
    }
    const json = parse(twin.text);
    if (twin.refused !== undefined) complain('(whole file)', twin.refused);
    else if (json === null) complain('(whole file)', 'not a JSON object');
    else if (path.startsWith('policies/')) {
      const rows = policies.get(path.slice('policies/'.length, -'.json'.length))?.rules ?? [];
      const tried = objectOf(json.rules);
      for (const { id } of rows) lists(objectOf(tried[id]), ['hits', 'misses'], `rules.${id}.`, complain);
    } else lists(json, ['hit', 'miss'], '', complain);
  }
  for (const { path, name } of twins) {
    if (!/^(sdks|vendors|jurisdictions|policies)\/[^/]+$/.test(path) || rules.has(path)) continue;
    problems.push({
      file: name ?? `${folder}/${path}`,
      field: '(whole file)',
      message: 'a twin of no rule file',
      severity: 'warning',
    });
  }
  return problems;
}

type Json = Readonly<Record<string, unknown>>;

function parse(text: string): Json | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' ? (json as Json | null) : null;
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function lists(
  twin: Json,
  names: readonly string[],
  prefix: string,
  complain: (field: string, message: string) => void,
): void {
  for (const name of names) {
    const list = Object.hasOwn(twin, name) ? twin[name] : undefined;
    if (Array.isArray(list) && list.length > 0) continue;
    complain(`${prefix}${name}`, `at least one ${name.startsWith('hit') ? 'hit' : 'miss'} is needed`);
  }
}
