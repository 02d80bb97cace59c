const MOD = 65521;

/** Adler-32 (RFC 1950, 8.2) of few bytes: of many it is the work of native code. */
export function adler32(bytes: Uint8Array, before = 1): number {
  let a = before & 0xffff;
  let b = before >>> 16;
  for (const byte of bytes) {
    a = (a + byte) % MOD;
    b = (b + a) % MOD;
  }
  return b * 65536 + a;
}
