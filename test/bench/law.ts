import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bombs } from '../build/bombs.ts';
import { cache, node, program, root } from './measure.js';

/**
 * What each input costs against the law of ARCHITECTURE.md: `npm run law -- FILE|FOLDER…`, or the bombs of test/build
 * where nothing is named (`--bomb NAME` for those of that name). CPU is of the whole process, its start included; what is
 * over is marked, and makes the exit code 1. `--dist FOLDER` measures another build.
 */
const MiB = 1024 * 1024;
const law = {
  inflated: (size: number) => 64 * MiB + 200 * size,
  /** Seconds. */
  cpu: (inflated: number) => 0.5 + 70e-9 * inflated,
  peak: 256 * MiB,
  report: 16 * MiB,
  /** Milliseconds of CPU between two turns of the event loop. */
  held: 50,
};

const args = process.argv.slice(2);
const option = (name: string, otherwise: string) => {
  const at = args.indexOf(name);
  return at < 0 ? otherwise : (args.splice(at, 2)[1] ?? otherwise);
};
const dist = option('--dist', join(root(), 'dist'));
const wanted = option('--bomb', '');
const folder = join(cache, 'bombs');
const files = args.flatMap((path) =>
  statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path],
);
if (files.length === 0) {
  const { loadRules } = await import(join(root(), 'dist', 'index.js'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, make] of Object.entries(bombs(loadRules()))) {
    if (!name.includes(wanted)) continue;
    files.push(join(folder, name));
    writeFileSync(join(folder, name), make());
  }
}
let over = 0;
console.log(
  '     size    inflated     steps   CPU s  (law)   peak MiB    report (ms)  held ms: cold warm  verdict  input',
);
for (const file of files.sort()) {
  const { size } = statSync(file);
  const { said } = node(program('law-child.js'), join(dist, 'index.js'), file);
  const keys = ['inflated', 'steps', 'cpu', 'report', 'rendered', 'cold', 'held'];
  const [inflated = 0, steps, cpu = 0, report = 0, rendered = 0, cold = 0, held = 0] = keys.map((key) =>
    Number(said[key]),
  );
  const peak = Number(said.maxRSS) * 1024;
  // The file itself is read once, for its digest and its directory.
  const most = law.cpu(size + inflated);
  const mark = (value: string, isOver: boolean) => {
    if (isOver) over++;
    return `${value}${isOver ? '!' : ' '}`;
  };
  console.log(
    [
      String(size).padStart(9),
      mark(String(inflated).padStart(11), inflated > law.inflated(size)),
      String(steps).padStart(8),
      mark(cpu.toFixed(2).padStart(6), cpu > most),
      `(${most.toFixed(2)})`,
      mark((peak / MiB).toFixed(0).padStart(6), peak > law.peak),
      mark(String(report).padStart(9), report > law.report),
      `(${rendered.toFixed(0)})`.padStart(6),
      mark(cold.toFixed(0).padStart(6), cold > law.held),
      mark(held.toFixed(0).padStart(6), held > law.held),
      String(said.verdict).padEnd(12),
      basename(file),
    ].join(' '),
  );
}
console.log(`${files.length} inputs; over the law: ${over}`);
process.exitCode = over === 0 ? 0 : 1;
