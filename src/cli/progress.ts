import { basename, resolve } from 'node:path';
import { clippedText, type Progress } from '../index.ts';
import type { Output } from './io.ts';

const BAR = 24;
/** Milliseconds between two drawings: more than an eye follows costs time. */
const PAUSE = 100;
const verbs: Record<Progress['phase'], string> = { open: 'opening', read: 'reading', judge: 'judging' };

/** A bar on one line of a terminal, gone when the scan is over. Its seconds move where a single step takes long. */
export class ProgressBar {
  readonly #out: Output;
  readonly #now: () => Date;
  readonly #file: string;
  readonly #begun: number;
  #drawn = 0;
  #shown = false;

  constructor(out: Output, file: string, now: () => Date) {
    this.#out = out;
    this.#now = now;
    this.#begun = now().getTime();
    this.#file = basename(resolve(file));
  }

  update({ phase, done, total }: Progress): void {
    const time = this.#now().getTime();
    if (this.#shown && time - this.#drawn < PAUSE) return;
    this.#drawn = time;
    this.#shown = true;
    const part = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
    const bar = '#'.repeat(Math.round(part * BAR)).padEnd(BAR, '.');
    const percent = Math.floor(part * 100);
    const seconds = Math.max(0, Math.floor((time - this.#begun) / 1000));
    // A name of the last column's width would make a line of its own on some terminals.
    const width = (this.#out.columns || 80) - 1;
    this.#out.write(
      `\r${clippedText(`${verbs[phase]} [${bar}] ${percent}% ${seconds} s ${this.#file}`, width)}\u001b[K`,
    );
  }

  end(): void {
    if (this.#shown) this.#out.write('\r\u001b[K');
    this.#shown = false;
  }
}
