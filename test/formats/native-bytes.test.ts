import { expect, it, vi } from 'vitest';
import { copy, indexOf } from '../../src/formats/native-bytes.ts';

/** Bytes that repeat nowhere within a page. */
const numbered = (into: Uint8Array) => into.map((_, i) => (i * 7 + (i >> 8)) & 0xff);

for (const length of [0, 1, 4095, 4096, 70_001]) {
  it(`copies ${length} bytes that threads share as any others`, () => {
    const plain = numbered(new Uint8Array(length + 9));
    const shared = new Uint8Array(new SharedArrayBuffer(length + 9));
    shared.set(plain);
    const expected = new Uint8Array(length + 20).fill(0xee);
    expected.set(plain.subarray(5, 5 + length), 3);
    for (const from of [plain, shared]) {
      const into = new Uint8Array(length + 20).fill(0xee);
      copy(from.subarray(5, 5 + length), into, 3);
      expect(Buffer.compare(into, expected)).toBe(0);
    }
  });
}

it('copies into the middle of a buffer that is a view', () => {
  const whole = new Uint8Array(20_000);
  const shared = new Uint8Array(new SharedArrayBuffer(5000)).fill(1);
  copy(shared, whole.subarray(1000, 9000), 2000);
  expect([whole[2999], whole[3000], whole[7999], whole[8000]]).toEqual([0, 1, 1, 0]);
});

it('finds a byte from a place on', () => {
  expect(indexOf.call(Uint8Array.of(1, 2, 1, 2), 2, 2)).toBe(3);
});

it('does without a Buffer that refuses bytes that are none of its own, as those of browsers do', async () => {
  const refuses = {
    indexOf(sought: unknown) {
      if (typeof sought === 'number') return Uint8Array.prototype.indexOf.call(this as never, sought);
      throw new TypeError('val must be string, number or Buffer');
    },
    fill: Buffer.prototype.fill,
  };
  vi.stubGlobal('Buffer', { prototype: refuses });
  vi.resetModules();
  try {
    const bytes = await import('../../src/formats/native-bytes.ts');
    expect([bytes.isNode, bytes.indexOf.call(Uint8Array.of(1, 2, 1), 1, 1)]).toEqual([false, 2]);
  } finally {
    vi.unstubAllGlobals();
    vi.resetModules();
  }
});
