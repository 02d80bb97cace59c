import { FormatError } from '../../errors.ts';
import type { XmlAttribute, XmlElement } from '../../formats/axml/index.ts';
import type { NetworkDomain, NetworkDomains, NetworkRules, TrustAnchors } from '../../types.ts';

/** What a configuration comes to, each domain's rules with what they inherit. */
export interface Configured {
  readonly base: NetworkRules;
  readonly domains: readonly NetworkDomains[];
  /** Names of domains that are not listed. */
  readonly moreDomains: number;
}

/** Names of domains listed: real configurations have fewer than twenty. */
const MOST_DOMAINS = 256;

/** RFC 1035, 2.3.4: what is longer is no host's name. */
const LONGEST_NAME = 253;

interface Config {
  readonly parent: Config | null;
  readonly cleartext: boolean | null;
  readonly trust: readonly TrustAnchors[] | null;
  readonly pins: NetworkDomains['pins'];
  readonly names: readonly NetworkDomain[];
}

/**
 * A network security configuration as Android reads it: AOSP, android.security.net.config.XmlConfigSource (seen
 * 2026-11-26). What a `domain-config` leaves out it takes from the one around it, then from `base-config`, wherever that
 * stands, then from the platform.
 * @param isDebuggable whether the overrides for debugging count
 * @throws FormatError where Android throws: the app then stops when it first opens a connection
 */
export function readNetworkConfig(root: XmlElement, defaults: NetworkRules, isDebuggable: boolean): Configured {
  if (root.name !== 'network-security-config') throw new FormatError('no network-security-config', root.offset);
  const base = only(root, 'base-config');
  const debug = only(root, 'debug-overrides');
  const rules: Config[] = [];
  const seen = new Set<string>();
  const ofBase = base === null ? null : configOf(base, null, seen, rules, false);
  for (const each of root.children) if (each.name === 'domain-config') configOf(each, null, seen, rules, true);
  const overrides = debug === null || !isDebuggable ? null : configOf(debug, null, seen, rules, false);
  const effective = (config: Config | null): NetworkRules => {
    let cleartext: boolean | null = null;
    let trust: readonly TrustAnchors[] | null = null;
    for (let at = config; at !== null; at = at.parent ?? (at === ofBase ? null : ofBase)) {
      cleartext ??= at.cleartext;
      trust ??= at.trust;
    }
    const all = new Set([...(trust ?? defaults.trust), ...(overrides?.trust ?? [])]);
    return { cleartext: cleartext ?? defaults.cleartext, trust: [...all].sort() };
  };
  let left = MOST_DOMAINS;
  const domains = rules.flatMap((config): NetworkDomains[] => {
    const names = config.names.slice(0, left);
    left -= names.length;
    return names.length === 0 ? [] : [{ names, ...effective(config), pins: pinsOf(config) }];
  });
  return { base: effective(ofBase), domains, moreDomains: seen.size - (MOST_DOMAINS - left) };
}

function pinsOf(config: Config): NetworkDomains['pins'] {
  for (let at: Config | null = config; at !== null; at = at.parent) if (at.pins !== null) return at.pins;
  return null;
}

/** The one child of a name; null for none. */
function only(element: XmlElement, name: string): XmlElement | null {
  const [first, second] = element.children.filter((each) => each.name === name);
  if (second) throw new FormatError(`only one ${name} is allowed in ${element.name}`, second.offset);
  return first ?? null;
}

/** Takes the rules of an element, and of those for domains in it. */
function configOf(
  element: XmlElement,
  parent: Config | null,
  seen: Set<string>,
  rules: Config[],
  isOfDomains: boolean,
): Config {
  if (!isOfDomains) {
    const stray = element.children.find(({ name }) => /^(?:domain|domain-config|pin-set)$/.test(name));
    if (stray) throw new FormatError(`${stray.name} is not allowed in ${element.name}`, stray.offset);
  }
  // By its name in whatever namespace, and the last of several.
  const cleartext = element.attributes.findLast(({ name }) => name === 'cleartextTrafficPermitted');
  const anchors = only(element, 'trust-anchors');
  const pins = only(element, 'pin-set');
  const config: Config = {
    parent,
    cleartext: cleartext === undefined ? null : flag(cleartext, true),
    trust: anchors && [...new Set(anchors.children.filter(({ name }) => name === 'certificates').map(sourceOf))],
    pins: pins && pinSetOf(pins),
    names: element.children.flatMap((each) => (each.name === 'domain' ? [domainOf(each, seen)] : [])),
  };
  if (isOfDomains && config.names.length === 0)
    throw new FormatError('a domain-config names no domain', element.offset);
  if (isOfDomains) rules.push(config);
  for (const each of element.children) if (each.name === 'domain-config') configOf(each, config, seen, rules, true);
  return config;
}

function domainOf(element: XmlElement, seen: Set<string>): NetworkDomain {
  const [text, another] = element.texts;
  const name = text?.trim().toLowerCase();
  if (name === undefined) throw new FormatError('a domain has no name', element.offset);
  if (another !== undefined || element.children.length > 0) {
    throw new FormatError('a domain holds more than its name', element.offset);
  }
  if (seen.has(name)) throw new FormatError('a domain stands twice', element.offset);
  seen.add(name);
  const below = attributeOf(element, 'includeSubdomains');
  return { name: name.slice(0, LONGEST_NAME), includeSubdomains: below !== undefined && flag(below, false) };
}

function sourceOf(element: XmlElement): TrustAnchors {
  const source = attributeOf(element, 'src');
  if (source?.type === 0x01) return 'own';
  const text = source?.raw ?? source?.value;
  if (text !== 'system' && text !== 'user' && text !== 'wfa') {
    throw new FormatError('certificates of no known source', element.offset);
  }
  return text;
}

/** Of SHA-256, which is the one that Android takes (Pin.isSupportedDigestAlgorithm). */
function pinSetOf(element: XmlElement): NetworkDomains['pins'] {
  const expires = attributeOf(element, 'expiration');
  const day = expires && /^(\d{4})-(0?[1-9]|1[0-2])-(3[01]|[12]\d|0?[1-9])/.exec(String(expires.raw ?? expires.value));
  if (day === null) throw new FormatError('a pin-set expires on no day', element.offset);
  const pins = new Set<string>();
  for (const each of element.children) {
    if (each.name !== 'pin') continue;
    const digest = attributeOf(each, 'digest');
    const text = each.texts[0]?.replaceAll(/\s/g, '');
    if ((digest?.raw ?? digest?.value) !== 'SHA-256' || !/^[A-Za-z0-9+/]{43}=?$/.test(text ?? '')) {
      throw new FormatError('a pin is no SHA-256', each.offset);
    }
    pins.add(text!);
  }
  return {
    count: pins.size,
    expires: day
      ? day
          .slice(1)
          .map((part) => part.padStart(2, '0'))
          .join('-')
      : null,
  };
}

/** Without a namespace, as the configuration's own attributes are. */
const attributeOf = (element: XmlElement, name: string) =>
  element.attributes.find((each) => each.name === name && each.namespace === null);

/** XmlBlock.Parser.getAttributeBooleanValue: an integer of any kind; a text or a reference is what the caller takes. */
function flag({ type, value }: XmlAttribute, otherwise: boolean): boolean {
  return type >= 0x10 && type <= 0x1f ? value !== false && value !== 0 : otherwise;
}
