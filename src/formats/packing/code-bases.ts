/**
 * Codes that stand for a length and bits that are added to it: the least length of each, where one begins behind the most
 * that the one before stands for.
 */
export function basesOf(bits: readonly number[], first: number): readonly number[] {
  const bases: number[] = [];
  let base = first;
  for (const count of bits) {
    bases.push(base);
    base += 2 ** count;
  }
  return bases;
}
