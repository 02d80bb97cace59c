import type { Working } from '../../allowance.ts';
import { attempt } from '../../coverage.ts';
import { hermesStrings, hermesVersion, isHermes, openHermes, versions } from '../../formats/hermes/index.ts';
import { noTexts, type TextTables } from '../../formats/text-pieces.ts';
import type { Taker } from '../../inventory/taker.ts';
import type { Collector } from '../collector.ts';
import { searchPieces } from '../laid-out.ts';
import { ScriptNames } from '../script-names.ts';
import type { ContentKind } from './kind.ts';

/** JavaScript compiled for Hermes, the engine of React Native. */
export const hermes: ContentKind = {
  is: isHermes,
  platform: null,
  // The engine loads it, and no system: what is called as a library is called is none.
  isCode: false,
  isNative: false,
  // By its own reader, string by string.
  isSearched: false,
  read: 'each string of the string table, and every other byte for strings',
  how: 'whole',
  wants: () => true,
  extract: readHermes,
};

/**
 * Hands over every byte to be searched, the text of the string table string by string. Where that table cannot be followed,
 * the bytes are searched as they stand: a host may then seem longer than it is.
 */
function* readHermes(bytes: Uint8Array, _taker: Taker, into: Collector): Working<void> {
  const names = new ScriptNames();
  const tables = (yield* attempt(
    () => tablesOf(bytes, into),
    ({ reason, offset, message }) => into.cover({ state: 'partial', reason, offset, detail: message }),
  )) ?? { storage: { offset: bytes.length, length: 0 }, strings: noTexts };
  const { leftOut, laid } = yield* searchPieces(bytes, tables, into, (piece) => names.push(piece));
  into.addNames(names, laid);
  if (leftOut === 0) return;
  const detail = `${leftOut} strings that share their bytes with others were not searched by themselves`;
  into.cover({ state: 'partial', reason: 'budget', offset: tables.storage.offset, detail });
}

/**
 * Where text stands; null where the tables of a version or form that is not known do not hold what they should.
 * @throws FormatError
 */
function* tablesOf(bytes: Uint8Array, into: Collector): Working<TextTables | null> {
  const { version, unread } = hermesVersion(bytes);
  into.arch = `hermes-${version}`;
  if (unread) {
    const what = unread === 'delta' ? 'in the form of a delta' : 'which is not known';
    const { first, last } = versions;
    const known = `${first} to ${last} are read`;
    const detail = `Hermes bytecode of version ${version}, ${what} (${known}): only its strings were searched`;
    into.cover({ state: 'partial', reason: 'unsupported', offset: 0, detail });
    if (unread === 'delta') return null;
  }
  const file = openHermes(bytes);
  const strings = yield* hermesStrings(bytes, file);
  // The table has stayed where it is for forty versions: another one is likely to have it there.
  if (unread) return strings.problems.length === 0 && file.size === bytes.length ? { ...file, strings } : null;
  if (file.size > bytes.length) {
    const detail = `Hermes bytecode says that it has ${file.size} bytes, and ${bytes.length} are there`;
    into.cover({ state: 'partial', reason: 'malformed', offset: bytes.length, detail });
  }
  into.problems(strings.problems);
  return { ...file, strings };
}
