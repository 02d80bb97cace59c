import type { FileFailure } from '../report/file-report.ts';
import type { Gate } from '../report/gate.ts';
import type { Report, Verdict } from '../types.ts';

/** What stands around a report and no report knows of itself. */
export interface Around {
  /** What the gate decided; as `gate(report)` does where left out: nothing is waived, `high` fails. */
  readonly gate?: Gate | undefined;
  /**
   * What the bundle is called, as a path relative to where the reader stands, such as a repository:
   * `build/app.apk`. After the app's id where left out. For `sarif`, `sarif-github`, `gitlab`, `csv` and `junit`;
   * `json` and `ndjson` write the report beside it and the gate where it is given, and else the report alone.
   */
  readonly file?: string | undefined;
  /** The report that the gate was held against; for `sarif`, whose results then say whether they are new. */
  readonly baseline?: Report | undefined;
  /** How many reports stand in the one output, so that what has a limit of its own is shared: 1 where left out. */
  readonly of?: number | undefined;
}

/** What one of several files came to, without its report: there may be thousands. */
export interface FileResult {
  readonly file: string;
  /** Null where there is no report, for the reason in `error`. */
  readonly answer: Answer | null;
  readonly error: string | null;
}

export interface Answer {
  readonly app: string;
  readonly verdict: Verdict;
  readonly exitCode: Gate['exitCode'];
  /** Levels of the findings that nobody waived, as `2 high, 1 low`; empty for none. */
  readonly holds: string;
  readonly asked: string;
  readonly sdks: number;
}

/** A form that reports are written in. */
export interface Renderer<Options = object> {
  readonly render: (report: Report, options?: Options) => string;
  /** A file of which there is no report; nothing is written of it where left out. */
  readonly failed?: (failure: FileFailure) => string;
  readonly join: Join<Options>;
}

/** What stands around the reports of several files. */
export interface Join<Options = object> {
  readonly begin: string;
  /** Before the report of a file that others may have gone before. */
  readonly before: (file: string, index: number) => string;
  /** One report among several; as `render` writes it where left out. */
  readonly part?: (report: Report, options?: Options) => string;
  /** A file among several of which there is no report; as `failed` writes it alone where left out. */
  readonly failed?: ((failure: FileFailure) => string) | undefined;
  readonly end: string;
  /** What goes before all of them where they are read one by one: it takes the last report to write it. */
  readonly overview?: (files: readonly FileResult[], options?: Options) => string;
  /** Reports that one output may hold, where whoever reads it sets a limit. */
  readonly most?: number;
}
