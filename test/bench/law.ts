import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { node, program, root } from './measure.js';

/**
 * What each input costs against the law of ARCHITECTURE.md: `npm run law -- FILE|FOLDER…`. CPU is of the whole process,
 * its start included; what is over is marked, and makes the exit code 1.
 */
const MiB = 1024 * 1024;
const law = {
  inflated: (size: number) => 64 * MiB + 200 * size,
  /** Seconds. */
  cpu: (inflated: number) => 0.5 + 70e-9 * inflated,
  peak: 256 * MiB,
  report: 16 * MiB,
  /** Milliseconds. */
  held: 50,
};

const args = process.argv.slice(2);
const at = args.indexOf('--dist');
const [dist = join(root(), 'dist')] = at < 0 ? [] : args.splice(at, 2).slice(1);
const files = args.flatMap((path) =>
  statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path],
);
let over = 0;
console.log('     size   inflated   CPU s  (law)   peak MiB    report  held ms  verdict  input');
for (const file of files.sort()) {
  const { size } = statSync(file);
  const { said } = node(program('law-child.js'), join(dist, 'index.js'), file);
  const [inflated, cpu, report, held] = ['inflated', 'cpu', 'report', 'held'].map((key) => Number(said[key]));
  const peak = Number(said['maxRSS']) * 1024;
  const most = law.cpu(inflated!);
  const mark = (value: string, isOver: boolean) => {
    if (isOver) over++;
    return `${value}${isOver ? '!' : ' '}`;
  };
  console.log(
    [
      String(size).padStart(9),
      mark(String(inflated).padStart(10), inflated! > law.inflated(size)),
      mark(cpu!.toFixed(2).padStart(6), cpu! > most),
      `(${most.toFixed(2)})`,
      mark((peak / MiB).toFixed(0).padStart(6), peak > law.peak),
      mark(String(report).padStart(9), report! > law.report),
      mark(held!.toFixed(0).padStart(6), held! > law.held),
      String(said['verdict']).padEnd(12),
      basename(file),
    ].join(' '),
  );
}
console.log(`${files.length} inputs; over the law: ${over}`);
process.exitCode = over === 0 ? 0 : 1;
