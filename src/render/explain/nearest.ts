const SHOWN = 5;
/** An id longer than this was not mistyped from one of ours. */
const LONGEST = 200;

/** Insertions, deletions and substitutions between two words, or `most` where it is that or more. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) >= most) return most;
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let y = 1; y <= a.length; y++) {
    const row = [y];
    for (let x = 1; x <= b.length; x++) {
      const swap = (above[x - 1] ?? 0) + (a[y - 1] === b[x - 1] ? 0 : 1);
      row.push(Math.min(swap, (above[x] ?? 0) + 1, (row[x - 1] ?? 0) + 1));
    }
    above = row;
  }
  return Math.min(most, above[b.length] ?? most);
}

/** Up to five known words that hold the one asked for, or differ from it by a third of its letters at most. */
export function nearest(asked: string, known: Iterable<string>): string[] {
  const word = asked.toLowerCase();
  if (word === '' || word.length > LONGEST) return [];
  const most = Math.max(2, Math.ceil(word.length / 3)) + 1;
  const ranked: { id: string; rank: number }[] = [];
  for (const id of known) {
    const other = id.toLowerCase();
    const off = distance(word, other, most);
    if (off < most) ranked.push({ id, rank: off });
    else if (word.length >= 2 && other.includes(word)) ranked.push({ id, rank: most + other.length - word.length });
  }
  ranked.sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
  return ranked.slice(0, SHOWN).map((item) => item.id);
}
