import type { EntryFeatures, UseHit } from '../inventory/facts.ts';
import { order } from '../order.ts';
import type { Guarded, Rules } from '../rules/schema.ts';
import type { Coverage, Detection, Evidence, PermissionUse, PermissionUser, Unidentified } from '../types.ts';
import { type Aboard, type User, Users } from './users.ts';

/** Users of one permission, and places of one user, that are listed; the rest is counted. */
const MOST_USERS = 40;
const MOST_EVIDENCE = 2;

/** What of a reading says who can use what. */
export interface Asked extends Aboard {
  /** Permissions and purpose strings of all units. */
  readonly asked: ReadonlySet<string>;
  readonly coverage: readonly Coverage[];
  readonly unidentified: readonly Unidentified[];
}

interface Met {
  readonly user: User;
  readonly places: { readonly hit: UseHit; readonly entry: EntryFeatures }[];
}

/**
 * Who refers to what the app's permissions are for. That nobody else does is said only where all code was read, and
 * nothing aboard is known to go by names alone: a reference is what the bytes show, not that it is used.
 */
export function permissionUse(aboard: Asked, rules: Rules): PermissionUse[] {
  const { entries, asked } = aboard;
  const byPermission = new Map<string, Guarded[]>();
  for (const { guarded } of rules.permissions.values()) {
    for (const each of guarded) {
      for (const permission of each.permissions) {
        if (!asked.has(permission)) continue;
        const known = byPermission.get(permission);
        if (known) known.push(each);
        else byPermission.set(permission, [each]);
      }
    }
  }
  if (byPermission.size === 0) return [];
  const users = new Users(aboard, rules);
  const met = new Map<string, Map<string, Met>>();
  const add = (key: string, user: User, place: Met['places'][number]) => {
    let byUser = met.get(key);
    if (!byUser) {
      byUser = new Map();
      met.set(key, byUser);
    }
    const own = byUser.get(`${user.kind} ${user.name}`);
    if (own) own.places.push(place);
    else byUser.set(`${user.kind} ${user.name}`, { user, places: [place] });
  };
  for (const entry of entries) {
    for (const hit of entry.uses ?? []) {
      // What a permission is called says who asks for it; what needs it, who can use it.
      add(hit.guarded ?? hit.name, users.of(entry, hit.by), { hit, entry });
    }
  }
  const unread = unreadOf(aboard, users);
  return [...byPermission]
    .sort(([a], [b]) => order(a, b))
    .map(([permission, guarded]) => {
      const using = joined(guarded.map(({ id }) => met.get(id)));
      const naming = joined([met.get(permission)]);
      for (const key of using.keys()) naming.delete(key);
      const list = [...listed(using, 'interface'), ...listed(naming, 'name')];
      const [first, ...others] = using.values();
      const one = first && others.length === 0 ? first.user : null;
      const besides = guarded.find(({ besides }) => besides !== undefined)?.besides;
      const open = one === null ? null : (unread ?? besides ?? mixed(one));
      return {
        permission,
        users: list.slice(0, MOST_USERS),
        moreUsers: Math.max(0, list.length - MOST_USERS),
        only: open === null ? one : null,
        open,
      };
    });
}

/** What detections and unidentified parties alone can use. */
export function withOnlyUses<T extends { readonly onlyUserOf: readonly string[] }>(
  items: readonly T[],
  uses: readonly PermissionUse[],
  isOne: (item: T, only: User) => boolean,
): T[] {
  const said = uses.filter(({ only }) => only !== null);
  return items.map((item) => {
    const onlyUserOf = said.flatMap(({ permission, only }) => (isOne(item, only as User) ? [permission] : []));
    return onlyUserOf.length === 0 ? item : { ...item, onlyUserOf };
  });
}

export const isDetection = ({ sdk }: Detection, { kind, name }: User): boolean => kind === 'sdk' && name === sdk;

export const isParty = ({ kind, name }: Unidentified, user: User): boolean =>
  user.kind === 'unidentified' && user.name === name && kind !== 'content' && kind !== 'script';

function joined(lists: readonly (ReadonlyMap<string, Met> | undefined)[]): Map<string, Met> {
  const all = new Map<string, Met>();
  for (const list of lists) {
    for (const [key, { user, places }] of list ?? []) {
      const known = all.get(key);
      all.set(key, { user, places: known ? [...known.places, ...places] : places });
    }
  }
  return all;
}

function listed(met: ReadonlyMap<string, Met>, refers: PermissionUser['refers']): PermissionUser[] {
  return [...met.values()]
    .map(({ user, places }) => {
      const sorted = [...places].sort(byPlace);
      return {
        ...user,
        refers,
        evidence: sorted.slice(0, MOST_EVIDENCE).map(evidenceOf),
        more: Math.max(0, sorted.length - MOST_EVIDENCE),
      };
    })
    .sort((a, b) => order(a.kind, b.kind) || order(a.name, b.name));
}

function byPlace(a: Met['places'][number], b: Met['places'][number]): number {
  const at = ({ hit }: Met['places'][number]) => hit.seen.spans[0]?.offset ?? -1;
  return order(a.hit.name, b.hit.name) || order(a.entry.path, b.entry.path) || at(a) - at(b);
}

function evidenceOf({ hit, entry }: Met['places'][number]): Evidence {
  return { clue: 'permission', kind: 'use', path: entry.path, ...hit.seen, entrySha256: entry.sha256 };
}

/** Code that is everybody's is nobody's alone. */
const mixed = ({ kind, name }: User): string | null =>
  kind === 'mixed' ? `whose code it is cannot be told: ${name}` : null;

/** Why code that refers to something may not have been met; null where all was read. */
function unreadOf({ entries, coverage, unidentified }: Asked, users: Users): string | null {
  // What a Mach-O asks the system for stands outside of what FairPlay encrypts.
  const line = coverage.find(
    ({ matters, state, reason, format }) =>
      matters && state !== 'read' && !(format === 'macho' && reason === 'encrypted'),
  );
  if (line) return `not all was read: ${line.path}`;
  const unread = entries.find(({ codeUnread }) => codeUnread !== undefined);
  if (unread) return `${unread.path}: ${unread.codeUnread}`;
  const opaque = unidentified.find(({ kind }) => kind === 'content');
  if (opaque) return `content of no known kind may be packed code: ${opaque.paths[0] ?? opaque.name}`;
  for (const entry of entries) {
    const runtime = users.reaching(entry);
    if (runtime) return `code of ${runtime.name} reaches the platform by name: ${entry.path}`;
  }
  // The NDK has cameras and microphones of its own, and JNI reaches any class: no table says so.
  const native = entries.find(({ format }) => format === 'elf');
  if (native) return `native code can reach the platform unseen: ${native.path}`;
  return null;
}
