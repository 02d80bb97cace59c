import type { TracedFlow } from '../trace/flow.ts';
import type { Ground, NetworkDomain, NetworkSecurity, Unit } from '../types.ts';

/** Schemes that Android's stacks of HTTP and of web sockets carry in clear. */
const asked = /(?:^|[^a-z])(?:http|ws):\/\//;

/** A part of a host that code fills in as it runs. */
const template = /[%{}$*]/;

/**
 * What an Android app's own rules say of a flow in clear. It makes nothing milder: native code, and any other that opens
 * a socket by itself, is never asked. Null where nothing is known of it.
 */
export function clearGround(flow: TracedFlow, units: readonly Unit[]): Ground | null {
  const { host, protection, evidence } = flow;
  const [unit, another] = units;
  const network = unit?.app.network ?? null;
  // Which of two apps in one bundle holds the code a flow does not say.
  if (another || !network || host === null || protection !== 'cleartext') return null;
  if (!evidence.some(({ text, value }) => asked.test(text) || asked.test(value ?? ''))) return null;
  const isPermitted = permitsClear(network, host);
  if (isPermitted === null) return null;
  const { config, usesCleartextTraffic } = network;
  const by =
    config?.path ??
    (usesCleartextTraffic === null ? 'Android\u2019s default for the app\u2019s target' : 'the app\u2019s manifest');
  const says = isPermitted
    ? `${by} permits connections without TLS to ${host}`
    : `${by} refuses connections without TLS to ${host}: the HTTP stacks of Android 9 and later keep to it, ` +
      'and sockets that code opens by itself, as native code does, do not ask';
  return { kind: 'bytes', says, source: null };
}

/** AOSP, ApplicationConfig.getConfigForHostname: the name itself, else the longest that it lies below, else the base. */
export function permitsClear({ base, domains, moreDomains }: NetworkSecurity, host: string): boolean | null {
  if (base === null || moreDomains > 0) return null;
  if (domains.length > 0 && template.test(host)) return null;
  let best: { readonly length: number; readonly cleartext: boolean } | null = null;
  for (const { names, cleartext } of domains) {
    for (const domain of names) {
      if (domain.name === host) return cleartext;
      if (isBelow(host, domain) && domain.name.length > (best?.length ?? 0))
        best = { length: domain.name.length, cleartext };
    }
  }
  return (best ?? base).cleartext;
}

const isBelow = (host: string, { name, includeSubdomains }: NetworkDomain) =>
  includeSubdomains && host.endsWith(name) && host.charAt(host.length - name.length - 1) === '.';
