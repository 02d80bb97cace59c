import { definedPackages, openDex, staticString, stringAt, typeAt, visitStrings, visitTypes } from '../formats/dex.ts';
import type { Matcher } from '../rules/compile.ts';
import type { Collector } from './collector.ts';
import { endpointOf } from './endpoints.ts';
import { matchFields } from './fields.ts';
import { addressEnd } from './locators.ts';

const latin1 = new TextDecoder('latin1');

/** Matches the tables of one DEX, which must be whole. @throws FormatError where its header is unusable */
export function extractDex(bytes: Uint8Array, matcher: Matcher, into: Collector): void {
  const dex = openDex(bytes);
  into.arch = 'dex';
  const classes = matcher.names('class');
  visitTypes(dex, (index, start, end, defined) => {
    // A descriptor is `Lio/agora/rtc/RtcEngine;`.
    classes.matchBytes(bytes, start + 1, end - 1, (clue) => {
      into.hit(clue, defined ? 'defined' : 'referenced', start, () => typeAt(dex, index));
    });
  });
  const strings = matcher.names('string');
  visitStrings(dex, (index, start, end) => {
    strings.matchBytes(bytes, start, end, (clue) => into.hit(clue, 'defined', start, () => stringAt(dex, index)));
    if (mayBeUrl(bytes, start, end)) {
      const found = endpointOf(latin1.decode(bytes.subarray(start, Math.min(end, start + 1024))), start);
      if (found) into.endpoint(found);
    } else if (isAddress(bytes, start, end) || matcher.hosts.matchBytes(bytes, start, end) >= 0) {
      into.endpoint({ host: latin1.decode(bytes.subarray(start, end)), url: null, scheme: null, offset: start });
    }
  });
  matchFields(matcher, into, (className, field) => staticString(dex, className, field));
  into.packages = definedPackages(dex).packages;
  into.problems(dex.problems);
  into.anomalies(dex.anomalies);
}

/** A whole string that is a public IPv4 address: digits at both ends, 7 to 15 bytes. */
function isAddress(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]!;
  if (end - start < 7 || end - start > 15 || first < 0x30 || first > 0x39) return false;
  return addressEnd(bytes, start) === end;
}

/** `http`, `ws`, `rtmp`, `stun`, `turn`, `mqtt`: a scheme in lower case and then `:`. */
function mayBeUrl(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  if (first !== 0x68 && first !== 0x77 && first !== 0x72 && first !== 0x73 && first !== 0x74 && first !== 0x6d)
    return false;
  for (let at = start + 2; at < end && at < start + 6; at++) {
    if (bytes[at] === 0x3a) return true;
  }
  return false;
}
