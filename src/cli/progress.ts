import { basename, resolve } from 'node:path';
import { type Progress, printable } from '../index.ts';
import type { Output } from './io.ts';

const BAR = 24;
/** Milliseconds between two drawings: more than an eye follows costs time. */
const PAUSE = 100;
const verbs: Record<Progress['phase'], string> = { open: 'opening', read: 'reading', judge: 'judging' };

/** A bar on one line of a terminal, gone when the scan is over. */
export class ProgressBar {
  readonly #out: Output;
  readonly #now: () => Date;
  readonly #file: string;
  #drawn = 0;
  #shown = false;

  constructor(out: Output, file: string, now: () => Date) {
    this.#out = out;
    this.#now = now;
    const name = printable(basename(resolve(file)));
    this.#file = name.length > 40 ? `${name.slice(0, 37)}...` : name;
  }

  update({ phase, done, total }: Progress): void {
    const time = this.#now().getTime();
    if (this.#shown && time - this.#drawn < PAUSE) return;
    this.#drawn = time;
    this.#shown = true;
    const part = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
    const full = Math.round(part * BAR);
    const bar = '#'.repeat(full).padEnd(BAR, '.');
    const line = `${verbs[phase]} ${this.#file} [${bar}] ${String(Math.floor(part * 100)).padStart(3)}%`;
    this.#out.write(`\r${line.slice(0, Math.max(20, (this.#out.columns ?? 80) - 1))}\u001b[K`);
  }

  end(): void {
    if (this.#shown) this.#out.write('\r\u001b[K');
    this.#shown = false;
  }
}
