import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One run of a whole process. */
export interface Run {
  readonly ms: number;
  /** What the program printed, where that is a line of JSON. */
  readonly said: Readonly<Record<string, number | string>>;
}

/** The package's folder: what is compiled for the bench stands below it. */
export function root(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** What is built once and kept, such as large bundles. */
export const cache = join(root(), '.cache', 'bench');

/** A program of this folder, as it was compiled. */
export const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Runs a program to its end and times all of it, its start included. @throws where it ends in an unexpected way */
export function run(command: string, args: readonly string[], exitCodes: readonly number[] = [0]): Run {
  const start = process.hrtime.bigint();
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    // More certificates, where the machine names any: Node 20 parses them at its start, which is 30 ms of nobody's scan.
    env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined },
  });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (error) throw error;
  if (status === null || !exitCodes.includes(status)) {
    throw new Error(`${command} ${args.join(' ')} ended with ${status ?? signal}:\n${stderr.slice(-2000)}`);
  }
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return { ms, said: last.startsWith('{') ? JSON.parse(last) : {} };
}

export const node = (...args: readonly string[]): Run => run(process.execPath, args);

/** Lets the sides take turns, so that a busy moment of the machine meets all of them. */
export function interleave<Side extends string>(
  sides: Readonly<Record<Side, () => Run>>,
  rounds: number,
): Readonly<Record<Side, readonly Run[]>> {
  const names = Object.keys(sides) as Side[];
  const runs = Object.fromEntries(names.map((side) => [side, [] as Run[]])) as Record<Side, Run[]>;
  for (let round = 0; round < rounds; round++) for (const side of names) runs[side].push(sides[side]());
  return runs;
}

export const times = (runs: readonly Run[]): number[] => runs.map((each) => each.ms);

/** A number that each run said. NaN where one did not: it shows in what is printed. */
export const numbers = (runs: readonly Run[], key: string): number[] => runs.map((each) => Number(each.said[key]));

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Milliseconds of user and system CPU over all threads, up to the line that the program prints last. */
export const cpu = (runs: readonly Run[]): number[] => numbers(runs, 'cpu');

/** Peak memory in MiB, the median of the runs. */
export const peak = (runs: readonly Run[]): number => median(numbers(runs, 'maxRSS')) / 1024;

/** Each value against the other side's of the same round: `median [least-most]`. */
export function ratios(values: readonly number[], base: readonly number[], digits = 2): string {
  const all = values.map((value, round) => value / (base[round] ?? Number.NaN));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return `${median(all).toFixed(digits)} [${least.toFixed(digits)}-${most.toFixed(digits)}]`;
}
