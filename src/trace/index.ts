import { knownOn } from '../asof.ts';
import { endpointEvidence } from '../detect/endpoints.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import { hostOwners } from '../rules/hosts.ts';
import { basisOfSaid } from '../rules/said.ts';
import type { Rules, Sdk, Takes } from '../rules/schema.ts';
import type { AddressRegistry, Control, Detection, Platform } from '../types.ts';
import { configuredBy } from './configured.ts';
import { type CalledCase, switchingOf } from './controls.ts';
import type { Receiver, TracedFlow } from './flow.ts';
import { type NamedServers, namedServers } from './named-servers.ts';
import { type Asking, permissionFor } from './permissions.ts';
import { protectionOf, unsaid } from './protection.ts';
import { recipientOf, unknownRecipient } from './recipients.ts';
import { isOfRelease } from './release.ts';
import { handedFlows, serversOf } from './server-flows.ts';
import { addressFlows, relayOf } from './servers.ts';
import { metOf, showing, shownOf } from './shown.ts';
import { templateParameters } from './templates.ts';
import { unexplainedFlows } from './unexplained.ts';

/** What there is to trace. */
export interface Traced extends Asking, CalledCase {
  readonly detections: readonly Detection[];
  readonly appId: string | null;
  readonly addresses: AddressRegistry | null;
}

/** One detection with what its flows share. `recipient` is the SDK's vendor. */
interface Subject {
  readonly detection: Detection;
  readonly sdk: Sdk;
  readonly found: Traced;
  readonly rules: Rules;
  readonly asOf: string;
  readonly controls: readonly Control[];
  /** Where the app's own code lets the SDK's data go. */
  readonly region: TracedFlow['region'];
  readonly recipient: Receiver;
}

const noServers: NamedServers = { servers: [], isOpen: true };
const FETCHED = 'A page of the app fetches the code at run time: what it does on any day, the bundle does not show.';

/** Detections → which data goes to whom: what the SDK's own bytes hold, and what its code can do once it is used. */
export function* trace(all: Traced, rules: Rules, asOf: string): Generator<number, TracedFlow[], void> {
  const flows: TracedFlow[] = [];
  const platforms = new Set(all.units.map((unit) => unit.platform));
  const met = metOf(all.entries, rules);
  // Each SDK goes through them several times, and a bundle may have 60,000 that are met by their names alone.
  const found = { ...all, entries: all.entries.filter(saysWhere) };
  for (const detection of found.detections) {
    const sdk = rules.sdks.get(detection.products[0] ?? detection.sdk);
    if (!sdk || !detection.scored) continue;
    yield found.entries.length;
    const { controls, region } = switchingOf(sdk, detection, found, rules);
    const vendor = detection.vendor === null ? oneOf(detection, rules) : recipientOf(detection.vendor, rules, asOf);
    const subject: Subject = { detection, sdk, found, rules, asOf, controls, recipient: vendor, region };
    const coded = codedFlows(subject);
    flows.push(...coded, ...operatedFlows(subject, coded));
    const ownsItself = detection.instances.some((instance) => instance.within === null);
    if (ownsItself && sdk.service === 'none') flows.push(...relayFlows(subject));
    const named = ownsItself ? namedServers(sdk, { ...found, rules, asOf }) : noServers;
    if (sdk.service === 'hosted') flows.push(...handedFlows(subject, named.servers));
    const servers = sdk.service === 'either' && ownsItself ? serversOf(subject, named) : [null];
    const isFetched = detection.presence.includes('remote') && !detection.presence.includes('bundled');
    const set = configuredBy(sdk, found.entries);
    const shown = shownOf(detection, met.get(sdk.id) ?? [], rules, platforms);
    for (const takes of sdk.takes) {
      if (!isOfRelease(takes, detection.version) || isOfOthers(takes, sdk, platforms)) continue;
      // A component sends to whoever its owner says: the owner's own rule has that flow.
      if (takes.to === 'unknown' && !ownsItself) continue;
      const permission = permissionFor(takes.data, found, detection);
      const evidence = takes.basis === 'capable' && detection.lacks === undefined ? showing(takes, shown) : [];
      const mayTake = !permission || permission.state === 'declared';
      for (const at of takes.to === 'vendor' ? [null] : servers) {
        const recipient = takes.to === 'vendor' ? vendor : (at?.recipient ?? unknownRecipient);
        const isNamed = at !== null && named.servers.includes(at);
        const configured = takes.to === 'vendor' || isNamed ? set.get(takes.data) : undefined;
        flows.push({
          id: `${takes.data}:${recipient.id}:${detection.sdk}${isNamed ? `:${at.host}` : ''}`,
          data: takes.data,
          recipient,
          sdk: detection.sdk,
          host: at?.host ?? null,
          ...(at?.basis === 'coded' ? { byDefault: true as const } : {}),
          permission,
          // Configured means that code aboard sets it off. Capable means code and permission: without either, what is said of the SDK is all there is.
          basis: mayTake && configured ? 'configured' : evidence.length > 0 && mayTake ? 'capable' : basisOfSaid(takes),
          ...protectionOf(takes.data, sdk, { at, rules, asOf }),
          region: takes.to === 'vendor' ? region : null,
          controls,
          says: [
            takes.says,
            ...(configured ? [configured.says] : []),
            ...(at ? [at.says] : []),
            ...(isFetched ? [FETCHED] : []),
          ].join(' '),
          evidence: [...(configured?.evidence ?? []), ...(at?.evidence ?? []), ...evidence],
        });
      }
    }
  }
  yield found.entries.length;
  flows.push(...unexplainedFlows(found, rules, asOf), ...addressFlows(found, rules, asOf, flows));
  return flows.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** Whether anything in an entry tells where data may go, or how code uses what hands it on: beside its name and clues. */
const saysWhere = ({ format, endpoints, calls, callers, orders, selectors, types, callsUnread }: EntryFeatures) =>
  format === 'dex' ||
  endpoints.length > 0 ||
  [calls, callers, orders, selectors, types, callsUnread].some((each) => each !== undefined);

/** A recipient that is one of several vendors, and the bytes do not tell which: nothing is known of its countries. */
function oneOf(detection: Detection, rules: Rules): Receiver {
  const names = detection.candidates.map((id) => rules.vendors.get(id)?.name ?? id);
  const name = `${names.join(' or ')} (the bundle does not tell which)`;
  return { ...unknownRecipient, alias: detection.candidates.join(','), name };
}

/** An app's own WebRTC: whoever runs a TURN server that its code names relays its media. */
function relayFlows({ detection, sdk, found, rules, asOf, controls }: Subject): TracedFlow[] {
  const media = sdk.takes.map((takes) => takes.data).filter((data) => data === 'microphone' || data === 'camera');
  const flows = new Map<string, TracedFlow>();
  for (const entry of found.entries) {
    for (const hit of entry.endpoints) {
      if (hit.scheme !== 'turn' && hit.scheme !== 'turns') continue;
      const recipient = relayOf(hit.host, rules, asOf);
      for (const data of media) {
        const id = `${data}:${recipient.id}:${detection.sdk}:${hit.host}`;
        const before = flows.get(id);
        flows.set(id, {
          id,
          data,
          recipient,
          sdk: detection.sdk,
          host: hit.host,
          permission: permissionFor(data, found, detection),
          basis: 'configured',
          ...unsaid,
          region: null,
          controls,
          says: `The bundle names ${hit.host} as a TURN server: media that ${sdk.name} carries may be relayed there.`,
          evidence: [...(before?.evidence ?? []), endpointEvidence(hit, entry)].slice(0, 8),
        });
      }
    }
  }
  return [...flows.values()];
}

/**
 * URL templates in the SDK's own code whose parameter names say what they carry. They show what the code holds, not
 * that it was sent.
 */
function codedFlows({ detection, sdk, found, rules, controls, recipient }: Subject): TracedFlow[] {
  if (sdk.parameters.length === 0) return [];
  const meaning = new Map(sdk.parameters.map((p) => [p.name, p.data]));
  const ownerOf = hostOwners(rules);
  const own = new Set(detection.instances.map((instance) => instance.path));
  const flows = new Map<string, TracedFlow>();
  for (const entry of found.entries) {
    if (!own.has(entry.path)) continue;
    for (const hit of entry.endpoints) {
      if (hit.url === null || ownerOf(hit.host)?.vendor !== sdk.vendor) continue;
      for (const name of templateParameters(hit.url)) {
        const data = meaning.get(name);
        if (!data) continue;
        const id = `${data}:${recipient.id}:${detection.sdk}:${hit.host}`;
        const clear = hit.scheme === 'http' || hit.scheme === 'ws';
        const before = flows.get(id);
        const evidence = endpointEvidence(hit, entry);
        flows.set(id, {
          id,
          data,
          recipient,
          sdk: detection.sdk,
          host: hit.host,
          permission: null,
          basis: 'coded',
          // One template in clear is enough to say so.
          protection: clear || before?.protection === 'cleartext' ? 'cleartext' : 'transport',
          protectionBasis: 'coded',
          region: null,
          controls,
          says: `Code aboard, in the same file as ${sdk.name}, holds a URL template to ${hit.host} whose parameter "${name}" carries it${
            clear ? ', over plain HTTP' : ''
          }. That it is held is proved; that it is sent only a capture shows.`,
          evidence: [...(before?.evidence ?? []), evidence].slice(0, 8),
        });
      }
    }
  }
  return [...flows.values()];
}

/**
 * Hosts in the SDK's own files that the vendor's rule says another company runs, where no template says more of them: any
 * connection shows that company the device's address. Only where the bytes tell the vendor.
 */
function operatedFlows(
  { detection, sdk, found, rules, asOf, controls, recipient }: Subject,
  coded: readonly TracedFlow[],
): TracedFlow[] {
  if (detection.vendor === null || recipient.kind !== 'entity') return [];
  const ownerOf = hostOwners(rules);
  const own = new Set(detection.instances.map((instance) => instance.path));
  const shown = new Set(coded.map((flow) => flow.host));
  const flows = new Map<string, TracedFlow>();
  for (const entry of found.entries) {
    if (!own.has(entry.path)) continue;
    for (const hit of entry.endpoints) {
      if (shown.has(hit.host)) continue;
      const owned = ownerOf(hit.host);
      if (owned?.vendor !== detection.vendor || owned.host.operator === undefined) continue;
      const before = flows.get(hit.host);
      const operator = knownOn(owned.host.source, asOf) ? ` (operator: ${owned.host.operator})` : '';
      flows.set(hit.host, {
        id: `network-info:${recipient.id}:${detection.sdk}:${hit.host}`,
        data: 'network-info',
        recipient,
        sdk: detection.sdk,
        host: hit.host,
        permission: null,
        basis: 'coded',
        ...unsaid,
        region: null,
        controls,
        says: `Code aboard, in the same file as ${sdk.name}, names ${hit.host}${operator}. Any connection shows the device's address to whoever runs it; that one is made only a capture shows.`,
        evidence: [...(before?.evidence ?? []), endpointEvidence(hit, entry)].slice(0, 8),
      });
    }
  }
  return [...flows.values()];
}

/** What was seen in a release for another platform alone, in classes that only it has, says nothing of this one. */
function isOfOthers({ source, shownBy }: Takes, sdk: Sdk, platforms: ReadonlySet<Platform>): boolean {
  if (source.how !== 'artifact' || shownBy.length === 0) return false;
  const isHere = (id: string) => {
    const platform = sdk.clues.find((clue) => clue.id === id)?.platform;
    return platform === undefined || platforms.has(platform);
  };
  return !shownBy.some((clues) => clues.every(isHere));
}
