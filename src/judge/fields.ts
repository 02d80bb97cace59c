import { knownOf } from '../asof.ts';
import type { TracedFlow } from '../trace/flow.ts';
import { type Anomaly, bases, type Detection, type Unidentified } from '../types.ts';
import { all, any, not, one, type Subject, setOf, someOf, type Truth, type Value } from './conditions.ts';
import { countriesNotOffered, countriesOffered } from './distribution.ts';
import {
  countriesOf,
  foreignParts,
  foreignSeats,
  governedBy,
  operatorCountry,
  operatorForeign,
  organisedIn,
} from './governance.ts';
import { handedValue } from './handed.ts';
import { entitiesOf } from './links.ts';
import { onList, outsideLists } from './lists.ts';
import type { AdvisoryMatch, Setting } from './setting.ts';

/** Whether the caller stated what such a field asks. */
export function isStated(field: string, setting: Setting): boolean {
  return sharedSubject(setting)(field) !== undefined;
}

/** What can be asked of any subject. */
export function sharedSubject(setting: Setting): Subject {
  const { context, found } = setting;
  return (field) => {
    if (field === 'platform') return setOf(found.units.map((unit) => unit.platform));
    if (field === 'context.countries') return countriesOffered(setting);
    if (field === 'context.notOffered') return countriesNotOffered(setting);
    if (field === 'context.list') return offeredOn(setting);
    if (field === 'context.operator.country') return one(context?.operator?.country);
    if (field === 'context.audience') return one(context?.audience);
    if (field === 'context.sector') return one(context?.sector);
    return undefined;
  };
}

/** Lists of countries, in one of which the app is offered. */
function offeredOn(setting: Setting): Value | undefined {
  const countries = countriesOffered(setting);
  return countries && { has: (id) => onList(id, '', countries, setting), one: null };
}

/** UN M49's code of the whole world: a setting that leaves no country out. */
const WORLD = '001';

/** Whether data may reach a country: a list of countries it may reach is taken as the whole of them. */
function mayReach(region: NonNullable<TracedFlow['region']>, country: string): Truth {
  if (region.in.includes(country) || region.in.includes(WORLD)) return true;
  return region.in.length > 0 || region.out.includes(country) ? false : 'unknown';
}

function reachesForeign(region: NonNullable<TracedFlow['region']>, foreign: readonly string[]): string | null {
  const reached = any(foreign.map((country) => mayReach(region, country)));
  return reached === 'unknown' ? null : reached ? 'yes' : 'no';
}

const mediaKeys = ['media-encryption', 'end-to-end-encryption'];

/** The best of what keeps the vendor out of the media. An SDK without either control is not known to lack it. */
function encryption(flow: TracedFlow): Value | undefined {
  if (flow.protection === 'end-to-end') return one('on');
  const states = flow.controls.filter((c) => mediaKeys.includes(c.id)).map((c) => c.state);
  if (states.includes('on')) return one('on');
  if (states.length === 0 || states.includes('undetermined')) return undefined;
  return one(states.includes('weak') ? 'weak' : 'off');
}

/** @param others what is said of a country or role beside those known, where the day does not know them all */
export function flowSubject(flow: TracedFlow, setting: Setting, others: Truth = 'unknown'): Subject {
  const rest = sharedSubject(setting);
  const { recipient, region } = flow;
  return (field) => {
    switch (field) {
      case 'data':
        return one(flow.data);
      case 'basis':
        return one(flow.basis);
      case 'protection':
        return one(flow.protection);
      case 'permission':
        return one(flow.permission?.state ?? 'declared');
      case 'encryption':
        return encryption(flow);
      case 'service':
        return one(flow.sdk === null ? null : setting.rules.sdks.get(flow.sdk)?.service);
      case 'category':
        return one(flow.sdk === null ? null : setting.rules.sdks.get(flow.sdk)?.category);
      case 'identifiers':
        return one(bases.indexOf(flow.basis) <= bases.indexOf('coded') ? 'passed' : null);
      case 'sdk':
        return one(flow.sdk);
      case 'host':
        return one(flow.host === null ? 'absent' : 'present');
      case 'host.operator.country':
        return operatorCountry(flow, setting, others);
      case 'host.operator.foreign':
        return operatorForeign(flow, setting);
      case 'recipient.id':
        return recipient.kind === 'unknown' ? undefined : one(recipient.id);
      case 'recipient.kind':
        return one(recipient.kind);
      case 'recipient.country':
        return countriesOf(flow, setting, others);
      case 'recipient.list':
        return {
          has: (id) => onList(id, recipient.id, countriesOf(flow, setting, others), setting),
          outside: (ids) => outsideLists(ids, countriesOf(flow, setting, others), setting),
          one: null,
        };
      case 'recipient.role': {
        const roles = entitiesOf(recipient.entities, setting.asOf).map((entity) => entity.role);
        return recipient.countriesComplete && roles.length > 0 ? setOf(roles) : someOf(roles, others);
      }
      case 'recipient.foreign':
        return foreignParts(flow, setting, others);
      case 'recipient.governed':
        return governedBy(flow, setting, others);
      case 'recipient.organised':
        return organisedIn(flow, setting);
      // An attestation and a register stand in no bundle.
      case 'recipient.attested':
      case 'recipient.certified':
        return undefined;
      case 'region.foreign':
        return region ? one(reachesForeign(region, foreignSeats(flow, setting))) : undefined;
      case 'region.in':
        return region ? { has: (c) => mayReach(region, c), one: null } : undefined;
      case 'region.out':
        return region ? { has: (c) => not(mayReach(region, c)), one: null } : undefined;
    }
    const handed = handedValue(field, flow, setting);
    if (handed) return handed;
    if (field.startsWith('control.')) return one(flow.controls.find((c) => c.id === field.slice(8))?.state);
    return rest(field);
  };
}

/** @param others as of a flow */
export function detectionSubject(detection: Detection, setting: Setting, others: Truth = 'unknown'): Subject {
  const rest = sharedSubject(setting);
  const vendors = detection.vendor === null ? detection.candidates : [detection.vendor];
  const countries = vendors.map((id) => {
    const { countries, countriesComplete } = knownOf(setting.rules.vendors.get(id) ?? nobody, setting.asOf);
    return countriesComplete ? setOf(countries) : someOf(countries, others);
  });
  // Candidates that disagree leave the question open.
  const between = (item: string): Truth => {
    const truths = countries.map((value) => value.has(item));
    return all(truths) === true ? true : any(truths) === false ? false : 'unknown';
  };
  return (field) => {
    switch (field) {
      case 'sdk':
        return one(detection.sdk);
      case 'vendor':
        return one(detection.vendor);
      case 'vendor.country':
        return vendors.length === 0 ? undefined : { has: between, one: null };
      case 'scored':
        return one(detection.scored ? 'yes' : 'no');
      case 'explained':
        return one(isExplained(detection, setting) ? 'yes' : 'no');
      case 'presence':
        return setOf(detection.presence);
      case 'confidence':
        return one(detection.confidence);
      case 'category':
        return one(setting.rules.sdks.get(detection.sdk)?.category);
    }
    return rest(field);
  };
}

/** Whether a recognised SDK has the sign as well: one of the same maker or family, or one that brings this one along. */
function isExplained({ sdk, family, vendor, products, componentOf }: Detection, { scored, rules }: Setting): boolean {
  if (componentOf.some((id) => scored.has(id))) return true;
  const own = new Set([sdk, ...products]);
  return [...scored.values()].some(
    (other) =>
      (vendor !== null && other.vendor === vendor) ||
      (family !== null && other.family === family) ||
      other.products.some((id) => rules.sdks.get(id)?.contains.some((brought) => own.has(brought))),
  );
}

const nobody = { entities: [] };

export function advisorySubject(match: AdvisoryMatch, setting: Setting): Subject {
  const rest = sharedSubject(setting);
  const values = new Map([
    ['sdk', match.sdk],
    ['id', match.advisory.id],
    ['kind', match.advisory.kind],
    ['level', match.advisory.level],
    ['published', match.advisory.published],
  ]);
  return (field) => one(values.get(field)) ?? rest(field);
}

export function anomalySubject(anomaly: Anomaly, setting: Setting): Subject {
  const rest = sharedSubject(setting);
  return (field) => (field === 'code' ? one(anomaly.code) : field === 'path' ? one(anomaly.path) : rest(field));
}

/** Which of what no rule knows a field is about; null for another field. */
export function unidentifiedBy(field: string): ((item: Unidentified) => boolean) | null {
  if (field === 'unidentified') return () => true;
  return field === 'unidentified.with-hosts' ? ({ hosts }) => hosts.length > 0 : null;
}

export function bundleSubject(setting: Setting): Subject {
  const rest = sharedSubject(setting);
  return (field) => {
    const asked = unidentifiedBy(field);
    return asked
      ? setOf(
          strangersIn(setting)
            .filter(asked)
            .map((u) => u.kind),
        )
      : rest(field);
  };
}

/** What no rule knows, without what bears the name of a vendor of which a recognised SDK is aboard. */
export function strangersIn({ found, scored }: Setting): readonly Unidentified[] {
  const aboard = new Set([...scored.values()].flatMap(({ vendor, candidates }) => vendor ?? candidates));
  return found.unidentified.filter(({ vendor }) => vendor === null || !aboard.has(vendor));
}
