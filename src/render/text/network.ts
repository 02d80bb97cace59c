import type { App, NetworkDomain, NetworkSecurity, TrustAnchors } from '../../types.ts';
import { name, number, plural } from './words.ts';

const DOMAINS_SHOWN = 6;

/** Below it a configuration is not read (developer.android.com, security-config; seen 2026-11-26). */
const READ_FROM = 24;

/** Android's defaults, by the level that an app targets, up to which it permits connections without TLS. */
const CLEARTEXT_UNTIL = 27;

/** What Android's stacks permit the app to connect to, and whom they trust. Sockets of the app's own do not ask. */
export function networkWords({ minOs }: Pick<App, 'minOs'>, network: NetworkSecurity, asOf: string): string {
  const { config, base } = network;
  const by = config === null ? '' : `${config.path === null ? 'a configuration' : name(config.path)}: `;
  if (base === null) return `${by}not read, so that what it permits is not known`;
  const says = [
    `connections without TLS are ${cleartextWords(network, base.cleartext)}`,
    ...trustWords(network, base.trust),
    ...pinWords(network, asOf),
    ...(network.variants.length === 0 ? [] : [`${plural(network.variants.length, 'more document')} for other devices`]),
    ...(config !== null && minOs !== null && Number(minOs) < READ_FROM
      ? ['devices before Android 7.0 do not read it']
      : []),
    'sockets that code opens by itself do not ask',
  ];
  return by + says.join('; ');
}

function cleartextWords(network: NetworkSecurity, isPermitted: boolean): string {
  const word = (permitted: boolean) => (permitted ? 'permitted' : 'refused');
  if (network.config === null) {
    if (network.usesCleartextTraffic !== null) return `${word(isPermitted)} (usesCleartextTraffic in the manifest)`;
    return isPermitted
      ? `permitted (the default for a target up to API level ${CLEARTEXT_UNTIL})`
      : `refused by Android 9 and later (the default for a target from API level ${CLEARTEXT_UNTIL + 1})`;
  }
  const others = network.domains.filter(({ cleartext }) => cleartext !== isPermitted);
  const except = others.length === 0 ? '' : `, but ${word(!isPermitted)} to ${listed(others.flatMap((d) => d.names))}`;
  const more = network.moreDomains === 0 ? '' : `, and ${number(network.moreDomains)} more domains have rules`;
  return word(isPermitted) + except + more;
}

const anchorWords: Record<TrustAnchors, string | null> = {
  system: null,
  user: 'certificates that the user of a device installs are trusted',
  wfa: 'certificates for Wi-Fi networks are trusted',
  own: 'certificates of the app\u2019s own are trusted',
};

function trustWords({ domains }: NetworkSecurity, base: readonly TrustAnchors[]): string[] {
  const says = base.length === 0 ? ['no certificate is trusted'] : base.flatMap((each) => anchorWords[each] ?? []);
  const apart = domains.filter(({ trust }) => trust.join() !== base.join());
  return apart.length === 0 ? says : [...says, `others are trusted for ${listed(apart.flatMap((d) => d.names))}`];
}

function pinWords({ domains }: NetworkSecurity, asOf: string): string[] {
  const pinned = domains.filter(({ pins }) => pins !== null && pins.count > 0);
  const over = ({ pins }: (typeof pinned)[number]) => pins!.expires !== null && pins!.expires <= asOf;
  const words = (some: typeof pinned, what: string) =>
    some.length === 0 ? [] : [`${what} for ${listed(some.flatMap((d) => d.names))}`];
  return [
    ...words(
      pinned.filter((each) => !over(each)),
      'keys are pinned',
    ),
    ...words(pinned.filter(over), 'pins of keys have expired'),
  ];
}

function listed(domains: readonly NetworkDomain[]): string {
  const shown = domains.slice(0, DOMAINS_SHOWN).map(({ name: own, includeSubdomains }) => {
    return includeSubdomains ? `${name(own)} and below` : name(own);
  });
  const more = domains.length - shown.length;
  return [...shown, ...(more > 0 ? [`${number(more)} more`] : [])].join(', ');
}
