import { attempt } from '../../coverage.ts';
import type { ByteSource } from '../../runtime/runtime.ts';
import { memorySource } from '../../runtime/runtime.ts';
import type { Coverage } from '../../types.ts';
import type { AppFacts, Reader } from '../app.ts';
import type { Entry } from '../entry.ts';
import { windowOf } from '../windows.ts';

/** Bytes of the documents of all packages or modules of an app: what they declare is held until it is handed over. */
export const MOST_DOCUMENT_BYTES = 32 * 1024 * 1024;

export const documentBytes = ({ documents }: AppFacts): number => documents.reduce((sum, { size }) => sum + size, 0);

/** What is said of an archive that holds an app, and was not opened for its documents. */
const line = (path: string, reason: Coverage['reason'], offset: number | null, detail: string): Coverage => ({
  ...{ path, format: 'zip', state: 'unreadable', reason, offset },
  ...{ detail: `the app in it is not known: ${detail}`, matters: true },
});

/**
 * Runs what reads an archive that is an entry: where it is stored from where it stands, else from memory.
 * @returns null, with a line of coverage, where it cannot be had
 */
export async function withInner<T>(
  entry: Entry,
  { streamer, budgets }: Reader,
  coverage: Coverage[],
  read: (source: ByteSource) => Promise<T>,
): Promise<T | null> {
  return attempt(
    async () => {
      const { content, close } = await entry.locate();
      try {
        if (content.coding === 'stored') return await read(windowOf(content));
        const { bytes, end } = await streamer.collect(content, budgets.nestedBytes);
        if (end.state === 'whole') return await read(memorySource(bytes));
        const reason = end.state === 'budget' ? 'budget' : 'malformed';
        coverage.push(line(entry.path, reason, end.bytes, end.detail ?? 'broken content'));
        return null;
      } finally {
        close();
      }
    },
    ({ reason, offset, message }) => coverage.push(line(entry.path, reason, offset, message)),
  );
}

/** The same facts, with the paths that the bundle knows their places by. */
export function placedAt(facts: AppFacts, pathOf: (path: string) => string): AppFacts {
  const placed = <T extends { readonly path: string }>(list: readonly T[]) =>
    list.map((each) => ({ ...each, path: pathOf(each.path) }));
  const { layout } = facts;
  const executables = [...(layout?.executables ?? [])].map(([folder, path]) => [pathOf(folder), pathOf(path)] as const);
  return {
    ...facts,
    layout: layout && { ...layout, executables: new Map(executables) },
    units: facts.units.map((unit) => {
      const executable = unit.executable === null ? null : pathOf(unit.executable);
      return { ...unit, root: pathOf(unit.root), executable };
    }),
    declarations: placed(facts.declarations),
    containers: facts.containers.map((each) => ({ ...each, path: pathOf(each.path), document: pathOf(each.document) })),
    documents: placed(facts.documents),
    coverage: placed(facts.coverage),
    anomalies: facts.anomalies.map((each) => ({ ...each, path: pathOf(each.path ?? '').replace(/!$/, '') })),
  };
}
