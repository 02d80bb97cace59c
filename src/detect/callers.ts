import type { CallerHit, EntryFeatures } from '../inventory/facts.ts';
import { ownCodeInside } from '../inventory/own-code.ts';
import { order } from '../order.ts';
import { packagesOf } from '../rules/packages.ts';
import type { Rules, Sdk } from '../rules/schema.ts';
import type { Caller, Coverage, Detection, Evidence, Unidentified } from '../types.ts';
import { type Aboard, type User, Users } from './users.ts';

/** Callers of one SDK, and places of one caller, that are listed. */
const MOST_CALLERS = 12;
const MOST_EVIDENCE = 2;

/** What of a reading says who calls what. */
export interface CallingCase extends Aboard {
  readonly coverage: readonly Coverage[];
  readonly unidentified: readonly Unidentified[];
}

interface Place {
  readonly hit: CallerHit;
  readonly entry: EntryFeatures;
}

/**
 * Who calls each SDK that is aboard: the app, another SDK, a party that no rule knows. What an SDK calls of itself, or its
 * vendor of it, is none. `reachable` is one whose call stands at the end of a chain from something that the system starts.
 */
export function withCallers(found: CallingCase, rules: Rules): Detection[] {
  const users = new Users(found, rules);
  const places = found.entries.flatMap((entry) => (entry.callers ?? []).map((hit): Place => ({ hit, entry })));
  const calls = places.filter(({ hit }) => hit.kind === 'call');
  const reached = new Set(
    found.entries.flatMap(({ calls = [] }) =>
      calls.filter(({ chain }) => chain.length > 0).map(({ id }) => id.split('/')[0]!),
    ),
  );
  return found.detections.map((detection) => {
    const sdks = detection.products.flatMap((id) => rules.sdks.get(id) ?? []);
    const packages = new Set(sdks.flatMap((sdk) => packagesOf(sdk)));
    const vendors = packagesOfVendors(sdks, rules);
    const own = ownCodeInside(found.appId, [...packages, ...vendors]);
    const byUser = new Map<string, { user: User; places: Place[] }>();
    for (const place of calls) {
      if (!packages.has(place.hit.package)) continue;
      // In a vendor's own app what lies under the app's id is the app's, and the rest of its packages the SDK's.
      const isApp = isUnder(place.hit.by, own);
      const user = isApp
        ? ({ kind: 'app', name: found.appId ?? '' } as const)
        : users.of(place.entry, packageOf(place.hit.by));
      if (!isApp && (isItself(user, detection) || isUnder(place.hit.by, vendors))) continue;
      const key = `${user.kind} ${user.name}`;
      const known = byUser.get(key);
      if (known) known.places.push(place);
      else byUser.set(key, { user, places: [place] });
    }
    if (byUser.size === 0) return detection;
    const all = [...byUser.values()].map(callerOf).sort((a, b) => order(a.kind, b.kind) || order(a.name, b.name));
    const isReached = detection.products.some((id) => reached.has(id));
    return {
      ...detection,
      presence: isReached ? [...detection.presence, 'reachable' as const].sort() : detection.presence,
      calledBy: all.slice(0, MOST_CALLERS),
    };
  });
}

function callerOf({ user, places }: { readonly user: User; readonly places: readonly Place[] }): Caller {
  const sorted = [...places].sort((a, b) => order(a.entry.path, b.entry.path) || at(a) - at(b));
  return {
    ...user,
    evidence: sorted.slice(0, MOST_EVIDENCE).map(evidenceOf),
    more: Math.max(0, sorted.length - MOST_EVIDENCE),
  };
}

const at = ({ hit }: Place): number => hit.seen.spans[0]?.offset ?? -1;

const evidenceOf = ({ hit, entry }: Place): Evidence => ({
  clue: 'call',
  kind: 'use',
  path: entry.path,
  ...hit.seen,
  entrySha256: entry.sha256,
});

const packageOf = (className: string): string => className.split('.').slice(0, -1).slice(0, 4).join('.') || '(none)';

/** A part of an SDK calls it as the SDK itself would. */
function isItself({ kind, name }: User, { sdk, products, componentOf }: Detection): boolean {
  return kind === 'sdk' && (name === sdk || products.includes(name) || componentOf.includes(name));
}

const packagesOfVendors = (sdks: readonly Sdk[], rules: Rules): readonly string[] =>
  sdks.flatMap(({ vendor }) => rules.vendors.get(vendor)?.code.flatMap((code) => code.packages) ?? []);

const isUnder = (className: string, packages: readonly string[]): boolean =>
  packages.some((each) => `${className}.`.startsWith(`${each}.`));

/**
 * Why a call of an SDK may not have been seen; null where all code was read, and nothing aboard is known to call by other
 * ways. Native code is not counted: an SDK is called from it as little as another app's.
 */
export function unseenCalls(found: CallingCase, rules: Rules): string | null {
  const { entries, coverage, unidentified } = found;
  const line = coverage.find(({ matters, state }) => matters && state !== 'read');
  if (line) return `not all was read: ${line.path}`;
  const unread = entries.find(({ callsUnread }) => callsUnread !== undefined);
  if (unread) return `${unread.path}: ${unread.callsUnread}`;
  const opaque = unidentified.find(({ kind }) => kind === 'content');
  if (opaque) return `content of no known kind may be packed code: ${opaque.paths[0] ?? opaque.name}`;
  const users = new Users(found, rules);
  for (const entry of entries) {
    const runtime = users.reaching(entry);
    if (runtime) return `code of ${runtime.name} can call it by name: ${entry.path}`;
    for (const { kind, by, called } of entry.callers ?? []) {
      if (kind !== 'reflection' && kind !== 'loader') continue;
      const user = users.of(entry, packageOf(by));
      if (user.kind === 'runtime' || user.kind === 'sdk' || (kind === 'reflection' && user.kind === 'unidentified'))
        continue;
      return kind === 'loader'
        ? `${by} loads code at run time (${called})`
        : `${by} calls methods by names that are not followed`;
    }
  }
  return null;
}
