import type { PolicyRule } from '../rules/schema.ts';
import type { TracedFlow } from '../trace/flow.ts';
import { codeLines } from './code-lines.ts';
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

/**
 * Lines of code that would mend what a rule asks of, for each SDK of the flows and the release of it aboard, to be added to
 * a remedy; empty where the rules have none, or the control is on. So far they are of Android.
 */
export function remedyLines(rule: PolicyRule, flows: readonly TracedFlow[], { found, rules, scored }: Setting): string {
  if (!found.units.some(({ platform }) => platform === 'android')) return '';
  const asked = new Set(rule.when.flatMap(({ field }) => byField[field] ?? fromControl(field)));
  const lines = new Map<string, string>();
  for (const { sdk, controls } of flows) {
    const detection = scored.get(sdk ?? '');
    const known = rules.sdks.get(detection?.products[0] ?? '')?.controls ?? [];
    for (const { id, state } of controls) {
      const control = known.find((each) => each.id === id);
      if (!detection || !control || !asked.has(id) || state === 'on') continue;
      const code = codeLines(control, detection);
      const release = detection.version === null ? '' : ` ${detection.version}`;
      if (code.length > 0) lines.set(`${sdk} ${id}`, ` In ${shortName(detection.name)}${release}: ${list(code)}.`);
    }
  }
  return [...lines.values()].join('');
}

const fromControl = (field: string): string[] => (field.startsWith('control.') ? [field.slice('control.'.length)] : []);
