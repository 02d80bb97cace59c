import type { Budgets } from '../../budgets.ts';
import { attempt } from '../../coverage.ts';
import { FormatError } from '../../errors.ts';
import { readSetTable } from '../../formats/proto/index.ts';
import { order } from '../../order.ts';
import type { Anomaly, App, Coverage } from '../../types.ts';
import { type Reader, readDocument } from '../app.ts';
import type { Entry } from '../entry.ts';

/** What one list says of the set. */
interface Listed {
  readonly id: string | null;
  readonly build: string | null;
  /** Files that it names, with what it says of them. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * What those who pack sets write beside them: manifest.json of a XAPK, info.json of an APKM (seen 2026-11-26), the table of
 * bundletool. There may be several, and each is held to what is there.
 */
const listings: ReadonlyMap<string, (bytes: Uint8Array, budgets: Budgets) => Listed> = new Map([
  ['manifest.json', ofStore],
  ['info.json', ofStore],
  ['toc.pb', ofTable],
]);

/** Files that are missed one by one; the rest is counted. */
const NAMED = 8;

export interface SetListing {
  readonly coverage: readonly Coverage[];
  /** Where it names another app than the packages are of. */
  contradicted(app: App): readonly Anomaly[];
}

/**
 * The lists that lie beside the packages: what they name and is not there, and what they say otherwise than the packages do.
 * One that cannot be read may name what nothing else does, such as files that are mounted beside the app.
 */
export async function readListings(entries: readonly Entry[], reader: Reader): Promise<SetListing> {
  const there = new Set(entries.map(({ path }) => path));
  const read: [string, Listed][] = [];
  const coverage: Coverage[] = [];
  for (const entry of entries) {
    const row = listings.get(entry.path);
    if (!row) continue;
    const listed = await listedIn(entry, row, reader, coverage);
    if (!listed) continue;
    coverage.push(...missing(entry.path, listed, there));
    read.push([entry.path, listed]);
  }
  return { coverage, contradicted: (app) => read.flatMap(([path, listed]) => contradictions(path, listed, app)) };
}

async function listedIn(
  entry: Entry,
  row: (bytes: Uint8Array, budgets: Budgets) => Listed,
  reader: Reader,
  coverage: Coverage[],
): Promise<Listed | null> {
  const { path } = entry;
  const document = await readDocument(entry, 'manifest', reader, { coverage, anomalies: [] });
  return (
    document &&
    attempt(
      () => row(document.bytes, reader.budgets),
      ({ reason, offset, message }) =>
        coverage.push({
          ...{ path, format: 'manifest', state: 'unreadable', reason, offset, matters: true },
          detail: `the list of the set ${message}: which files it names, and which of them are missing, is not known`,
        }),
    )
  );
}

function missing(path: string, { files }: Listed, there: ReadonlySet<string>): Coverage[] {
  const absent = [...files].filter(([file]) => !there.has(file)).sort(([a], [b]) => order(a, b));
  if (absent.length === 0) return [];
  const more = absent.length > NAMED ? ` and ${absent.length - NAMED} more` : '';
  const shown = absent.slice(0, NAMED).map(([file, said]) => `${quoted(file)}${said}`);
  const detail = `the set names files that are not in it: ${shown.join(', ')}${more}`;
  return [{ path, format: 'manifest', state: 'partial', reason: 'missing', offset: null, detail, matters: true }];
}

function contradictions(path: string, { id, build }: Listed, app: App): Anomaly[] {
  const differ = (code: Anomaly['code'], what: string, own: string | null, real: string | null): Anomaly[] =>
    own === null || real === null || own === real
      ? []
      : [{ code, path, offset: 0, detail: `${what} ${quoted(own)}, the packages say ${quoted(real)}` }];
  return [
    ...differ('set.package', 'says the app is', id, app.id),
    ...differ('set.version', 'says the version code is', build, app.build),
  ];
}

const quoted = (text: string) => JSON.stringify(text.slice(0, 100));

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

function ofStore(bytes: Uint8Array): Listed {
  const json = parsed(bytes);
  if (!json) throw new FormatError('is no JSON object', 0);
  const text = (...keys: readonly string[]) => {
    const found = keys.map((key) => json[key]).find((value) => typeof value === 'string' || typeof value === 'number');
    return found === undefined ? null : String(found);
  };
  const files = [...filesIn(json.split_apks), ...filesIn(json.expansions)];
  return {
    id: text('package_name', 'pname'),
    build: text('version_code', 'versioncode'),
    files: new Map(files.map((file) => [file, ''])),
  };
}

function ofTable(bytes: Uint8Array, { entries }: Budgets): Listed {
  const { id, packages } = readSetTable(bytes, entries);
  const said = packages.map(({ path, module, delivery }): [string, string] => {
    const when = delivery === null ? '' : `, ${delivery}`;
    return [path, module === '' ? '' : ` (module ${quoted(module)}${when})`];
  });
  return { id, build: null, files: new Map(said) };
}

/** Names of files in a list of a XAPK: `[{"file":"base.apk"}]`. */
function filesIn(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown) => (isObject(each) && typeof each.file === 'string' ? [each.file] : []));
}

function parsed(bytes: Uint8Array): Json | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
