import type { Evidence } from './evidence.ts';
import type { DataKind, HostUse } from './words.ts';

/** One for each host and scheme: what goes to a host in clear is not hidden by what goes there encrypted. */
export interface Endpoint {
  /** Host name, template of one, or address literal. */
  readonly host: string;
  /** The longest URL or template seen with this scheme; null for a bare host. */
  readonly url: string | null;
  readonly scheme: string | null;
  readonly vendor: string | null;
  readonly operator: string | null;
  /** What the rule says that it serves; empty where it says nothing. */
  readonly serves: readonly HostUse[];
  readonly sdk: string | null;
  /** Whether code, a script or a page holds it; false where it stands in texts or settings alone. */
  readonly inCode: boolean;
  /**
   * Of an address: the country it is registered in, null where the registry data has none. Null for a host name, and
   * where no registry data was given. No finding stands on it.
   */
  readonly registered: { readonly country: string | null } | null;
  readonly at: readonly Evidence[];
  readonly more: number;
}

/**
 * How a vendor's host stands in the bundle, which decides what can be made of it. `sdk`: in a file of the vendor's SDK.
 * `alone`: in code, and nothing that the rules know of the vendor explains it. `beside`: in other code of an app that
 * holds an SDK of the vendor. `own-app`: `alone`, where the app's id is of the vendor's domain. `open`: in code, a host
 * that serves people as well, or an interface that an app may call by itself. `text`: in no code. `people`: a site,
 * documentation, a console or a sign-in.
 */
export const hostStandings = ['sdk', 'alone', 'beside', 'own-app', 'open', 'text', 'people'] as const;
export type HostStanding = (typeof hostStandings)[number];

/** A host, address or URL template of a vendor, by scheme, with what its place says of it. */
export interface VendorHost {
  /** Vendor id. */
  readonly vendor: string;
  readonly host: string;
  readonly scheme: string | null;
  readonly stands: HostStanding;
  readonly serves: readonly HostUse[];
  /** Data that the parameters of a template carry, by the vendor's SDK rules. */
  readonly carries: readonly DataKind[];
  /** Of the vendor's SDKs: one is aboard, or texts of one alone, which anybody's code can hold, or its name alone. */
  readonly found: 'sdk' | 'texts' | 'named' | 'none';
  readonly evidence: readonly Evidence[];
}

/** Which registry data of addresses was asked. */
export interface AddressDatabase {
  /** What the database calls itself. */
  readonly name: string;
  readonly sha256: string;
  /** Day on which it was built, by its own metadata: YYYY-MM-DD. */
  readonly built: string;
}

/** Countries of addresses, by registry data that the caller has. */
export interface AddressRegistry extends AddressDatabase {
  /**
   * The country (ISO 3166-1 alpha-2) an IPv4 or IPv6 address is registered in; null where none is known.
   * @throws ScanError bad-option where the database turns out to be broken
   */
  countryOf(ip: string): string | null;
}
