import { mkdirSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { index } from './dist.ts';
import { kinds } from './kind-bundles.ts';
import { cache, cpu, interleave, median, node, numbers, peak, program, ratios, times } from './measure.ts';

const ROUNDS = 5;

/**
 * Kinds of bundle and content that have readers of their own: a whole scan against the yardstick that inflates every entry,
 * and apart from that what the readers cost beyond a search of the same bytes.
 */
export function kindCosts(part = ''): void {
  mkdirSync(cache, { recursive: true });
  const [file, plain] = [join(cache, 'kind.zip'), join(cache, 'kind-plain.zip')];
  console.log(
    `\nKinds, ${ROUNDS} interleaved runs each, at a load of ${loadavg()[0]!.toFixed(1)}: deep against Z all (wall`,
  );
  console.log(
    'clock), its CPU and peak; "read" is CPU beyond a scan in which the same bytes are searched like any data',
  );
  console.log('(of AAB and APKS: in which they stand in one APK).');
  for (const kind of Object.keys(kinds).filter((each) => each.includes(part))) {
    // A process of its own: a child's peak counts from what its parent held.
    node(program('kind-file.js'), kind, file, plain);
    const runs = interleave(
      {
        'Z all': () => node(program('yardstick.js'), plain, 'all'),
        deep: () => node(program('child.js'), index, file, 'deep'),
        plain: () => node(program('child.js'), index, plain, 'deep'),
      },
      ROUNDS,
    );
    const inflated = median(numbers(runs['Z all'], 'inflated'));
    const [own, other] = [median(cpu(runs.deep)), median(cpu(runs.plain))];
    const words = [
      kind.padEnd(15),
      `${(inflated / 1e6).toFixed(1).padStart(6)} MB`,
      `${median(times(runs.deep)).toFixed(0).padStart(6)} ms`,
      `${own.toFixed(0).padStart(6)} ms CPU`,
      `${ratios(cpu(runs.deep), cpu(runs['Z all']))} Z all`.padEnd(24),
      `read ${(own - other).toFixed(0)} ms, ${(((own - other) * 1e6) / inflated).toFixed(0)} ns a byte`.padEnd(32),
      `${peak(runs.deep).toFixed(0)} MiB`,
    ];
    console.log(`  ${words.join('  ')}`);
  }
  rmSync(file, { force: true });
  rmSync(plain, { force: true });
}
