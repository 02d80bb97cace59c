import { endpointEvidence } from '../detect/endpoints.ts';
import { placeOf } from '../detect/places.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import { hostOwners } from '../rules/hosts.ts';
import type { Rules } from '../rules/schema.ts';
import type { Detection } from '../types.ts';
import type { TracedFlow } from './flow.ts';
import { carriedBy, isHeldBy, parametersOf, sdksAboard } from './hosts.ts';
import { recipientOf } from './recipients.ts';

/** In the id of a flow that no SDK of the rules explains. */
export const NO_SDK = 'no-known-sdk';

/**
 * URL templates to a vendor in code that is none of the vendor's SDKs as far as the rules know: what their parameters
 * carry, by what the same names mean in the SDKs.
 */
export function unexplainedFlows(
  found: { readonly detections: readonly Detection[]; readonly entries: readonly EntryFeatures[] },
  rules: Rules,
  asOf: string,
): TracedFlow[] {
  const ownerOf = hostOwners(rules);
  const aboard = sdksAboard(found, rules);
  const meanings = parametersOf(rules);
  const flows = new Map<string, TracedFlow>();
  for (const entry of found.entries) {
    if (placeOf(entry) === 'text') continue;
    for (const hit of entry.endpoints) {
      const owned = hit.url === null ? null : ownerOf(hit.host);
      if (owned === null || isHeldBy(aboard.get(owned.vendor), entry.path)) continue;
      const data = carriedBy(hit, meanings.get(owned.vendor));
      if (data.length === 0) continue;
      const recipient = recipientOf(owned.vendor, rules, asOf);
      const clear = hit.scheme === 'http' || hit.scheme === 'ws';
      for (const kind of data) {
        const id = `${kind}:${recipient.id}:${NO_SDK}:${hit.host}`;
        const before = flows.get(id);
        flows.set(id, {
          id,
          data: kind,
          recipient,
          sdk: null,
          host: hit.host,
          permission: null,
          basis: 'coded',
          protection: clear || before?.protection === 'cleartext' ? 'cleartext' : 'transport',
          protectionBasis: 'coded',
          region: null,
          controls: [],
          says: `Code aboard, in ${entry.path}, holds a URL template to ${hit.host} with a parameter that carries it in an SDK of ${recipient.name}${
            clear ? ', over plain HTTP' : ''
          }. No SDK that the rules know explains this file. That it is held is proved; that it is sent only a capture shows.`,
          evidence: [...(before?.evidence ?? []), endpointEvidence(hit, entry)].slice(0, 8),
        });
      }
    }
  }
  return [...flows.values()];
}
