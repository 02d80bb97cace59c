import { type Bundle, fileOf } from './bundles.ts';
import { interleave, median, node, numbers, peak, program, ratios } from './measure.ts';

const ROUNDS = 5;
const sides = ['inflateRawSync', 'reused handle', 'public API'] as const;

/** The two ways in which the scan can inflate, against the one-shot call, over the same entries. */
export function zlibPaths(apk: Bundle): void {
  const file = fileOf(apk);
  const inflate = program('inflate-entries.js');
  const runs = interleave(
    {
      inflateRawSync: () => node(inflate, 'inflateRawSync', file),
      'reused handle': () => node(inflate, 'reused handle', file),
      'public API': () => node(inflate, 'public API', file),
    },
    ROUNDS,
  );
  const inflated = new Set(sides.flatMap((side) => numbers(runs[side], 'inflated')));
  if (inflated.size !== 1) throw new Error(`the ways to inflate gave different sizes: ${[...inflated].join(', ')}`);
  const size = `${([...inflated][0]! / 1e6).toFixed(0)} MB out`;
  console.log(
    `\nInflating every deflated entry of the ${apk.name} (${size}): ${ROUNDS} interleaved processes each, start not counted.`,
  );
  for (const side of sides) {
    const ms = numbers(runs[side], 'ms');
    const ratio = `${ratios(ms, numbers(runs.inflateRawSync, 'ms'))} of inflateRawSync`;
    console.log(
      `  ${side.padEnd(15)}${median(ms).toFixed(0).padStart(6)} ms  ${ratio.padEnd(36)}  ${peak(runs[side]).toFixed(0)} MiB`,
    );
  }
  if (numbers(runs['reused handle'], 'asynchronous').some((times) => times > 0)) {
    console.log("  This Node's zlib has no handle to reuse: both ways are the public API here.");
  }
}
