import type { PlistEntry } from '../formats/plist/index.ts';

/** The keys of an Info.plist that are kept. */
export type Entries = ReadonlyMap<string, PlistEntry>;

/** Keys that say what an app, framework or extension is. */
const USED = new Set([
  'CFBundleIdentifier',
  'CFBundleExecutable',
  'CFBundleDisplayName',
  'CFBundleName',
  'CFBundleShortVersionString',
  'CFBundleVersion',
  'MinimumOSVersion',
  'DTPlatformVersion',
  'UIBackgroundModes',
  'CFBundleDevelopmentRegion',
]);

/**
 * Keys by which an app says what it asks for and that are not called `NS…UsageDescription`; two hold dictionaries (Apple,
 * "Protected resources", https://developer.apple.com/documentation/bundleresources/protected-resources, seen 2026-11-26).
 */
const OTHER_PURPOSES = new Set([
  'NFCReaderUsageDescription',
  'NSLocationTemporaryUsageDescriptionDictionary',
  'NSSensorKitUsageDetail',
  'OSBundleUsageDescription',
]);

/** Characters of a key or value worth keeping: identifiers, names and versions are far shorter. */
const LONGEST_TEXT = 1024;
/** Elements of an array worth keeping: Apple names a dozen background modes. */
const MOST_ELEMENTS = 64;

/** Whether a key is kept: one that says what the app is, what it asks the user for, or that a rule asks for. */
export function wantedKeys(askedFor: (key: string) => boolean): (key: string) => boolean {
  return (key) => {
    if (key.length > LONGEST_TEXT) return false;
    const base = baseKey(key);
    return USED.has(base) || isPermission(base) || askedFor(key);
  };
}

/** Whether the key, of no device alone, says what the app asks the user for. */
export function isPermission(key: string): boolean {
  return /^NS\w+UsageDescription$/.test(key) || OTHER_PURPOSES.has(key);
}

/**
 * The key that one for some platform or device stands for there: `NSCameraUsageDescription~ipad` (Apple, "Information
 * Property List Key Reference", Creating Platform- and Device-Specific Keys; names as in swift-corelibs-foundation,
 * CFBundle_Internal.h; seen 2026-11-26).
 */
export function baseKey(key: string): string {
  return key.replace(/(?:-(?:iphoneos|iphonesimulator|watchos))?(?:~(?:iphone|ipod|ipad|applewatch))?$/, '');
}

/** The entries without what is too long to be meant, and a word on that. */
export function boundedEntries(entries: Entries): { readonly kept: Entries; readonly cut: string | null } {
  const kept = new Map<string, PlistEntry>();
  const cut: string[] = [];
  for (const [key, entry] of entries) {
    const { value } = entry;
    if (typeof value === 'string' && value.length > LONGEST_TEXT) {
      // What a permission is explained with is said nowhere, so nothing is lost: only that it is declared counts.
      if (!isPermission(baseKey(key))) cut.push(key);
      kept.set(key, { value: null, at: { ...entry.at, value: null } });
    } else if (Array.isArray(value)) {
      const short = value.filter((item) => typeof item !== 'string' || item.length <= LONGEST_TEXT);
      const few = [...new Set(short)].slice(0, MOST_ELEMENTS);
      if (short.length < value.length || few.length < new Set(short).size) cut.push(key);
      kept.set(key, { ...entry, value: few });
    } else if (value instanceof Map) {
      // That there is one is all that a dictionary is asked for.
      kept.set(key, { ...entry, value: null });
    } else kept.set(key, entry);
  }
  if (cut.length === 0) return { kept, cut: null };
  const more = cut.length > 1 ? ` and of ${cut.length - 1} more keys` : '';
  return {
    kept,
    cut: `the value of ${cut[0]!.slice(0, 100)}${more} is longer than any that is meant, and is not kept whole`,
  };
}

/** The folder that an Info.plist speaks for: the app, or a framework, extension or bundle inside it; null for others. */
export function folderOf(path: string): string | null {
  if (!path.endsWith('Info.plist')) return null;
  const parts = path.split('/');
  if (parts.pop() !== 'Info.plist') return null;
  // A framework's own may lie in `Resources` or in `Versions/A/Resources`. The folder nearest to the list counts.
  const resources = parts.at(-1) === 'Resources' ? 1 : 0;
  const isVersion = (inside: number) => parts.at(-2 - inside) === 'Versions' && parts.at(-1 - inside) !== '';
  const versions = [0, resources].filter(isVersion).map((inside) => inside + 2);
  for (const inside of [0, resources, ...versions]) {
    const folder = parts.slice(0, parts.length - inside);
    if (folder.length === 0) return '';
    if (/\.(?:app|framework|appex|bundle)$/.test(folder.at(-1)!)) return folder.join('/');
  }
  return null;
}
