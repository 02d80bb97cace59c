import { Allowance } from '../allowance.ts';
import { type Budgets, defaultBudgets } from '../budgets.ts';
import { Streamer } from '../bundle/content.ts';
import { digestOf } from '../bundle/digest.ts';
import { openBundle, type ScanSource } from '../bundle/open.ts';
import { checkOptions, ScanError } from '../errors.ts';
import { checkBudgets } from '../read.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { Check } from './check.ts';
import { type Piece, reportsOf } from './pieces.ts';

export interface VerifyOptions {
  readonly budgets?: Partial<Budgets> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A piece of evidence that does not hold. */
export interface Failure {
  /** Null for what is no piece of evidence at all. */
  readonly clue: string | null;
  /** Of the entry; of what is no piece of evidence, its place in the report. */
  readonly path: string;
  /** Where its bytes begin. */
  readonly offset: number | null;
  readonly text: string;
  /** What is wrong: what stands there instead, or that there is no such entry. */
  readonly why: string;
}

export interface Verification {
  /** Whether the bundle is the one that the report is of, by its digest. */
  readonly bundle: { readonly holds: boolean; readonly reported: string; readonly found: string };
  /** Pieces of evidence that have bytes or are names, each once, and how many of them hold. */
  readonly pieces: number;
  readonly holds: number;
  /** Pieces that a reader made out of a form without text of its own: of them only the digest of the entry was compared. */
  readonly decoded: number;
  readonly failures: readonly Failure[];
}

/**
 * Reads every piece of evidence of a report again from the bundle, and compares nothing else: digests of the bundle and
 * its entries, names of entries, and the bytes of the spans.
 * @param document what a JSON report holds; of several reports, the one of this bundle is taken
 * @throws ScanError bad-option; bad-report where it is no report; otherwise as `scan`
 */
export async function verifyWith(
  runtime: Runtime,
  document: unknown,
  source: ScanSource,
  options: VerifyOptions = {},
): Promise<Verification> {
  checkOptions('verify', options, { budgets: true, signal: true });
  const budgets = checkBudgets({ ...defaultBudgets, ...options.budgets });
  const reports = reportsOf(document);
  const pause = async () => {
    await runtime.breathe();
    if (options.signal?.aborted) throw new ScanError('aborted', 'the check was aborted');
  };
  const allowance = new Allowance(budgets);
  const streamer = new Streamer(runtime.inflater(), pause, allowance);
  const opened = await openBundle(source, { budgets, runtime, streamer });
  allowance.grant(opened.size);
  try {
    // What of a directory cannot be read is no evidence of this report's.
    const found = await digestOf(opened, { runtime, streamer, budgets }, pause, () => {});
    const own = reports.find(({ sha256 }) => sha256 === found);
    // A list of reports of other bundles says nothing of this one; one report is of this bundle, or should be.
    const report = own ?? reports[0];
    if (!report || (!own && reports.length > 1))
      throw new ScanError('bad-report', `none of the ${reports.length} reports is of this bundle (sha256 ${found})`);
    // The form of the container has no entry whose digest could be compared.
    const asked = report.pieces.filter(({ encoding, entrySha256 }) => encoding !== 'decoded' || entrySha256 !== null);
    const check = new Check(asked, { runtime, streamer, budgets, pause });
    await check.entries(opened.archive.entries);
    const { failures } = check;
    const { malformed } = report;
    const decoded = report.pieces.filter(isDecoded).length;
    const pieces = report.pieces.length - decoded + malformed.length;
    const failed = failures.filter(({ piece }) => !isDecoded(piece)).length + malformed.length;
    return {
      bundle: { holds: found === report.sha256, reported: report.sha256, found },
      pieces,
      holds: pieces - failed,
      decoded,
      failures: [
        ...malformed.map((place) => ({ clue: null, path: place, offset: null, text: '', why: 'no piece of evidence' })),
        ...failures.map(({ piece: { clue, path, spans, text }, why }) => {
          return { clue, path, offset: spans[0]?.offset ?? null, text, why };
        }),
      ],
    };
  } finally {
    opened.close();
  }
}

const isDecoded = ({ encoding }: Piece) => encoding === 'decoded';
