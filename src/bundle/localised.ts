import { attempt } from '../coverage.ts';
import { type PlistTally, readPlistKeys, readStrings } from '../formats/plist/index.ts';
import { type Reader, readDocument } from './app.ts';
import type { Entry } from './entry.ts';

const NAMES = ['CFBundleDisplayName', 'CFBundleName'] as const;
const isName = (key: string) => key === NAMES[0] || key === NAMES[1];
const LONGEST_NAME = 1024;

/** Names of folders from before there were codes for languages (Apple, "Information Property List Key Reference"). */
const OLD_NAMES: Readonly<Record<string, string>> = {
  ...{ en: 'English', fr: 'French', de: 'German', it: 'Italian', ja: 'Japanese', es: 'Spanish' },
  ...{ da: 'Danish', nl: 'Dutch', ko: 'Korean', pt: 'Portuguese', sv: 'Swedish' },
};

/** The folders and tables of one unit that say what it is called in some language. */
export interface Localised {
  /** By the name of the folder before `.lproj`. */
  readonly strings: Map<string, Entry>;
  /** `InfoPlist.loctable`: one table for all languages, as Xcode writes it from iOS 16 on. */
  table: Entry | null;
}

/** Files of localised names by the folder they speak for, with `/` at its end or empty. */
export function localisedIn(entries: readonly Entry[]): Map<string, Localised> {
  const found = new Map<string, Localised>();
  const of = (folder: string) => {
    const known = found.get(folder) ?? { strings: new Map<string, Entry>(), table: null };
    found.set(folder, known);
    return known;
  };
  for (const entry of entries) {
    const { path } = entry;
    if (path.endsWith('/InfoPlist.loctable') || path === 'InfoPlist.loctable') {
      of(path.slice(0, -'InfoPlist.loctable'.length)).table = entry;
    } else if (path.endsWith('.lproj/InfoPlist.strings')) {
      const language = path.slice(0, -'.lproj/InfoPlist.strings'.length);
      const folder = language.slice(0, language.lastIndexOf('/') + 1);
      of(folder).strings.set(language.slice(folder.length), entry);
    }
  }
  return found;
}

/**
 * What the unit is called by those who speak the language it was made in: its localised strings go before its Info.plist.
 * Where neither that language nor the Info.plist has a name, English and then any other does.
 * @param region CFBundleDevelopmentRegion
 * @param plain the name of the Info.plist
 */
export async function localisedName(
  localised: Localised,
  region: string | null,
  plain: string | null,
  read: { readonly reader: Reader; readonly tally: PlistTally },
): Promise<string | null> {
  const own = region ?? 'en';
  const languages = [...localised.strings.keys()].sort();
  const same = (language: string) =>
    languages.filter(
      (name) => name === language || name === language.replace('-', '_') || name === OLD_NAMES[language],
    );
  const [short = own] = own.split(/[-_]/);
  const first = [...same(own), ...same(short), ...same('Base')];
  const second = plain === null ? [...same('en'), ...languages.slice(0, 1)] : [];
  const table = localised.table && (await readTable(localised.table, read));
  const inTable = (language: string) => nameIn(table?.get(language));
  const early = inTable(own) ?? inTable(short) ?? (await firstName(first, localised, read));
  return early ?? plain ?? inTable('en') ?? (await firstName(second, localised, read));
}

async function firstName(
  languages: readonly string[],
  { strings }: Localised,
  read: { readonly reader: Reader; readonly tally: PlistTally },
): Promise<string | null> {
  for (const language of new Set(languages)) {
    const bytes = await bytesOf(strings.get(language)!, read);
    // A name is no SDK: strings that cannot be read leave the answer as it is.
    const texts =
      bytes &&
      attempt(
        () => readStrings(bytes, read.reader.budgets, isName, read.tally),
        () => {},
      );
    const name = nameIn(texts ?? undefined);
    if (name !== null) return name;
  }
  return null;
}

async function readTable(entry: Entry, read: { readonly reader: Reader; readonly tally: PlistTally }) {
  const bytes = await bytesOf(entry, read);
  const budgets = read.reader.budgets;
  const found =
    bytes &&
    attempt(
      () => readPlistKeys(bytes, budgets, (key) => key.length < 40, read.tally),
      () => {},
    );
  const tables = new Map<string, ReadonlyMap<string, unknown>>();
  for (const [language, { value }] of found?.entries ?? []) if (value instanceof Map) tables.set(language, value);
  return tables;
}

function nameIn(texts: ReadonlyMap<string, unknown> | undefined): string | null {
  const name = NAMES.map((key) => texts?.get(key)).find((text) => typeof text === 'string' && text !== '');
  return typeof name === 'string' && name.length <= LONGEST_NAME ? name : null;
}

async function bytesOf(entry: Entry, { reader, tally }: { readonly reader: Reader; readonly tally: PlistTally }) {
  const { allPlistBytes, allPlistObjects } = reader.budgets;
  if (tally.bytes >= allPlistBytes || tally.objects >= allPlistObjects) return null;
  // It is read once more with all others: what is wrong with it is told there.
  const read = await readDocument(entry, 'plist', reader, { coverage: [], anomalies: [], tally });
  return read?.bytes ?? null;
}
