import type { VersionAt } from '../rules/schema.ts';
import { CONTEXT } from './byte-patterns.ts';
import { aroundVersion } from './glob.ts';

export type NearVersion = Extract<VersionAt, { from: 'near' }>;
export type LikeVersion = Extract<VersionAt, { from: 'like' }>;

const LONGEST_VERSION = 64;

const latin1 = new TextDecoder('latin1');

export interface FoundVersion {
  readonly version: string;
  /** Bytes from the literal's first byte to the version's first byte. */
  readonly delta: number;
}

/**
 * Reads a `near` rule around its anchor, met at `at` in a window of a ScanSink. Strings end at NUL; a run of NULs is
 * one border. Null, never a guess: where the anchor is part of a longer string, a string on the way holds other bytes
 * than text, or what stands there is not a version of the rule's shape.
 */
export function versionNear(window: Uint8Array, at: number, length: number, rule: NearVersion): FoundVersion | null {
  // A window that is short of its context ends where the content ends, and that ends a string too.
  const first = at < CONTEXT;
  const last = window.length - at - length < CONTEXT;
  let start = at;
  let end = at + length;
  if (start > 0 ? window[start - 1] !== 0 : !first) return null;
  if (end < window.length ? window[end] !== 0 : !last) return null;
  for (let left = Math.abs(rule.step); left > 0; left--) {
    if (rule.step > 0) {
      start = end;
      while (window[start] === 0) start++;
      end = start;
      while (isText(window[end])) end++;
    } else {
      end = start;
      while (window[end - 1] === 0) end--;
      start = end;
      while (isText(window[start - 1])) start--;
    }
    if (start === end) return null;
    if (start > 0 ? window[start - 1] !== 0 : !first) return null;
    if (end < window.length ? window[end] !== 0 : !last) return null;
  }
  const { before, after } = aroundVersion(rule);
  const from = start + before.length;
  const to = end - after.length;
  if (from >= to || to - from > LONGEST_VERSION || !standsAt(window, start, before) || !standsAt(window, to, after))
    return null;
  const version = versionText(window, from, to, rule.parts);
  return version === null ? null : { version, delta: from - at };
}

/**
 * Reads a `like` rule in a window of a ScanSink whose literal was met at `at`. Null where no version of the rule's shape
 * stands there, or it goes on as something else (`2.0.2-rc1`).
 */
export function versionLike(window: Uint8Array, at: number, length: number, rule: LikeVersion): FoundVersion | null {
  const { before, after } = aroundVersion(rule);
  if (rule.form === 'date') {
    const from = before.length >= after.length ? at + length : at - DATE;
    const version = dateBetween(window, from, before, after);
    return version === null ? null : { version, delta: from - at };
  }
  // The literal searched for is the longer of the two (BytePatterns).
  if (before.length >= after.length) {
    const from = at + length;
    let to = from;
    while (isVersionByte(window[to])) to++;
    // Dots and digits of the rule may touch the version: the longest reading that leaves them their place counts.
    for (; to > from; to--) {
      const version = versionBetween(window, from, to, before, after, rule.parts);
      if (version !== null) return { version, delta: from - at };
    }
  } else {
    let from = at;
    while (isVersionByte(window[from - 1])) from--;
    for (; from < at; from++) {
      const version = versionBetween(window, from, at, before, after, rule.parts);
      if (version !== null) return { version, delta: from - at };
    }
  }
  return null;
}

/** Reads a `like` rule in text that begins with it, such as a DEX string. `delta` counts from the text's start. */
export function versionAtStart(text: Uint8Array, rule: LikeVersion): FoundVersion | null {
  const { before, after } = aroundVersion(rule);
  const from = before.length;
  if (rule.form === 'date') {
    const version = dateBetween(text, from, before, after);
    return version === null ? null : { version, delta: from };
  }
  let to = from;
  while (isVersionByte(text[to])) to++;
  for (; to > from; to--) {
    const version = versionBetween(text, from, to, before, after, rule.parts);
    if (version !== null) return { version, delta: from };
  }
  return null;
}

function versionBetween(
  bytes: Uint8Array,
  from: number,
  to: number,
  before: Uint8Array,
  after: Uint8Array,
  parts: readonly [number, number],
): string | null {
  // No version is longer: it also keeps a page of digits from being read once per digit.
  if (to - from > LONGEST_VERSION) return null;
  if (!standsAt(bytes, from - before.length, before) || !standsAt(bytes, to, after)) return null;
  if (before.length === 0 && goesOn(bytes[from - 1])) return null;
  if (after.length === 0 && goesOn(bytes[to])) return null;
  return versionText(bytes, from, to, parts);
}

/** Bytes of `2025-12-01`. */
const DATE = 10;

/** A day that the calendar has, between the rest of its literal. */
function dateBetween(bytes: Uint8Array, from: number, before: Uint8Array, after: Uint8Array): string | null {
  const to = from + DATE;
  if (!standsAt(bytes, from - before.length, before) || !standsAt(bytes, to, after)) return null;
  const text = from < 0 ? '' : latin1.decode(bytes.subarray(from, to));
  if (!/^[12]\d{3}-[01]\d-[0-3]\d$/.test(text) || (after.length === 0 && goesOn(bytes[to]))) return null;
  return Number.isNaN(Date.parse(text)) ? null : text;
}

/** Whether the bytes stand there, all inside the window. */
function standsAt(window: Uint8Array, at: number, bytes: Uint8Array): boolean {
  if (at < 0 || at + bytes.length > window.length) return false;
  for (let i = 0; i < bytes.length; i++) if (window[at + i] !== bytes[i]) return false;
  return true;
}

/** Digits joined by dots, of so many parts at least and at most; no part longer than five digits. */
function versionText(bytes: Uint8Array, from: number, to: number, parts: readonly [number, number]): string | null {
  const text = latin1.decode(bytes.subarray(from, to));
  if (!/^\d{1,5}(\.\d{1,5})*$/.test(text)) return null;
  const count = text.split('.').length;
  return count >= parts[0] && count <= parts[1] ? text : null;
}

function isVersionByte(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || byte === 0x2e);
}

/** Letters, digits and the marks that join a pre-release or a build to a version (semver.org, 9 and 10). */
function goesOn(byte: number | undefined): boolean {
  return byte !== undefined && /[A-Za-z0-9._+-]/.test(String.fromCharCode(byte));
}

/** Printable ASCII, tab and line ends. */
function isText(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}
