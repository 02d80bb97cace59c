import { frameworkOf } from '../executables.ts';
import { type Candidate, type Fit, type Kind, noSignatures, type Opening } from './kind.ts';

const PLIST = 'Info.plist';

/** What iOS installs: an app in the folder Payload at the top. */
export const ipa: Kind<'ipa'> = {
  kind: 'ipa',
  platform: 'ios',
  name: 'an IPA',
  accepts: ({ paths }) => fitOf(rootsIn(paths, 'Payload/'), severalApps),
  resembles({ paths, isDirectory }) {
    const without = /^Payload\/[^/]+\.app\//;
    const inside = paths.find((path) => without.test(path));
    const root = inside && without.exec(inside)?.[0];
    if (root !== undefined) return { roots: [root], seen: root, notices: [] };
    const wrapped = wrappedRoots(paths);
    return (
      fitOf(wrapped, (roots) => {
        const folders = [...new Set(roots.map((each) => each.slice(0, -appOf(each).length - 'Payload/'.length)))];
        const where =
          folders.length > 1 ? `the folder ${folders[0]} and ${folders.length - 1} more` : `the folder ${folders[0]}`;
        return [`Payload stands in ${where}, where no installer looks for it: read as an IPA.`, ...severalApps(roots)];
      }) ??
      fitOf(wrapperRoots(paths), (roots) => [
        `An app of iOS as a Mac keeps it, in the folder Wrapper of another: ${roots[0]} is read.`,
        ...severalApps(roots),
      ]) ??
      fitOf(rootsIn(paths, ''), (roots) => {
        const how = isDirectory
          ? 'An .app folder without Payload/ around it'
          : 'An .app folder zipped without Payload/';
        return [`${how}: read as an IPA.`, ...severalApps(roots)];
      })
    );
  },
  app: documents,
  isCode,
  signatures: async () => noSignatures,
};

/** The folder that an IPA holds under Payload, or that Xcode builds. */
export const unpackedApp: Kind<'app'> = {
  ...ipa,
  kind: 'app',
  name: 'an .app folder',
  async accepts(candidate) {
    if (!isUnpacked(candidate) || (await isFramework(candidate))) return null;
    return { roots: [''], seen: PLIST, notices: [] };
  },
  resembles: () => null,
};

/** An Xcode archive and an unpacked IPA may have an Info.plist at the top as well. */
function isUnpacked({ isDirectory, folder, paths }: Candidate): boolean {
  if (!isDirectory || !paths.includes(PLIST)) return false;
  return folder !== '' || !paths.some((path) => path.startsWith('Payload/') || path.startsWith('Products/'));
}

/** Whether the Info.plist at the top is that of a framework or of a set of them: such a folder has one as well. */
async function isFramework({ archive, folder, reader }: Candidate): Promise<boolean> {
  const plist = archive.entries.find(({ path }) => path === PLIST);
  if (folder !== '' || !plist) return false;
  const { packageTypeOf } = await import('../package-type.ts');
  const type = await packageTypeOf(plist, reader);
  return type === 'FMWK' || type === 'XFWK';
}

function fitOf(roots: readonly string[], notices: (roots: readonly string[]) => readonly string[]): Fit | null {
  const [first] = roots;
  return first === undefined ? null : { roots, seen: first, notices: notices(roots) };
}

function severalApps(roots: readonly string[]): string[] {
  return roots.length > 1
    ? [`${roots.length} applications side by side, all of them read; the first is taken as the app: ${roots[0]}`]
    : [];
}

/** Folders `<top><name>.app/` with an Info.plist. */
function rootsIn(paths: readonly string[], top: string): string[] {
  const lists = paths.filter((path) => path.startsWith(top) && path.endsWith(`.app/${PLIST}`));
  const roots = lists.map((path) => path.slice(0, -PLIST.length));
  return [...new Set(roots.filter((root) => root.indexOf('/', top.length) === root.length - 1))];
}

/** Folders `…/Payload/<name>.app/` with an Info.plist, and not one inside another. */
function wrappedRoots(paths: readonly string[]): string[] {
  const lists = paths.filter((path) => path.endsWith(`.app/${PLIST}`));
  const roots = new Set(lists.map((path) => path.slice(0, -PLIST.length)));
  return [...roots].filter((root) => {
    const around = root.slice(0, -appOf(root).length);
    // A second Payload further up is the one that counts.
    return around.endsWith('/Payload/') && `/${around}`.indexOf('/Payload/') === around.length - '/Payload/'.length + 1;
  });
}

/** `A.app/Wrapper/A.app/`, or the same from inside the outer folder: how macOS lays an app of iOS out. */
function wrapperRoots(paths: readonly string[]): string[] {
  const wrapper = /^(?:[^/]+\.app\/)?Wrapper\/[^/]+\.app\/(?=Info\.plist$)/;
  const lists = paths.filter((path) => path.endsWith(`.app/${PLIST}`));
  return [...new Set(lists.flatMap((path) => wrapper.exec(path)?.[0] ?? []))];
}

/** `A.app/` of `x/Payload/A.app/`. */
function appOf(root: string): string {
  return root.slice(root.lastIndexOf('/', root.length - 2) + 1);
}

async function documents(opening: Opening) {
  // Property lists bring readers along, which an APK should not wait for.
  const { readIpa } = await import('./ipa-documents.ts');
  return readIpa(opening);
}

/** Executables, the binaries of frameworks, and the libraries that they ask for or open by name. */
function isCode(path: string, isExecutable: boolean): boolean {
  const isUnity = path.endsWith('Data/Managed/Metadata/global-metadata.dat') && !path.includes('!');
  return isExecutable || isUnity || frameworkOf(path) !== null || (path.endsWith('.dylib') && !path.includes('!'));
}
