import { classGroup } from '../inventory/class-group.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import { cluesOf } from '../rules/clues.ts';
import type { Rules } from '../rules/schema.ts';
import { productOf } from './packages.ts';
import { partyOf } from './parties.ts';

/**
 * Packages that a rule speaks of: those whose classes it asks for (`under`), and those in which a class that it names
 * (`is`) is defined aboard: what lies beside and below it is that SDK's. A tail says nothing of who owns the package.
 * Each with the SDKs that speak of it.
 */
export function knownPackages(
  entries: readonly EntryFeatures[],
  rules: Rules,
): ReadonlyMap<string, ReadonlySet<string>> {
  const packages = new Map<string, Set<string>>();
  const add = (name: string, sdk: string) => {
    const known = packages.get(name);
    if (known) known.add(sdk);
    else packages.set(name, new Set([sdk]));
  };
  const clues = cluesOf(rules);
  for (const { clue, sdk } of clues.values()) {
    if (clue.kind === 'class' && clue.under !== undefined) add(clue.under.replace(/\.$/, ''), sdk);
  }
  for (const { hits } of entries) {
    for (const { clue, grade, seen } of hits) {
      const { clue: rule, sdk } = clues.get(clue) ?? {};
      if (
        grade !== 'defined' ||
        sdk === undefined ||
        rule?.kind !== 'class' ||
        rule.is === undefined ||
        rule.strength === 'weak'
      )
        continue;
      const name = (seen.value ?? seen.text).replace(/^L(.*);$/, '$1').replaceAll('/', '.');
      // `JMSGMessage` of Objective-C, `TwilioVideo.Room` of Swift: what is called alike is the same SDK's.
      const own = name.includes('.') ? name.slice(0, name.indexOf('.')) : classGroup(name);
      if (own !== null && /^[A-Z]/.test(own)) add(own, sdk);
      const end = name.lastIndexOf('.');
      // One label is a whole domain's: `com`.
      if (name.indexOf('.') < end) add(name.slice(0, end), sdk);
    }
  }
  return packages;
}

/** `a`, `a.b`, `a.b.c` of `a.b.c`. */
export function prefixes(name: string): string[] {
  const labels = name.split('.');
  return labels.map((_, i) => labels.slice(0, i + 1).join('.'));
}

/**
 * Packages of the app itself: the app id, what it begins with to the depth of two labels, and what else stands below the
 * name of its maker. An id proves nothing of who made an app; what the rules know is found whatever it is called.
 */
export function isOwn(name: string, appId: string | null): boolean {
  if (appId === null || !name.includes('.')) return false;
  if (`${appId}.`.startsWith(`${name}.`) || name.startsWith(`${appId}.`)) return true;
  return partyOf(appId) !== null && appId.includes('.') && productOf(name) === productOf(appId);
}
