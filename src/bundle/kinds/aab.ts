import { apk } from './apk.ts';
import { readSignatures } from './apk-signatures.ts';
import { type Kind, noSignatures } from './kind.ts';

const CONFIG = 'BundleConfig.pb';
const MANIFEST = '/manifest/AndroidManifest.xml';

/** What a store builds packages of (developer.android.com, "The Android App Bundle format"): a folder for each module. */
export const aab: Kind<'aab'> = {
  kind: 'aab',
  platform: 'android',
  name: 'an Android App Bundle',
  // A store takes it; no installer does.
  accepts: () => null,
  resembles({ paths }) {
    const roots = paths
      .filter((path) => path.endsWith(MANIFEST) && path.indexOf('/') === path.length - MANIFEST.length)
      .map((path) => path.slice(0, 1 - MANIFEST.length));
    const hasBase = roots.includes('base/');
    if (!hasBase && !paths.includes(CONFIG)) return null;
    const modules = roots.filter((root) => root !== 'base/').sort();
    return {
      roots: [...(hasBase ? ['base/'] : []), ...modules],
      seen: hasBase ? `base${MANIFEST}` : CONFIG,
      notices: [],
    };
  },
  async app(opening) {
    const { readAppBundle } = await import('./aab-documents.ts');
    return readAppBundle(opening);
  },
  isCode: (path, isExecutable) => apk.isCode(installed(path), isExecutable),
  installed,
  // It is signed as a JAR, by whoever uploads it: the store signs what it builds.
  signatures: ({ archive, source, reader }) =>
    source === null ? Promise.resolve(noSignatures) : readSignatures(archive, source, reader),
};

/** Folders of a module whose content a package has at its top. */
const unwrapped = /^(?:dex|manifest|root)\//;

/** Where the packages that are built of a module have what stands there in it. */
export function installed(place: string): string {
  return place.replace(unwrapped, '');
}
