import { frameworkOf } from '../executables.ts';
import { aar } from './aar.ts';
import { type Kind, noSignatures } from './kind.ts';
import { libraryFacts, mavenName } from './library.ts';

/** Class files in a ZIP archive, as Java builds make them, and Android builds take them. */
export const jar: Kind<'jar'> = {
  kind: 'jar',
  platform: 'android',
  name: 'a Java library (JAR)',
  accepts: () => null,
  resembles({ paths }) {
    const isApk = (path: string) => path === 'AndroidManifest.xml' || /^classes\d*\.dex$/.test(path);
    const seen = paths.find((path) => path.endsWith('.class'));
    return seen === undefined || paths.some(isApk) ? null : { roots: [''], seen, notices: [] };
  },
  app: async ({ archive }) => libraryFacts('android', { name: mavenName(archive.entries.map(({ path }) => path)) }),
  // A build for Android takes native libraries out of a JAR as well, where an APK has them.
  isCode: (path) => (path.endsWith('.class') && !path.includes('!')) || /^lib\/[^/!]+\/[^/!]+\.so$/.test(path),
  signatures: async () => noSignatures,
};

/** What vendors ship, by the end of its name. */
export const library = /\.(?:aar|jar|so|a|dylib)$/;

/** What vendors hand out as one download: libraries in folders, with documents and examples beside them. */
export const sdk: Kind<'sdk'> = {
  kind: 'sdk',
  platform: 'android',
  name: 'an archive of libraries',
  accepts: () => null,
  resembles({ paths, isDirectory }) {
    // A folder with a library somewhere in it may be anything: whose, its user says by naming the library.
    if (isDirectory) return null;
    const seen = paths.find((path) => library.test(path) && !/\.(?:app|framework)\//.test(path));
    return seen === undefined ? null : { roots: [''], seen, notices: [] };
  },
  app: async () => libraryFacts('android'),
  isCode(path, isExecutable) {
    const bang = path.indexOf('!');
    if (isExecutable || frameworkOf(path) !== null) return true;
    if (bang < 0) return library.test(path);
    const [around, inner] = [path.slice(0, bang), path.slice(bang + 1)];
    if (around.endsWith('.zip')) return sdk.isCode(inner, false);
    return (
      (around.endsWith('.aar') && aar.isCode(inner, false)) || (around.endsWith('.jar') && jar.isCode(inner, false))
    );
  },
  signatures: async () => noSignatures,
};
