import type { BundleFacts } from '../types.ts';

/** What tells one release of something from a release of something else. */
export interface Identity {
  readonly subject: 'app' | 'library';
  /** An app's id; of a library, which has none, its name. Null where it was not read. */
  readonly id: string | null;
  /** In words, also where it is not known. */
  readonly says: string;
}

/** By what two reports are of one app, or of one library. */
export function identityOf({ app, units }: Pick<BundleFacts, 'app' | 'units'>): Identity {
  const isLibrary = units[0]?.kind === 'library';
  return isLibrary
    ? { subject: 'library', id: app.name, says: app.name ?? 'a library whose name is not known' }
    : { subject: 'app', id: app.id, says: app.id ?? 'an app whose id is not known' };
}
