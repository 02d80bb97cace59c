/** A MaxMind DB (format 2.0, records of 24 bits) from prefixes; only what its readers are tested with. */
export interface MmdbDescription {
  /** `0110…` in bits from the top of the address to a record; of an IPv6 tree IPv4 lies under 96 zeros. */
  readonly prefixes: Readonly<Record<string, unknown>>;
  readonly ipVersion?: 4 | 6;
  /** Replaces fields of the metadata. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export function buildMmdb({ prefixes, ipVersion = 6, metadata = {} }: MmdbDescription): Uint8Array {
  const nodes: [number | null, number | null][] = [[null, null]];
  const places: { node: number; side: 0 | 1; at: number }[] = [];
  const data: number[] = [];
  for (const [bits, record] of Object.entries(prefixes)) {
    let node = 0;
    for (const bit of bits.slice(0, -1)) {
      const side = Number(bit) as 0 | 1;
      const next = nodes[node]![side] ?? nodes.push([null, null]) - 1;
      nodes[node]![side] = next;
      node = next;
    }
    places.push({ node, side: Number(bits.at(-1)) as 0 | 1, at: data.length });
    data.push(...encode(record));
  }
  for (const { node, side, at } of places) nodes[node]![side] = nodes.length + 16 + at;
  const tree = nodes.flatMap((sides) => sides.flatMap((value) => bytesOf(value ?? nodes.length, 3)));
  const facts = {
    node_count: nodes.length,
    record_size: 24,
    ip_version: ipVersion,
    database_type: 'test country',
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: Date.UTC(2026, 5, 17) / 1000,
    ...metadata,
  };
  const marker = [0xab, 0xcd, 0xef, ...new TextEncoder().encode('MaxMind.com')];
  return Uint8Array.from([...tree, ...Array(16).fill(0), ...data, ...marker, ...encode(facts)]);
}

/** The first bits of an address, as prefixes are written here. */
export function bitsOf(address: readonly number[], length: number, before = ''): string {
  return (
    before +
    address
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('')
      .slice(0, length)
  );
}

function bytesOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** (count - 1 - i)) % 256);
}

/** Strings and maps under 29, unsigned numbers of 32 bits; a Uint8Array stands as it is (a pointer, a broken piece). */
function encode(value: unknown): number[] {
  if (value instanceof Uint8Array) return [...value];
  if (typeof value === 'string') return [(2 << 5) | value.length, ...new TextEncoder().encode(value)];
  if (typeof value === 'number') return [(6 << 5) | 4, ...bytesOf(value, 4)];
  const fields = Object.entries(value as object);
  return [(7 << 5) | fields.length, ...fields.flatMap(([key, field]) => [...encode(key), ...encode(field)])];
}
