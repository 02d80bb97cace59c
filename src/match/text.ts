import { LONGEST, meaning, passageAt, passageOfName } from '../formats/passage.ts';
import type { About } from '../inventory/taker.ts';
import type { Passage } from '../types.ts';
import { hostAround, type ScanSink, versionLike, versionNear } from './byte-scanner.ts';
import type { Matcher } from './compile.ts';
import { dartLength } from './dart-string.ts';
import { escapedUrl } from './escaped.ts';
import type { Finds } from './finds.ts';
import { schemes } from './locators.ts';
import { beginsPoolString } from './pool-string.ts';
import { derLength, standsAsAddress } from './standing.ts';
import { endpointOf } from './urls.ts';

/** Turns what the byte scanner meets in one entry into hits, versions and endpoints. */
export function collectText(
  matcher: Matcher,
  into: Pick<Finds, 'hit' | 'version' | 'endpoint'>,
  about: Pick<About, 'embedded' | 'looks'>,
): ScanSink {
  return {
    looks: (kind) => about.looks(kind),
    literal(pattern, offset, window, at) {
      switch (pattern.kind) {
        case 'clue':
          into.hit(matcher.clues[pattern.clue]!.id, 'defined', offset, () =>
            around(window, at, pattern.length, offset),
          );
          return;
        case 'host': {
          const found = hostAround(window, at, pattern.length);
          // What stands in a URL is reported with it.
          if (found && !isInUrl(window, found.start) && matcher.ownerOf(found.host)) {
            const start = offset - (at - found.start);
            const escaped = escapedUrl(window, found);
            if (escaped) {
              const { scheme, url, start: from, end } = escaped;
              const seen = () =>
                meaning(
                  passageAt(window.subarray(from, end), start - (found.start - from), 'latin1', 'escaped URL in bytes'),
                  url,
                );
              into.endpoint({ host: found.host.toLowerCase(), url, scheme }, seen);
              return;
            }
            into.endpoint({ host: found.host.toLowerCase(), url: null, scheme: null }, () =>
              passageAt(window.subarray(found.start, found.end), start, 'ascii', 'host name in bytes'),
            );
          }
          return;
        }
        case 'code':
          about.embedded(pattern.format, offset, window.subarray(at));
          return;
        case 'version': {
          const rule = matcher.versions[pattern.version];
          if (!rule) return;
          const found =
            rule.at.from === 'near'
              ? versionNear(window, at, pattern.length, rule.at)
              : rule.at.from === 'like'
                ? versionLike(window, at, pattern.length, rule.at)
                : null;
          if (!found) return;
          const start = at + found.delta;
          const end = start + found.version.length;
          into.version(
            rule.sdk,
            found.version,
            passageAt(window.subarray(start, end), offset + found.delta, 'ascii', 'text in bytes'),
          );
        }
      }
    },
    url(offset, text, bytes, at) {
      // Two lengths of a string of a pool can look like a tag and a length.
      const der = beginsPoolString(bytes, at) ? 0 : derLength(bytes, at, text.length);
      const whole = endpointOf(text);
      const isOwned = (found: typeof whole) => found !== null && matcher.ownerOf(found.host) !== null;
      // A vendor's is told wherever it stands, with all of its URL: no byte before it takes from that.
      let found = whole;
      if (!isOwned(whole)) {
        const dart = dartLength(bytes, at, text.length);
        if (dart < text.length) found = endpointOf(text.slice(0, dart));
        // Who vouches for a certificate is no host of the app's.
        else if (der !== 0) {
          const cut = endpointOf(text.slice(0, der));
          found = isOwned(cut) ? cut : null;
        }
      }
      if (!found) return;
      const { url } = found;
      into.endpoint(found, () => passageOfName(url!, offset, 'URL in bytes'));
    },
    address(offset, text, bytes, at) {
      // What stands in a URL is reported with it.
      if (isInUrl(bytes, at)) return;
      const parts = text.split('.').map(Number);
      if (!matcher.ownerOf(text) && !standsAsAddress(bytes, at, at + text.length, parts)) return;
      const seen = () => passageOfName(text, offset, 'address in bytes');
      into.endpoint({ host: text, url: null, scheme: null }, seen);
    },
  };
}

/** Whether a host that begins here is that of a URL of a known scheme: `://` stands before it. */
function isInUrl(window: Uint8Array, start: number): boolean {
  if (window[start - 1] !== 0x2f || window[start - 2] !== 0x2f || window[start - 3] !== 0x3a) return false;
  let scheme = '';
  for (let i = start - 4; i >= 0 && scheme.length < 6; i--) {
    const byte = window[i]!;
    if (byte < 0x61 || byte > 0x7a) break;
    scheme = String.fromCharCode(byte) + scheme;
    if (schemes.has(scheme)) return true;
  }
  return false;
}

/** The printable run around a literal, at most 60 bytes to each side and not so many that the literal is cut. */
function around(window: Uint8Array, at: number, length: number, offset: number): Passage {
  const printable = (c: number | undefined) => c !== undefined && c >= 32 && c < 127;
  const most = Math.min(60, (LONGEST - length) / 2);
  let start = at;
  let end = at + length;
  while (start > 0 && at - start + 1 <= most && printable(window[start - 1])) start--;
  while (end - at - length + 1 <= most && printable(window[end])) end++;
  return passageAt(window.subarray(start, end), offset - (at - start), 'utf-8', 'text in bytes');
}
