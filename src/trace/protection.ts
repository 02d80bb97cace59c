import { citable, inForce } from '../asof.ts';
import type { Rules, Sdk } from '../rules/schema.ts';
import type { DataKind, Flow } from '../types.ts';
import type { Server } from './servers.ts';

type Protected = Pick<Flow, 'protection' | 'protectionBasis'>;

/** What neither bytes nor a document says. */
export const unsaid: Protected = { protection: 'undetermined', protectionBasis: null };

/** Whether the vendor documents, as citable on that day, that this SDK encrypts this data on the way unless told not to. */
function isDocumented(data: DataKind, sdk: Sdk, rules: Rules, asOf: string): boolean {
  const claims = [...(rules.vendors.get(sdk.vendor)?.claims ?? []), ...sdk.claims];
  return claims.some(
    ({ protects, source, from, to }) =>
      protects?.includes(data) === true && inForce({ from, to }, asOf) && citable(source, asOf),
  );
}

/**
 * How data of an SDK travels, by the scheme of the server that the bytes name, else by what its vendor documents. What the
 * bytes name without a scheme of encryption, a document does not clear.
 */
export function protectionOf(
  data: DataKind,
  sdk: Sdk,
  { at, rules, asOf }: { readonly at: Server | null; readonly rules: Rules; readonly asOf: string },
): Protected {
  if (at) return at.isSecure ? { protection: 'transport', protectionBasis: at.basis } : unsaid;
  return isDocumented(data, sdk, rules, asOf) ? { protection: 'transport', protectionBasis: 'documented' } : unsaid;
}
