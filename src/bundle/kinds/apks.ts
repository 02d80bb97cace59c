import { apk } from './apk.ts';
import { type Kind, noSignatures } from './kind.ts';

const MANIFEST = 'AndroidManifest.xml';
/** What bundletool lists a set in. */
const TABLE = 'toc.pb';

/** Where the packages of a set stand: at the top, or where bundletool puts them. */
const member = /^(?:(?:splits|standalones|instant|system|asset-slices|apex)\/)?[^/!]+\.apk$/i;

/**
 * The packages of one app, in an archive or a folder: what bundletool builds (.apks), what stores of others hand out
 * (.xapk, .apkm), or what was pulled off a device. No installer takes the whole; a tool hands it the packages.
 */
export const apks: Kind<'apks'> = {
  kind: 'apks',
  platform: 'android',
  name: 'a set of split APKs',
  accepts: () => null,
  resembles({ paths }) {
    const isListed = paths.includes(TABLE);
    // An APK may hold another one at its top.
    if (!isListed && paths.includes(MANIFEST)) return null;
    const roots = paths.filter((path) => member.test(path)).sort();
    const [first] = roots;
    if (!isListed && first === undefined) return null;
    return { roots, seen: isListed ? TABLE : first!, notices: [] };
  },
  async app(opening) {
    const { readSet } = await import('./apks-documents.ts');
    return readSet(opening);
  },
  isCode: apk.isCode,
  signatures: async () => noSignatures,
};
