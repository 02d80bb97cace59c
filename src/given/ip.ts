const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** 4 or 6 for an IP address as text (RFC 4291, 2.2; no zone, no brackets), null for anything else. */
export function addressFamily(text: string): 4 | 6 | null {
  if (IPV4.test(text)) return 4;
  return isIpv6(text) ? 6 : null;
}

function isIpv6(text: string): boolean {
  // 45: eight groups, the last two as a dotted quad.
  if (text.length > 45 || !text.includes(':')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const quad = IPV4.test(groups.at(-1) ?? '') && !text.endsWith(':') ? groups.pop() : undefined;
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return false;
  const count = groups.length + (quad === undefined ? 0 : 2);
  return halves.length === 2 ? count < 8 : count === 8;
}
