import { attempt } from '../../coverage.ts';
import type { Reader } from '../app.ts';
import type { Entry } from '../entry.ts';
import { MANIFEST, readApk } from './apk-documents.ts';
import { readSignatures } from './apk-signatures.ts';
import type { Kind } from './kind.ts';

/** What Android installs: a manifest in binary XML at the top. A text one is a library's (AAR). */
export const apk: Kind<'apk'> = {
  kind: 'apk',
  platform: 'android',
  name: 'an APK',
  async accepts({ archive, reader }) {
    const manifest = archive.entries.find(({ path }) => path === MANIFEST);
    return manifest && (await isBinaryXml(manifest, reader)) ? { roots: [''], seen: MANIFEST, notices: [] } : null;
  },
  resembles({ paths }) {
    if (paths.includes(MANIFEST)) return { roots: [''], seen: MANIFEST, notices: [] };
    const seen = paths.find((path) => path.startsWith(MANIFEST) || /^classes\d*\.dex/.test(path) || isLibrary(path));
    const notices = ['No AndroidManifest.xml where an installer looks for it.'];
    return seen === undefined ? null : { roots: [''], seen, notices };
  },
  app: ({ archive, reader }) => readApk(archive.entries, reader),
  isCode: (path) => isClasses(path) || isLibrary(path) || isManaged(path),
  signatures: ({ archive, source, reader }) => readSignatures(archive, source, reader),
};

const isClasses = (path: string) => /^classes\d*\.dex$/.test(path);
/** Installed from `lib/<abi>/`; what lies deeper an app loads by its path. */
const isLibrary = (path: string) =>
  path.startsWith('lib/') && path.indexOf('/', 4) > 0 && path.endsWith('.so') && !path.includes('!');

/** C# code where .NET and Unity's player look for it: assemblies, or what is kept of them beside compiled code. */
const isManaged = (path: string) =>
  /^(?:assemblies\/[^!]+\.(?:dll|blob)|assets\/bin\/Data\/Managed\/(?:[^/!]+\.dll|Metadata\/global-metadata\.dat))$/.test(
    path,
  );

/**
 * Whether the first chunk is one as Android takes it: its header and all of it lie inside the content, whatever its type
 * says (ResourceTypes.cpp, ResXMLTree::setTo). Neither text nor protobuf passes: their letters make sizes of gigabytes.
 */
async function isBinaryXml(entry: Entry, { streamer }: Reader): Promise<boolean> {
  const head = new Uint8Array(8);
  let count = 0;
  await attempt(
    async () => {
      const { content, close } = await entry.locate();
      try {
        await streamer.stream(content, head.length, (bytes) => {
          head.set(bytes, count);
          count += bytes.length;
          return count < head.length;
        });
      } finally {
        close();
      }
    },
    // A manifest that cannot be read makes no installable app; that it cannot is said when it is read whole.
    () => {},
  );
  const view = new DataView(head.buffer);
  const size = view.getUint32(4, true);
  return count === head.length && view.getUint16(2, true) <= size && size <= Math.max(entry.size, entry.packed ?? 0);
}
