import type { Matcher } from '../rules/compile.ts';
import { hostAround, type ScanSink, versionLike, versionNear } from './byte-scanner.ts';
import type { Collector } from './collector.ts';
import { endpointOf } from './endpoints.ts';

const latin1 = new TextDecoder('latin1');

/** Turns what the byte scanner meets in one entry into hits, versions and endpoints. */
export function collectText(matcher: Matcher, into: Collector): ScanSink {
  return {
    literal(pattern, offset, window, at) {
      switch (pattern.kind) {
        case 'clue':
          into.hit(pattern.clue, 'defined', offset, () => latin1.decode(around(window, at, pattern.length)));
          return;
        case 'host': {
          const host = hostAround(window, at, pattern.length);
          if (host && matcher.hosts.match(host.toLowerCase())) {
            into.endpoint({ host: host.toLowerCase(), url: null, scheme: null, offset });
          }
          return;
        }
        case 'code':
          into.embedded(pattern.format, offset);
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
          if (found) into.version(rule.sdk, found.version, offset + found.delta, found.version);
        }
      }
    },
    url(offset, text) {
      const found = endpointOf(text, offset);
      if (found) into.endpoint(found);
    },
    address(offset, text) {
      into.endpoint({ host: text, url: null, scheme: null, offset });
    },
  };
}

/** The printable run around a literal, at most 60 bytes to each side. */
function around(window: Uint8Array, at: number, length: number): Uint8Array {
  const printable = (c: number | undefined) => c !== undefined && c >= 32 && c < 127;
  let start = at;
  let end = at + length;
  while (start > 0 && at - start < 60 && printable(window[start - 1])) start--;
  while (end - at - length < 60 && printable(window[end])) end++;
  return window.subarray(start, end);
}
