import type { Budgets } from '../budgets.ts';
import type { Problem } from '../coverage.ts';
import { type PlistTally, type PlistValue, plistKeys } from '../formats/plist/index.ts';
import type { Stepping } from '../formats/plist/parsing.ts';
import { readPkcs7Content } from '../formats/signing/pkcs7.ts';
import type { Provisioning, ProvisioningKind } from '../types.ts';

/** What iOS calls the profile of an app or extension (Apple, TN3125, seen 2026-11-26). */
export const PROFILE = 'embedded.mobileprovision';

const USED = new Set([
  'Name',
  'TeamName',
  'TeamIdentifier',
  'CreationDate',
  'ExpirationDate',
  'Entitlements',
  'ProvisionedDevices',
  'ProvisionsAllDevices',
]);

/** What a profile says, without its place. */
export interface Profile {
  readonly said: Omit<Provisioning, 'path' | 'sha256'>;
  readonly problems: readonly Problem[];
}

/**
 * Reads a provisioning profile: a property list inside a CMS signature, which is not verified. Neither the devices nor the
 * certificates are kept.
 * @throws FormatError where it is none
 * @throws BudgetError as the property list, and where it is in too many pieces
 */
export function* readProfile(bytes: Uint8Array, budgets: Budgets, tally: PlistTally): Stepping<Profile> {
  const content = readPkcs7Content(bytes);
  const { entries, problems } = yield* plistKeys(content, budgets, (key) => USED.has(key), tally);
  const of = (key: string): PlistValue => entries.get(key)?.value ?? null;
  const entitlements = of('Entitlements');
  const entitled = (key: string): PlistValue =>
    entitlements instanceof Map ? ((entitlements as ReadonlyMap<string, PlistValue>).get(key) ?? null) : null;
  const devices = of('ProvisionedDevices');
  const debuggable = booleanOf(entitled('get-task-allow'));
  const teams = of('TeamIdentifier');
  return {
    said: {
      kind: kindOf({ namesDevices: Array.isArray(devices), isForAll: of('ProvisionsAllDevices') === true, debuggable }),
      name: textOf(of('Name')),
      teamId: textOf(Array.isArray(teams) ? (teams[0] ?? null) : null),
      teamName: textOf(of('TeamName')),
      appId: textOf(entitled('application-identifier')),
      created: dayOf(of('CreationDate')),
      expires: dayOf(of('ExpirationDate')),
      debuggable,
      devices: Array.isArray(devices) ? devices.length : 0,
    },
    problems,
  };
}

interface Marks {
  readonly namesDevices: boolean;
  readonly isForAll: boolean;
  readonly debuggable: boolean | null;
}

/**
 * A profile for any device is an organisation's own; one that names devices is for debugging or, where that is not allowed,
 * for handing out; one that does neither runs nowhere before the store has signed anew.
 */
function kindOf({ namesDevices, isForAll, debuggable }: Marks): ProvisioningKind {
  if (isForAll) return 'enterprise';
  if (!namesDevices) return 'app-store';
  return debuggable === true ? 'development' : 'ad-hoc';
}

function textOf(value: PlistValue): string | null {
  return typeof value === 'string' ? value : null;
}

function booleanOf(value: PlistValue): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function dayOf(value: PlistValue): string | null {
  return value instanceof Date ? value.toISOString() : null;
}
