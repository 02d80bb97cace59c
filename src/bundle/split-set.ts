import type { Budgets } from '../budgets.ts';
import { attempt } from '../coverage.ts';
import { readBinaryXml } from '../formats/axml/index.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Reader } from './app.ts';
import { readDocument } from './app.ts';
import { zipArchive } from './archive.ts';
import { Streamer } from './content.ts';
import { MANIFEST } from './kinds/apk-documents.ts';
import { readResources } from './kinds/apk-resources.ts';

/** What a package says that it is. */
interface Identity {
  readonly id: string;
  /** Null for a base. */
  readonly split: string | null;
}

/**
 * Whether these files are the packages of one app: of one id, no split twice, one base at most. Looks at their manifests,
 * one by one, and no further than the first that says otherwise.
 */
export async function isSplitSet(paths: readonly string[], runtime: Runtime, budgets: Budgets): Promise<boolean> {
  if (paths.length < 2) return false;
  const reader = { streamer: new Streamer(runtime.inflater()), runtime, budgets };
  const splits = new Set<string | null>();
  let id: string | null = null;
  for (const path of paths) {
    const own = await identityOf(path, reader);
    if (own === null || (id !== null && own.id !== id) || splits.has(own.split)) return false;
    id = own.id;
    splits.add(own.split);
  }
  return true;
}

/** Null for what is no package, or says no id: whoever scans it says why. */
async function identityOf(path: string, reader: Reader): Promise<Identity | null> {
  const opened = reader.runtime.open(path, 1);
  if (opened.kind === 'directory') return null;
  const { source } = opened;
  try {
    return await attempt(
      async () => {
        const { entries } = await zipArchive(source, '', reader);
        const entry = entries.find((each) => each.path === MANIFEST);
        const read = entry && (await readDocument(entry, 'manifest', reader, { coverage: [], anomalies: [] }));
        const root = read ? readBinaryXml(read.bytes, reader.budgets).root : null;
        if (root === null) return null;
        const resources = await readResources([], reader, []);
        const id = resources.text(root, 'package');
        return id === null ? null : { id, split: resources.text(root, 'split') || null };
      },
      () => {},
    );
  } finally {
    source.close();
  }
}
