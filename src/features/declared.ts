import type { Budgets } from '../budgets.ts';
import type { AppFacts, Declaration } from '../bundle/app.ts';
import { decodedText } from '../formats/passage.ts';
import type { Matcher } from '../rules/compile.ts';
import { Collector } from './collector.ts';
import type { EntryFeatures } from './features.ts';

/** Matches what manifests and property lists declare: keys, components, identifiers and the versions of frameworks. */
export function extractDeclared(facts: AppFacts, matcher: Matcher, budgets: Budgets): EntryFeatures[] {
  // The first of a path counts: a framework may have a second property list under Versions.
  const containers = new Map([...facts.containers].reverse().map((container) => [container.path, container]));
  const declarations = new Map<string, Declaration[]>();
  for (const declared of facts.declarations) {
    const own = declarations.get(declared.path);
    if (own) own.push(declared);
    else declarations.set(declared.path, [declared]);
  }
  return facts.documents.map((document) => {
    const slash = document.path.lastIndexOf('/');
    const container = slash < 0 ? undefined : containers.get(document.path.slice(0, slash));
    const into = new Collector(document.path, container?.path ?? null, budgets);
    into.format = document.format;
    into.size = document.size;
    into.sha256 = document.sha256;
    for (const declared of declarations.get(document.path) ?? []) {
      matcher.names(declared.kind).match(declared.name, (clue) => into.hit(clue, 'declared', null, declared.seen));
    }
    if (container) {
      for (const { sdk, at } of matcher.versions) {
        if (at.from !== 'plist') continue;
        const name = container.path.slice(container.path.lastIndexOf('/') + 1);
        const same =
          at.bundleId === undefined ? name === `${at.framework}.framework` : container.bundleId === at.bundleId;
        const value = container.strings.get(at.key);
        if (same && value !== undefined && hasParts(value, at.parts))
          into.version(sdk, value, decodedText(value, `property list, ${at.key}`));
      }
    }
    into.cover('read', null, null, 'read whole');
    return into.finish();
  });
}

/** Whether a value is digits joined by dots, with a suffix at most, in as many parts as the rule says. */
function hasParts(value: string, [least, most]: readonly [number, number]): boolean {
  const parts = /^(\d{1,5}(?:\.\d{1,6})*)(?:[-+_][\w.]*)?$/.exec(value)?.[1]?.split('.').length ?? 0;
  return parts >= least && parts <= most;
}
