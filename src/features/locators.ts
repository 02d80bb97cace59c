/** Bytes of a URL that are read at most, scheme included. */
export const LONGEST_URL = 1024;

const DOT = 0x2e;
const COLON = 0x3a;
const SLASH = 0x2f;

const isDigit = new Uint8Array(256).fill(1, 0x30, 0x3a);
const isLetter = new Uint8Array(256).fill(1, 0x41, 0x5b).fill(1, 0x61, 0x7b);
const isUrlByte = table('-_.~%{}$:/?#[]@!&()*+,;=');
/** First byte of a host name, of an address, or of a template of one. */
const startsHost = table('%{$[*_');
/** Bytes that make what stands beside a dotted quad, or before a scheme, part of a longer word. */
const joinsNumber = table('.-_');
const joinsScheme = table('.-_+$');
/** Bytes that end the authority of a URL (RFC 3986, 3.2). */
const endsAuthority = new Uint8Array(256);
for (const character of '/?#') endsAuthority[character.charCodeAt(0)] = 1;

/** Letters, digits and these. */
function table(others: string): Uint8Array {
  const set = isDigit.map((digit, byte) => digit | isLetter[byte]!);
  for (const character of others) set[character.charCodeAt(0)] = 1;
  return set;
}

/** Schemes are compared as numbers, five bits a letter, last letter lowest. */
function packed(scheme: string): number {
  let code = 0;
  for (let i = 0; i < scheme.length; i++) code |= (scheme.charCodeAt(scheme.length - 1 - i) & 0x1f) << (5 * i);
  return code;
}
const LONGEST_SCHEME = 6;
/** Unmistakable even where they follow other letters, as in string tables without separators (Hermes). */
const ownSchemes = new Set(['http', 'https', 'rtmp', 'rtmps', 'rtmpt'].map(packed));
const relaySchemes = new Set(['stun', 'stuns', 'turn', 'turns'].map(packed));
const schemes = new Set([
  ...ownSchemes,
  ...relaySchemes,
  ...['ws', 'wss', 'ftp', 'mqtt', 'mqtts', 'tcp', 'udp', 'rtsp', 'rtsps', 'grpc', 'srt', 'quic'].map(packed),
]);

/** Position of the scheme that ends before a colon, or -1. `news://` is no `ws://`. */
function schemeBefore(bytes: Uint8Array, colon: number, known: ReadonlySet<number>): number {
  let code = 0;
  let start = -1;
  let own = false;
  let i = 1;
  for (; i <= LONGEST_SCHEME; i++) {
    const byte = bytes[colon - i]!;
    if (!isLetter[byte]) break;
    code |= (byte & 0x1f) << (5 * (i - 1));
    if (!known.has(code)) continue;
    start = colon - i;
    own = ownSchemes.has(code);
  }
  return start === -1 || own || !joinsScheme[bytes[start - 1]!] ? start : -1;
}

/**
 * Reads URLs out of bytes, one colon after the other in ascending order. A URL inside another (a query that carries one)
 * is reported as well, as far as the next one: so the bytes read stay in proportion to the content, and no two URLs of
 * a table without separators hide each other.
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

  /** After the content moved down by so many bytes. */
  shift(bytes: number): void {
    this.#outerEnd -= bytes;
  }

  /**
   * Whether a URL has its scheme's colon here; `start` and `end` then hold its place.
   * @param high first position after the content; the bytes there must be readable and no part of a URL
   */
  at(bytes: Uint8Array, colon: number, high: number): boolean {
    if (bytes[colon + 1] === SLASH && bytes[colon + 2] === SLASH) {
      this.start = schemeBefore(bytes, colon, schemes);
      if (this.start === -1 || !startsHost[bytes[colon + 3]!]) return false;
      this.end = this.#read(bytes, colon + 3, high);
    } else {
      // `return:` and `{turn:` are the rule in scripts: a letter first, the set only then.
      const last = bytes[colon - 1]! | 0x20;
      if ((last !== 0x6e && last !== 0x73) || !startsHost[bytes[colon + 1]!]) return false;
      this.start = schemeBefore(bytes, colon, relaySchemes);
      if (this.start === -1 || bytes[this.start - 1] === 0x7b || bytes[this.start - 1] === 0x2c) return false;
      this.end = this.#read(bytes, colon + 1, high);
      if (!isHost(bytes, colon + 1, this.end)) return false;
    }
    if (this.start >= this.#outerEnd) this.#outerEnd = this.end;
    return true;
  }

  #read(bytes: Uint8Array, from: number, high: number): number {
    const limit = Math.min(high, this.start + LONGEST_URL);
    const inside = this.start < this.#outerEnd;
    let authority = true;
    let i = from;
    for (; i < limit; i++) {
      const byte = bytes[i]!;
      if (!isUrlByte[byte]) break;
      if (endsAuthority[byte]) authority = false;
      else if (byte === COLON && (inside || authority) && bytes[i + 1] === SLASH && bytes[i + 2] === SLASH) {
        const next = schemeBefore(bytes, i, schemes);
        if (next >= from) return next;
      }
    }
    return i;
  }
}

/** For `stun:` and `turn:`, which have no slashes: a name with a domain, an address, or a template. */
function isHost(bytes: Uint8Array, from: number, end: number): boolean {
  let letters = 0;
  let dots = 0;
  let i = from;
  for (; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === 0x25 || byte === 0x7b || byte === 0x5b) return true;
    if (byte === COLON || endsAuthority[byte]) break;
    if (byte === DOT) {
      dots++;
      letters = 0;
    } else if (isLetter[byte]) letters++;
  }
  return dots > 0 && (letters >= 2 || (dots === 3 && isDigit[bytes[i - 1]!] === 1));
}

/** Position of a number of one to three digits before a dot that begins a word, or -1. */
export function addressStart(bytes: Uint8Array, dot: number): number {
  let start = dot;
  while (dot - start < 3 && isDigit[bytes[start - 1]!]) start--;
  return start === dot || joinsNumber[bytes[start - 1]!] ? -1 : start;
}

/**
 * The end of a dotted quad that a host on the public internet can have and that is a word of its own, or -1. A version
 * of four parts looks the same: only the caller knows what stands around it.
 */
export function addressEnd(bytes: Uint8Array, start: number): number {
  let i = start;
  let first = 0;
  let second = 0;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && bytes[i++] !== DOT) return -1;
    const from = i;
    let value = 0;
    while (i - from < 3 && isDigit[bytes[i]!]) value = value * 10 + bytes[i++]! - 0x30;
    if (i === from || value > 255 || (i - from > 1 && bytes[from] === 0x30)) return -1;
    if (part === 0) first = value;
    else if (part === 1) second = value;
  }
  return joinsNumber[bytes[i]!] || !isPublic(first, second) ? -1 : i;
}

/** IANA IPv4 Special-Purpose Address Registry: this network, private, loopback, link-local, multicast and above. */
function isPublic(first: number, second: number): boolean {
  if (first === 0 || first === 10 || first === 127 || first >= 224) return false;
  if (first === 172) return second < 16 || second > 31;
  return !((first === 192 && second === 168) || (first === 169 && second === 254));
}
