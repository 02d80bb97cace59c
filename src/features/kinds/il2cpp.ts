import type { Working } from '../../allowance.ts';
import { attempt } from '../../coverage.ts';
import { saidVersion } from '../../formats/cli/index.ts';
import { type Il2cppMetadata, isIl2cpp, metadataVersion, metadataVersions, openIl2cpp } from '../../formats/il2cpp.ts';
import type { ByteRange } from '../../formats/parsing.ts';
import { meaning, passageOfName } from '../../formats/passage.ts';
import { noTexts } from '../../formats/text-pieces.ts';
import type { Taker } from '../../inventory/taker.ts';
import type { Collector } from '../collector.ts';
import { searchPieces } from '../laid-out.ts';
import { isMarked } from '../native-names.ts';
import type { ContentKind } from './kind.ts';

/** Rows that are passed over in the time of a step, and those that are looked at in one go. */
const ROWS_PER_STEP = 16;
const ROWS = 16 * 1024;
/** Assemblies of one app: large ones have two hundred. */
const MOST_ASSEMBLIES = 1000;

/** What Unity keeps of C# code that it compiled: `global-metadata.dat` beside `libil2cpp.so` or in the app of iOS. */
export const il2cpp: ContentKind = {
  is: isIl2cpp,
  platform: null,
  isCode: true,
  isNative: false,
  // By its own reader: texts of code stand there without a border.
  isSearched: false,
  read: 'names of types, each text of code, and every other byte for strings',
  how: 'whole',
  wants: () => true,
  extract: readMetadata,
};

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function* readMetadata(bytes: Uint8Array, _taker: Taker, into: Collector): Working<void> {
  const metadata = attempt(
    () => known(bytes, into),
    ({ reason, offset, message }) => into.cover({ state: 'partial', reason, offset, detail: message }),
  );
  yield* search(bytes, metadata, into);
  if (metadata === null) return;
  if (metadata.types === null || metadata.assemblies === null) {
    const detail = `the rows of IL2CPP metadata of version ${metadata.version} have a length that is not known: names were searched as text`;
    into.cover({ state: 'partial', reason: 'unsupported', offset: 0, detail });
  }
  const assemblies = metadata.assemblies ?? [];
  if (assemblies.length > MOST_ASSEMBLIES) {
    const detail = `${assemblies.length} assemblies; ${MOST_ASSEMBLIES} of them were compared`;
    into.cover({ state: 'partial', reason: 'budget', detail });
  }
  into.libraries = assemblies.slice(0, MOST_ASSEMBLIES).map(({ name, version }) => {
    const called = utf8.decode(bytes.subarray(name.offset, name.offset + name.length));
    const seen = passageOfName(called, name.offset, 'assembly compiled by IL2CPP');
    into.facts.name('library', `${called}.dll`, 'defined', name.offset, () => meaning(seen, `${called}.dll`));
    return { kind: 'string', name: called, version: saidVersion(version), seen: meaning(seen, `${called} ${version}`) };
  });
  yield* handOverTypes(bytes, metadata, into);
}

/** Null where the version is none that is read. @throws FormatError */
function known(bytes: Uint8Array, into: Collector): Il2cppMetadata | null {
  const version = metadataVersion(bytes);
  const { first, last } = metadataVersions;
  if (version >= first && version <= last) return openIl2cpp(bytes);
  const detail = `IL2CPP metadata of version ${version} is searched as it stands: versions ${first} to ${last} are read text by text`;
  into.cover({ state: 'partial', reason: 'unsupported', offset: 4, detail });
  return null;
}

/** Searches every byte: the texts of code each by itself, what stands before and behind them as it stands. */
function* search(bytes: Uint8Array, metadata: Il2cppMetadata | null, into: Collector): Working<void> {
  const { literalData: storage = { offset: bytes.length, length: 0 }, literals: strings = noTexts } = metadata ?? {};
  const { leftOut } = yield* searchPieces(bytes, { storage, strings }, into);
  if (leftOut === 0) return;
  const detail = `${leftOut} texts of code that share their bytes with others were not searched by themselves`;
  into.cover({ state: 'partial', reason: 'budget', offset: storage.offset, detail });
}

function* handOverTypes(bytes: Uint8Array, { types }: Il2cppMetadata, into: Collector): Working<void> {
  const { facts, wants } = into;
  const text = ({ offset, length }: ByteRange) => utf8.decode(bytes.subarray(offset, offset + length));
  const isWanted = ({ offset, length }: ByteRange) => isMarked(wants.types, bytes, offset, offset + length);
  let rows = 0;
  let leftOut = 0;
  for (const { namespace, name } of types ?? []) {
    if (++rows % ROWS === 0) yield ROWS / ROWS_PER_STEP;
    if (name.length === 0 || !(isWanted(name) || isWanted(namespace))) continue;
    if (!into.spend(1)) {
      leftOut++;
      continue;
    }
    const full = namespace.length === 0 ? text(name) : `${text(namespace)}.${text(name)}`;
    facts.name('class', full, 'defined', name.offset, () =>
      meaning(passageOfName(text(name), name.offset, 'type compiled by IL2CPP'), full),
    );
  }
  yield (rows % ROWS) / ROWS_PER_STEP;
  if (leftOut === 0) return;
  const detail = `${leftOut} names of types were not compared: there are more than its size allows for`;
  into.cover({ state: 'partial', reason: 'budget', detail });
}
