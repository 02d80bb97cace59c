import type { PolicyRule } from '../rules/schema.ts';
import type { TracedFlow } from '../trace/flow.ts';
import type { Setting } from './setting.ts';
import { list, shortName } from './words.ts';

/** Fields whose answer a control gives. */
const byField: Readonly<Record<string, readonly string[]>> = {
  encryption: ['media-encryption', 'end-to-end-encryption'],
  'region.in': ['region'],
  'region.out': ['region'],
  'region.foreign': ['region'],
  'handed.none': ['token'],
};

/** Lines of code that would mend what a rule asks of, for each SDK and the release of it aboard; empty where none is known. */
export function remedyLines(
  rule: PolicyRule,
  matches: readonly { readonly flow: TracedFlow }[],
  setting: Setting,
): string {
  const ids = new Set(rule.when.flatMap(({ field }) => byField[field] ?? fromControl(field)));
  const lines = new Map<string, string>();
  for (const { flow } of matches) {
    const { name = '', version = null } = setting.scored.get(flow.sdk ?? '') ?? {};
    for (const { id, remedy = [] } of flow.controls) {
      if (!ids.has(id) || remedy.length === 0) continue;
      lines.set(`${flow.sdk}/${id}`, `In ${shortName(name)}${version === null ? '' : ` ${version}`}: ${list(remedy)}.`);
    }
  }
  return [...lines.values()].map((line) => ` ${line}`).join('');
}

const fromControl = (field: string): string[] => (field.startsWith('control.') ? [field.slice('control.'.length)] : []);
