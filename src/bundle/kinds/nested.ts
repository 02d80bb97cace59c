import type { ByteSource } from '../../runtime/runtime.ts';
import type { Coverage } from '../../types.ts';
import type { AppFacts, Reader } from '../app.ts';
import { type Archive, zipArchive } from '../archive.ts';
import { framework } from './apple.ts';
import { acceptedAs, type Fitting } from './index.ts';
import { placedAt } from './inner-package.ts';
import type { Candidate, Kind } from './kind.ts';
import { LIBRARY } from './library.ts';

/** An archive inside the bundle, as it was listed. */
export interface InnerArchive {
  readonly path: string;
  readonly source: ByteSource;
  readonly archive: Archive;
}

/** An app that somebody could install out of the bundle, and what kind of bundle it is by itself. */
export interface NestedApp {
  readonly kind: Kind;
  readonly facts: AppFacts;
}

/** Apps inside archives inside the bundle that are told apart; of more, each entry is read all the same. */
export const MOST_NESTED = 64;

/** What an archive costs in steps to open once more. */
const ARCHIVE_STEPS = 128;

/** What is said of the first app that is one too many. */
export const overNested = (path: string): Coverage => ({
  ...{ path, format: 'zip', state: 'partial', reason: 'budget', offset: null, matters: true },
  detail: `more than ${MOST_NESTED} apps inside the bundle: what this and later ones ask for is not known, their files were read as any`,
});

/**
 * Whether a platform's installer might take it, by its names alone: most archives inside apps are none.
 * @param ofNoApp whether the bundle is a download of libraries, in which frameworks stand in archives of their own
 */
export function looksInstallable({ path, archive }: InnerArchive, ofNoApp: boolean): boolean {
  const manifest = `${path}!AndroidManifest.xml`;
  const payload = `${path}!Payload/`;
  return archive.entries.some(
    (entry) =>
      entry.path === manifest || entry.path.startsWith(payload) || (ofNoApp && entry.path.includes('.framework/')),
  );
}

/**
 * What the apps say that an installer would find in an archive inside the bundle, and of a download of libraries the
 * frameworks; empty for an archive that is none.
 */
export async function nestedApps(
  inner: InnerArchive,
  reader: Reader,
  ofNoApp: boolean,
  wantsKey: (key: string) => boolean,
): Promise<readonly NestedApp[]> {
  if (!looksInstallable(inner, ofNoApp) || !reader.streamer.allowance.spend(ARCHIVE_STEPS)) return [];
  const { path, source } = inner;
  const archive = await zipArchive(source, '', reader);
  const paths = archive.entries.map((entry) => entry.path);
  const head = await source.read(0, 4096);
  const candidate: Candidate = { archive, paths, head, isDirectory: false, folder: '', reader };
  const found: NestedApp[] = [];
  const fits = await acceptedAs(candidate);
  for (const { kind, roots } of fits.length > 0 || !ofNoApp ? fits : frameworksIn(candidate)) {
    const said = await kind.app({ archive, folder: '', reader, roots, source, wantsKey });
    const isLibrary = kind === framework;
    // What the library is as a whole, the unit around it says.
    const parts = isLibrary ? [] : said.units;
    const units = parts.map((unit) => (unit.kind === 'app' ? { ...unit, kind: 'nested' as const } : unit));
    const coverage = isLibrary ? said.coverage.filter(({ path }) => path !== LIBRARY) : said.coverage.map(asNested);
    found.push({ kind, facts: placedAt({ ...said, units, coverage }, (place) => `${path}!${place}`) });
  }
  return found;
}

function frameworksIn(candidate: Candidate): readonly Fitting[] {
  const fit = framework.resembles(candidate);
  return fit ? [{ kind: framework, ...fit }] : [];
}

/** What a nested app lacks is not aboard: nothing of this bundle hides there. */
const asNested = (line: Coverage): Coverage => (line.reason === 'missing' ? { ...line, matters: false } : line);
