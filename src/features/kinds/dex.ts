import {
  type DexFile,
  definedPackages,
  isDex,
  openDexes,
  staticString,
  stringConstants,
  visitStrings,
  visitTypes,
} from '../../formats/dex/index.ts';
import { passageOfName } from '../../formats/passage.ts';
import type { EntryTaker, Taker } from '../../inventory/taker.ts';
import type { Collector } from '../collector.ts';

/** As many as `definedPackages` gives of one header. */
const MOST_PACKAGES = 2000;

const MAGIC = new TextEncoder().encode('dex\n035\0');

/** Reads the tables of one DEX, which must be whole. @throws FormatError where its header is unusable */
export function extractDex(bytes: Uint8Array, taker: Taker, into: Collector): void {
  into.arch = 'dex';
  if (!isDex(bytes)) {
    into.anomalies([{ code: 'dex.magic', offset: 0, detail: 'a DEX by its tables whose magic was taken away' }]);
    // As a loader would: put it back, in a copy, since a digest is of the bytes as they stand.
    bytes = bytes.slice();
    bytes.set(MAGIC);
  }
  const packages = new Map<string, number>();
  const dexes = openDexes(bytes);
  for (const dex of dexes) {
    handOver(dex, taker, into.facts);
    for (const [name, count] of definedPackages(dex).packages) {
      const known = packages.get(name);
      if (known !== undefined || packages.size < MOST_PACKAGES) packages.set(name, (known ?? 0) + count);
    }
  }
  into.packages = packages;
  const placed = <T extends { readonly offset: number }>(dex: DexFile, found: readonly T[]) =>
    found.map((each) => ({ ...each, offset: dex.base + each.offset }));
  into.problems(dexes.flatMap((dex) => placed(dex, dex.problems)));
  const anomalies = dexes.flatMap((dex) => placed(dex, dex.anomalies));
  into.anomalies(anomalies);
  // Where packers put code: behind the data that the header speaks of.
  const behind = anomalies.find(({ code }) => code === 'dex.trailing-bytes');
  if (behind) into.cover('partial', 'unsupported', behind.offset, `bytes that no table names: ${behind.detail}`);
}

/** Gives the taker the names, strings and constants that it wants. */
function handOver(dex: DexFile, taker: Taker, facts: EntryTaker): void {
  const { bytes, base } = dex;
  const { heads, tails } = taker.types;
  visitTypes(dex, (_, from, to, isDefined) => {
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
          const found = staticString(dex, name.class, name.field);
          return found ? [{ name, ...found }] : [];
        });
  for (const { name, value, offset } of wanted)
    facts.constant(name, value, () => passageOfName(value, base + offset, how));
}
