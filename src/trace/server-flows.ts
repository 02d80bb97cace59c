import type { EntryFeatures } from '../inventory/facts.ts';
import type { Rules, Sdk } from '../rules/schema.ts';
import type { Control, Detection } from '../types.ts';
import type { TracedFlow } from './flow.ts';
import type { NamedServers } from './named-servers.ts';
import { unsaid } from './protection.ts';
import { type Server, serverOf } from './servers.ts';

/** One SDK, and what there is to tell its servers by. */
interface Asking {
  readonly detection: Detection;
  readonly sdk: Sdk;
  readonly found: { readonly detections: readonly Detection[]; readonly entries: readonly EntryFeatures[] };
  readonly rules: Rules;
  readonly asOf: string;
  readonly controls: readonly Control[];
}

/**
 * The servers of an SDK that anybody can host, null for one that nothing names: those that calls hand it, and, where a call
 * may hand it another, what the bundle names besides. A default is where it goes unless the app names another.
 */
export function serversOf(
  { detection, sdk, found, rules, asOf }: Asking,
  { servers, isOpen }: NamedServers,
): (Server | null)[] {
  if (!isOpen) return [...servers];
  const guess = serverOf({ detection, rule: sdk }, found, rules, asOf);
  const isNew = guess !== null && !servers.some(({ host }) => host === guess.host);
  const isSettled = isNew && guess.basis === 'configured';
  return [...servers, ...(isNew ? [guess] : []), ...(isSettled ? [] : [null])];
}

/** Servers that calls hand an SDK which its vendor hosts: whoever runs them sees who connects; what else goes there is open. */
export function handedFlows(
  { detection, sdk, controls }: Pick<Asking, 'detection' | 'sdk' | 'controls'>,
  servers: readonly Server[],
): TracedFlow[] {
  return servers.map(({ recipient, host, says, basis, evidence }) => ({
    id: `network-info:${recipient.id}:${detection.sdk}:${host}`,
    data: 'network-info' as const,
    recipient,
    sdk: detection.sdk,
    host,
    permission: null,
    basis,
    ...unsaid,
    region: null,
    controls,
    says: `${says} Any connection shows it the device's address; what else of ${sdk.name} goes there the bundle does not say.`,
    evidence,
  }));
}
