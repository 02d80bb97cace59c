import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nodeInflater, publicInflater } from '../src/runtime/node-inflate.ts';
import { InflateError, type Inflater } from '../src/runtime/runtime.ts';

const plain = new Uint8Array(1_500_000).map((_, i) => (i * 2654435761) >>> 24);

async function inflate(inflater: Inflater, packed: Uint8Array, piece: number) {
  const out: Uint8Array[] = [];
  let state = 'more';
  for (let at = 0; at < packed.length && state === 'more'; at += piece) {
    state = await inflater.push(packed.subarray(at, at + piece), (bytes) => {
      out.push(bytes.slice());
      return true;
    });
  }
  return Buffer.concat(out);
}

describe.each([
  ['reused handle', nodeInflater],
  ['public API', publicInflater],
])('inflater: %s', (_name, make) => {
  it('inflates one entry after another, in pieces of any size', async () => {
    const inflater = make();
    const packed = deflateRawSync(plain);
    for (const piece of [7_001, 131_072, packed.length]) {
      inflater.reset();
      expect((await inflate(inflater, packed, piece)).equals(plain)).toBe(true);
    }
  });

  it('stops when the consumer has enough', async () => {
    const inflater = make();
    let seen = 0;
    const state = await inflater.push(deflateRawSync(new Uint8Array(50_000_000)), (bytes) => {
      seen += bytes.length;
      return seen < 1_000_000;
    });
    expect(state).toBe('stopped');
    expect(seen).toBeLessThan(1_600_000);
  });

  it('throws InflateError on a broken stream and works again after reset', async () => {
    const inflater = make();
    await expect(async () => inflate(inflater, new Uint8Array(64).fill(0xff), 64)).rejects.toThrow(InflateError);
    inflater.reset();
    const packed = deflateRawSync(plain);
    expect((await inflate(inflater, packed, packed.length)).equals(plain)).toBe(true);
  });
});
