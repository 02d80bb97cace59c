import { knownOn } from '../asof.ts';
import { endpointEvidence } from '../detect/endpoints.ts';
import { placeOf } from '../detect/places.ts';
import type { EndpointHit, EntryFeatures } from '../inventory/facts.ts';
import { hostOwners, type OwnedHost } from '../rules/hosts.ts';
import type { Rules, Sdk } from '../rules/schema.ts';
import type { Detection, Evidence } from '../types.ts';
import type { Receiver, TracedFlow } from './flow.ts';
import { recipientOf, unknownRecipient } from './recipients.ts';
import { NO_SDK } from './unexplained.ts';

/** Whose servers an SDK goes to that anybody can run. */
export interface Server {
  readonly recipient: Receiver;
  readonly host: string;
  readonly isSecure: boolean;
  /** `configured`: the app's own code names it; `coded`: it is what the SDK goes to by itself. */
  readonly basis: 'configured' | 'coded';
  readonly says: string;
  readonly evidence: readonly Evidence[];
}

interface Found {
  readonly detections: readonly Detection[];
  readonly entries: readonly EntryFeatures[];
}

const spoken: readonly (string | null)[] = ['ws', 'wss', 'http', 'https'];

/**
 * The server of its maker that the bytes name for an SDK which anybody can host: one that stands outside of the SDK's
 * files, as a setting of the app's, before the default in them. Null where they name none: nothing says whose servers.
 */
export function serverOf(
  { detection, rule }: { readonly detection: Detection; readonly rule: Sdk },
  found: Found,
  rules: Rules,
  asOf: string,
): Server | null {
  const { sdk, instances } = detection;
  const ownerOf = hostOwners(rules);
  const own = new Set(instances.map(({ path }) => path));
  let best: Server | null = null;
  for (const entry of found.entries) {
    for (const hit of entry.endpoints) {
      const owned = ownerOf(hit.host);
      if (owned === null || owned.vendor !== rule.vendor || !spoken.includes(hit.scheme)) continue;
      const isDefault = owned.host.defaultOf?.includes(rule.id) === true && hit.host === owned.host.host;
      const isNamed = hit.host !== owned.host.host || !own.has(entry.path);
      const isSet = !isDefault && isNamed && isService(owned, hit);
      // A setting goes before the default, whichever was met first.
      if (best ? best.basis === 'configured' || isDefault || !isSet : !isDefault && !isSet) continue;
      best = {
        recipient: recipientOf(owned.vendor, rules, asOf),
        host: hit.host,
        isSecure: hit.scheme === 'https' || hit.scheme === 'wss',
        basis: isDefault ? 'coded' : 'configured',
        says: isDefault
          ? `The bundle names ${hit.host}, where ${rule.name} goes unless the app names another server; whether it does was not read.`
          : `The bundle names ${hit.host} for ${sdk}, as an app does that uses the servers of its maker.`,
        evidence: [endpointEvidence(hit, entry)],
      };
    }
  }
  return best;
}

function isService({ host }: OwnedHost, { scheme }: EndpointHit): boolean {
  const serves = host.serves ?? [];
  return serves.includes('signalling') && (!serves.includes('web-site') || scheme === 'wss' || scheme === 'ws');
}

const relaySchemes: readonly (string | null)[] = ['stun', 'stuns', 'turn', 'turns'];

/**
 * STUN and TURN servers: to answer at all, they see the address of the device. Those of no vendor are somebody's too.
 * @param known flows that say it of the same host already
 */
export function addressFlows(found: Found, rules: Rules, asOf: string, known: readonly TracedFlow[]): TracedFlow[] {
  const ownerOf = hostOwners(rules);
  const said = new Set(known.flatMap(({ data, host }) => (data === 'network-info' && host !== null ? [host] : [])));
  const scored = found.detections.filter(({ scored }) => scored);
  const webrtc = scored.find(({ sdk }) => rules.sdks.get(sdk)?.service === 'none');
  const flows = new Map<string, TracedFlow>();
  for (const entry of found.entries) {
    for (const hit of entry.endpoints) {
      if (said.has(hit.host)) continue;
      const owned = ownerOf(hit.host);
      const isRelay =
        relaySchemes.includes(hit.scheme) || (owned?.host.serves?.join() === 'relay' && hit.scheme === null);
      if (!isRelay) continue;
      const holder = scored.find(({ instances }) => instances.some(({ path }) => path === entry.path)) ?? webrtc;
      // Named in a help text of an app that has no such code, it is not asked.
      if (!holder && placeOf(entry) === 'text') continue;
      const recipient = relayOf(hit.host, rules, asOf);
      const id = `network-info:${recipient.id}:${holder?.sdk ?? NO_SDK}:${hit.host}`;
      const before = flows.get(id);
      flows.set(id, {
        id,
        data: 'network-info',
        recipient,
        sdk: holder?.sdk ?? null,
        host: hit.host,
        permission: null,
        basis: 'coded',
        ...{ protection: 'undetermined' as const, protectionBasis: null },
        region: null,
        controls: [],
        says: `The bundle names ${hit.host} as a STUN or TURN server (${recipient.name}): asked for a way through the network, it sees the address of the device; that it is asked only a capture shows.`,
        evidence: [...(before?.evidence ?? []), endpointEvidence(hit, entry)].slice(0, 8),
      });
    }
  }
  return [...flows.values()];
}

/** Who runs a STUN or TURN server: a vendor, whom a rule names, or whoever. */
export function relayOf(host: string, rules: Rules, asOf: string): Receiver {
  const owned = hostOwners(rules)(host);
  const vendor = owned === null ? unknownRecipient : recipientOf(owned.vendor, rules, asOf);
  if (vendor.kind === 'entity') return vendor;
  const operator = owned !== null && knownOn(owned.host.source, asOf) ? owned.host.operator : undefined;
  return { ...unknownRecipient, alias: host, name: operator ?? `whoever runs ${host}` };
}
