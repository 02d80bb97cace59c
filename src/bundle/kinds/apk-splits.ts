import type { XmlElement } from '../../formats/axml/index.ts';
import type { Resources } from './apk-resources.ts';

/**
 * What the manifest says of the other APKs that the app is installed with: AOSP ApkLiteParseUtils and
 * PackageInstallerSession.validateApkInstallLocked, and bundletool's ManifestEditor (seen 2026-11-26).
 */
export interface Splits {
  /** What this APK is one of: `config.arm64_v8a`; null for a base. */
  readonly own: string | null;
  readonly isFeature: boolean;
  /** The package that it configures; empty for the base. */
  readonly configures: string;
  /** Other splits that it asks for. */
  readonly uses: readonly string[];
  /** Types that it provides, and such as must be there. */
  readonly types: readonly string[];
  readonly required: readonly string[];
  /** What says that there must be others, without saying which; null where nothing does. */
  readonly flag: string | null;
  /** Modules that its components or the list of splits name, and those that were fused into it. */
  readonly modules: readonly string[];
  readonly fused: readonly string[];
}

/** The packages of an app that are there: their splits by name, the empty one for the base, and the types they provide. */
export interface Present {
  readonly names: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  readonly packages: number;
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
  const textsOf = (element: XmlElement, name: string) => resources.text(element, name) || [];
  const application = manifest.children.find(({ name }) => name === 'application');
  const within = application?.children ?? [];
  const meta = (key: string) =>
    within.find((each) => each.name === 'meta-data' && resources.text(each, 'name') === key) ?? null;
  const required = meta(REQUIRED);
  const fused = meta(FUSED);
  const isRequired = [manifest, ...(application ? [application] : [])].some((each) =>
    resources.flag(each, 'isSplitRequired'),
  );
  const isNamed = required !== null && resources.flag(required, 'value') === true;
  const uses = manifest.children.flatMap((each) => (each.name === 'uses-split' ? textsOf(each, 'name') : []));
  return {
    own: resources.text(manifest, 'split') || null,
    isFeature: resources.flag(manifest, 'isFeatureSplit') === true,
    configures: resources.text(manifest, 'configForSplit') ?? '',
    uses,
    types: typesIn(resources.text(manifest, 'splitTypes')),
    required: typesIn(resources.text(manifest, 'requiredSplitTypes')),
    flag: isRequired ? 'isSplitRequired' : isNamed ? REQUIRED : null,
    modules: [...within.flatMap((each) => textsOf(each, 'splitName')), ...uses, ...listed],
    fused: fused ? typesIn(resources.text(fused, 'value')) : [],
  };
}

/** The packages of one app, as far as these say. */
export function presentIn(packages: readonly Splits[]): Present {
  return {
    names: new Set(packages.flatMap(({ own, fused }) => [own ?? '', ...fused])),
    types: new Set(packages.flatMap(({ types }) => types)),
    packages: packages.length,
  };
}

/**
 * Why what is there is not all of the app, by the word of one of its packages; empty where it says nothing of the kind.
 * @param present what is there, that package included
 */
export function missingBeside(splits: Splits, { names, types, packages }: Present): readonly string[] {
  const { own, configures, uses, isFeature } = splits;
  if (own !== null) {
    const isAlone = packages === 1;
    const absent = [...new Set([configures, '', ...uses])].filter((name) => !names.has(name));
    if (absent.length === 0) return [];
    const what = isFeature ? 'feature module' : 'split';
    const needs = absent.filter((name) => name !== '');
    const base = names.has('') ? '' : `${configures || 'the base'} is missing`;
    const asked = isAlone ? uses : needs;
    const also = asked.length === 0 ? '' : `${base === '' ? '' : ', '}it needs ${named(asked)}`;
    const alone = isAlone ? ' of an app alone, not the app' : ' without what it belongs to';
    return [`this is the ${what} ${quoted(own)}${alone}: ${base}${also}; ${WAY_OUT}`];
  }
  const missing: string[] = [];
  const lacking = splits.required.filter((type) => !types.has(type));
  if (lacking.length > 0) {
    missing.push(`required splits are missing (requiredSplitTypes): ${named(lacking)}; ${WAY_OUT}`);
  } else if (splits.flag !== null && packages === 1) {
    missing.push(`required splits are missing (${splits.flag}), which ones the manifest does not name; ${WAY_OUT}`);
  }
  // Components of a feature module stand in the base's manifest, and their classes in the module.
  const absent = [...new Set(splits.modules)].filter((name) => name !== 'base' && !names.has(name));
  if (absent.length > 0) missing.push(`feature modules are missing that hold code: ${named(absent)}; ${WAY_OUT}`);
  return missing;
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
