import type { OriginHit } from '../inventory/facts.ts';
import { order } from '../order.ts';
import type { Identifying, Rules } from '../rules/schema.ts';
import type { ArgumentMeaning, Detection, Evidence, Handed } from '../types.ts';
import { type Argument, argumentsOf } from './arguments.ts';
import type { CalledCase } from './controls.ts';
import { clueOf, placeOf } from './sites.ts';

/** Values of one kind that are listed for one SDK, and places of one of them. */
const MOST_VALUES = 6;
const MOST_PLACES = 2;
/** Characters of a constant that are repeated; of a secret, at most a quarter of it and this many. */
const LONGEST = 120;
const HEAD = 4;

/** What is not repeated: who reads a report need not have the app. */
const secrets: readonly ArgumentMeaning[] = ['secret', 'token', 'key'];

type Told = Pick<Handed, 'what' | 'from' | 'value' | 'identifier'>;

/** Each SDK with what code aboard hands to it: app id, token or none, servers, names of users and rooms, keys. */
export function withHanded(
  detections: readonly Detection[],
  { entries }: Pick<CalledCase, 'entries'>,
  rules: Rules,
): Detection[] {
  const identifying = [...rules.permissions.values()].flatMap((file) => file.identifying);
  const calling = entries.filter(({ calls }) => calls !== undefined);
  return detections.map((detection) => {
    const sdk = rules.sdks.get(detection.products[0] ?? detection.sdk);
    const given = sdk && detection.scored ? argumentsOf(sdk, calling) : [];
    if (!sdk || given.length === 0) return detection;
    return { ...detection, handed: handed(given, identifying) };
  });
}

function handed(given: readonly Argument[], identifying: readonly Identifying[]): Handed[] {
  const groups = new Map<string, { told: Told; places: Argument[] }>();
  for (const each of given) {
    const told = toldOf(each, identifying);
    const key = JSON.stringify(told);
    const group = groups.get(key);
    if (group) group.places.push(each);
    else groups.set(key, { told, places: [each] });
  }
  const all = [...groups.values()].map(({ told, places }): Handed => {
    // A control and an API may ask for the same call.
    const sites = [...new Map(places.map((place) => [siteOf(place), place])).values()];
    return {
      ...told,
      isReached: places.some(({ hit }) => hit.chain.length > 0),
      evidence: sites.slice(0, MOST_PLACES).flatMap((place) => evidenceOf(place, told)),
      more: Math.max(0, sites.length - MOST_PLACES),
    };
  });
  const sorted = all.sort((a, b) => order(a.what, b.what) || order(a.from, b.from) || order(a.value, b.value));
  return sorted.filter((one, i) => sorted.slice(0, i).filter(({ what }) => what === one.what).length < MOST_VALUES);
}

const siteOf = ({ entry, hit }: Argument): string => `${hit.seen.spans[0]?.offset} ${entry.path}`;

function evidenceOf({ hit, entry, origin }: Argument, { what, from }: Told): Evidence[] {
  const call = placeOf(hit, entry, clueOf(hit));
  if (from !== 'constant' || origin.seen === null || secrets.includes(what)) return [call];
  return [call, { ...call, ...origin.seen }];
}

function toldOf({ what, origin, isNumber }: Argument, identifying: readonly Identifying[]): Told {
  const { kind, text } = origin;
  const told = (from: Handed['from'], value: string, identifier: Handed['identifier'] = null): Told => {
    return { what, from, value: cut(value), identifier };
  };
  if (isNothing(origin, isNumber)) return told('none', '');
  const constant = constantOf(origin);
  if (constant !== null) return told('constant', secrets.includes(what) ? headOf(constant) : constant);
  if (kind === 'made') return told('constant', madeWords(origin));
  if (kind === 'call') {
    const known = identifierOf(origin, identifying);
    return known ? told('identifier', `${known.name} (${text})`, known.kind) : told('elsewhere', `a call to ${text}`);
  }
  if (kind === 'object') return told('not-known', `an object of ${text}`);
  return told('not-known', kind === 'parameter' ? 'handed over by code that was not seen' : text);
}

/** Null, an empty text, or what was left out. */
export function isNothing({ kind, text, strings }: OriginHit, isNumber: boolean): boolean {
  if (kind === 'absent') return true;
  if (kind !== 'constant') return false;
  return text === '' || (strings.length === 0 && (text === 'null' || (text === '0' && !isNumber)));
}

/** Objects of the system that stand for one text that they are made of. */
const ofText = /^(?:java\.net\.UR[LI](?:\.create)?|android\.net\.Uri\.parse)$/;

/** The constant that a value is, also inside of a URL that is made of it; null for any other value. */
export function constantOf({ kind, text, strings }: OriginHit): string | null {
  if (kind === 'constant' || kind === 'enum') return text;
  return (kind === 'object' || kind === 'call') && ofText.test(text) && strings.length === 1 ? strings[0]! : null;
}

const madeWords = ({ text }: OriginHit): string =>
  text.endsWith('.getString') ? 'a text of its resources' : 'computed of constants';

/** What a value is that a method gives, and no more than computed further: a hash of it leads to it as well. */
function identifierOf({ text, strings }: OriginHit, identifying: readonly Identifying[]): Identifying | undefined {
  return identifying.find(
    ({ members, asked }) =>
      members.includes(text) && (asked === undefined || asked.some((each) => strings.includes(each))),
  );
}

/** `eyJh… (212 characters)`; of a short secret less. */
function headOf(secret: string): string {
  const head = [...secret].slice(0, Math.min(HEAD, Math.floor(secret.length / 4))).join('');
  return `${head}… (${secret.length} characters)`;
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
