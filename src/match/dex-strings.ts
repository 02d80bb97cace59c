import { decodeMutf8 } from '../formats/dex/index.ts';
import { passageAt, passageOfName } from '../formats/passage.ts';
import type { About, Marks } from '../inventory/taker.ts';
import { unfolded } from './byte-trie.ts';
import type { Matcher } from './compile.ts';
import type { Finds } from './finds.ts';
import type { HostMatcher } from './host-matcher.ts';
import { addressEnd, LONGEST_URL, schemes } from './locators.ts';
import type { NameMatcher } from './name-matcher.ts';
import { PairMarks } from './pair-marks.ts';
import { isLikelyAddress } from './standing.ts';
import { endpointOf } from './urls.ts';
import { versionAtStart } from './version-at.ts';

/** What a string that is looked for in a DEX begins or ends with: a clue, a version, a URL, an address; a host. */
export function stringMarks(matcher: Matcher): Marks {
  const encoder = new TextEncoder();
  const begins = new PairMarks(unfolded);
  const digits = [...'0123456789'].flatMap((first) => [...'0123456789.'].map((second) => first + second));
  begins.heads([...schemes, ...digits].map((text) => encoder.encode(text)));
  begins.add([matcher.names('string').marks.heads, matcher.versionStrings.marks.heads]);
  const ends = new PairMarks(unfolded);
  ends.add([matcher.names('string').marks.tails, matcher.hosts.tails]);
  return { heads: begins.table, tails: ends.table };
}

/** The next URL of a list, or of a text that names several. */
const NEXT_URL = /[ ,;|"'\n]((?:https?|wss?|rtmps?):\/\/)/;

/** Matches the strings of a DEX, or of a Java class, in place. What callbacks need stands in fields: they are made once for an entry. */
export class DexStrings {
  readonly #matcher: Matcher;
  readonly #finds: Finds;
  readonly #about: About;
  readonly #strings: NameMatcher;
  readonly #versionStrings: NameMatcher;
  readonly #hosts: HostMatcher;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #base = 0;
  #how = '';
  readonly #seen = () =>
    passageAt(this.#bytes.subarray(this.#start, this.#end), this.#base + this.#start, 'mutf-8', this.#how);
  readonly #onString = (index: number) => {
    if (!this.#about.looks('clue')) return;
    this.#finds.hit(this.#matcher.clues[index]!.id, 'defined', this.#base + this.#start, this.#seen);
  };
  readonly #onVersion = (index: number) => this.#version(index);

  constructor(matcher: Matcher, finds: Finds, about: About) {
    this.#matcher = matcher;
    this.#finds = finds;
    this.#about = about;
    this.#strings = matcher.names('string');
    this.#versionStrings = matcher.versionStrings;
    this.#hosts = matcher.hosts;
  }

  match(bytes: Uint8Array, start: number, end: number, base: number, how: string): void {
    this.#how = how;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#base = base;
    this.#strings.matchBytes(bytes, start, end, this.#onString);
    this.#versionStrings.matchBytes(bytes, start, end, this.#onVersion);
    if (mayBeUrl(bytes, start, end)) {
      if (!this.#about.looks('url')) return;
      // JSON may spell a slash `\/`.
      this.#urls(decodeMutf8(bytes, start, Math.min(end, start + LONGEST_URL)).replaceAll('\\/', '/'));
    } else if (isAddress(bytes, start, end) || this.#hosts.matchBytes(bytes, start, end) >= 0) {
      if (!this.#about.looks('host')) return;
      const host = decodeMutf8(bytes, start, end);
      const isOwned = this.#hosts.matchBytes(bytes, start, end) >= 0;
      if (!isOwned && !isLikelyAddress(host.split('.').map(Number))) return;
      this.#finds.endpoint({ host, url: null, scheme: null }, this.#seen);
    }
  }

  /** The URL that a string begins with, and those of a list: `https://a.example/x; https://b.example/y`. */
  #urls(text: string): void {
    for (let at = 0; at < text.length; ) {
      const found = endpointOf(text.slice(at));
      if (found) this.#finds.endpoint(found, this.#seen);
      const next = NEXT_URL.exec(text.slice(at + 8));
      if (!next) return;
      at += 8 + next.index + next[0].indexOf(next[1]!);
    }
  }

  /** Reads the version that a `like` rule finds at the start of a string. */
  #version(index: number): void {
    const rule = this.#matcher.versions[index];
    if (rule?.at.from !== 'like' || !this.#about.looks('version')) return;
    const found = versionAtStart(this.#bytes.subarray(this.#start, this.#end), rule.at);
    if (!found) return;
    const at = this.#base + this.#start + found.delta;
    this.#finds.version(rule.sdk, found.version, passageOfName(found.version, at, this.#how));
  }
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
