import type { Working } from '../allowance.ts';
import { attempt } from '../coverage.ts';
import {
  type FoundCall,
  type FoundOrder,
  isFollowed,
  Joining,
  type Linked,
  openDexes,
  visitCalling,
  visitCalls,
  visitNamed,
  visitUsing,
  type Wanted,
} from '../formats/dex/index.ts';
import { packedValue } from '../formats/passage.ts';
import { type CallHit, type DexTypes, type EntryFeatures, hasDigest, type OrderHit } from '../inventory/facts.ts';
import { installsOf } from '../inventory/installs.ts';
import { digestsOf, otherDex } from '../inventory/other-dex.ts';
import { reportTexts } from '../text.ts';
import type { Unit } from '../types.ts';
import { callHit, textPassage } from './dex-calls.ts';
import { JoinedClasses } from './joined-classes.ts';
import { withMagic } from './kinds/dex.ts';

/** What a second look at code asks of whoever reads. */
export interface LookingAgain {
  readonly wanted: Wanted;
  readonly spend: (steps: number) => boolean;
  run<T>(work: Working<T>): Promise<T>;
  /** The content of an entry by its path; null where it cannot be had again. */
  again(path: string): Promise<Uint8Array | null>;
}

/** Times that more classes are fetched: each time those that what was fetched before led to. */
const MOST_ROUNDS = 10;

/** One header of a DEX. */
interface File {
  readonly entry: EntryFeatures;
  readonly dex: number;
  readonly types: DexTypes;
}

/** What is fetched in a round: classes by their names, and whatever uses others; the first time, all that has calls. */
interface Demand {
  readonly named: ReadonlySet<string>;
  readonly used: ReadonlySet<string>;
  readonly isFirst: boolean;
}

interface Joined {
  readonly linked: Linked;
  readonly calls: readonly FoundCall[];
  readonly orders: readonly FoundOrder[];
  /** Whether nothing was left to be fetched: what may run in between may stand there. */
  readonly isEnded: boolean;
  /** Whether all that an answer relies on was there. */
  isWhole(found: Pick<FoundCall, 'relies' | 'follows'>): boolean;
}

/**
 * Follows the calls of an app across its DEX files, once all were read, and of a set across those that a device has at once.
 * Where packages of a set that are not installed together share a DEX, calls are those of each file by itself.
 */
export async function withJoinedCalls(
  entries: readonly EntryFeatures[],
  units: readonly Pick<Unit, 'kind' | 'path'>[],
  looking: LookingAgain,
): Promise<readonly EntryFeatures[]> {
  const installs = installsOf(entries, units).map((each) => each.filter(({ types }) => types !== undefined));
  const installed = installs.flat();
  if (new Set(installed).size < installed.length) return entries;
  const joined = new Map<EntryFeatures, EntryFeatures>();
  for (const each of installs) {
    const followed = await joinedCalls(each, looking);
    for (const [i, entry] of each.entries()) joined.set(entry, followed[i]!);
  }
  return entries.map((entry) => joined.get(entry) ?? entry);
}

/**
 * The classes around the calls, and those that these lead to, are fetched out of each DEX and followed as those of one file
 * are. Only where that shows more than each file by itself.
 */
async function joinedCalls(
  entries: readonly EntryFeatures[],
  looking: LookingAgain,
): Promise<readonly EntryFeatures[]> {
  const files = filesOf(entries);
  if (files.length < 2 || !files.some(({ entry }) => isOpen(entry, entries))) return entries;
  const joined = await joinedOf(files, looking);
  if (joined === null) return entries;
  const calls = hitsOf(files, joined);
  const [first] = files;
  const orders = (joined.isEnded ? joined.orders : []).map(
    (each): OrderHit => ({ ...each, ...settled(each, joined), dex: first!.dex }),
  );
  return entries.map((entry) => {
    const own = files.filter(({ entry: { types } }) => types === entry.types);
    if (own.length === 0) return entry;
    const kept = (entry.orders ?? []).filter(
      ({ group }) => !orders.some((each) => each.group === group && each.elsewhere === undefined),
    );
    const taken = own.includes(first!) ? orders.filter(({ elsewhere }) => elsewhere === undefined) : [];
    const found = own.flatMap((file) => calls.get(file) ?? []);
    return {
      ...entry,
      ...(entry.calls ? { calls: entry.calls.map((hit) => reportTexts(better(hit, found, entry, entries))) } : {}),
      ...(kept.length + taken.length > 0 || entry.orders ? { orders: [...kept, ...reportTexts(taken)] } : {}),
    };
  });
}

/** Each DEX once, however many entries have its bytes. */
function filesOf(entries: readonly EntryFeatures[]): File[] {
  const seen = new Set<readonly DexTypes[]>();
  return entries.flatMap((entry) => {
    const { types } = entry;
    if (!types || seen.has(types)) return [];
    seen.add(types);
    return types.map((each, dex) => ({ entry, dex, types: each }));
  });
}

/** Whether anything is left open that other files may settle. */
function isOpen(entry: EntryFeatures, entries: readonly EntryFeatures[]): boolean {
  const { calls = [], orders = [] } = entry;
  const isCallOpen = (hit: CallHit) =>
    hit.chain.length === 0 || hasOpenValue(hit) || otherDex(hit, entry, entries) !== null;
  const isOrderOpen = (each: OrderHit) =>
    each.later.open !== null ||
    each.start.open !== null ||
    isOnlyUndone(each) ||
    otherDex(each, entry, entries) !== null;
  return calls.some(isCallOpen) || orders.some(isOrderOpen);
}

/** What one file undoes alone may come in between what another one does. */
const isOnlyUndone = ({ later, start, undone }: OrderHit): boolean =>
  undone !== null && later.count + start.count === 0;

/** What hangs on callers, on other code, or on how an object was made. */
const open: ReadonlySet<string> = new Set(['parameter', 'unknown', 'call', 'absent']);

const hasOpenValue = ({ values }: CallHit): boolean =>
  values.some((origins) => origins.length === 0 || origins.some(({ kind }) => open.has(kind)));

/** Null where something cannot be read again, or is broken. */
async function joinedOf(files: readonly File[], looking: LookingAgain): Promise<Joined | null> {
  const { wanted, spend, run } = looking;
  const joining = new Joining((name) => isFollowed(name, wanted), spend);
  const asked = { named: new Set<string>(), used: new Set<string>() };
  let joined: Joined | null = null;
  let demand: Demand = { named: new Set(), used: new Set(), isFirst: true };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const isFetched = await attempt(
      () => fetchInto(joining, files, demand, looking),
      () => {},
    );
    const linked = isFetched ? joining.link() : null;
    if (linked === null) return joined;
    const calls: FoundCall[] = [];
    const orders: FoundOrder[] = [];
    const lacking = new Set<string>();
    const unread = await run(
      visitCalls(linked.dex, wanted, spend, {
        ...{ call: (found) => calls.push(found), order: (found) => orders.push(found), caller: () => {} },
        lack: (name) => lacking.add(name),
      }),
    );
    if (unread !== null) return joined;
    const classes = new JoinedClasses(linked.dex);
    const used = new Set(asked.used);
    const isWhole = ({ relies, follows }: Pick<FoundCall, 'relies' | 'follows'>) =>
      classes.around(relies).every((name) => used.has(name)) &&
      definers(files, relies).every((count) => count <= 1) &&
      follows.every((name) => (definers(files, [name])[0] ?? 0) <= (classes.has(name) ? 1 : 0));
    joined = { linked, calls, orders, isEnded: false, isWhole };
    const isNew = (among: ReadonlySet<string>) => (name: string) => !among.has(name);
    const followed = [...calls, ...orders].flatMap(({ follows }) => follows.filter((name) => !classes.has(name)));
    const more = [...lacking, ...classes.missing(), ...followed].filter((name) => isFollowed(name, wanted));
    const relied = classes.around([...calls, ...orders].flatMap(({ relies }) => relies));
    demand = {
      named: new Set(more.filter(isNew(asked.named))),
      used: new Set(relied.filter(isNew(asked.used))),
      isFirst: false,
    };
    if (demand.named.size + demand.used.size === 0) return { ...joined, isEnded: true };
    for (const name of demand.named) asked.named.add(name);
    for (const name of demand.used) asked.used.add(name);
  }
  return joined;
}

/** How many files define each of these classes. */
const definers = (files: readonly File[], names: readonly string[]): readonly number[] =>
  digestsOf(names).map((digest) => files.filter(({ types }) => hasDigest(types.defined, digest)).length);

/** @returns false where an entry cannot be read again, or not all of its code */
async function fetchInto(
  joining: Joining,
  files: readonly File[],
  demand: Demand,
  looking: LookingAgain,
): Promise<boolean> {
  const { wanted, spend, run, again } = looking;
  const [named, used] = [digestsOf(demand.named), digestsOf(demand.used)];
  const isAsked = ({ entry: { calls = [], orders = [] }, types }: File) =>
    (demand.isFirst && calls.length + orders.length > 0) ||
    [...named, ...used].some((digest) => hasDigest(types.defined, digest)) ||
    used.some((digest) => hasDigest(types.foreign, digest));
  const all = files.filter(isAsked);
  for (const entry of new Set(all.map((file) => file.entry))) {
    const bytes = await again(entry.path);
    if (bytes === null) return false;
    const dexes = openDexes(withMagic(bytes));
    for (const file of all.filter((each) => each.entry === entry)) {
      const dex = dexes[file.dex];
      if (!dex) return false;
      const rows = new Set<number>();
      const take = (row: number) => rows.add(row);
      visitNamed(dex, demand.named, take);
      const unread =
        (demand.isFirst ? await run(visitCalling(dex, wanted, spend, take)) : null) ??
        (await run(visitUsing(dex, demand.used, wanted, spend, take)));
      if (unread !== null) return false;
      joining.add(dex, files.indexOf(file), rows);
    }
  }
  return true;
}

/** By file: the calls of its code, as all files together show them. */
function hitsOf(files: readonly File[], joined: Joined): ReadonlyMap<File, readonly CallHit[]> {
  const hits = new Map<File, CallHit[]>();
  for (const found of joined.calls) {
    const place = joined.linked.originOf(found.offset);
    const file = place && files[place.file];
    if (!file) continue;
    const bytesAt = (offset: number, length: number, says: string) => {
      const origin = joined.linked.originOf(offset);
      if (origin?.file !== place.file) return null;
      return packedValue(origin.bytes.subarray(0, length), origin.offset, says, 'code of a DEX');
    };
    const textAt = (offset: number, length: number) => {
      const at = joined.linked.textIn(place.file, offset);
      return at === null ? null : textPassage(joined.linked.dex.bytes.subarray(offset, offset + length), at);
    };
    const hit = callHit(found, file.dex, { bytesAt, textAt });
    const list = hits.get(file) ?? [];
    hits.set(file, list);
    list.push({ ...hit, ...settled(found, joined) });
  }
  return hits;
}

const UNSETTLED = 'other DEX files have to do with the same classes, and not all of it could be followed';

function settled(found: Pick<FoundCall, 'relies' | 'follows'>, joined: Joined) {
  return { relies: [], follows: [], ...(joined.isWhole(found) ? {} : { elsewhere: UNSETTLED }) };
}

/** What all files together say of a call, where that is whole; a chain that one file shows is one. */
function better(
  hit: CallHit,
  joined: readonly CallHit[],
  entry: EntryFeatures,
  entries: readonly EntryFeatures[],
): CallHit {
  const offsetOf = ({ seen }: CallHit) => seen.spans[0]?.offset;
  const other = joined.find((each) => each.id === hit.id && offsetOf(each) === offsetOf(hit));
  if (!other || other.elsewhere !== undefined) return hit;
  if (otherDex(hit, entry, entries) === null && !hasOpenValue(hit))
    return hit.chain.length > 0 ? hit : { ...hit, chain: other.chain };
  return other.chain.length > 0 ? other : { ...other, chain: hit.chain };
}
