import type { Mark } from './gram-filter.ts';
import { beginsPoolString } from './pool-string.ts';
import { isPublicIpv4 } from './special-purpose.ts';

/** Bytes of a URL that are read at most, scheme included. */
export const LONGEST_URL = 1024;

const COLON = 0x3a;
const SLASH = 0x2f;
const DOT = 0x2e;

const isDigit = new Uint8Array(256).fill(1, 0x30, 0x3a);
const isLower = new Uint8Array(256).fill(1, 0x61, 0x7b);
const isLetter = isLower.map((lower, byte) => lower | isLower[byte ^ 0x20]!);
const isUrlByte = lettersDigitsAnd('-_.~%{}$:/?#[]@!&()*+,;=');
/** First byte of a host name, of an address, or of a template of one. */
const startsHost = lettersDigitsAnd('%{$[*_');
/** Bytes that make a dotted quad beside them, or a scheme behind them, part of a longer word. */
const joinsNumber = lettersDigitsAnd('.-_');
const joinsScheme = lettersDigitsAnd('.-_+$');

function lettersDigitsAnd(others: string): Uint8Array {
  const set = isDigit.map((digit, byte) => digit | isLetter[byte]!);
  for (const character of others) set[character.charCodeAt(0)] = 1;
  return set;
}

/** Told even where they follow other letters, as in string tables without separators (Hermes). */
const plainSchemes = ['http', 'https', 'rtmp', 'rtmps', 'rtmpt'];
/** RFC 7064 and 7065: no slashes. */
const relaySchemes = ['stun', 'stuns', 'turn', 'turns'];
const otherSchemes = 'ws wss ftp mqtt mqtts tcp udp rtsp rtsps grpc srt quic'.split(' ');

/** What a URL can begin with, wherever it stands: the one list of them. */
export const schemes: ReadonlySet<string> = new Set([...plainSchemes, ...relaySchemes, ...otherSchemes]);

/** Schemes are compared as numbers, five bits a letter, last letter lowest. */
function packed(scheme: string): number {
  return [...scheme].reduce((code, letter) => (code << 5) | (letter.charCodeAt(0) & 0x1f), 0);
}
const LONGEST_SCHEME = Math.max(...[...schemes].map((scheme) => scheme.length));
const plain = new Set(plainSchemes.map(packed));
const relays = new Set(relaySchemes.map(packed));
const slashed = new Set([...schemes].map(packed));

/** Position of the scheme that ends before a colon, or -1. `news://` is no `ws://`. */
function schemeBefore(bytes: Uint8Array, colon: number, known: ReadonlySet<number>, high: number): number {
  let code = 0;
  let start = -1;
  let isPlain = false;
  for (let i = 1; i <= LONGEST_SCHEME; i++) {
    const byte = bytes[colon - i]!;
    if (!isLower[byte]) break;
    code |= (byte & 0x1f) << (5 * (i - 1));
    if (!known.has(code)) continue;
    start = colon - i;
    isPlain = plain.has(code);
  }
  const joins = start !== -1 && !isPlain && joinsScheme[bytes[start - 1]!] === 1;
  return joins && !beginsPoolString(bytes, start, high) ? -1 : start;
}

/** Kinds of mark: `://`, and the colon of `stun:` and `turn:`. */
const SLASHED = 0;
const RELAY = 1;

/**
 * Grams by which each colon of a URL is told, once, whatever multiple of four it stands beside: `://h`, `p://`, `tp:/`,
 * `ttp:`. What stands before or after is written out where a scheme is too short for four bytes.
 */
export function urlMarks(): readonly Mark[] {
  marksMade ??= makeMarks();
  return marksMade;
}
let marksMade: readonly Mark[] | undefined;

function makeMarks(): Mark[] {
  const marks = new Map<string, Mark>();
  const add = (kind: number, text: string, offset: number) => {
    const gram = Uint8Array.from(text, (character) => character.charCodeAt(0));
    marks.set(`${kind} ${offset} ${text}`, { gram, offset, kind });
  };
  // Whatever stands before a scheme: a letter there can be the length of a string.
  const borders = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
  const hosts = borders.filter((_, byte) => startsHost[byte]);
  for (const host of hosts) add(SLASHED, `://${host}`, 0);
  for (const scheme of schemes) {
    add(SLASHED, `${scheme.slice(-1)}://`, 1);
    add(SLASHED, `${scheme.slice(-2)}:/`, 2);
    for (const border of scheme.length < 3 ? borders : ['']) add(SLASHED, `${border}${scheme.slice(-3)}:`, 3);
  }
  for (const scheme of relaySchemes) {
    add(RELAY, scheme.slice(-4), 4);
    for (const border of scheme.length < 5 ? borders : ['']) add(RELAY, `${border}${scheme.slice(0, -1)}`.slice(-4), 5);
    for (const host of hosts) add(RELAY, `${scheme.slice(-2)}:${host}`, 2);
    add(RELAY, `${scheme.slice(-3)}:`, 3);
  }
  return [...marks.values()];
}

/**
 * Reads URLs out of bytes, one colon after the other in ascending order. A URL inside another (a query that carries
 * one) is reported as well, as far as the next one: so the bytes read stay in proportion to the content, and no two
 * URLs of a table without separators hide each other.
 */
export class UrlReader {
  /** Where the last URL that is not inside another ends. */
  #outerEnd = 0;
  start = 0;
  end = 0;

  /** Before other content. */
  reset(): void {
    this.#outerEnd = 0;
  }

  /** After the content moved down by so many bytes: a URL that ended below what is left cannot hold another. */
  shift(bytes: number): void {
    this.#outerEnd = Math.max(0, this.#outerEnd - bytes);
  }

  /**
   * Whether a URL of the mark's kind has its scheme's colon here; `start` and `end` then hold its place.
   * @param high first position after the content; a few bytes there must be readable and zero
   */
  at(bytes: Uint8Array, kind: number, colon: number, high: number): boolean {
    if (bytes[colon] !== COLON) return false;
    const isSlashed = bytes[colon + 1] === SLASH && bytes[colon + 2] === SLASH;
    if (isSlashed !== (kind === SLASHED)) return false;
    const from = isSlashed ? colon + 3 : colon + 1;
    if (!startsHost[bytes[from]!]) return false;
    this.start = schemeBefore(bytes, colon, isSlashed ? slashed : relays, high);
    if (this.start === -1) return false;
    // In a script `{turn:` and `,turn:` are a property.
    const before = bytes[this.start - 1];
    const isProperty = !isSlashed && (before === 0x7b || before === 0x2c);
    if (isProperty && !beginsPoolString(bytes, this.start, high)) return false;
    this.end = this.#read(bytes, from, high);
    if (!isSlashed && !isHost(bytes, from, this.end)) return false;
    if (this.start >= this.#outerEnd) this.#outerEnd = this.end;
    return true;
  }

  #read(bytes: Uint8Array, from: number, high: number): number {
    const limit = Math.min(high, this.start + LONGEST_URL);
    const inside = this.start < this.#outerEnd;
    let authority = true;
    let i = from;
    for (; i < limit && isUrlByte[bytes[i]!]; i++) {
      if (endsAuthority(bytes[i]!)) authority = false;
      // Another URL in the place of the host is the next string of a table, not a part of this one.
      else if (bytes[i] === COLON && (inside || authority) && bytes[i + 1] === SLASH && bytes[i + 2] === SLASH) {
        const next = schemeBefore(bytes, i, slashed, high);
        if (next >= from) return next;
      }
    }
    return i;
  }
}

/** RFC 3986, 3.2 */
function endsAuthority(byte: number): boolean {
  return byte === SLASH || byte === 0x3f || byte === 0x23;
}

/** For `stun:` and `turn:`: a name with a domain, an address, or a template. */
function isHost(bytes: Uint8Array, from: number, end: number): boolean {
  let letters = 0;
  let dots = 0;
  let i = from;
  for (; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === 0x25 || byte === 0x7b || byte === 0x5b) return true;
    if (byte === COLON || endsAuthority(byte)) break;
    if (byte === DOT) {
      dots++;
      letters = 0;
    } else if (isLetter[byte]) letters++;
  }
  return dots > 0 && (letters >= 2 || (dots === 3 && isDigit[bytes[i - 1]!] === 1));
}

function isAddressByte(byte: number): boolean {
  return isDigit[byte] === 1 || byte === DOT;
}

/**
 * The start of the run of digits and dots that a word of four bytes lies in, or -1: where the word has other bytes, or is
 * not the first of the run. A dotted quad of seven bytes or more has such a word wherever it stands.
 */
export function addressStart(bytes: Uint8Array, word: number): number {
  for (let i = word; i < word + 4; i++) if (!isAddressByte(bytes[i]!)) return -1;
  let start = word;
  while (isAddressByte(bytes[start - 1]!)) if (--start === word - 4) return -1;
  return start;
}

/**
 * The end of a dotted quad that a host on the public internet can have and that is a word of its own, or -1. A version
 * of four parts looks the same: only the caller knows what stands around it.
 */
export function addressEnd(bytes: Uint8Array, start: number, high = bytes.length): number {
  if (joinsNumber[bytes[start - 1]!] && !beginsPoolString(bytes, start, high)) return -1;
  let i = start;
  const parts = [0, 0, 0, 0];
  for (let part = 0; part < 4; part++) {
    if (part > 0 && bytes[i++] !== DOT) return -1;
    const from = i;
    let value = 0;
    while (i - from < 3 && isDigit[bytes[i]!]) value = value * 10 + bytes[i++]! - 0x30;
    if (i === from || value > 255 || (i - from > 1 && bytes[from] === 0x30)) return -1;
    parts[part] = value;
  }
  return joinsNumber[bytes[i]!] || !isPublicIpv4(parts) ? -1 : i;
}
