import type { Control } from './detection.ts';
import type { Evidence } from './evidence.ts';
import type { Basis, DataKind } from './words.ts';

/** Who gets data: a vendor, whoever runs the app, or nobody that the bundle names. */
export const recipientKinds = ['entity', 'first-party', 'unknown'] as const;
export type RecipientKind = (typeof recipientKinds)[number];

export interface Recipient {
  /**
   * Vendor id (its companies stand in `vendors`), `first-party`, or `unknown`; of an unknown one that something tells apart,
   * with what does: `unknown:turn.example.org`, `unknown:volcengine,byteplus`.
   */
  readonly id: string;
  readonly kind: RecipientKind;
  readonly name: string;
  /** Of its companies that the report's date knows. */
  readonly countries: readonly string[];
  /** False: a company in force that day was published later, so beside `countries` stands *not known*. */
  readonly countriesComplete: boolean;
}

export const permissionStates = ['declared', 'absent', 'undetermined'] as const;
export type PermissionState = (typeof permissionStates)[number];

export interface Permission {
  readonly name: string;
  readonly state: PermissionState;
}

/** How data is protected on its way. */
export const protections = ['cleartext', 'transport', 'end-to-end', 'undetermined'] as const;
export type Protection = (typeof protections)[number];

export interface Flow {
  /** `<data>:<recipient>:<sdk>` and, for a coded flow, the host; `no-known-sdk` where there is no SDK. */
  readonly id: string;
  readonly data: DataKind;
  /** Id in `recipients`. */
  readonly recipient: string;
  /** Null where no SDK that the rules know explains the code that it stands on. */
  readonly sdk: string | null;
  readonly host: string | null;
  /** Where the host is what the SDK goes to unless the app names another; left out for any other flow. */
  readonly byDefault?: true | undefined;
  readonly permission: Permission | null;
  readonly basis: Basis;
  readonly protection: Protection;
  /** What the protection stands on: bytes that name a scheme, or what the vendor documents; null where it is not known. */
  readonly protectionBasis: Basis | null;
  /**
   * Countries the data may or may not reach, as far as the app's code says; null: nothing in the bundle says. */
  readonly region: { readonly in: readonly string[]; readonly out: readonly string[] } | null;
  readonly controls: readonly Control[];
  readonly says: string;
  readonly evidence: readonly Evidence[];
}
