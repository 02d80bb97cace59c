/** Stands for wherever the page itself is served from: what is relative to it is aboard. */
const PAGE = 'https://page.invalid/';

/**
 * Hosts that serve packages of npm by name, and what stands before the name in the path. unpkg.com ("/:package@:version/
 * :file"), jsdelivr.com/documentation, esm.sh, jsdelivr.com/esm, docs.skypack.dev and jspm.org/cdn, seen 2026-11-26.
 */
const mirrors: ReadonlyMap<string, RegExp> = new Map([
  ['unpkg.com', /^\//],
  ['www.unpkg.com', /^\//],
  ['cdn.jsdelivr.net', /^\/npm\//],
  ['fastly.jsdelivr.net', /^\/npm\//],
  ['esm.run', /^\//],
  ['esm.sh', /^\/(?:(?:v\d+|stable)\/)?\*?/],
  ['cdn.skypack.dev', /^\/(?:pin\/)?/],
  ['ga.jspm.io', /^\/npm:/],
]);

/** Names in one URL of jsDelivr that joins several files. */
const MOST_JOINED = 32;

/** The URL that a page loads a script by, against its `base`; null for what is no URL or stands in the page's own folder. */
export function remoteUrl(value: string, base: URL | null): URL | null {
  const url = parse(value, base ?? new URL(PAGE));
  return url && /^https?:$/.test(url.protocol) && url.hostname !== 'page.invalid' ? url : null;
}

/** The base that a page sets for the URLs in it. */
export function baseOf(href: string): URL | null {
  return parse(href, new URL(PAGE));
}

function parse(value: string, base: URL): URL | null {
  try {
    return new URL(value, base);
  } catch {
    return null;
  }
}

/**
 * What a script is called that this URL fetches, without scheme, query and escapes: `npm:agora-rtc-sdk-ng@4.20.0/index.js`
 * where a host serves packages of npm by name, else host and path, `cdn.example/sdk/1.2.3/sdk.js`.
 */
export function scriptNames({ hostname, pathname }: URL): string[] {
  const host = hostname.replace(/\.$/, '');
  // Servers take what is escaped without need for what it is.
  const path = pathname.replace(/%([2-7][0-9A-Fa-f])/g, (all, hex) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~@+,:*/-]/.test(char) ? char : all;
  });
  const before = mirrors.get(host);
  const joined = host.endsWith('.jsdelivr.net') && path.startsWith('/combine/') ? path.slice('/combine'.length) : null;
  const paths = joined === null ? [path] : joined.split(',', MOST_JOINED).map((one) => `/${one.replace(/^\//, '')}`);
  return paths.map((one) => (before && packageName(one, before)) ?? host + one);
}

/** `npm:@zoom/videosdk@2.1.0/dist/index.js` of what follows the mirror's own part of the path. */
function packageName(path: string, before: RegExp): string | null {
  const start = before.exec(path)?.[0];
  if (start === undefined) return null;
  const rest = path.slice(start.length).replace(/\/$/, '');
  return /^(?:@[a-z0-9._~-]+\/)?[a-z0-9._~-]+(?:@[^/]*)?(?:\/|$)/.test(rest) ? `npm:${rest}` : null;
}
