import type { EndpointHit } from '../inventory/facts.ts';
import { schemes } from './locators.ts';
import { isPublicIpv4, isPublicIpv6 } from './special-purpose.ts';

/** Hosts that name a document type or a schema and never a place data goes to. */
const vocabularies = new Set([
  'www.w3.org',
  'schemas.android.com',
  'schemas.xmlsoap.org',
  'schemas.microsoft.com',
  'ns.adobe.com',
  'xmlpull.org',
  'xml.org',
  'xml.apache.org',
  'java.sun.com',
  'jabber.org',
  'etherx.jabber.org',
  'purl.org',
  'www.apple.com',
  'www.webrtc.org',
  'aomediacodec.github.io',
]);

/**
 * Top-level names that no host on the public internet has: RFC 6761 (localhost, invalid), 6762 (local), 8375 (home.arpa),
 * 9476 (alt), and `internal`, which ICANN keeps so. Those for examples stay: what bears one was left in by mistake.
 */
const specialUse = /(?:^|\.)(?:localhost|invalid|local|home\.arpa|alt|internal)$/;

/** `%2F`, `%3A`, `%3F`, `%23`, `%26`, `%22` and `%2C`: a URL that was written into another ends its host so. */
const ESCAPED = /%(?:2[FfCc]|3[AaFf]|2[236])/;

/** Where one URL of a list ends and the next begins: `https://a.example/x,https://b.example/y`. */
const NEXT = /[,;|]\s*[a-z]{2,6}:\/\//;

/**
 * What of a text that begins with a URL is that URL: what prose, lists and quotes put behind it is none of it. A closing
 * bracket stays where one opens.
 */
export function trimUrl(text: string): string {
  let url = /^[-A-Za-z0-9_.~%{}$:/?#[\]@!&()*+,;=|^]+/.exec(text)?.[0] ?? '';
  const next = NEXT.exec(url);
  if (next) url = url.slice(0, next.index);
  for (;;) {
    const last = url.at(-1) ?? '';
    if (!'.,;:!)]}'.includes(last) || last === '') return url;
    const open = { ')': '(', ']': '[', '}': '{' }[last];
    if (open !== undefined && url.split(open).length >= url.split(last).length) return url;
    url = url.slice(0, -1);
  }
}

/**
 * The endpoint a URL or URL template names; null for what is none: an unknown scheme, no host, a schema's address, an
 * address that no host on the public internet has. `http://%s:%d/x` and `https://graph.%s` name no host and are none.
 */
export function endpointOf(text: string): Omit<EndpointHit, 'seen'> | null {
  const url = trimUrl(text);
  const match = /^([a-z]{2,6}):(?:\/\/)?(?:[^@/?#]*@)?([A-Za-z0-9%_.{}$*-]+|\[[0-9A-Fa-f:.]+\])/.exec(url);
  if (!match) return null;
  const [, scheme = '', rawHost = ''] = match;
  if (!schemes.has(scheme)) return null;
  const { host, rest } = hostIn(rawHost);
  if (host === null || vocabularies.has(host) || specialUse.test(host)) return null;
  return { host, url: rest > 0 ? url.slice(0, match[0].length - rest) : url, scheme };
}

/**
 * The host of an authority, in lower case; null where it names none.
 * @returns also how many characters behind it are the next string of a table without separators
 */
function hostIn(authority: string): { readonly host: string | null; readonly rest: number } {
  const none = { host: null, rest: 0 };
  const whole = (host: string) => ({ host, rest: 0 });
  if (authority.startsWith('[')) {
    const address = authority.toLowerCase();
    return isPublicIpv6(address.slice(1, -1)) ? whole(address) : none;
  }
  const raw = (authority.split(ESCAPED)[0] ?? '').replace(/^\./, '').replace(/\.$/, '');
  // `https://${config.authDomain}/x` names none: a dot between braces parts no labels.
  const masked = raw.replace(/\{[^{}]*\}/g, '{}');
  const labels = masked.toLowerCase().split('.');
  if (labels.length < 2 || labels.includes('')) return none;
  // `http://www.hortcut`: an entry of brotli's dictionary (RFC 7932, appendix A), which every library of it holds.
  if (labels.length === 2 && labels[0] === 'www') return none;
  if (labels.length === 4 && labels.every((label) => /^\d{1,3}$/.test(label))) {
    const parts = labels.map(Number);
    return parts.every((part) => part < 256) && isPublicIpv4(parts) ? whole(raw) : none;
  }
  // A host in code is written small, or all in capitals: `https://a.example.comError` is two strings of a table, and
  // `http://javax.xml.XMLConstants/feature/…` names a class.
  const top = masked.slice(masked.lastIndexOf('.') + 1);
  const before = /^[a-z]{2,}(?=[A-Z])/.exec(top)?.[0];
  if (before !== undefined) {
    const rest = top.length - before.length;
    return { host: raw.slice(0, raw.length - rest).toLowerCase(), rest: authority.length - raw.length + rest };
  }
  // RFC 3696, 2: no top-level name has any but letters, save those of RFC 5890.
  const isName = /^(?:[a-z]{2,63}|[A-Z]{2,63}|[xX][nN]--[A-Za-z0-9-]{2,59})$/.test(top);
  return isName ? whole(raw.toLowerCase()) : none;
}
