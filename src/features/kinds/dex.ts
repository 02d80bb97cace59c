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
  visitCodedStrings,
  visitStrings,
  visitTypes,
} from '../../formats/dex/index.ts';
import { passageOfName } from '../../formats/passage.ts';
import type { ConstantName, Taker } from '../../inventory/taker.ts';
import type { Collector } from '../collector.ts';
import type { ContentKind } from './kind.ts';

/** As many as `definedPackages` gives of one header. */
const MOST_PACKAGES = 2000;

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
  extract: extractDex,
  gaps: (bytes) => dexGaps(bytes, openDexes(withMagic(bytes))),
};
const MAGIC = new TextEncoder().encode('dex\n035\0');

/** As a loader would put its magic back; in a copy, since a digest is of the bytes as they stand. */
function withMagic(bytes: Uint8Array): Uint8Array {
  if (isDex(bytes)) return bytes;
  const copy = bytes.slice();
  copy.set(MAGIC);
  return copy;
}

/** Reads the tables of one DEX, which must be whole. @throws FormatError where its header is unusable */
export function extractDex(bytes: Uint8Array, taker: Taker, into: Collector): void {
  into.arch = 'dex';
  if (!isDex(bytes)) {
    into.anomalies([{ code: 'dex.magic', offset: 0, detail: 'a DEX by its tables whose magic was taken away' }]);
  }
  const packages = new Map<string, number>();
  const dexes = openDexes(withMagic(bytes));
  for (const dex of dexes) {
    handOver(dex, taker, into);
    for (const [name, count] of definedPackages(dex).packages) {
      const known = packages.get(name);
      if (known !== undefined || packages.size < MOST_PACKAGES) packages.set(name, (known ?? 0) + count);
    }
  }
  into.packages = packages;
  const placed = <T extends { readonly offset: number }>(dex: DexFile, found: readonly T[]) =>
    found.map((each) => ({ ...each, offset: dex.base + each.offset }));
  into.problems(dexes.flatMap((dex) => placed(dex, dex.problems)));
  into.anomalies(dexes.flatMap((dex) => placed(dex, dex.anomalies)));
}

/** Gives the taker the names, strings and constants that it wants. */
function handOver(dex: DexFile, taker: Taker, into: Collector): void {
  const { facts } = into;
  const { bytes, base } = dex;
  const { heads, tails } = taker.types;
  visitTypes(dex, (_, from, to, isDefined) => {
    // A descriptor is `Lio/agora/rtc/RtcEngine;`: what is marked stands between its first byte and its last.
    if (heads[bytes[from + 1]! * 256 + bytes[from + 2]!] || tails[bytes[to - 3]! * 256 + bytes[to - 2]!]) {
      facts.type(bytes, from, to, isDefined ? 'defined' : 'referenced', base);
    }
  });
  visitStrings(dex, (_, from, to) => facts.string(bytes, from, to, base), taker.strings);
  handOverConstants(dex, taker, into);
  handOverCode(dex, taker, into);
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
