import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';

export interface Typed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a user would, with what stands in for a terminal. */
export async function type(argv: readonly string[], around: Partial<Io> & { tty?: boolean } = {}): Promise<Typed> {
  const out = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      out[name] += text;
    },
    isTTY: around.tty === true,
    columns: 90,
  });
  const io: Io = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env: {},
    now: () => new Date('2026-02-03T23:30:00-05:00'),
    ...around,
  };
  const code = await run(argv, io);
  return { code, ...out };
}

/** A folder for one test file. */
export function folder(): { path: (name: string) => string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'waybill-cli-'));
  return { path: (name) => join(root, name), remove: () => rmSync(root, { recursive: true, force: true }) };
}
