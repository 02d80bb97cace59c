import { attempt } from '../../coverage.ts';
import { isMachO, readFat } from '../../formats/macho/index.ts';
import type { Coverage } from '../../types.ts';
import { noApp, noFacts, type Reader } from '../app.ts';
import { drive } from '../content.ts';
import type { Entry } from '../entry.ts';
import { type Kind, noSignatures } from './kind.ts';
import { libraryFacts } from './library.ts';

const missing: Coverage = {
  path: 'Info.plist',
  format: 'plist',
  state: 'unreadable',
  reason: 'missing',
  offset: null,
  detail: 'a bare executable has no Info.plist: permissions and identity are not known',
  matters: true,
};

/** One executable or library that somebody took out of its app or SDK. */
export const macho: Kind<'macho'> = {
  kind: 'macho',
  platform: 'ios',
  name: 'a bare Mach-O file',
  accepts: () => null,
  resembles({ head, archive, isDirectory }) {
    const [only, ...others] = archive.entries;
    if (!only || others.length > 0 || isDirectory || !isMachO(head)) return null;
    const notice =
      'This is one bare Mach-O binary, not an archive: no Info.plist, no frameworks, no resources were there to read.';
    return { roots: [''], seen: only.path, notices: [notice] };
  },
  async app({ archive, reader }) {
    const [only] = archive.entries;
    if (!only || !(await isExecutable(only, reader))) return libraryFacts('ios');
    // Property lists bring readers along, which an APK should not wait for.
    const { entitlementReader } = await import('../entitlements.ts');
    return {
      ...noFacts,
      units: [{ kind: 'app', platform: 'ios', root: '', app: noApp, executable: only.path }],
      coverage: [missing],
      entitled: entitlementReader(reader.budgets, { bytes: 0, objects: 0 }),
    };
  },
  isCode: (path) => !path.includes('!'),
  signatures: async () => noSignatures,
};

/** MH_OBJECT to MH_FILESET without MH_EXECUTE (mach-o/loader.h): what somebody links or loads. */
const EXECUTABLE = 2;
const MOST_TYPES = 12;

/** Whether the first slice is an executable; what cannot be told, or is encrypted past telling, counts as one. */
async function isExecutable(entry: Entry, { budgets, streamer }: Reader): Promise<boolean> {
  const type = await attempt(
    async () => {
      const { content, close } = await entry.locate();
      try {
        const { slices } = await drive(readFat(content.source.size, budgets), content.source, streamer);
        const head = await content.source.read(slices[0]?.offset ?? 0, 16);
        if (!isMachO(head)) return 0;
        if (head.length < 16) return null;
        const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
        const word = view.getUint32(12, true);
        return word <= MOST_TYPES ? word : view.getUint32(12);
      } finally {
        close();
      }
    },
    () => {},
  );
  return type === null || type === EXECUTABLE;
}
