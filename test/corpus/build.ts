import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer } from './answer.ts';

/** Minutes of nothing to a file after which its process is ended. A scan of the largest takes seconds. */
const PATIENCE = 5;

export type Row = Answer & { readonly cpu: number };

/**
 * One build in a process of its own that scans file after file: starting one for each would cost more than most scans.
 * Where a file ends the process, that is its answer, and the next file gets a new one.
 */
export class Build {
  private readonly index: string;
  private child: ChildProcess | null = null;

  /** @param index address of the build's index.js */
  constructor(index: string) {
    this.index = index;
  }

  async scan(file: string): Promise<Row> {
    const child = this.child ?? (await this.start());
    return new Promise((resolve) => {
      const done = (row: Row) => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(row);
      };
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE * 60_000);
      child.once('message', (row) => done(row as Row));
      child.once('exit', (code, signal) => {
        this.child = null;
        done({ error: `crash: the process ended with ${signal ?? code}`, cpu: 0 });
      });
      child.send(file);
    });
  }

  close(): void {
    this.child?.kill();
  }

  private async start(): Promise<ChildProcess> {
    const child = fork(fileURLToPath(new URL('child.js', import.meta.url)), [this.index]);
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`${this.index} does not load (${code})`)));
    });
    child.removeAllListeners();
    this.child = child;
    return child;
  }
}
