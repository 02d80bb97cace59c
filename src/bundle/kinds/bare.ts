import { isArchive } from '../../formats/ar.ts';
import { isElf } from '../../formats/elf/index.ts';
import type { Platform } from '../../types.ts';
import { type Candidate, type Fit, type Kind, noSignatures } from './kind.ts';
import { libraryFacts } from './library.ts';

/** A native library of Android that somebody took out of its app or SDK. */
export const elf: Kind<'elf'> = {
  ...bare('elf', 'android', 'a native library (.so)', isElf),
  isCode: (path) => !path.includes('!'),
};

/** A static library: object files that a linker puts into an app. */
export const archive: Kind<'archive'> = bare('archive', 'ios', 'a static library (.a)', isArchive);

function bare<K extends 'elf' | 'archive'>(
  kind: K,
  platform: Platform,
  name: string,
  is: (head: Uint8Array) => boolean,
): Kind<K> {
  return {
    kind,
    platform,
    name,
    accepts: () => null,
    resembles: (candidate) => fitOf(candidate, is),
    app: async () => libraryFacts(platform),
    // A linker reads it, and nothing loads it.
    isCode: () => false,
    signatures: async () => noSignatures,
  };
}

function fitOf({ head, archive, isDirectory }: Candidate, is: (head: Uint8Array) => boolean): Fit | null {
  const [only, ...others] = archive.entries;
  if (!only || others.length > 0 || isDirectory || !is(head)) return null;
  return { roots: [''], seen: only.path, notices: [] };
}
