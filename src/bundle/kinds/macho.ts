import { isMachO } from '../../formats/macho/index.ts';
import type { Coverage } from '../../types.ts';
import { noApp, noFacts } from '../app.ts';
import { type Kind, noSignatures } from './kind.ts';

const missing: Coverage = {
  path: 'Info.plist',
  format: 'plist',
  state: 'unreadable',
  reason: 'missing',
  offset: null,
  detail: 'a bare executable has no Info.plist: permissions and identity are not known',
  matters: true,
};

/** One executable that somebody took out of its app. */
export const macho: Kind<'macho'> = {
  kind: 'macho',
  platform: 'ios',
  name: 'a bare executable',
  accepts: () => null,
  resembles({ head, archive }) {
    const [only, ...others] = archive.entries;
    if (!only || others.length > 0 || !isMachO(head)) return null;
    const notice =
      'This is one bare Mach-O binary, not an archive: no Info.plist, no frameworks, no resources were there to read.';
    return { roots: [''], seen: only.path, notices: [notice] };
  },
  async app({ archive, reader }) {
    // Property lists bring readers along, which an APK should not wait for.
    const { entitlementReader } = await import('../entitlements.ts');
    const executable = archive.entries[0]?.path ?? null;
    return {
      ...noFacts,
      units: [{ kind: 'app', platform: 'ios', root: '', app: noApp, executable }],
      coverage: [missing],
      entitled: entitlementReader(reader.budgets, { bytes: 0, objects: 0 }),
    };
  },
  isCode: () => true,
  signatures: async () => noSignatures,
};
