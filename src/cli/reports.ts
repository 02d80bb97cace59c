import {
  answerOf,
  type FileFailure,
  type FileResult,
  type Gate,
  joinOf,
  type Report,
  render,
  renderFailure,
  ScanError,
} from '../index.ts';
import { codeOf, OutputError, UsageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import type { OutputFormat } from './options.ts';
import { relativeName } from './output.ts';

/** Reports that are held back until all have come: at a screen each, about 1 MB. */
const MOST_HELD = 200;

/** The reports on stdout, as their format joins them. */
export class StdoutReports {
  readonly #format: OutputFormat | null;
  readonly #files: number;
  readonly #layout: { readonly colour: boolean; readonly width: number };
  readonly #stdout: Io['stdout'];
  readonly #results: FileResult[] = [];
  readonly #held: string[] = [];
  #count = 0;

  /** @throws UsageError where one output cannot hold the reports of so many files */
  constructor(
    format: OutputFormat | null,
    files: number,
    layout: { readonly colour: boolean; readonly width: number },
    { stdout }: Io,
  ) {
    this.#format = format;
    this.#files = files;
    this.#layout = layout;
    this.#stdout = stdout;
    if (format === null || files === 1) return;
    const { begin, most } = joinOf(format);
    if (most !== undefined && files > most) {
      throw new UsageError(
        `${format} holds ${most} files at most, and there are ${files}; write a file each, as in -o ${format}={name}.${format}`,
      );
    }
    stdout.write(begin);
  }

  write(file: string, report: Report, gate: Gate, baseline: Report | undefined): void {
    if (this.#format === null) return;
    const options = { ...this.#layout, gate, baseline, file: relativeName(file), of: this.#files };
    if (this.#files === 1) {
      this.#stdout.write(render(report, this.#format, options));
      return;
    }
    const { before, part, overview } = joinOf(this.#format);
    this.#results.push({ file, answer: answerOf(report, options), error: null });
    if (overview && this.#count >= MOST_HELD) return;
    const text = before(file, this.#count++) + part(report, options);
    if (overview) this.#held.push(text);
    else this.#stdout.write(text);
  }

  /** Whether somebody sees the report of one file on a terminal. */
  get isOnScreen(): boolean {
    return this.#stdout.isTTY === true && this.#files === 1 && (this.#format === 'summary' || this.#format === 'text');
  }

  /** A file of which there is no report. */
  fail(file: string, error: unknown): void {
    const failure = failureOf(file, error);
    this.#results.push({ file, answer: null, error: failure.error.message });
    if (this.#format === null) return;
    const { before, failed } = joinOf(this.#format);
    const text = this.#files > 1 ? (failed?.(failure) ?? null) : renderFailure(failure, this.#format);
    if (text === null) return;
    if (this.#files > 1) this.#stdout.write(before(file, this.#count++));
    this.#stdout.write(text);
  }

  end(): void {
    if (this.#format === null || this.#files === 1) return;
    const { overview, end } = joinOf(this.#format);
    if (overview) this.#stdout.write(overview(this.#results, this.#layout));
    for (const text of this.#held) this.#stdout.write(text);
    const left = this.#results.filter(({ answer }) => answer !== null).length - this.#count;
    if (overview && left > 0) {
      this.#stdout.write(`\n+ ${left} more, in the table alone; for a file each: -o ${this.#format}={name}.txt\n`);
    }
    this.#stdout.write(end);
  }
}

/** What is said of a file of which there is no report. */
export function failureOf(file: string, error: unknown): FileFailure {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof ScanError ? error.code : error instanceof OutputError ? 'output' : 'internal';
  return { file: relativeName(file), error: { code, message, exitCode: codeOf(error) } };
}
