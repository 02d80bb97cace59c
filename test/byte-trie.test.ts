import { expect, it } from 'vitest';
import { ByteTrie, unfolded } from '../src/match/byte-trie.ts';
import { mulberry32 } from './build/random.ts';

it('finds every value that a text begins with, also where another walk inside of `found` makes the nodes', () => {
  const random = mulberry32(9);
  const below = (n: number) => Math.floor(random() * n);
  for (let round = 0; round < 150; round++) {
    const values: Uint8Array[] = [];
    for (let i = 0; i < 300; i++) {
      const like = values.length > 0 && below(2) === 0 ? values[below(values.length)]! : new Uint8Array(0);
      const own = Array.from({ length: below(6) }, () => 33 + below(60));
      values.push(Uint8Array.from([...like.subarray(0, below(like.length + 1)), ...own]));
    }
    const trie = new ByteTrie(values, unfolded);
    for (let text = 0; text < 40; text++) {
      const bytes = Buffer.concat([values[below(values.length)]!, values[below(values.length)]!]);
      const found: string[] = [];
      trie.walk(bytes, 0, bytes.length, 1, (value, after) => {
        found.push(`${after} ${value}`);
        const other = values[below(values.length)]!;
        trie.walk(bytes, 0, bytes.length, 1, () => {});
        trie.walk(other, 0, other.length, 1, () => {});
      });
      const begun = [...values.entries()].filter(([, v]) => v.length > 0 && bytes.subarray(0, v.length).equals(v));
      begun.sort(([i, a], [j, b]) => a.length - b.length || i - j);
      expect(found).toEqual(begun.map(([i, v]) => `${v.length} ${i}`));
    }
  }
});
