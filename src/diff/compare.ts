import { order } from '../order.ts';
import { orderReleases } from '../releases.ts';
import type { ChangeKind } from '../types.ts';

/** What changed of one thing. */
export interface Change<Item> {
  change: ChangeKind;
  old: Item | null;
  new: Item | null;
  differs: string[];
}

export interface Group<Item> {
  same: number;
  changes: Change<Item>[];
}

/** What to call a thing that only one of the two reports has. */
export interface Absence<Item> {
  readonly added: (item: Item) => ChangeKind;
  readonly removed: (item: Item) => ChangeKind;
}

/**
 * Two lists of things, matched by id and then, of what is left over, by a looser key where that names one thing on each
 * side alone. Sorted by the id of the old thing, else of the new one.
 */
export function compare<Item extends { readonly id: string }>(
  old: readonly Item[],
  next: readonly Item[],
  absence: Absence<Item>,
  loose?: (item: Item) => string,
): Group<Item> {
  const [before, after] = [byId(old), byId(next)];
  const pairs: [Item, Item][] = [];
  for (const [id, item] of before) {
    const other = after.get(id);
    if (other === undefined) continue;
    pairs.push([item, other]);
    before.delete(id);
    after.delete(id);
  }
  if (loose) pairs.push(...loosePairs(before, after, loose));
  const changed = pairs.flatMap(([a, b]): Change<Item>[] => {
    const differs = differing(a, b);
    return differs.length === 0 ? [] : [{ change: 'changed', old: a, new: b, differs }];
  });
  const changes: Change<Item>[] = [
    ...changed,
    ...[...before.values()].map((item) => ({ change: absence.removed(item), old: item, new: null, differs: [] })),
    ...[...after.values()].map((item) => ({ change: absence.added(item), old: null, new: item, differs: [] })),
  ];
  const idOf = (change: Change<Item>) => change.old?.id ?? change.new?.id ?? '';
  return { same: pairs.length - changed.length, changes: changes.sort((a, b) => order(idOf(a), idOf(b))) };
}

/** Of several things with one id each further one is told apart by its number: the reports list them in one order. */
function byId<Item extends { readonly id: string }>(items: readonly Item[]): Map<string, Item> {
  const found = new Map<string, Item>();
  const counts = new Map<string, number>();
  for (const item of items) {
    const count = (counts.get(item.id) ?? 0) + 1;
    counts.set(item.id, count);
    const id = count === 1 ? item.id : `${item.id} (${count})`;
    found.set(id, { ...item, id });
  }
  return found;
}

function loosePairs<Item extends { readonly id: string }>(
  before: Map<string, Item>,
  after: Map<string, Item>,
  loose: (item: Item) => string,
): [Item, Item][] {
  const others = byLoose(after, loose);
  return [...byLoose(before, loose)].flatMap(([key, items]): [Item, Item][] => {
    const [[item], [other]] = [items, others.get(key) ?? []];
    if (!item || !other || items.length > 1 || others.get(key)!.length > 1) return [];
    before.delete(item.id);
    after.delete(other.id);
    return [[item, other]];
  });
}

function byLoose<Item>(items: ReadonlyMap<string, Item>, loose: (item: Item) => string): Map<string, Item[]> {
  const found = new Map<string, Item[]>();
  for (const item of items.values()) {
    const key = loose(item);
    const known = found.get(key);
    if (known) known.push(item);
    else found.set(key, [item]);
  }
  return found;
}

/** What a thing is called, which rules may word anew, and its id, which other fields make. */
const labels: readonly string[] = ['id', 'name', 'title'];

/** Names of the fields that are not the same. */
function differing<Item extends object>(a: Item, b: Item): string[] {
  const other = new Map(Object.entries(b));
  return Object.entries(a)
    .filter(([key, value]) => !labels.includes(key) && JSON.stringify(value) !== JSON.stringify(other.get(key)))
    .map(([key]) => key);
}

/** Releases each once, the oldest first. */
export function releasesOf(versions: readonly (string | null)[]): string[] {
  const known = new Set(versions.filter((version) => version !== null));
  return [...known].sort((a, b) => orderReleases(a, b) || order(a, b));
}

/** What is known of a release: all that are shown, or what bounds it. */
export interface Releases {
  readonly versions: readonly string[];
  readonly bounds?: { readonly from: string | null; readonly before: string | null } | null;
}

export type Goes = 'up' | 'down' | null;

/** Whether a release went up or down; null where one is not known, or what is known of them overlaps. */
function goes(old: Releases, next: Releases): Goes {
  if (isBelow(old, next)) return 'up';
  return isBelow(next, old) ? 'down' : null;
}

function isBelow(a: Releases, b: Releases): boolean {
  const [last, first] = [a.versions.at(-1), b.versions[0] ?? b.bounds?.from];
  if (first === undefined || first === null) return false;
  if (last !== undefined) return orderReleases(last, first) < 0;
  const before = a.bounds?.before ?? null;
  // The first release that it no longer is.
  return before !== null && orderReleases(before, first) <= 0;
}

/** A group with which way the release of each went. */
export function withGoes<Item extends object>(
  group: Group<Item>,
  releases: (item: Item) => Releases,
): { same: number; changes: (Change<Item> & { goes: Goes })[] } {
  const changes = group.changes.map((change) => ({
    ...change,
    goes: change.old && change.new ? goes(releases(change.old), releases(change.new)) : null,
  }));
  return { same: group.same, changes };
}
