import { attribute, type XmlElement } from '../../formats/axml/index.ts';
import type { Anomaly } from '../../types.ts';
import type { Entry } from '../entry.ts';
import type { Resources } from './apk-resources.ts';

/** What the system loads of an APK by its place. */
export interface Code {
  readonly hasDex: boolean;
  readonly architectures: readonly string[];
  /** By folder below `lib/`: names of the libraries. */
  readonly libraries: ReadonlySet<string>;
  readonly anomalies: readonly Anomaly[];
}

export function codeOf(entries: readonly Entry[]): Code {
  const architectures = new Set<string>();
  const libraries = new Set<string>();
  const dexes = new Set<string>();
  for (const { path } of entries) {
    if (path.startsWith('classes') && /^classes\d*\.dex$/.test(path)) dexes.add(path);
    const [, abi, name] = (path.startsWith('lib/') && /^lib\/([^/]+)\/([^/]+\.so)$/.exec(path)) || [];
    if (abi === undefined || name === undefined) continue;
    architectures.add(abi);
    libraries.add(name);
  }
  const { length } = [...dexes];
  return {
    hasDex: length > 0,
    architectures: [...architectures].sort(),
    libraries,
    anomalies: notLoaded(dexes),
  };
}

/** Of packages that are installed together. */
export function joinCode(all: readonly Code[]): Code {
  return {
    hasDex: all.some(({ hasDex }) => hasDex),
    architectures: [...new Set(all.flatMap(({ architectures }) => architectures))].sort(),
    libraries: new Set(all.flatMap(({ libraries }) => [...libraries])),
    anomalies: all.flatMap(({ anomalies }) => anomalies),
  };
}

/** The loader counts from classes.dex on and stops at the first that is not there (AOSP art, DexFileLoader::OpenAllDexFilesFromZip). */
function notLoaded(dexes: ReadonlySet<string>): Anomaly[] {
  const loaded = new Set<string>();
  let next = 'classes.dex';
  for (; dexes.has(next); next = `classes${loaded.size + 1}.dex`) loaded.add(next);
  return [...dexes]
    .filter((path) => !loaded.has(path))
    .map((path) => ({
      code: 'apk.dex-not-loaded',
      path,
      offset: 0,
      detail: `there is no ${next}, so that the system does not load this; it was read all the same`,
    }));
}

const NATIVE_ACTIVITY = 'android.app.NativeActivity';
const NATIVE_LIBRARY = 'android.app.lib_name';

/** Code that the manifest says there is. */
export interface AskedCode {
  /** Whether it says that the app has none of its own. */
  readonly saysNone: boolean;
  /** Libraries of other apps whose code runs in this one. */
  readonly elsewhere: readonly string[];
  /** Files that its native activities run. */
  readonly native: readonly string[];
}

export function askedCode(manifest: XmlElement, resources: Resources): AskedCode {
  const application = manifest.children.find(({ name }) => name === 'application');
  const elsewhere: string[] = [];
  const native: string[] = [];
  for (const element of application?.children ?? []) {
    const name = resources.text(element, 'name');
    if (element.name === 'uses-static-library') elsewhere.push(name ?? '');
    if (element.name !== 'activity') continue;
    const named = element.children.find(
      (each) => each.name === 'meta-data' && resources.text(each, 'name') === NATIVE_LIBRARY,
    );
    // Without the name it is libmain.so (android.app.NativeActivity, onCreate).
    if (!named && name !== NATIVE_ACTIVITY) continue;
    if (attribute(element, 'splitName') !== undefined) continue;
    native.push(`lib${(named && resources.text(named, 'value')) ?? 'main'}.so`);
  }
  const saysNone = application !== undefined && resources.flag(application, 'hasCode') === false;
  return { saysNone, elsewhere, native };
}

/**
 * Code that a manifest asks for and is not there, in words.
 * @param code of all packages that are installed together
 * @param isBase whether the manifest is that of the app, and not of a part of it
 */
export function missingCode({ saysNone, elsewhere, native }: AskedCode, code: Code, isBase: boolean): string[] {
  const shown = (name: string) => JSON.stringify(name.slice(0, 100));
  const isEmpty = !code.hasDex && code.libraries.size === 0;
  const says = saysNone ? ', and the manifest says so' : '';
  return [
    ...(isEmpty && isBase
      ? [`no code of the app was read: there is no classes.dex and no library below lib/${says}`]
      : []),
    ...elsewhere.map((name) => `code of the app comes from a library that is not in it: ${shown(name)}`),
    ...native
      .filter((library) => !code.libraries.has(library))
      .map((library) => `a native activity runs ${shown(library)}, which is not below lib/`),
  ];
}

/** Files that `uses-native-library` names: the device has them, or the app does without (developer.android.com). */
export function librariesOfDevice(manifest: XmlElement, resources: Resources): ReadonlySet<string> {
  const application = manifest.children.find(({ name }) => name === 'application');
  const named = application?.children.filter(({ name }) => name === 'uses-native-library') ?? [];
  return new Set(named.flatMap((each) => resources.text(each, 'name') ?? []));
}
