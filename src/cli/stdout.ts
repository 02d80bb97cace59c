import { fstatSync, writeFileSync } from 'node:fs';
import { OutputError } from './exit-codes.ts';
import type { Output } from './io.ts';

/** The process's standard output, which says when it could not be written. */
export class StandardOutput implements Output {
  readonly isTTY = process.stdout.isTTY;
  /** A file or a device. Node's own stream takes half a write, on a disk that fills up, for the whole. */
  readonly #isFile: boolean;
  #failure: OutputError | null = null;
  #isThrown = false;

  constructor() {
    const stat = fstatSync(1);
    this.#isFile = stat.isFile() || (stat.isCharacterDevice() && !this.isTTY);
    // A pipe or a socket says it later.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => this.#fail(error));
  }

  get columns(): number {
    return process.stdout.columns;
  }

  /** @throws OutputError for this text or for what was written before */
  write(text: string): void {
    if (this.#failure === null) {
      try {
        if (this.#isFile) writeFileSync(1, text);
        else process.stdout.write(text);
      } catch (error) {
        this.#fail(error as NodeJS.ErrnoException);
      }
    }
    if (this.#failure === null) return;
    this.#isThrown = true;
    throw this.#failure;
  }

  /** Waits until everything has flown out. @returns why it could not, where `write` did not throw it */
  async end(): Promise<OutputError | null> {
    if (!this.#isFile) await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
    return this.#isThrown ? null : this.#failure;
  }

  #fail(error: NodeJS.ErrnoException): void {
    const why =
      error.code === 'EPIPE'
        ? 'closed by its reader before all was written'
        : `cannot be written (${error.code ?? error})`;
    this.#failure ??= new OutputError(`stdout: ${why}`, { cause: error });
  }
}
