import type { Coverage } from '../../types.ts';
import type { AppFacts, Container } from '../app.ts';
import type { Entry } from '../entry.ts';
import { readIpa } from './ipa-documents.ts';
import type { Opening } from './kind.ts';
import { LIBRARY, libraryUnit } from './library.ts';
import { missingSlices } from './xcframework-slices.ts';

/** What an app must have at its top, and a folder or archive of frameworks need not. */
const ofApp: ReadonlySet<string> = new Set(['Info.plist', '(executable)']);

/** What the property lists of frameworks say, each read as that of a framework in an app. */
export async function readAppleLibrary(opening: Opening): Promise<AppFacts> {
  const read = await readIpa({ ...opening, roots: [''] });
  const coverage = read.coverage.filter(({ path, reason }) => reason !== 'missing' || !ofApp.has(path));
  coverage.push(...(await missingSlices(opening.archive.entries, opening.reader)));
  if (!isAboard(read.containers, opening.archive.entries)) coverage.push(absent);
  return { ...read, coverage, units: [libraryUnit('ios', aboutOf(read.containers))], entitled: null };
}

const absent: Coverage = {
  path: LIBRARY,
  ...{ format: 'macho', state: 'unreadable', reason: 'missing', offset: null, matters: true },
  detail: 'no framework with an executable is aboard, no other library and no debug symbols',
};

function isAboard(containers: readonly Container[], entries: readonly Entry[]): boolean {
  const isFile = /\.(?:a|dylib)$|Contents\/Resources\/DWARF\/[^/]+$/;
  return containers.some(({ executable }) => executable !== null) || entries.some(({ path }) => isFile.test(path));
}

/** The first framework's name, and what all of them agree on: slices of one are built alike. */
function aboutOf(containers: readonly Container[]) {
  const frameworks = containers.filter(({ path, executable }) => path.endsWith('.framework') || executable !== null);
  const [first] = frameworks;
  const same = (key: string) => {
    const values = new Set(frameworks.map(({ strings }) => strings.get(key)?.text ?? null));
    return values.size === 1 ? ([...values][0] ?? null) : null;
  };
  return {
    name: first?.strings.get('CFBundleName')?.text ?? first?.executable ?? null,
    version: same('CFBundleShortVersionString'),
    build: same('CFBundleVersion'),
    minOs: same('MinimumOSVersion'),
  };
}
