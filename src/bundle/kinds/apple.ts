import { ipa } from './ipa.ts';
import { type Fit, type Kind, noSignatures, type Opening } from './kind.ts';

/** What Xcode keeps of a build: the app, and its symbols beside it. */
export const xcarchive: Kind<'xcarchive'> = {
  ...ipa,
  kind: 'xcarchive',
  name: 'an Xcode archive',
  accepts: () => null,
  resembles({ paths }) {
    const app = /^(?:[^/]+\.xcarchive\/)?Products\/Applications\/[^/]+\.app\/(?=Info\.plist$)/;
    const lists = paths.filter((path) => path.endsWith('.app/Info.plist'));
    const roots = [...new Set(lists.flatMap((path) => app.exec(path)?.[0] ?? []))];
    const [seen] = roots;
    if (seen === undefined) return null;
    const several = roots.length > 1 ? [`${roots.length} applications side by side, all of them read.`] : [];
    return { roots, seen: `${seen}Info.plist`, notices: several };
  },
};

/** `ios-arm64/X.framework/…` of an XCFramework without the folder around it. */
const slice = /^(?:ios|tvos|watchos|xros|macos|driverkit)-[^/]+\/[^/]+\.(?:framework\/|a$)/;

export const xcframework = library(
  'xcframework',
  'an XCFramework',
  (path) => (path.includes('.xcframework/') && /(?:^|\/)[^/]+\.xcframework\//.test(path)) || slice.test(path),
);

export const framework = library(
  'framework',
  'a framework',
  (path, isDirectory) =>
    (path.includes('.framework/') && /(?:^|\/)[^/]+\.framework\//.test(path)) ||
    path === 'Modules/module.modulemap' ||
    // A directory with an Info.plist that was no app's.
    (isDirectory && path === 'Info.plist'),
);

/** The symbols of a build: all of its names, and none of its code. */
export const dsym = library(
  'dsym',
  'a file of debug symbols (dSYM)',
  (path) => path.includes('DWARF') && /(?:^|\.dSYM\/)Contents\/Resources\/DWARF\/[^/]+$/.test(path),
);

/** Static libraries, and files of symbols. */
const file = /^[^!]*(?:\.a|(?:^|\/)Contents\/Resources\/DWARF\/[^/!]+)$/;

function library<K extends 'xcframework' | 'framework' | 'dsym'>(
  kind: K,
  name: string,
  isSign: (path: string, isDirectory: boolean) => boolean,
): Kind<K> {
  return {
    kind,
    platform: 'ios',
    name,
    accepts: () => null,
    resembles({ paths, isDirectory }): Fit | null {
      // What lies in an app, or among the files of an APK, is a part of that.
      const isPart = (path: string) => path.includes('.app/') || /^(?:assets|res)\//.test(path);
      const seen = paths.find((path) => isSign(path, isDirectory) && !isPart(path));
      return seen === undefined ? null : { roots: [''], seen, notices: [] };
    },
    async app(opening: Opening) {
      const { readAppleLibrary } = await import('./apple-library.ts');
      return readAppleLibrary(opening);
    },
    isCode: (path, isExecutable) => ipa.isCode(path, isExecutable) || file.test(path),
    signatures: async () => noSignatures,
  };
}
