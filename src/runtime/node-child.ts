import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ScanError } from '../errors.ts';

/** How a child ended that was not told to. */
export interface ChildEnd {
  readonly isOutOfMemory: boolean;
  /** In words, such as `killed by SIGSEGV`. */
  readonly how: string;
}

export interface Hears {
  readonly message: (message: unknown) => void;
  readonly end: (end: ChildEnd) => void;
}

/** A process that answers one question at a time. */
export interface Child {
  /** Sends a question; what the child says from now on goes to `hears`. */
  ask(question: string, hears: Hears): void;
  /** Nothing is asked: the child does not keep this process from ending. `onEnd` is told when it ends meanwhile. */
  rest(onEnd: () => void): void;
  /** Kills it. Resolves when the process is gone. */
  end(): Promise<void>;
}

/** By which a child says that it took more memory than it may. */
export const OUT_OF_MEMORY = 97;

/** Bytes of stderr that are looked at: V8 says there that its heap is full. */
const TAIL = 16 * 1024;
const MiB = 1024 * 1024;

/** The built one, from the sources (tests) as from the package: Node 20 runs no TypeScript. */
const script = fileURLToPath(new URL('../../dist/pool/child.js', import.meta.url));

/** What the system's loader needs. No other variable of ours, which may hold secrets, meets what reads hostile bytes. */
const passedOn = ['SystemRoot', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'];

/** Processes worth having at once, with one core left for the caller. */
export const spareCores = (): number => Math.max(1, availableParallelism() - 1);

/**
 * Starts a child that scans.
 * @param memory bytes that it may take
 * @throws ScanError unreadable where its module is not beside the package's code
 */
export function startChild(memory: number): Child {
  if (!existsSync(script)) {
    const message = `${script}: not there; a bundler must leave the package "waybill" outside of what it joins`;
    throw new ScanError('unreadable', message);
  }
  const process = fork(script, [String(memory)], {
    execArgv: [`--max-old-space-size=${Math.ceil(memory / MiB)}`],
    env: Object.fromEntries(passedOn.map((name) => [name, globalThis.process.env[name]])),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return new ForkedChild(process);
}

class ForkedChild implements Child {
  readonly #process: ChildProcess;
  readonly #gone: Promise<void>;
  #hears: Hears | null = null;
  #onEnd: (() => void) | null = null;
  #stderr = '';

  constructor(process: ChildProcess) {
    this.#process = process;
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-TAIL);
    });
    process.on('message', (message) => this.#hears?.message(message));
    this.#gone = new Promise((resolve) => {
      const over = (how: string, isOutOfMemory = false): void => {
        this.#hears?.end({ how, isOutOfMemory });
        this.#onEnd?.();
        resolve();
      };
      process.on('error', (error) => {
        // Where it was started, it could not be written to: how it ended says more.
        if (process.pid === undefined) over(error.message);
        else process.kill('SIGKILL');
      });
      // Not `exit`: what it said before, and what it wrote to stderr, is still on its way then.
      process.on('close', (code, signal) => {
        const isFull = code === OUT_OF_MEMORY || /\boom\b|out of memory|allocation failed/i.test(this.#stderr);
        over(signal === null ? `ended with code ${code}` : `killed by ${signal}`, isFull);
      });
    });
  }

  ask(question: string, hears: Hears): void {
    this.#hears = hears;
    this.#onEnd = null;
    this.#refer('ref');
    this.#process.send(question);
  }

  rest(onEnd: () => void): void {
    this.#hears = null;
    this.#onEnd = onEnd;
    this.#refer('unref');
  }

  end(): Promise<void> {
    this.#hears = null;
    this.#onEnd = null;
    this.#refer('ref');
    this.#process.kill('SIGKILL');
    return this.#gone;
  }

  #refer(how: 'ref' | 'unref'): void {
    const { channel, stderr } = this.#process;
    this.#process[how]();
    // Bun's channel has neither. A pipe has both, which the types of a stream do not show.
    for (const held of [channel, stderr] as unknown as Partial<Record<'ref' | 'unref', () => void>>[]) held?.[how]?.();
  }
}
