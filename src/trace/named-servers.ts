import { partyOf } from '../detect/parties.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import { order } from '../order.ts';
import { hostOwners, IPV4 } from '../rules/hosts.ts';
import type { Rules, Sdk } from '../rules/schema.ts';
import type { AddressRegistry } from '../types.ts';
import { type Argument, argumentsOf } from './arguments.ts';
import type { Receiver } from './flow.ts';
import { constantOf, isNothing } from './handed.ts';
import { unknownRecipient } from './recipients.ts';
import { relayOf, type Server } from './servers.ts';
import { clueOf, placeOf } from './sites.ts';

/** The servers that calls hand an SDK by constants. */
export interface NamedServers {
  /** Each host once. */
  readonly servers: readonly Server[];
  /** Whether a call hands over what is not told, or leaves it out: then it may go elsewhere as well. */
  readonly isOpen: boolean;
}

/** What tells whose a server is. */
export interface Naming {
  readonly entries: readonly EntryFeatures[];
  readonly appId: string | null;
  readonly addresses: AddressRegistry | null;
  readonly rules: Rules;
  readonly asOf: string;
}

const MOST_EVIDENCE = 3;

/** The servers that code which is reached hands an SDK, and whose they are. */
export function namedServers(sdk: Sdk, naming: Naming): NamedServers {
  const takesServer = sdk.api.some((api) => api.arguments.some(({ carries }) => carries === 'server'));
  if (!takesServer) return { servers: [], isOpen: true };
  const given = argumentsOf(sdk, naming.entries).filter(({ what, hit }) => what === 'server' && hit.chain.length > 0);
  const byHost = new Map<string, { readonly schemes: (string | null)[]; readonly places: Argument[] }>();
  let isOpen = given.length === 0;
  for (const each of given) {
    const text = isNothing(each.origin, false) ? null : constantOf(each.origin);
    const address = text === null ? null : addressIn(text);
    if (address === null) isOpen = true;
    else {
      const known = byHost.get(address.host);
      if (known) {
        known.places.push(each);
        known.schemes.push(address.scheme);
      } else byHost.set(address.host, { schemes: [address.scheme], places: [each] });
    }
  }
  const servers = [...byHost].map(([host, { schemes, places }]): Server => {
    const isSecure = schemes.every((scheme) => scheme === 'https' || scheme === 'wss');
    return { host, isSecure, basis: 'configured', ...namedAt(host, places, sdk, naming) };
  });
  return { servers: servers.sort((a, b) => order(a.host, b.host)), isOpen };
}

interface Address {
  readonly host: string;
  /** Null where the text has none. */
  readonly scheme: string | null;
}

/** A host with a dot, or an IPv4 address, in a URL or alone with a port: `wss://a.b/c`, `a.b:443`; null for any other text. */
export function addressIn(text: string): Address | null {
  const match = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)\.?(?::\d{1,5})?(?:[/?#].*)?$/i.exec(
    text.trim(),
  );
  if (!match) return null;
  const host = match[2]!.toLowerCase();
  if (!/[a-z]/.test(host) && !IPV4.test(host)) return null;
  return { host, scheme: match[1]?.toLowerCase() ?? null };
}

function namedAt(
  host: string,
  places: readonly Argument[],
  sdk: Sdk,
  naming: Naming,
): Pick<Server, 'recipient' | 'says' | 'evidence'> {
  const recipient = whoRuns(host, naming);
  const { by } = places[0]!.hit;
  return {
    recipient,
    says: `${by.class}.${by.method} hands ${sdk.name} the server ${host}${whose(recipient, host)}.`,
    evidence: places.slice(0, MOST_EVIDENCE).flatMap(({ hit, entry, origin }) => {
      const call = placeOf(hit, entry, clueOf(hit));
      return origin.kind === 'constant' && origin.seen ? [call, { ...call, ...origin.seen }] : [call];
    }),
  };
}

const whose = ({ kind, name }: Receiver, host: string): string =>
  kind === 'entity'
    ? `, which is ${name}'s`
    : kind === 'first-party'
      ? ", which bears the app's own domain"
      : `: one of the app's own choosing, of its maker or of a third party; ${host} does not say who runs it`;

/** Where anybody gets a name below: that an app's id begins so says nothing. */
const shared =
  /^(?:io\.(?:github|gitlab)|com\.(?:herokuapp|appspot|firebaseapp|amazonaws|azurewebsites|cloudfunctions)|net\.(?:azurewebsites|cloudfront)|app\.(?:web|vercel|netlify)|dev\.(?:workers|pages))$/;

function whoRuns(host: string, { rules, asOf, appId, addresses }: Naming): Receiver {
  const known = relayOf(host, rules, asOf);
  if (known.kind === 'entity' || hostOwners(rules)(host) !== null) return known;
  if (IPV4.test(host)) {
    const country = addresses?.countryOf(host);
    return country ? { ...known, name: `${known.name}, an address registered in ${country}` } : known;
  }
  const party = partyOf(host.split('.').reverse().join('.'));
  const isOwn = party !== null && appId !== null && partyOf(appId) === party && !shared.test(party);
  return isOwn ? ownOf(party) : known;
}

const ownOf = (party: string): Receiver => ({
  ...unknownRecipient,
  kind: 'first-party',
  id: 'first-party',
  name: `whoever runs the app, at ${party.split('.').reverse().join('.')}`,
});
