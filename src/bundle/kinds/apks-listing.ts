import { order } from '../../order.ts';
import type { Anomaly, App, Coverage } from '../../types.ts';
import { type Reader, readDocument } from '../app.ts';
import type { Entry } from '../entry.ts';

/** What those who pack sets write beside them: manifest.json of a XAPK, info.json of an APKM (seen 2026-11-26). */
const listings = ['manifest.json', 'info.json'] as const;

/** Files that are missed one by one; the rest is counted. */
const NAMED = 8;

export interface SetListing {
  readonly coverage: readonly Coverage[];
  /** Where it names another app than the packages are of. */
  contradicted(app: App): readonly Anomaly[];
}

const none: SetListing = { coverage: [], contradicted: () => [] };

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const textIn = (json: Json, ...keys: readonly string[]) => {
  const found = keys.map((key) => json[key]).find((value) => typeof value === 'string' || typeof value === 'number');
  return found === undefined ? null : String(found);
};

/**
 * The list that lies beside the packages: what it names and is not there, and what it says otherwise than they do. One that
 * cannot be read may name what nothing else does, such as files that are mounted beside the app.
 */
export async function readListing(entries: readonly Entry[], reader: Reader): Promise<SetListing> {
  const entry = entries.find(({ path }) => (listings as readonly string[]).includes(path));
  if (!entry) return none;
  const unread: Coverage[] = [];
  const read = await readDocument(entry, 'manifest', reader, { coverage: unread, anomalies: [] });
  const json = read ? parsed(read.bytes) : null;
  if (read && !json) unread.push(illegible(entry.path));
  if (!json) return { ...none, coverage: unread };
  const there = new Set(entries.map(({ path }) => path));
  const files = [...filesIn(json.split_apks), ...filesIn(json.expansions)].sort(order);
  const absent = files.filter((file) => !there.has(file));
  const more = absent.length > NAMED ? ` and ${absent.length - NAMED} more` : '';
  const shown = absent.slice(0, NAMED).map((file) => JSON.stringify(file.slice(0, 100)));
  const detail = `the set names files that are not in it: ${shown.join(', ')}${more}`;
  const coverage: Coverage[] =
    absent.length === 0
      ? []
      : [
          {
            ...{ path: entry.path, format: 'manifest', state: 'partial', reason: 'missing' },
            ...{ offset: null, detail, matters: true },
          },
        ];
  const said = { id: textIn(json, 'package_name', 'pname'), build: textIn(json, 'version_code', 'versioncode') };
  return {
    coverage,
    contradicted(app) {
      const differ = (code: Anomaly['code'], what: string, own: string | null, real: string | null): Anomaly[] =>
        own === null || real === null || own === real
          ? []
          : [{ code, path: entry.path, offset: 0, detail: `${what} ${quoted(own)}, the packages say ${quoted(real)}` }];
      return [
        ...differ('set.package', 'says the app is', said.id, app.id),
        ...differ('set.version', 'says the version code is', said.build, app.build),
      ];
    },
  };
}

const illegible = (path: string): Coverage => ({
  ...{ path, format: 'manifest', state: 'unreadable', reason: 'malformed', offset: 0, matters: true },
  detail: 'the list of the set is no JSON object: which files it names, and which of them are missing, is not known',
});

const quoted = (text: string) => JSON.stringify(text.slice(0, 100));

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
