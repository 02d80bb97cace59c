import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { canReuseHandle } from './node-inflate.ts';
import { layout as at, type PrefetchData, prefetchThread } from './node-prefetch-thread.ts';
import { type PackedRange, type PrefetchEnd, PrefetchError, type Prefetcher, WORTH_A_THREAD } from './prefetcher.ts';

/** Bundles from this size on are worth a thread: it takes 30 ms to come up, on another core, and about 20 MiB. */
const LEAST_BUNDLE = 20 * 1024 * 1024;
/** What is left of it is handed over in 32 bits. */
const MOST_OF_A_JOB = 2 ** 32;
/**
 * Looks, and milliseconds between them, at whether the thread has gone on: one that does not for about a second is
 * gone, for want of memory, or waits for a disk as the scan will have to. They are counted: the process may be stopped
 * meanwhile and go on (Ctrl-Z).
 */
const LOOKS = 3_000;
const MOMENT_MS = 0.2;
/** Looks without an answer, after which the caller may give the event loop back. */
const LOOKS_AT_ONCE = 32;
/** More would be read too early: the slots are full with three. */
const MOST_ANNOUNCED = 3;

/** Threads of all scans in this process: a core is left to the scans themselves. */
let threads = 0;

/** Gives jobs to the thread and takes filled slots from it. */
export class PrefetchThread implements Prefetcher {
  readonly #worker: Worker;
  readonly #control: Int32Array;
  readonly #jobs: Float64Array;
  readonly #slots: Uint8Array;
  readonly #bundle: Uint8Array;
  /** Announced and not yet opened, oldest first; the newest has the number `#given - 1`. */
  readonly #announced: PackedRange[] = [];
  #given = 0;
  /** Number of the content that is open; -1 where none is. */
  #job = -1;
  #taken = 0;
  /** For the slot that comes next, so far. */
  #looks = 0;
  /** The slot whose bytes the caller has. */
  #lent = false;
  #gone = false;
  isHashed = false;
  end: PrefetchEnd = { broken: null, left: 0, crc32: 0, sha256: null };

  /** @param fd of the file, which must stay open until `close` has ended */
  constructor(fd: number, size: number) {
    this.#control = new Int32Array(new SharedArrayBuffer((at.ROWS + at.SLOTS * at.ROW) * 4));
    this.#jobs = new Float64Array(new SharedArrayBuffer(at.JOBS * at.JOB * 8));
    this.#slots = new Uint8Array(new SharedArrayBuffer(at.SLOTS * (at.SLOT + at.TAIL)));
    this.#bundle = new Uint8Array(new SharedArrayBuffer(32));
    const workerData: PrefetchData = {
      layout: at,
      control: this.#control,
      jobs: this.#jobs,
      slots: this.#slots,
      bundle: this.#bundle,
      fd,
      size,
    };
    this.#worker = new Worker(`(${prefetchThread.toString()})()`, { eval: true, workerData });
    // Before it is ready nothing is asked of it, so what keeps it from starting changes nothing.
    this.#worker.on('error', () => {});
    this.#worker.on('exit', () => {
      this.#gone = true;
    });
    this.#worker.unref();
    threads++;
  }

  /** Whether the thread takes jobs. */
  get started(): boolean {
    return Atomics.load(this.#control, at.READY) === 1;
  }

  /** Slots taken from the thread so far. */
  get taken(): number {
    return this.#taken;
  }

  takes(length: number): boolean {
    return length > WORTH_A_THREAD && length < MOST_OF_A_JOB && this.started && !this.#gone;
  }

  get hasRoom(): boolean {
    return this.started && !this.#gone && this.#announced.length < MOST_ANNOUNCED;
  }

  announce(range: PackedRange): void {
    if (this.hasRoom && this.takes(range.length)) this.#give(range);
  }

  open(range: PackedRange): void {
    this.#giveBack();
    if (!this.#announced.some((other) => isSame(other, range))) {
      this.#announced.length = 0;
      this.#give(range);
    }
    while (!isSame(this.#announced[0] as PackedRange, range)) this.#announced.shift();
    this.#job = this.#given - this.#announced.length;
    this.#announced.shift();
    this.isHashed = false;
    this.#looks = 0;
    // What lies before it is not wanted, also where the caller stopped in the middle.
    Atomics.store(this.#control, at.CANCELLED, this.#job);
  }

  next(): Uint8Array | 'later' | null {
    this.#giveBack();
    for (;;) {
      if (!this.#waitForSlot()) return 'later';
      const slot = (this.#taken >>> 0) % at.SLOTS;
      const row = at.ROWS + slot * at.ROW;
      const start = slot * (at.SLOT + at.TAIL);
      this.#lent = true;
      if (this.#control[row] !== this.#job) {
        this.#giveBack();
        continue;
      }
      const flags = this.#control[row + 2] as number;
      this.isHashed = (flags & at.HASHED) !== 0;
      if ((flags & at.LAST) === 0) return this.#slots.subarray(start, start + (this.#control[row + 1] as number));
      const tail = Buffer.from(
        this.#slots.subarray(start + at.SLOT, start + at.SLOT + (this.#control[row + 4] as number)),
      );
      this.#giveBack();
      if ((flags & at.UNREADABLE) !== 0) throw new PrefetchError(tail.toString());
      this.end = {
        broken: (flags & at.BROKEN) !== 0 ? tail.toString() : null,
        left: (this.#control[row + 1] as number) >>> 0,
        crc32: (this.#control[row + 3] as number) >>> 0,
        sha256: (flags & at.BROKEN) === 0 && this.isHashed ? tail.toString('hex') : null,
      };
      return null;
    }
  }

  stop(): void {
    this.#giveBack();
    Atomics.store(this.#control, at.CANCELLED, this.#job + 1);
  }

  #give(range: PackedRange): void {
    const entry = (this.#given % at.JOBS) * at.JOB;
    this.#jobs[entry] = range.offset;
    this.#jobs[entry + 1] = range.length;
    this.#jobs[entry + 2] = range.coding === 'deflate' ? 1 : 0;
    this.#announced.push(range);
    this.#given++;
    Atomics.store(this.#control, at.GIVEN, this.#given);
  }

  #giveBack(): void {
    if (!this.#lent) return;
    this.#lent = false;
    this.#taken = (this.#taken + 1) | 0;
    Atomics.store(this.#control, at.FREED, this.#taken);
  }

  /** False where none is filled yet. */
  #waitForSlot(): boolean {
    for (let looks = 0; Atomics.load(this.#control, at.FILLED) === this.#taken; looks++) {
      if (this.#looks === LOOKS || Atomics.load(this.#control, at.FAILED) === 1 || this.#gone) {
        this.#gone = true;
        throw new PrefetchError('the thread that reads ahead does not answer');
      }
      if (looks === LOOKS_AT_ONCE) return false;
      this.#looks++;
      Atomics.wait(this.#control, at.FILLED, this.#taken, MOMENT_MS);
    }
    this.#looks = 0;
    return true;
  }

  async bundle(pause: () => Promise<void>): Promise<string | null> {
    if (!this.started || this.#gone) return null;
    this.#giveBack();
    Atomics.store(this.#control, at.CANCELLED, this.#given);
    while (Atomics.load(this.#control, at.BUNDLE) === 0 && !this.#gone) {
      Atomics.wait(this.#control, at.BUNDLE, 0, 5);
      await pause();
    }
    return Atomics.load(this.#control, at.BUNDLE) === 1 ? Buffer.from(this.#bundle).toString('hex') : null;
  }

  async close(): Promise<void> {
    threads--;
    await this.#worker.terminate();
  }
}

function isSame(a: PackedRange, b: PackedRange): boolean {
  return a.offset === b.offset && a.length === b.length && a.coding === b.coding;
}

/** A prefetcher for a file where it is large and a core is left for it; else null. */
export function nodePrefetcher(fd: number, size: number): Prefetcher | null {
  if (size < LEAST_BUNDLE || threads + 1 >= availableParallelism() || !canReuseHandle()) return null;
  try {
    return new PrefetchThread(fd, size);
  } catch {
    // Threads can be forbidden (node --permission).
    return null;
  }
}
