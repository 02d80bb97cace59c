import { BudgetError, FormatError, ReadError } from './errors.ts';
import type { CoverageReason } from './types.ts';

/** One part of a file that was not read; the rest of the result stands. */
export interface Problem {
  /** Bytes from the start of the content. */
  readonly offset: number;
  readonly message: string;
  /** `budget`: there may be nothing wrong with the bytes, but no more of them are read. `missing`: they cannot be had. */
  readonly reason: CoverageReason & ('malformed' | 'budget' | 'missing');
}

/** Takes what a reader could not read; the error is there to be thrown on. */
export type Failed = (problem: Problem, error: FormatError) => void;

/** What a FormatError says, as a problem. */
export function problemOf(error: FormatError): Problem {
  const reason = error instanceof BudgetError ? 'budget' : error instanceof ReadError ? 'missing' : 'malformed';
  return { offset: error.offset, message: error.message, reason };
}

/**
 * Runs a reader, or a part of one: what it cannot follow goes to `failed`, and the rest of the scan goes on. The only
 * place where a FormatError becomes a problem, so that each says its true reason. For readings (`yield* attempt(…)`) and
 * promises as well: a reading fails while it runs, not where it is made, or there is nothing to `yield*`.
 * @returns null where it failed
 */
export function attempt<Y, T, N>(run: () => Generator<Y, T, N>, failed: Failed): Generator<Y, T | null, N>;
export function attempt<T>(run: () => Promise<T>, failed: Failed): Promise<T | null>;
export function attempt<T>(run: () => T, failed: Failed): T | null;
export function attempt(run: () => unknown, failed: Failed): unknown {
  const fail = (error: unknown): null => {
    if (!(error instanceof FormatError)) throw error;
    failed(problemOf(error), error);
    return null;
  };
  try {
    const result = run();
    if (result instanceof Promise) return result.catch(fail);
    return isReading(result) ? attemptReading(result, fail) : result;
  } catch (error) {
    return fail(error);
  }
}

type AnyReading = Generator<unknown, unknown, unknown>;

function isReading(value: unknown): value is AnyReading {
  return typeof value === 'object' && value !== null && Symbol.iterator in value && 'throw' in value;
}

function* attemptReading(reading: AnyReading, fail: (error: unknown) => null): AnyReading {
  try {
    return yield* reading;
  } catch (error) {
    return fail(error);
  }
}

/**
 * Problems of one reader as one for each reason: the first of it says where, the number says how many. Whoever accepts
 * that a budget was hit has not accepted what is malformed beside it.
 */
export function byReason(problems: readonly Problem[]): Problem[] {
  return (['malformed', 'missing', 'budget'] as const).flatMap((reason) => {
    const [first, ...others] = problems.filter((problem) => problem.reason === reason);
    if (!first) return [];
    return [others.length === 0 ? first : { ...first, message: `${first.message} (and ${others.length} more)` }];
  });
}
