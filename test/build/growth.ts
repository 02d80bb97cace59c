/** Work that takes less than this is as good as none: a ratio of two such times would be noise. */
const LEAST = 2000;

/**
 * How many times as much a work of four times the size costs: about 4 where it grows in step, 16 where it is quadratic.
 * Processor time of this process, the least of a few rounds: a busy machine changes little.
 */
export async function growth(work: (size: number) => unknown, size: number, rounds = 3): Promise<number> {
  await work(size);
  const once = await least(work, size, rounds);
  return (await least(work, 4 * size, rounds)) / Math.max(once, LEAST);
}

async function least(work: (size: number) => unknown, size: number, rounds: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    await work(size);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, user + system);
  }
  return best;
}
