import { join } from 'node:path';
import { type Bundle, fileOf } from './bundles.ts';
import { index } from './dist.ts';
import { interleave, median, node, peak, program, type Run, ratios, root, run, times } from './measure.ts';
import { hasDexdump, missing, python } from './peers-install.ts';
import { trackers } from './trackers.ts';

/** androguard's analysis takes tens of seconds. */
const ROUNDS = 3;

const names = { exodus: 'exodus-core', classes: 'androguard, class names', analyze: 'androguard, AnalyzeAPK' } as const;
type Peer = keyof typeof names;

/** Whole processes of open tools that look for SDKs in DEX files, against a scan of the same app. They read no native code. */
export async function peers(apks: readonly Bundle[]): Promise<void> {
  const reason = missing();
  if (reason !== null) {
    console.log(`\nSKIPPED: peers. Nothing was measured, since ${reason}`);
    return;
  }
  const running = (Object.keys(names) as Peer[]).filter((peer) => peer !== 'exodus' || hasDexdump());
  if (!running.includes('exodus')) {
    console.log('\nSKIPPED: exodus-core. It needs the program dexdump (Debian: apt-get install dexdump).');
  }
  const { file: signatures, what } = await trackers();
  const source = join(root(), 'test', 'bench', 'peers.py');
  const ask = (peer: Peer, file: string) => run(python, [source, peer, file, signatures]);
  console.log(`\nPeers, ${ROUNDS} interleaved processes each: median [range].`);
  if (running.includes('exodus')) console.log(`exodus-core searches for ${what}.`);
  for (const apk of apks) compare(apk.name, fileOf(apk), running, ask);
}

function compare(name: string, file: string, running: readonly Peer[], ask: (peer: Peer, file: string) => Run): void {
  const scan = (depth: string) => () => node(program('child.js'), index, file, depth);
  const sides: Record<string, () => Run> = { standard: scan('standard'), deep: scan('deep') };
  for (const peer of running) sides[peer] = () => ask(peer, file);
  // Python compiles its modules, and the file is read from disk: not counted.
  for (const side of Object.values(sides)) side();
  const runs = interleave(sides, ROUNDS);
  const of = (side: string): readonly Run[] => runs[side] ?? [];
  const { python: version, androguard, 'exodus-core': exodus } = of('classes')[0]?.said ?? {};
  console.log(`\n${name} (exodus-core ${exodus}, androguard ${androguard}, Python ${version})`);
  for (const side of Object.keys(sides)) {
    const isPeer = running.includes(side as Peer);
    const against = (depth: string) =>
      `${ratios(times(of(side)), times(of(depth)), 1)} ${depth}, memory ${(peak(of(side)) / peak(of(depth))).toFixed(1)}`;
    const line = [
      `  ${(isPeer ? names[side as Peer] : `Waybill ${side}`).padEnd(24)}${(median(times(of(side))) / 1000).toFixed(2).padStart(6)} s`,
      `${peak(of(side)).toFixed(0).padStart(5)} MiB`,
      ...(isPeer ? [against('standard').padEnd(40), against('deep').padEnd(36), found(of(side))] : []),
    ];
    console.log(line.join('  '));
  }
}

function found(runs: readonly Run[]): string {
  const { classes, trackers: met } = runs[0]?.said ?? {};
  return `${classes} classes${met === undefined ? '' : `, ${met} trackers`}`;
}
