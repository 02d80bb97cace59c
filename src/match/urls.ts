import type { EndpointHit } from '../inventory/facts.ts';
import { schemes } from './locators.ts';

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
 * The endpoint a URL or URL template names; null for what is none: an unknown scheme, no host, a schema's address.
 * `http://%s:%d/x` names no host and is none.
 */
export function endpointOf(text: string): Omit<EndpointHit, 'seen'> | null {
  const match = /^([a-z]{2,6}):(?:\/\/)?(?:[^@/?#]*@)?([A-Za-z0-9%_.{}$*-]+|\[[0-9a-f:.]+\])/.exec(text);
  if (!match) return null;
  const [, scheme = '', rawHost = ''] = match;
  const host = rawHost.toLowerCase().replace(/\.$/, '');
  if (!schemes.has(scheme) || vocabularies.has(host)) return null;
  if (!/[a-z0-9]/.test(host) || (!host.includes('.') && !host.startsWith('['))) return null;
  // At least one label must be literal: `%s.%s` is no host.
  if (!host.split('.').some((label) => /^[a-z0-9-]{2,}$/.test(label))) return null;
  return { host, url: text, scheme };
}
