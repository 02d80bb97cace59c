import { Owners } from '../detect/owners.ts';
import type { CallHit, EntryFeatures } from '../inventory/facts.ts';
import { installsOf } from '../inventory/installs.ts';
import { isLibrary } from '../inventory/library.ts';
import { otherDex } from '../inventory/other-dex.ts';
import { hostOwners } from '../rules/hosts.ts';
import type { Rules, Sdk } from '../rules/schema.ts';
import type { Switch } from '../rules/switches.ts';
import type { Control, ControlState, Detection, Flow, Unit } from '../types.ts';
import { joined, type Reach } from './areas.ts';
import { selectorsNamed } from './selectors.ts';
import { evidenceOf, MOST_EVIDENCE, placeOf, placesOf, type Site } from './sites.ts';
import { type Belongs, type Switched, switchedBy } from './switch-state.ts';

/** What is known of an SDK's controls, and where they let data go. */
export interface Switching {
  readonly controls: readonly Control[];
  readonly region: Flow['region'];
}

/** What of a reading controls are decided by. */
export interface CalledCase {
  readonly units: readonly Unit[];
  readonly entries: readonly EntryFeatures[];
  /** Why calls may not have been seen; null where all code was read and nothing is known to call by other ways. */
  readonly unseen: string | null;
}

/** M49's code of the whole world: what no area limits. */
const WORLD = '001';

type ControlRule = Sdk['controls'][number];

/** The state of each control of an SDK by the code that calls it; undetermined, with the reason, wherever that does not say. */
export function switchingOf(sdk: Sdk, detection: Detection, found: CalledCase, rules: Rules): Switching {
  if (sdk.controls.length === 0) return { controls: [], region: null };
  const belongs = belongingsOf(sdk, rules);
  const decided = sdk.controls.map((rule) => ({ rule, ...controlOf({ sdk, rule, detection, found, belongs }) }));
  const region = decided.find(({ rule }) => rule.id === 'region');
  return {
    controls: decided.map(({ control }) => control),
    region: region?.reach ? { in: region.reach.everywhere ? [WORLD] : region.reach.in, out: region.reach.out } : null,
  };
}

interface Asked {
  readonly sdk: Sdk;
  readonly rule: ControlRule;
  readonly detection: Detection;
  readonly found: CalledCase;
  readonly belongs: Belongs;
}

interface Decided {
  readonly control: Control;
  readonly reach: Reach | null;
}

function controlOf(asked: Asked): Decided {
  const { sdk, rule, found } = asked;
  const { id, name } = rule;
  const undetermined = (reason: string): Decided => ({
    control: { id, name, state: 'undetermined', reason },
    reach: null,
  });
  if (isLibrary(found.units)) {
    const what = rule.calls[0] ?? rule.name;
    return undetermined(
      `Not asked: this is a library, and the app that takes it in decides on ${what}; ${defaults[rule.default]}.`,
    );
  }
  const hasDex = found.entries.some(({ format }) => format === 'dex');
  const switches = rule.switches.filter(({ platform }) => platform === 'android');
  if (!hasDex || switches.length === 0) {
    return unread(asked, undetermined);
  }
  const sites = sitesOf(asked, switches);
  if (sites.length === 0) return withoutSites(asked, undetermined);
  const places = placesOf(sites);
  const evidence = evidenceOf(sites, `${sdk.id}/${id}`);
  const byName = namedBy(asked, namesOf);
  if (byName !== null) return undetermined(`${byName}; beside it, ${places}.`);
  const states = new Set(sites.map(({ switched }) => switched.state));
  const late = states.has('off')
    ? null
    : (inAnyInstall(found, (entries) => withoutIt({ ...asked, found: { ...found, entries } })) ?? unfollowed(found));
  if (late !== null) {
    const reason = `In ${places}; but ${late}.`;
    return { control: { id, name, state: 'undetermined', reason, evidence }, reach: null };
  }
  const unclear = sites.find(({ switched }) => switched.state === 'undetermined');
  if (unclear || states.size > 1) {
    const reason = unclear ? `In ${placesOf([unclear])}.` : `Places in the code contradict each other: ${places}.`;
    return { control: { id, name, state: 'undetermined', reason, evidence }, reach: null };
  }
  const state = [...states][0] as ControlState;
  const stays = state === 'off' ? [] : [...new Set(sites.flatMap(({ rule: each }) => each.open))];
  const reaches = sites.flatMap(({ switched }) => switched.reach ?? []);
  const isOff = rule.id === 'region' && state === 'off';
  return {
    control: { id, name, state, reason: [`In ${places}.`, ...stays].join(' '), evidence },
    reach: isOff ? everywhere : reaches.length > 0 ? joined(reaches) : null,
  };
}

/** In code that is not followed: that it names the message by which the control is switched, where it does. */
function unread({ sdk, rule, found }: Asked, undetermined: (reason: string) => Decided): Decided {
  const named = selectorsNamed(sdk, rule, found.entries);
  const [first] = named;
  if (!first) {
    return undetermined(`How the app uses ${rule.calls[0] ?? 'it'} was not read; ${defaults[rule.default]}.`);
  }
  const files = new Set(named.map(({ path }) => path)).size;
  const others = files > 1 ? ` and ${files - 1} more` : '';
  const { control, reach } = undetermined(
    `${first.path}${others} uses ${sdk.name} and names the message ${first.text}; ` +
      `whether it sends it, and with what, is not read of code of iOS; ${defaults[rule.default]}.`,
  );
  return { control: { ...control, evidence: named.slice(0, MOST_EVIDENCE) }, reach };
}

const everywhere: Reach = { in: [], out: [], everywhere: true, name: 'everywhere' };

const defaults = {
  on: "by the vendor's documents it is in effect unless the app switches it off",
  off: "by the vendor's documents it is not in effect unless the app asks for it",
  unknown: 'whether it is in effect by default no document says that the rules know',
};

/** Nothing that was read switches it: what the vendor says of the default holds where nothing else can. */
function withoutSites(asked: Asked, undetermined: (reason: string) => Decided): Decided {
  const { sdk, rule, detection, found } = asked;
  const what = rule.calls[0] ?? rule.name;
  if ((detection.calledBy ?? []).length === 0) {
    return undetermined(
      `No code that was read calls ${sdk.name}, so that none switches this; ${defaults[rule.default]}.`,
    );
  }
  const unseen = found.unseen ?? namedBy(asked, namesOf);
  if (unseen !== null)
    return undetermined(`No call of ${what} was seen; but ${unseen}. And ${defaults[rule.default]}.`);
  const starts = callsOf(found, `${sdk.id}/api/`).filter(({ hit }) =>
    sdk.api.some((api) => api.starts && hit.id === `${sdk.id}/api/${api.id}`),
  );
  if (starts.length === 0)
    return undetermined(`No call that starts ${sdk.name}, and none of ${what}, was seen; ${defaults[rule.default]}.`);
  if (rule.default === 'unknown') return undetermined(`No call of ${what} was seen; ${defaults.unknown}.`);
  const reason = `The app starts ${sdk.name} (${starts[0]!.hit.by.class}.${starts[0]!.hit.by.method}), and no code aboard calls ${what}; ${defaults[rule.default]}.`;
  const evidence = starts.slice(0, MOST_EVIDENCE).map(({ hit, entry }) => placeOf(hit, entry, `${sdk.id}/${rule.id}`));
  return { control: { id: rule.id, name: rule.name, state: rule.default, reason, evidence }, reach: null };
}

function callsOf({ entries }: CalledCase, prefix: string): { hit: CallHit; entry: EntryFeatures }[] {
  return entries.flatMap((entry) =>
    (entry.calls ?? []).filter(({ id }) => id.startsWith(prefix)).map((hit) => ({ hit, entry })),
  );
}

function sitesOf({ sdk, rule, found, belongs }: Asked, switches: readonly Switch[]): Site[] {
  const isOrdered = ordersOf(found, sdk, rule).some(({ order: { later } }) => later.count > 0);
  return callsOf(found, `${sdk.id}/${rule.id}/`).flatMap(({ hit, entry }) => {
    const each = switches.find(({ id }) => hit.id === `${sdk.id}/${rule.id}/${id}`);
    if (!each) return [];
    const elsewhere = inAnyInstall(found, (entries) =>
      entries.includes(entry) ? otherDex(hit, entry, entries) : null,
    );
    const isStart = sdk.api.some(({ starts, call }) => starts === true && call.method === each.call?.method);
    const switched = switchedBy(hit, each, belongs, isStart || isOrdered);
    const isOpen = elsewhere !== null && switched.state !== 'undetermined';
    const unclear: Switched = { state: 'undetermined', why: elsewhere ?? '', reach: null };
    return [{ hit, entry, rule: each, switched: isOpen ? unclear : switched }];
  });
}

/** Why a call that says otherwise may not have been seen beside those that were. */
function unfollowed({ entries }: CalledCase): string | null {
  const entry = entries.find(({ callsUnread }) => callsUnread !== undefined);
  return entry ? `${entry.path}: ${entry.callsUnread}` : null;
}

/** The first reason among what devices may have at once. */
function inAnyInstall(
  { entries, units }: CalledCase,
  why: (entries: readonly EntryFeatures[]) => string | null,
): string | null {
  for (const each of installsOf(entries, units)) {
    const reason = why(each);
    if (reason !== null) return reason;
  }
  return null;
}

const ordersOf = ({ entries }: CalledCase, sdk: Sdk, rule: ControlRule) =>
  entries.flatMap((entry) =>
    (entry.orders ?? []).flatMap((order) => (order.group === `${sdk.id}/${rule.id}` ? [{ order, entry }] : [])),
  );

/**
 * Why something that has to come behind what switches this may come without: null where each such call is behind it, or each
 * object that is made gets it at once.
 */
function withoutIt(asked: Asked): string | null {
  const { sdk, rule, found } = asked;
  const all = ordersOf(found, sdk, rule);
  const orders = all.filter(({ order: { later, start } }) => later.count + start.count > 0);
  // Bytes that two entries share are one file.
  const [first, second] = new Map(orders.map((each) => [each.entry.types?.[each.order.dex] ?? each, each])).values();
  if (!first) return null;
  const { later, start, undone } = first.order;
  const isMadeWith = start.count > 0 && start.open === null;
  if (later.open !== null && !isMadeWith) return `${later.open}, and not on every way behind it`;
  if (later.open !== null && undone !== null)
    return `${undone}, which switches it off, and ${later.open}, which may come after that`;
  // What one file calls may come in between what another one does.
  if (second) return `${second.entry.path} makes or joins as well, and which of both comes first was not followed`;
  const undoing = all.find(({ order }) => !orders.some((each) => each.order === order) && order.undone !== null);
  if (undoing)
    return `${undoing.order.undone}, which switches it off, and whether that comes in between was not followed`;
  const aroundOf = ({ before, undoneBy }: Switch) => [...before, ...undoneBy];
  return otherDex(first.order, first.entry, found.entries) ?? namedBy(asked, aroundOf);
}

/** A class that has the name of a member that plays a part in this, and may reach it by that; null for none. */
function namedBy({ rule, found }: Asked, partsOf: (each: Switch) => readonly string[]): string | null {
  const names = new Set(rule.switches.flatMap(partsOf));
  for (const { callers = [] } of found.entries) {
    const naming = callers.find(({ kind, called }) => kind === 'name' && names.has(called));
    if (naming)
      return `${naming.by} has the name ${naming.called} as a text, by which code may reach it with values that are not followed`;
  }
  return null;
}

/** What a switch is called by, and what stands inside of what it is given. */
function namesOf({ call, write, reads }: Switch): readonly string[] {
  const inside = reads.flatMap(({ of }) => [...(of?.fields ?? []), ...(of?.calls ?? []).map(({ method }) => method)]);
  return [call?.method ?? write?.field ?? [], inside].flat();
}

function belongingsOf(sdk: Sdk, rules: Rules): Belongs {
  const owners = new Owners(rules);
  const ownerOf = hostOwners(rules);
  return {
    ofVendor: (name) => owners.ofPackage(name)?.vendor === sdk.vendor,
    namesVendor: (text) => {
      const host = /^(?:[a-z]+:\/\/)?([a-z0-9.-]+\.[a-z]{2,})(?:[:/]|$)/i.exec(text)?.[1];
      return host !== undefined && ownerOf(host.toLowerCase())?.vendor === sdk.vendor;
    },
  };
}
