import { WORTH_A_THREAD } from '../runtime/prefetcher.ts';
import type { Entry } from './entry.ts';

/**
 * The entries in the order in which they are read: as they stand in the container, but the small ones spread evenly
 * between the large. A large one is inflated beside the scan, which then waits for it; small ones give it the start that
 * it needs, and ask nothing of the other thread. The same order where there is no such thread: what is kept when a
 * budget ends must not hang on the machine.
 */
export function readingOrder(entries: readonly Entry[]): readonly Entry[] {
  const isLarge = ({ packed = 0 }: Entry) => packed > WORTH_A_THREAD;
  const large = entries.filter(isLarge);
  const small = entries.filter((entry) => !isLarge(entry));
  const ordered: Entry[] = [];
  let next = 0;
  for (const [n, entry] of large.entries()) {
    const until = Math.floor((small.length * (n + 1)) / (large.length + 1));
    while (next < until) ordered.push(small[next++]!);
    ordered.push(entry);
  }
  return ordered.concat(small.slice(next));
}
