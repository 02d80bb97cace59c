import { ScanError } from '../errors.ts';
import type { Child, ChildEnd } from '../runtime/node-child.ts';
import type { Progress, Report } from '../types.ts';
import type { Message, Question, Thrown } from './messages.ts';
import {
  checkPoolOptions,
  checkScanOptions,
  DEFAULT_MEMORY,
  type PoolOptions,
  type PoolScanOptions,
} from './options.ts';
import { signalListeners } from './signals.ts';

export interface Pool {
  /**
   * Scans a file, a directory or the packages of one app in a child process; waits its turn where all of them are busy. The report is that of `scan`.
   * @throws ScanError as `scan`; timeout, crashed, out-of-memory for this bundle alone; aborted by `signal` or `close`
   */
  scan(path: string | readonly string[], options?: PoolScanOptions): Promise<Report>;
  /** Ends the children at once: scans that wait or run are aborted. Resolves when the processes are gone. */
  close(): Promise<void>;
}

interface Task {
  readonly path: string;
  readonly question: string;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: PoolScanOptions['onProgress'];
  readonly resolve: (report: Report) => void;
  readonly reject: (error: unknown) => void;
  /** Set while a child works on it. */
  stop: ((error: unknown) => void) | null;
}

/** What a pool needs of its surroundings. */
export interface Processes {
  readonly spareCores: () => number;
  /** @param memory bytes */
  readonly start: (memory: number) => Child;
}

/** A pool over processes of some making. @throws ScanError bad-option */
export function poolOf({ spareCores, start }: Processes, options: PoolOptions): Pool {
  checkPoolOptions(options);
  const { jobs = spareCores(), timeout, memory = DEFAULT_MEMORY, rules = [], addresses = null } = options;
  const waiting = new Set<Task>();
  const running = new Set<Task>();
  const idle: Child[] = [];
  const ending = new Set<Promise<void>>();
  const onAbort = signalListeners();
  let isClosed = false;

  const discard = (child: Child): void => {
    const gone = child.end().finally(() => ending.delete(gone));
    ending.add(gone);
  };

  const keep = (child: Child): void => {
    idle.push(child);
    child.rest(() => idle.splice(idle.indexOf(child), 1));
  };

  const next = (): void => {
    for (const task of waiting) {
      const { signal } = task;
      if (!signal?.aborted && running.size >= jobs) return;
      waiting.delete(task);
      // The signal that ended the scan before it ends this one too: no child is started for it.
      if (signal?.aborted) {
        task.reject(aborted(signal));
        continue;
      }
      running.add(task);
      try {
        // The one that rested last is the warmest.
        work(task, idle.pop() ?? start(memory));
      } catch (error) {
        // With a child of its own already, that goes too.
        if (task.stop) task.stop(error);
        else {
          running.delete(task);
          task.reject(error);
        }
      }
    }
  };

  const work = (task: Task, child: Child): void => {
    const over = (isReusable: boolean): void => {
      clearTimeout(timer);
      task.stop = null;
      running.delete(task);
      if (isReusable && !isClosed) keep(child);
      else discard(child);
      next();
    };
    task.stop = (error) => {
      over(false);
      task.reject(error);
    };
    const timer =
      timeout === undefined ? undefined : setTimeout(() => task.stop?.(timedOut(task.path, timeout)), timeout);
    child.ask(task.question, {
      message: (said) => {
        const message = said as Message;
        if ('progress' in message) {
          tell(task, message.progress);
          return;
        }
        const { report, error, isLast } = message;
        over(!isLast);
        if (report) task.resolve(report);
        else task.reject(errorOf(error));
      },
      end: (end) => task.stop?.(crashed(task.path, end, memory)),
    });
  };

  const enqueue = (source: string | readonly string[], given: PoolScanOptions): Promise<Report> => {
    checkScanOptions(source, given);
    const { signal, onProgress, ...rest } = given;
    const asked: Question = { path: source, rules, addresses, options: rest, wantsProgress: onProgress !== undefined };
    const question = JSON.stringify(asked);
    if (signal?.aborted) return Promise.reject(aborted(signal));
    let settled = (): void => {};
    const report = new Promise<Report>((resolve, reject) => {
      const path = typeof source === 'string' ? source : (source[0] ?? '');
      const task: Task = { path, question, signal, onProgress, resolve, reject, stop: null };
      waiting.add(task);
      if (!signal) return;
      settled = onAbort(signal, () => {
        if (waiting.delete(task)) reject(aborted(signal));
        else task.stop?.(aborted(signal));
      });
    });
    next();
    return report.finally(settled);
  };

  return {
    async scan(path, given = {}) {
      if (isClosed) throw new ScanError('aborted', 'the pool is closed');
      return enqueue(path, given);
    },
    async close() {
      isClosed = true;
      const closed = new ScanError('aborted', 'the pool was closed');
      for (const task of waiting) task.reject(closed);
      waiting.clear();
      for (const task of running) task.stop?.(closed);
      for (const child of idle.splice(0)) discard(child);
      await Promise.all(ending);
    },
  };
}

/** What the caller's function throws ends the scan, as it does in this process. */
function tell(task: Task, progress: Progress): void {
  try {
    task.onProgress?.(progress);
  } catch (error) {
    task.stop?.(error);
  }
}

function aborted({ reason }: AbortSignal): ScanError {
  return new ScanError('aborted', 'the scan was aborted', { cause: reason });
}

function timedOut(path: string, timeout: number): ScanError {
  return new ScanError(
    'timeout',
    `${path}: not read within ${timeout / 1000} s; give it longer, or less to read (depth)`,
  );
}

function crashed(path: string, { how, isOutOfMemory }: ChildEnd, memory: number): ScanError {
  if (!isOutOfMemory) return new ScanError('crashed', `${path}: the process that read it was lost (${how})`);
  const most = Math.round(memory / (1024 * 1024));
  return new ScanError('out-of-memory', `${path}: the process that read it needed more than ${most} MiB`);
}

/** As it was thrown in the child; its stack says where. */
function errorOf(thrown: Thrown | undefined): Error {
  const { code, message, stack } = thrown ?? { code: null, message: 'a child gave no answer', stack: null };
  const error = code === null ? new Error(message) : new ScanError(code, message);
  if (stack !== null) error.stack = stack;
  return error;
}
