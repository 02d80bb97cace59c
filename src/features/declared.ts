import type { Budgets } from '../budgets.ts';
import type { AppFacts, Declaration } from '../bundle/app.ts';
import type { Matcher } from '../rules/compile.ts';
import { Collector } from './collector.ts';
import type { EntryFeatures } from './features.ts';

/** Matches what manifests and property lists declare: keys, components, identifiers and the versions of frameworks. */
export function extractDeclared(facts: AppFacts, matcher: Matcher, budgets: Budgets): EntryFeatures[] {
  // By the list itself: that of a framework may stand under Versions, and beside another one.
  const containers = new Map(facts.containers.map((container) => [container.document, container]));
  const declarations = new Map<string, Declaration[]>();
  for (const declared of facts.declarations) {
    const own = declarations.get(declared.path);
    if (own) own.push(declared);
    else declarations.set(declared.path, [declared]);
  }
  return facts.documents.map((document) => {
    const container = containers.get(document.path);
    const into = new Collector(document.path, container?.path || null, budgets);
    into.format = document.format;
    into.size = document.size;
    into.sha256 = document.sha256;
    for (const declared of declarations.get(document.path) ?? []) {
      const text = declared.value === null ? declared.name : `${declared.name} = ${declared.value}`;
      matcher
        .names(declared.kind)
        .match(declared.name, (clue) => into.hit(clue, 'declared', declared.offset, () => text));
    }
    if (container) {
      for (const { sdk, at } of matcher.versions) {
        if (at.from !== 'plist') continue;
        const name = container.path.slice(container.path.lastIndexOf('/') + 1);
        const same =
          at.bundleId === undefined ? name === `${at.framework}.framework` : container.bundleId === at.bundleId;
        const value = container.strings.get(at.key)?.text;
        if (same && value !== undefined && hasParts(value, at.parts))
          into.version(sdk, value, null, `${at.key} = ${value}`);
      }
    }
    into.cover('read', null, null, 'read whole');
    return into.finish();
  });
}

/** Whether a rule asks for this key of a property list: no other is worth keeping. */
export function askedFor(matcher: Matcher): (key: string) => boolean {
  const versions = new Set(matcher.versions.flatMap(({ at }) => (at.from === 'plist' ? [at.key] : [])));
  return (key) => {
    let found = versions.has(key);
    if (!found) matcher.names('key').match(key, () => (found = true));
    return found;
  };
}

/** Longer ones are none; a group repeated a million times would also overflow the stack of a regular expression. */
const LONGEST_VERSION = 256;

/** Whether a value is digits joined by dots, with a suffix at most, in as many parts as the rule says. */
function hasParts(value: string, [least, most]: readonly [number, number]): boolean {
  if (value.length > LONGEST_VERSION) return false;
  const parts = /^(\d{1,5}(?:\.\d{1,6})*)(?:[-+_][\w.]*)?$/.exec(value)?.[1]?.split('.').length ?? 0;
  return parts >= least && parts <= most;
}
