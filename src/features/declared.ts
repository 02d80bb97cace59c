import type { Budgets } from '../budgets.ts';
import type { AppFacts, Declaration } from '../bundle/app.ts';
import { decodedText } from '../formats/passage.ts';
import type { Taker } from '../inventory/taker.ts';
import { Collector } from './collector.ts';
import type { EntryFeatures } from './features.ts';

/** Hands over what manifests and property lists declare: keys, components, identifiers and the versions of frameworks. */
export function extractDeclared(facts: AppFacts, taker: Taker, budgets: Budgets): EntryFeatures[] {
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
    const into = new Collector(document.path, container?.path ?? null, taker, budgets);
    into.format = document.format;
    into.size = document.size;
    into.sha256 = document.sha256;
    for (const declared of declarations.get(document.path) ?? []) {
      into.facts.name(declared.kind, declared.name, 'declared', null, declared.seen);
    }
    if (container) {
      const folder = {
        name: container.path.slice(container.path.lastIndexOf('/') + 1),
        bundleId: container.bundleId,
      };
      for (const [key, value] of container.strings) {
        if (taker.wantsKey(key))
          into.facts.value(folder, key, value, () => decodedText(value, `property list, ${key}`));
      }
    }
    into.cover('read', null, null, 'read whole');
    return into.finish();
  });
}
