/**
 * Addresses that no host on the public internet has. IANA IPv4 and IPv6 Special-Purpose Address Registries
 * (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry), the rows that are not
 * globally reachable, with multicast (RFC 5771, RFC 4291) and the deprecated 6to4 relays (RFC 7526).
 */
const ipv4: readonly (readonly [address: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const blocks = ipv4.map(([address, bits]) => {
  const mask = (0xffffffff << (32 - bits)) >>> 0;
  return { mask, base: number(address.split('.').map(Number)) };
});

function number(parts: readonly number[]): number {
  return parts.reduce((value, part) => value * 256 + part, 0);
}

/** Whether a host on the public internet can have this IPv4 address, given as four numbers. */
export function isPublicIpv4(parts: readonly number[]): boolean {
  const address = number(parts);
  return blocks.every(({ mask, base }) => (address & mask) >>> 0 !== base);
}

/** The same for an IPv6 address as it stands in a URL, without brackets. */
export function isPublicIpv6(text: string): boolean {
  const [first = '', second = ''] = text.split(':');
  // Unspecified, loopback, mapped and translated addresses begin with zeros.
  if (Number.parseInt(first || '0', 16) === 0) return false;
  const head = Number.parseInt(first, 16);
  if (head === 0x64 && second === 'ff9b') return false;
  if (head === 0x100 || head === 0x5f00 || (head === 0x3fff && Number.parseInt(second || '0', 16) < 0x1000))
    return false;
  if (head === 0x2001) {
    const next = Number.parseInt(second || '0', 16);
    return next >= 0x200 && next !== 0xdb8;
  }
  // Unique local, link-local, multicast.
  return head < 0xfc00 || (head > 0xfdff && (head < 0xfe80 || (head > 0xfebf && head < 0xff00)));
}
