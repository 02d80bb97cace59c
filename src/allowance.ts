import type { Budgets } from './budgets.ts';

/**
 * The law: what one scan may spend, by the size of its input. Bytes inflated are at most a base and a multiple of the
 * input's; steps - work that does not grow with the bytes that stream by: entries, names, hits - at most a base and a
 * share of both. A step is about a microsecond, so that CPU stays within a + b · (bytes inflated).
 */
const MiB = 1024 * 1024;
const INFLATED = { base: 64 * MiB, times: 200 };
/** An entry takes over a hundred bytes of its archive's directory and header: what an honest one costs is always there. */
const STEPS = { base: 200_000, ofInput: 1 / 16, ofInflated: 1 / 32 };

/** Work between two moments in which the event loop turns, in steps, and in milliseconds where it takes longer. */
const TURN = 8 * 1024;
const LONGEST = 8;
/** Bytes that are searched in the time of a step. */
const BYTES_PER_STEP = 64;

/**
 * Long work that says how far it is: it yields the steps done since it last did, some 4,000 at most, and leaves it to
 * whoever drives it (`Streamer.run`) to give the event loop back. What it returns never hangs on where it was stopped.
 */
export type Working<T> = Generator<number, T, void>;

/** Work done at once. */
export function finished<T>(work: Working<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Gives the event loop back by the clock alone: for what comes after the reading, and spends from no allowance. */
export class Pace {
  readonly #pause: () => Promise<void>;
  readonly #clock: () => number;
  #turnedAt: number;

  constructor(pause: () => Promise<void>, clock: () => number = () => performance.now()) {
    this.#pause = pause;
    this.#clock = clock;
    this.#turnedAt = clock();
  }

  /** Between two parts of the work. */
  async turn(): Promise<void> {
    if (this.#clock() - this.#turnedAt < LONGEST) return;
    await this.#pause();
    this.#turnedAt = this.#clock();
  }

  async run<T>(work: Working<T>): Promise<T> {
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
      await this.turn();
    }
  }
}

/** One per scan, and everything that input can lengthen spends from it. What is used up is said in coverage. */
export class Allowance {
  readonly #budgets: Pick<Budgets, 'totalBytes'>;
  #size = 0;
  #inflated = 0;
  #steps = 0;
  #sinceTurn = 0;
  readonly #clock: () => number;
  #turnedAt: number;

  /** @param clock in milliseconds, asked only when the event loop is to be given back: nothing that is read hangs on it */
  constructor(budgets: Pick<Budgets, 'totalBytes'>, clock: () => number = () => performance.now()) {
    this.#budgets = budgets;
    this.#clock = clock;
    this.#turnedAt = clock();
  }

  /** Says how large the input is, in bytes: before that, it is as if it were empty. */
  grant(size: number): void {
    this.#size = size;
  }

  /** Bytes handed out so far, in all streams together. */
  get inflated(): number {
    return this.#inflated;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Bytes that may be inflated in all. */
  get mostInflated(): number {
    return Math.min(this.#budgets.totalBytes, INFLATED.base + INFLATED.times * this.#size);
  }

  /** Bytes that may still be inflated: other passes, digests and documents count as well. */
  get bytesLeft(): number {
    return Math.max(0, this.mostInflated - this.#inflated);
  }

  inflate(bytes: number): void {
    this.#inflated += bytes;
    this.#sinceTurn += bytes / BYTES_PER_STEP;
  }

  /** False, and nothing spent, where there are not as many steps left: then what they were for is counted and not done. */
  spend(steps: number): boolean {
    const most = STEPS.base + STEPS.ofInput * this.#size + STEPS.ofInflated * this.#inflated;
    if (this.#steps + steps > most) return false;
    this.#steps += steps;
    this.#sinceTurn += steps;
    return true;
  }

  /** Notes work that is not limited by steps: it only brings the turn of the event loop nearer. */
  worked(steps: number): void {
    this.#sinceTurn += steps;
  }

  /** Whether the event loop has waited long enough, by what was done or by the clock; asked before it is given back. */
  get isTurn(): boolean {
    return this.#sinceTurn >= TURN || this.#clock() - this.#turnedAt >= LONGEST;
  }

  /** The event loop has turned. */
  turned(): void {
    this.#sinceTurn = 0;
    this.#turnedAt = this.#clock();
  }
}
