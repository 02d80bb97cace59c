import type { ScanErrorCode } from '../errors.ts';
import type { Progress, Report } from '../types.ts';
import type { PoolScanOptions } from './options.ts';

/** What a child is asked, as JSON. */
export interface Question {
  /** Of several packages of one app, each. */
  readonly path: string | readonly string[];
  /** Rule packs and the database of addresses by their paths: a child reads them at its first question. */
  readonly rules: readonly string[];
  readonly addresses: string | true | null;
  readonly options: Omit<PoolScanOptions, 'signal' | 'onProgress'>;
  readonly wantsProgress: boolean;
}

/** What was thrown; `code` is null for what is no ScanError. */
export interface Thrown {
  readonly code: ScanErrorCode | null;
  readonly message: string;
  readonly stack: string | null;
}

export interface Answer {
  readonly report?: Report;
  readonly error?: Thrown;
  /** The child took so much memory that it should not be asked again. */
  readonly isLast: boolean;
}

export type Message = Answer | { readonly progress: Progress };
