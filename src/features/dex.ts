import {
  type DexFile,
  definedPackages,
  openDexes,
  type StringFilter,
  staticString,
  visitStrings,
  visitTypes,
} from '../formats/dex.ts';
import { passageAt, passageOfName } from '../formats/passage.ts';
import { noFold } from '../rules/byte-trie.ts';
import type { Matcher } from '../rules/compile.ts';
import { PairMarks } from '../rules/pair-marks.ts';
import { versionAtStart } from '../rules/version-at.ts';
import type { Collector } from './collector.ts';
import { endpointOf, schemes } from './endpoints.ts';
import { matchFields } from './fields.ts';
import { addressEnd } from './locators.ts';

const latin1 = new TextDecoder('latin1');

/** As many as `definedPackages` gives of one header. */
const MOST_PACKAGES = 2000;

/** Matches the tables of one DEX, which must be whole. @throws FormatError where its header is unusable */
export function extractDex(bytes: Uint8Array, matcher: Matcher, into: Collector): void {
  into.arch = 'dex';
  const packages = new Map<string, number>();
  const dexes = openDexes(bytes);
  for (const dex of dexes) {
    matchDex(dex, matcher, into);
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

function matchDex(dex: DexFile, matcher: Matcher, into: Collector): void {
  const { bytes, base } = dex;
  // What is being looked at, for callbacks that are made once: a DEX has tens of thousands of strings and few hits.
  let start = 0;
  let end = 0;
  let defined = false;
  const classes = matcher.names('class');
  const { heads, tails } = classes.marks;
  const type = () => passageAt(bytes, start, end, base + start, 'mutf-8', 'DEX type');
  const onClass = (clue: number) => into.hit(clue, defined ? 'defined' : 'referenced', base + start, type);
  visitTypes(dex, (_, from, to, isDefined) => {
    // A descriptor is `Lio/agora/rtc/RtcEngine;`.
    if (!heads.table[bytes[from + 1]! * 256 + bytes[from + 2]!] && !tails.table[bytes[to - 3]! * 256 + bytes[to - 2]!])
      return;
    start = from;
    end = to;
    defined = isDefined;
    classes.matchBytes(bytes, start + 1, end - 1, onClass);
  });
  const strings = matcher.names('string');
  const { versionStrings, hosts } = matcher;
  const string = () => passageAt(bytes, start, end, base + start, 'mutf-8', 'DEX string');
  const onString = (clue: number) => into.hit(clue, 'defined', base + start, string);
  const onVersion = (version: number) => matchVersion(dex, version, start, end, matcher, into);
  const visit = (_: number, from: number, to: number) => {
    start = from;
    end = to;
    strings.matchBytes(bytes, start, end, onString);
    versionStrings.matchBytes(bytes, start, end, onVersion);
    if (mayBeUrl(bytes, start, end)) {
      const found = endpointOf(latin1.decode(bytes.subarray(start, Math.min(end, start + 1024))));
      if (found) into.endpoint(found, string);
    } else if (isAddress(bytes, start, end) || hosts.matchBytes(bytes, start, end) >= 0) {
      const host = latin1.decode(bytes.subarray(start, end));
      into.endpoint({ host, url: null, scheme: null }, string);
    }
  };
  visitStrings(dex, visit, filterOf(matcher));
  matchFields(matcher, into, 'static field of a DEX', (className, field) => {
    const found = staticString(dex, className, field);
    return found && { ...found, offset: base + found.offset };
  });
}

const filters = new WeakMap<Matcher, StringFilter>();

/** What a string that is looked for in a DEX begins or ends with: a clue, a version, a URL, an address; a host. */
function filterOf(matcher: Matcher): StringFilter {
  let filter = filters.get(matcher);
  if (!filter) {
    const encoder = new TextEncoder();
    const begins = new PairMarks(noFold());
    const digits = [...'0123456789'].flatMap((first) => [...'0123456789.'].map((second) => first + second));
    begins.heads([...schemes, ...digits].map((text) => encoder.encode(text)));
    begins.add([matcher.names('string').marks.heads, matcher.versionStrings.marks.heads]);
    const ends = new PairMarks(noFold());
    ends.add([matcher.names('string').marks.tails, matcher.hosts.tails]);
    filter = { heads: begins.table, tails: ends.table };
    filters.set(matcher, filter);
  }
  return filter;
}

/** Reads the version that a `like` rule finds at the start of a string. */
function matchVersion(
  dex: DexFile,
  version: number,
  start: number,
  end: number,
  matcher: Matcher,
  into: Collector,
): void {
  const rule = matcher.versions[version];
  if (rule?.at.from !== 'like') return;
  const found = versionAtStart(dex.bytes.subarray(start, end), rule.at);
  if (!found) return;
  into.version(rule.sdk, found.version, passageOfName(found.version, dex.base + start + found.delta, 'DEX string'));
}

/** A whole string that is a public IPv4 address: digits at both ends, 7 to 15 bytes. */
function isAddress(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]!;
  if (end - start < 7 || end - start > 15 || first < 0x30 || first > 0x39) return false;
  return addressEnd(bytes, start) === end;
}

/** Two small letters and more, and then `:`, as after a scheme. */
function mayBeUrl(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start]! < 0x61 || bytes[start]! > 0x7a) return false;
  for (let at = start + 2; at < end && at < start + 6; at++) {
    if (bytes[at] === 0x3a) return true;
  }
  return false;
}
