/** Why a scan could not start or finish; thrown out of the public API. Stable. */
export const scanErrorCodes = [
  'not-a-bundle',
  'not-found',
  'unreadable',
  'bad-rules',
  'bad-context',
  'bad-waivers',
  'bad-report',
  'bad-option',
  'aborted',
  // Of a pool alone: the time for one bundle was up, or its process ended, or took too much memory.
  'timeout',
  'crashed',
  'out-of-memory',
] as const;
export type ScanErrorCode = (typeof scanErrorCodes)[number];

/** The one error type the public API throws. The message names the file and the way out. */
export class ScanError extends Error {
  readonly code: ScanErrorCode;

  constructor(code: ScanErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ScanError';
    this.code = code;
  }
}

/** Broken content, caught where it is read: nobody asks for the stack, and writing one down costs more than most broken entries do. */
export class ContentError extends Error {
  constructor(message: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A reader met bytes it cannot follow. Internal: `attempt` (coverage.ts) turns it into a line of coverage. */
export class FormatError extends ContentError {
  /** Bytes from the start of the content that was read. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'FormatError';
    this.offset = offset;
  }
}

/** The bytes at hand end where a reader wanted more: they may be the beginning of what is well-formed. */
export class CutError extends FormatError {}

/** A budget was used up: the content may be well-formed, but more of it is not read. */
export class BudgetError extends FormatError {
  readonly budget: string;

  constructor(budget: string, limit: number, offset: number) {
    super(`budget ${budget} (${limit}) is used up`, offset);
    this.name = 'BudgetError';
    this.budget = budget;
  }
}

/** The system did not hand over bytes that are there: no right to them, a broken disk, a file that went away. */
export class ReadError extends FormatError {}

/**
 * Refuses options that are none: one that is misspelt would be as if it were left out, and nobody would know.
 * @param known a key for each option of the type
 * @throws ScanError bad-option
 */
export function checkOptions<T extends object>(where: string, options: T, known: Record<keyof T, true>): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw new ScanError('bad-option', `${where}: no option "${unknown}"; there is ${Object.keys(known).join(', ')}`);
}
