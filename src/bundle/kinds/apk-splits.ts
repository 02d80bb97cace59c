import type { XmlElement } from '../../formats/axml/index.ts';
import type { Resources } from './apk-resources.ts';

/**
 * What the manifest says of the other APKs that the app is installed with: AOSP ApkLiteParseUtils and
 * PackageInstallerSession.validateApkInstallLocked, and bundletool's ManifestEditor (seen 2026-11-26).
 */
export interface Splits {
  /** What this APK is one of: `config.arm64_v8a`; null for a base. */
  readonly own: string | null;
  /** Why it is not all of the app, each with what is missing; empty for an app in one piece. */
  readonly missing: readonly string[];
}

const REQUIRED = 'com.android.vending.splits.required';
const LIST = 'com.android.vending.splits';
const FUSED = 'com.android.dynamic.apk.fused.modules';
const WAY_OUT = 'hand in the base with its splits, or a universal APK';

/** Names said of each; the rest is counted. */
const NAMED = 8;

/** Path of the document that lists the splits that there are; null where the manifest names none. */
export function splitListOf(manifest: XmlElement, resources: Resources): string | null {
  const application = manifest.children.find(({ name }) => name === 'application');
  const list = application?.children.find((each) => each.name === 'meta-data' && resources.text(each, 'name') === LIST);
  return list ? resources.text(list, 'resource') : null;
}

/** Feature modules in that list (bundletool, SplitsXmlInjector): `<module name="feature"><language>…`. */
export function modulesIn(list: XmlElement): string[] {
  return list.children.flatMap((each) => {
    const own = each.attributes.find(({ name, namespace }) => name === 'name' && namespace === null);
    return each.name === 'module' && typeof own?.value === 'string' ? [own.value] : [];
  });
}

/** @param listed modules that the list of splits names */
export function splitsOf(manifest: XmlElement, resources: Resources, listed: readonly string[]): Splits {
  const own = resources.text(manifest, 'split');
  const application = manifest.children.find(({ name }) => name === 'application');
  const within = application?.children ?? [];
  const meta = (key: string) =>
    within.find((each) => each.name === 'meta-data' && resources.text(each, 'name') === key) ?? null;
  const uses = manifest.children.flatMap((each) => (each.name === 'uses-split' ? textsOf(each, 'name') : []));
  if (own !== null && own !== '') {
    const what = resources.flag(manifest, 'isFeatureSplit') ? 'feature module' : 'split';
    const of = resources.text(manifest, 'configForSplit') || 'the base';
    const needs = uses.length === 0 ? '' : `, it needs ${named(uses)}`;
    return {
      own,
      missing: [
        `this is the ${what} ${quoted(own)} of an app alone, not the app: ${of} is missing${needs}; ${WAY_OUT}`,
      ],
    };
  }

  const provided = new Set(typesIn(resources.text(manifest, 'splitTypes')));
  const types = typesIn(resources.text(manifest, 'requiredSplitTypes')).filter((type) => !provided.has(type));
  const flags = [
    ...(resources.flag(manifest, 'isSplitRequired') ? ['isSplitRequired'] : []),
    ...(application && resources.flag(application, 'isSplitRequired') ? ['isSplitRequired'] : []),
  ];
  const required = meta(REQUIRED);
  if (required && resources.flag(required, 'value')) flags.push(REQUIRED);
  const missing: string[] = [];
  if (types.length > 0) {
    missing.push(`required splits are missing (requiredSplitTypes): ${named(types)}; ${WAY_OUT}`);
  } else if (flags.length > 0) {
    missing.push(`required splits are missing (${flags[0]}), which ones the manifest does not name; ${WAY_OUT}`);
  }

  // Components of a feature module stand in the base's manifest, and their classes in the module.
  const fused = meta(FUSED);
  const aboard = new Set(['', 'base', ...(fused ? typesIn(resources.text(fused, 'value')) : [])]);
  const modules = within.flatMap((each) => textsOf(each, 'splitName'));
  const absent = [...new Set([...modules, ...uses, ...listed])].filter((name) => !aboard.has(name));
  if (absent.length > 0) missing.push(`feature modules are missing that hold code: ${named(absent)}; ${WAY_OUT}`);
  return { own: null, missing };

  function textsOf(element: XmlElement, name: string): string[] {
    const text = resources.text(element, name);
    return text === null || text === '' ? [] : [text];
  }
}

function typesIn(list: string | null): string[] {
  return (list ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

const quoted = (name: string) => JSON.stringify(name.slice(0, 100));

function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map(quoted).join(', ');
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown;
}
