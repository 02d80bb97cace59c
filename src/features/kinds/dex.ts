import {
  type DexFile,
  definedPackages,
  dexGaps,
  initialisedString,
  isDex,
  openDexes,
  staticString,
  stringConstants,
  visitStrings,
  visitTypes,
} from '../../formats/dex/index.ts';
import { passageOfName } from '../../formats/passage.ts';
import type { Taker } from '../../inventory/taker.ts';
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
function handOver(dex: DexFile, taker: Taker, { facts, defines }: Collector): void {
  const { bytes, base } = dex;
  const { heads, tails } = taker.types;
  visitTypes(dex, (_, from, to, isDefined) => {
    if (isDefined) defines(bytes, from, to);
    // A descriptor is `Lio/agora/rtc/RtcEngine;`: what is marked stands between its first byte and its last.
    if (heads[bytes[from + 1]! * 256 + bytes[from + 2]!] || tails[bytes[to - 3]! * 256 + bytes[to - 2]!]) {
      facts.type(bytes, from, to, isDefined ? 'defined' : 'referenced', base);
    }
  });
  visitStrings(dex, (_, from, to) => facts.string(bytes, from, to, base), taker.strings);
  const how = 'static field of a DEX';
  const wanted =
    taker.constants === 'every'
      ? stringConstants(dex)
      : taker.constants.flatMap((name) => {
          const found = initialisedString(dex, name.class, name.field) ?? staticString(dex, name.class, name.field);
          return found ? [{ name, ...found }] : [];
        });
  for (const { name, value, offset } of wanted)
    facts.constant(name, value, () => passageOfName(value, base + offset, how));
}
