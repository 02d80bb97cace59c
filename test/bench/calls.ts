import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { buildZip } from '../build/zip.ts';
import { dexesOf } from '../calls/compile.ts';
import { configurations } from '../calls/configurations.ts';
import { real } from '../real/compose.ts';
import { hasJava, sha256 } from '../real/maven.ts';
import { shippedRules } from './dist.ts';
import { cache, cpu, interleave, median, node, numbers, peak, program } from './measure.ts';

const BYTES = 48_000_000;
const ROUNDS = 5;

/** Apps of the bundle: the aim is about one that calls an SDK; dozens in one bundle are the hard case. */
const cases = [
  { says: 'one app that calls Agora', file: 'calls-48-one.apk', most: 1 },
  { says: 'dozens of such apps', file: 'calls-48.apk', most: Number.POSITIVE_INFINITY },
];

/** Real DEX files to that many bytes, with apps that call Agora, each class in a DEX of its own, between them. */
function bundle(name: string, most: number): string {
  const path = join(cache, name);
  if (existsSync(path)) return path;
  const isDex = (name: string) => /^classes\d*\.dex$/.test(name);
  const apps = configurations.filter(({ language, by, agora }) => language === 'java' && by === 'd8' && agora === 4);
  const compiled = dexesOf(apps.map((each) => ({ ...each, by: 'each' as const })));
  const own = [...compiled.values()].slice(0, most).flat();
  const shells = [real.uiautomator2, real.apiDemos, real.settings].map((file) => unzipSync(readFileSync(file())));
  const filler = shells.flatMap((files) =>
    Object.entries(files).flatMap(([name, data]) => (isDex(name) ? [data] : [])),
  );
  // The SDK's, which each of them brings, once.
  const dexes = [...new Map(own.map((bytes) => [sha256(bytes), bytes])).values()];
  let size = dexes.reduce((sum, { length }) => sum + length, 0);
  for (let i = 0; size < BYTES; i++) {
    const next = filler[i % filler.length]!;
    dexes.push(next);
    size += next.length;
  }
  const manifest = shells[1]!['AndroidManifest.xml']!;
  const entries = dexes.map((data, i) => ({ name: `classes${i === 0 ? '' : i + 1}.dex`, data }));
  mkdirSync(cache, { recursive: true });
  writeFileSync(path, buildZip([{ name: 'AndroidManifest.xml', data: manifest }, ...entries]));
  return path;
}

/** What following calls costs, beside the yardstick Z (aim: 1.0 Z at most for 48 MB of DEX). CPU time of whole processes, by turns. */
export function callsCost(): void {
  if (!hasJava()) return;
  console.log('\n48 MB of DEX, CPU of whole processes:');
  for (const { says, file, most } of cases) {
    const path = bundle(file, most);
    const child = (asks: string) => () => node(program('calls-child.js'), shippedRules, path, asks);
    const yardstick = () => node(program('yardstick.js'), path);
    const runs = interleave({ with: child('with'), without: child('without'), z: yardstick }, ROUNDS);
    const [with_, without, z] = [cpu(runs.with), cpu(runs.without), cpu(runs.z)].map(median);
    const calls = median(numbers(runs.with, 'calls'));
    console.log(
      `${says}, ${calls} calls: ${with_!.toFixed(0)} ms with calls, ${without!.toFixed(0)} without, Z ${z!.toFixed(0)}: ` +
        `calls cost ${((with_! - without!) / z!).toFixed(2)} Z; peak ${peak(runs.with).toFixed(0)} MiB`,
    );
  }
}
