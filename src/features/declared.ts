import type { Allowance } from '../allowance.ts';
import type { Budgets } from '../budgets.ts';
import type { AppFacts, Declaration, DocumentFormat } from '../bundle/app.ts';
import { passageOfText } from '../formats/passage.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import type { Taker } from '../inventory/taker.ts';
import type { Platform } from '../types.ts';
import { Collector } from './collector.ts';

const platformOf: Readonly<Record<DocumentFormat, Platform>> = {
  manifest: 'android',
  signature: 'android',
  metadata: 'android',
  plist: 'ios',
};

/** Hands over what manifests and property lists declare: keys, components, identifiers and the versions of frameworks. */
export function extractDeclared(
  facts: AppFacts,
  taker: Taker,
  budgets: Budgets,
  allowance: Allowance,
): EntryFeatures[] {
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
    const into = new Collector({ path: document.path, container: container?.path || null, taker, budgets, allowance });
    into.begins(document.format, { platform: platformOf[document.format] });
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
      for (const [key, { text, at }] of container.strings) {
        if (taker.wantsKey(key))
          into.facts.value(folder, key, text, () => passageOfText(text, at.value, `property list, ${key}`));
      }
    }
    into.libraries = facts.libraries.get(document.path) ?? [];
    into.coverOverlooked();
    into.cover({ state: 'read', detail: 'read whole' });
    return into.finish();
  });
}
