import type { CallHit, OriginHit } from '../inventory/facts.ts';
import type { Read, Switch } from '../rules/switches.ts';
import type { ControlState } from '../types.ts';
import { areaOf, joined, type Reach } from './areas.ts';

/** What one place in the code makes of a control. */
export interface Switched {
  readonly state: ControlState;
  /** In words, as the end of a sentence that begins with the place. */
  readonly why: string;
  readonly reach: Reach | null;
}

/** Whose code or host something is. */
export interface Belongs {
  /** Whether a class, dotted, is the vendor's. */
  ofVendor(className: string): boolean;
  /** Whether a text names a host of the vendor's. */
  namesVendor(text: string): boolean;
}

/** Characters of a value that a reason repeats. */
const LONGEST = 60;

/**
 * The state that a call or write says: on where all that it reads says on, off where one surely does. Whatever is not known
 * leaves it undetermined: what is read wrongly as on would clear an app that it should not.
 * @param isFree whether a condition on it decides nothing: it starts the SDK, or what has to come later was looked at
 */
export function switchedBy(hit: CallHit, each: Switch, belongs: Belongs, isFree: boolean): Switched {
  if (each.means !== undefined) return { state: each.means, why: 'it has no setting for this', reach: null };
  if (hit.values.length === 0) return open('no way through the code leads there');
  const reads = each.reads.map((read, i) => stateOf(read, hit.values[i] ?? [], belongs));
  const off = reads.find(({ state }) => state === 'off');
  const unclear = reads.find(({ state }) => state === 'undetermined');
  const weak = reads.find(({ state }) => state === 'weak');
  if (off) return off;
  if (unclear) return unclear;
  // An engine that is not made needs no switch; one that is made may go without what a condition decides.
  if (hit.isConditional && !isFree) return open('a condition decides whether it is called');
  if (hit.chain.length === 0) return open('nothing aboard is seen to call the method that holds it');
  const why = reads.map((read) => read.why).join(', ');
  const reach = reads.find((read) => read.reach !== null)?.reach ?? null;
  if (weak) return { ...weak, why, reach };
  if (each.atMost === 'weak') return { state: 'weak', why: `${why}; this way of encrypting is an old one`, reach };
  if (each.activation !== undefined) return open(`${why}, but ${each.activation}`);
  return { state: 'on', why, reach };
}

const open = (why: string): Switched => ({ state: 'undetermined', why, reach: null });

function stateOf(read: Read, origins: readonly OriginHit[], belongs: Belongs): Switched {
  if (origins.length === 0) return open('no value was seen to reach it');
  const each = origins.map((origin) => stateOfOrigin(read, origin, belongs));
  const unclear = each.find(({ state }) => state === 'undetermined');
  if (unclear) return unclear;
  const states = new Set(each.map(({ state }) => state));
  if (states.size > 1) return open(`several values reach it: ${each.map(({ why }) => why).join(', ')}`);
  const reaches = each.flatMap(({ reach }) => reach ?? []);
  return {
    state: each[0]!.state,
    why: [...new Set(each.map(({ why }) => why))].join(' or '),
    reach: reaches.length > 0 ? joined(reaches) : null,
  };
}

function stateOfOrigin(read: Read, origin: OriginHit, belongs: Belongs): Switched {
  if (origin.kind === 'absent') {
    if (read.default === undefined) return open('it is not given, and what holds then is not known');
    return stateOfOrigin(
      { ...read, default: undefined },
      { ...origin, kind: 'constant', text: `${read.default}` },
      belongs,
    );
  }
  if (origin.kind === 'unknown') return open(origin.text);
  if (origin.kind === 'parameter') return open('it is handed over by code that was not seen');
  if (read.what === 'key') return stateOfKey(origin, belongs);
  if (read.what === 'area') return stateOfArea(origin, read.areas ?? []);
  return stateOfValue(origin, read.values ?? {});
}

function stateOfValue(origin: OriginHit, values: NonNullable<Read['values']>): Switched {
  const { kind, text } = origin;
  if (kind === 'call') return open(`it comes from a call to ${text}`);
  const isFixed = kind === 'constant' || kind === 'enum';
  const isText = origin.strings.length > 0;
  // Of a boolean and of an object a constant is 0 or 1; the rule says which it takes it for.
  const names = isFixed
    ? [text, ...(!isText && text === '1' ? ['true'] : []), ...(!isText && text === '0' ? ['false', 'null'] : [])]
    : [];
  if (!names.includes('null') && text !== 'null') names.push('object');
  const name = [...names, '*'].find((each) => Object.hasOwn(values, each));
  if (name === undefined) return open(`${cut(text)} is a value that the rules do not know`);
  return {
    state: values[name]!,
    why: isFixed ? cut(name === 'object' || name === '*' ? text : name) : 'an object',
    reach: null,
  };
}

function stateOfArea({ kind, text }: OriginHit, areas: NonNullable<Read['areas']>): Switched {
  if (kind !== 'constant' && kind !== 'enum')
    return open(`the area is computed${kind === 'call' ? ` by ${text}` : ''}`);
  const reach = areaOf(text, areas);
  if (reach === null) return open(`${cut(text)} is an area that the rules do not know`);
  return { state: reach.everywhere ? 'off' : 'on', why: `the area is ${reach.name}`, reach };
}

/** Gives the same to nobody else: random bytes, and keys that the device makes; not after a seed. */
const random =
  /^(?:java\.security\.SecureRandom(?!\.setSeed)\b|javax\.crypto\.KeyGenerator\b|java\.security\.Key\.getEncoded$|java\.util\.UUID\.(?:randomUUID|toString)$)/;
/** Reads what a connection gives, or what was in it. */
const network =
  /^(?:java\.net\.(?:URL|URLConnection|HttpURLConnection|Socket)\.|javax\.net\.ssl\.HttpsURLConnection\.|okhttp3\.ResponseBody\.|retrofit2\.Response\.body|com\.android\.volley\.)/;
/** What stands between a connection and the text that was read from it: it adds nothing. */
const plumbing =
  /^(?:java\.io|java\.net|java\.nio|javax\.net|okhttp3|okio|retrofit2|com\.android\.volley|org\.json|com\.google\.gson|kotlin\.io)\./;
const HOST = /^(?:https?|wss?):\/\/[\w.-]+/i;

function stateOfKey({ kind, text, calls, strings }: OriginHit, { ofVendor, namesVendor }: Belongs): Switched {
  const isText = strings.length > 0;
  const isNothing = kind === 'constant' && (text === '' || (!isText && (text === 'null' || text === '0')));
  if (isNothing) return { state: 'off', why: 'no key is given', reach: null };
  if (kind === 'constant' || kind === 'made' || kind === 'enum') {
    return { state: 'weak', why: 'the key is a constant in the app, which anyone can read who has it', reach: null };
  }
  if (kind !== 'call') return open(`the key is made of ${cut(text)}, whose content is not known`);
  const vendors = calls.find((name) => ofVendor(name)) ?? strings.find((each) => namesVendor(each));
  if (vendors !== undefined)
    return { state: 'weak', why: `the key comes from the vendor (${cut(vendors)})`, reach: null };
  if (calls.every((name) => random.test(name)) && strings.length === 0)
    return { state: 'on', why: `the key is made on the device (${text})`, reach: null };
  const server = strings.find((each) => HOST.test(each));
  // What else takes part may decide where it is read: an address that is not shown, a value kept on the device.
  if (server !== undefined && calls.some((name) => network.test(name)) && calls.every((name) => plumbing.test(name))) {
    return { state: 'on', why: `the key comes from ${cut(HOST.exec(server)![0])}`, reach: null };
  }
  return open(`the key comes from a call to ${text}, and who gives it what it reads is not shown`);
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
