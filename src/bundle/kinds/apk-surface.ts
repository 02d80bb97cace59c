import { attribute, type XmlElement } from '../../formats/axml/index.ts';
import { order } from '../../order.ts';
import {
  type AndroidFacts,
  type App,
  type ComponentKind,
  componentKinds,
  type ExportedComponent,
} from '../../types.ts';
import { fullName } from './apk-components.ts';
import { targetOf } from './apk-permissions.ts';
import type { Resources } from './apk-resources.ts';

/** API levels from which components are closed to others unless they say otherwise (developer.android.com, `exported`). */
const ASKED_FROM = 31;
const PROVIDERS_CLOSED_FROM = 17;

/** What is listed of each kind; the rest is counted. Large apps have some hundred components, and a few initialisers. */
const MOST = 256;
const LONGEST = 200;

/** The provider whose metadata androidx.startup reads (developer.android.com, "App Startup"). */
const STARTUP = 'androidx.startup.InitializationProvider';
const STARTUP_VALUE = 'androidx.startup';

const isComponent = (name: string): name is ComponentKind => (componentKinds as readonly string[]).includes(name);

/** What the manifest opens to other apps, lets run before the app, and asks to see of others. */
export function surfaceOf(
  manifest: XmlElement,
  resources: Resources,
  { id, minOs, targetOs }: Pick<App, 'id' | 'minOs' | 'targetOs'>,
): AndroidFacts {
  const target = targetOf({ minOs, targetOs });
  const application = manifest.children.find(({ name }) => name === 'application');
  const exported: ExportedComponent[] = [];
  const initialisers: string[] = [];
  for (const element of application?.children ?? []) {
    const kind = element.name === 'activity-alias' ? 'activity' : element.name;
    if (!isComponent(kind)) continue;
    const name = fullName(resources.text(element, 'name'), id);
    if (name === null) continue;
    if (isExported(element, kind, resources, target)) {
      const own = resources.text(element, 'permission') ?? (application && resources.text(application, 'permission'));
      exported.push({ kind, name: cut(name), permission: own ? cut(own) : null, vendor: null });
    }
    if (name !== STARTUP) continue;
    for (const meta of element.children) {
      const initialiser = meta.name === 'meta-data' ? resources.text(meta, 'name') : null;
      if (initialiser !== null && resources.text(meta, 'value') === STARTUP_VALUE) initialisers.push(cut(initialiser));
    }
  }
  exported.sort((a, b) => order(a.name, b.name) || order(a.kind, b.kind));
  const queries = manifest.children
    .filter(({ name }) => name === 'queries')
    .flatMap((each) => queriesIn(each, resources));
  const asked = [...new Set(queries)].sort(order);
  return {
    exported: exported.slice(0, MOST),
    moreExported: Math.max(0, exported.length - MOST),
    initialisers: [...new Set(initialisers)].sort(order).slice(0, MOST),
    queries: asked.slice(0, MOST),
    moreQueries: Math.max(0, asked.length - MOST),
  };
}

const cut = (text: string) => text.slice(0, LONGEST);

/** As AOSP's ParsedComponentUtils have it: what says nothing is open by its filters, a provider by the app's target. */
function isExported(element: XmlElement, kind: ComponentKind, resources: Resources, target: number): boolean {
  const said = attribute(element, 'exported') === undefined ? null : resources.flag(element, 'exported');
  if (said !== null) return said;
  if (kind === 'provider') return target < PROVIDERS_CLOSED_FROM;
  return target < ASKED_FROM && element.children.some(({ name }) => name === 'intent-filter');
}

/** `package com.example`, `intent android.intent.action.VIEW https`, `provider com.example.files`. */
function queriesIn(queries: XmlElement, resources: Resources): string[] {
  return queries.children.flatMap((each) => {
    const text = (element: XmlElement, name: string) => resources.text(element, name) ?? '';
    if (each.name === 'package') return [cut(`package ${text(each, 'name')}`)];
    if (each.name === 'provider') return [cut(`provider ${text(each, 'authorities')}`)];
    if (each.name !== 'intent') return [];
    const parts = each.children.map((part) =>
      part.name === 'data' ? ['scheme', 'host', 'mimeType'].map((name) => text(part, name)) : [text(part, 'name')],
    );
    return [cut(['intent', ...parts.flat()].filter((part) => part !== '').join(' '))];
  });
}
