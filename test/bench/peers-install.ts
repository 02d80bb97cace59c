import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root } from './measure.ts';

const venv = join(cache, 'venv');

/** The interpreter that has the peers, once they are installed. */
export const python = join(venv, 'bin', 'python');

/** exodus-core pins the androguard that it works with: one environment serves both. */
const EXODUS = 'exodus-core==1.3.15';

/** Why the peers cannot be run; null where they can. */
export function missing(): string | null {
  if (!existsSync(python)) return 'they are not installed: npm run bench -- peers install (asks PyPI)';
  const broken = fails(python, ['-c', 'import exodus_core, androguard']);
  return broken && `their environment is broken (${broken}): npm run bench -- peers install makes it anew`;
}

/** exodus-core has the classes listed by Android's own tool. */
export const hasDexdump = (): boolean => spawnSync('dexdump', ['-h'], { stdio: 'ignore' }).error === undefined;

/** Installs the peers below `.cache/bench`: a step of its own, so that the bench itself needs no Python. */
export function install(): void {
  rmSync(venv, { recursive: true, force: true });
  const steps: readonly (readonly [command: string, args: readonly string[], hint: string])[] = [
    ['python3', ['-m', 'venv', venv], 'needs Python 3 and its venv module (Debian: apt-get install python3-venv)'],
    [python, ['-m', 'pip', 'install', '--quiet', EXODUS], 'needs PyPI, and a C compiler for a dependency'],
  ];
  for (const [command, args, hint] of steps) {
    console.log([command, ...args].join(' ').replaceAll(`${root()}/`, ''));
    const failure = fails(command, args);
    if (failure !== null) {
      console.error(`The peers were not installed; this ${hint}:\n${failure}`);
      // Half an environment would be taken for a whole one.
      rmSync(venv, { recursive: true, force: true });
      process.exitCode = 69;
      return;
    }
  }
  console.log('Installed. Measure with: npm run bench -- peers');
}

function fails(command: string, args: readonly string[]): string | null {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (error) return error.message;
  return status === 0 ? null : stderr.trim().split('\n').slice(-5).join('\n');
}
