import { finished, type Working } from '../../allowance.ts';
import {
  type CodedString,
  type DexFile,
  definedPackages,
  dexGaps,
  isDex,
  openDexes,
  staticConstant,
  stringConstants,
  visitAllCodedStrings,
  visitAskedLibraries,
  visitCodedStrings,
  visitStrings,
  visitTypes,
} from '../../formats/dex/index.ts';
import { passageOfName } from '../../formats/passage.ts';
import type { ConstantName, Marks, Taker } from '../../inventory/taker.ts';
import type { Collector } from '../collector.ts';
import { base64Strings } from '../dex-base64.ts';
import { handOverCalls, withOwnCode } from '../dex-calls.ts';
import { urlsInside } from '../dex-urls.ts';
import { handOverUses, PACKAGE_DEPTH } from '../dex-uses.ts';
import type { ContentKind } from './kind.ts';

/** Names that are passed over in the time of a step, and strings that are looked at in one go. */
const NAMES_PER_STEP = 16;
const STRINGS = 512;

/** As many as `definedPackages` gives of one header. */
const MOST_PACKAGES = 8000;

export const dex: ContentKind = {
  is: isDex,
  platform: 'android',
  isCode: true,
  isNative: false,
  // Its string table holds all of its text.
  isSearched: false,
  read: 'strings, types and classes',
  how: 'whole',
  wants: () => true,
  extract: readDex,
  gaps: (bytes) => dexGaps(bytes, openDexes(withMagic(bytes))),
};
const MAGIC = new TextEncoder().encode('dex\n035\0');

/** As a loader would put its magic back; in a copy, since a digest is of the bytes as they stand. */
export function withMagic(bytes: Uint8Array): Uint8Array {
  if (isDex(bytes)) return bytes;
  const copy = bytes.slice();
  copy.set(MAGIC);
  return copy;
}

/** Reads the tables of one DEX, which must be whole. @throws FormatError where its header is unusable */
export function extractDex(bytes: Uint8Array, taker: Taker, into: Collector): void {
  finished(readDex(bytes, taker, into));
}

function* readDex(bytes: Uint8Array, taker: Taker, into: Collector): Working<void> {
  into.arch = 'dex';
  if (!isDex(bytes)) {
    into.anomalies([{ code: 'dex.magic', offset: 0, detail: 'a DEX by its tables whose magic was taken away' }]);
  }
  const packages = new Map<string, number>();
  let rest = 0;
  const dexes = openDexes(withMagic(bytes));
  for (const dex of dexes) {
    yield* handOver(dex, taker, into);
    const defined = definedPackages(dex, PACKAGE_DEPTH, MOST_PACKAGES);
    rest += defined.rest;
    for (const [name, count] of defined.packages) {
      const known = packages.get(name);
      if (known !== undefined || packages.size < MOST_PACKAGES) packages.set(name, (known ?? 0) + count);
      else rest += count;
    }
  }
  if (rest > 0) {
    const detail = `${rest} classes of more than ${MOST_PACKAGES} packages are not listed by package; their names were compared`;
    into.cover({ state: 'partial', reason: 'budget', detail, matters: false });
  }
  into.packages = packages;
  const placed = <T extends { readonly offset: number }>(dex: DexFile, found: readonly T[]) =>
    found.map((each) => ({ ...each, offset: dex.base + each.offset }));
  into.problems(dexes.flatMap((dex) => placed(dex, dex.problems)));
  into.anomalies(dexes.flatMap((dex) => placed(dex, dex.anomalies)));
}

const isMarked = ({ heads, tails }: Marks, bytes: Uint8Array, from: number, to: number) =>
  heads[bytes[from]! * 256 + bytes[from + 1]!] || tails[bytes[to - 2]! * 256 + bytes[to - 1]!];

/** Gives the taker the names, strings and constants that it wants. */
function* handOver(dex: DexFile, taker: Taker, into: Collector): Working<void> {
  const { facts, referable, refersTo, scene, spend } = into;
  const { bytes, base } = dex;
  const { heads, tails } = taker.types;
  visitTypes(dex, (_, from, to, isDefined) => {
    if (isDefined) scene.defines(bytes, from, to);
    // A descriptor is `Lio/agora/rtc/RtcEngine;`: what is marked stands between its first byte and its last.
    if (heads[bytes[from + 1]! * 256 + bytes[from + 2]!] || tails[bytes[to - 3]! * 256 + bytes[to - 2]!]) {
      facts.type(bytes, from, to, isDefined ? 'defined' : 'referenced', base);
    }
  });
  yield dex.types.count / NAMES_PER_STEP;
  // To find the strings that are wanted takes a moment, to look at them may take long: 65,536 can be URLs.
  const strings: number[] = [];
  const wanted = taker.strings;
  if (referable === null) visitStrings(dex, (_, from, to) => strings.push(from, to), wanted);
  else {
    const take = (_: number, from: number, to: number) => {
      referable.look(bytes, from, to, refersTo);
      if (isMarked(wanted, bytes, from, to)) strings.push(from, to);
    };
    visitStrings(dex, take, referable.marks(wanted));
  }
  yield dex.strings.count / NAMES_PER_STEP;
  for (let at = 0; at < strings.length; at += 2 * STRINGS) {
    const end = Math.min(strings.length, at + 2 * STRINGS);
    for (let i = at; i < end; i += 2) facts.string(bytes, strings[i]!, strings[i + 1]!, base);
    yield (end - at) / 2;
  }
  yield* urlsInside(dex, facts);
  yield* base64Strings(dex, into);
  handOverConstants(dex, taker, into);
  yield 1;
  handOverCode(dex, taker, into);
  visitAskedLibraries(dex, spend, (asked) => scene.asks(into.path, { ...asked, offset: base + asked.offset }));
  yield* handOverUses(dex, into);
  yield* handOverCalls(dex, withOwnCode(taker.calls, scene.appIds), into);
}

function handOverConstants(dex: DexFile, { constants }: Taker, { facts, spend }: Collector): void {
  const take = (name: ConstantName, value: string, offset: number) =>
    facts.constant(name, value, () => passageOfName(value, dex.base + offset, 'static field of a DEX'));
  if (constants === 'every') for (const { name, value, offset } of stringConstants(dex)) take(name, value, offset);
  else {
    for (const name of constants) {
      const found = staticConstant(dex, { class: name.class, field: name.field }, spend);
      if (typeof found?.value === 'string') take(name, found.value, found.offset);
    }
  }
}

/** Code is decoded only of the classes that somebody asks for. */
function handOverCode(dex: DexFile, { code }: Taker, { facts, spend }: Collector): void {
  const take = (found: CodedString) =>
    facts.coded(found, found.value, (part, from) =>
      passageOfName(
        part,
        dex.base + found.offset + from,
        `string that code of a DEX ${found.as === 'loaded' ? 'loads' : 'returns'}`,
      ),
    );
  if (code === 'every') visitAllCodedStrings(dex, spend, take);
  else {
    for (const name of new Set(code.map((wanted) => wanted.class))) {
      const ofClass = code.filter((wanted) => wanted.class === name);
      const wants = (method: string) => ofClass.some((wanted) => wanted.method === null || wanted.method === method);
      visitCodedStrings(dex, { class: name, wants }, spend, take);
    }
  }
}
