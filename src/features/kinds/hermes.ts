import type { Working } from '../../allowance.ts';
import { attempt } from '../../coverage.ts';
import {
  type HermesTables,
  hermesStrings,
  hermesVersion,
  isHermes,
  noStrings,
  openHermes,
  type TakePiece,
  versions,
  visitPieces,
} from '../../formats/hermes/index.ts';
import type { Taker } from '../../inventory/taker.ts';
import type { Collector } from '../collector.ts';
import { LaidOut } from '../laid-out.ts';
import { ScriptNames } from '../script-names.ts';
import type { ContentKind } from './kind.ts';

/** JavaScript compiled for Hermes, the engine of React Native. */
export const hermes: ContentKind = {
  is: isHermes,
  platform: null,
  isCode: true,
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
  into.arch = 'hermes';
  const names = new ScriptNames();
  const laid = new LaidOut(bytes, (piece) => {
    into.facts.bytes(piece);
    names.push(piece);
  });
  const placeOf = (at: number) => laid.placeOf(at);
  into.facts.begin(false, placeOf);
  const tables = (yield* attempt(
    () => tablesOf(bytes, into),
    ({ reason, offset, message }) => into.cover({ state: 'partial', reason, offset, detail: message }),
  )) ?? { storage: { offset: bytes.length, length: 0 }, strings: noStrings };
  const take: TakePiece = (from, to, isWide, goesOn) => laid.add(from, to, isWide, goesOn);
  const leftOut = yield* visitPieces(bytes.length, tables, take, into.spend);
  laid.end();
  into.coverUncompared(into.facts.end());
  // A packed stream inside is told by what goes on there in the file, and not in the next piece.
  into.suspicions.follow(bytes, 0);
  into.addNames(names, placeOf);
  if (leftOut === 0) return;
  const detail = `${leftOut} strings that share their bytes with others were not searched by themselves`;
  into.cover({ state: 'partial', reason: 'budget', offset: tables.storage.offset, detail });
}

/** Null where the version, or the form, is none that is read. @throws FormatError */
function* tablesOf(bytes: Uint8Array, into: Collector): Working<HermesTables | null> {
  const { version, unread } = hermesVersion(bytes);
  if (unread) {
    const { first, last } = versions;
    const detail = `Hermes bytecode of version ${version}${unread === 'delta' ? ' in the form of a delta' : ''} is searched as it stands: versions ${first} to ${last} are read string by string`;
    into.cover({ state: 'partial', reason: 'unsupported', offset: 0, detail });
    return null;
  }
  into.arch = `hermes-${version}`;
  const file = openHermes(bytes);
  if (file.size > bytes.length) {
    const detail = `Hermes bytecode says that it has ${file.size} bytes, and ${bytes.length} are there`;
    into.cover({ state: 'partial', reason: 'malformed', offset: bytes.length, detail });
  }
  const strings = yield* hermesStrings(bytes, file);
  into.problems(strings.problems);
  return { storage: file.storage, strings };
}
