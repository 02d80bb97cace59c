import type { Gate } from '../report/gate.ts';
import type { Report } from '../types.ts';

/** What stands around a report and no report knows of itself. */
export interface Around {
  /** What the gate decided; as `gate(report)` does where left out: nothing is waived, `high` fails. */
  readonly gate?: Gate | undefined;
  /**
   * What the bundle is called, as a path relative to where the reader stands, such as a repository:
   * `build/app.apk`. After the app's id where left out. For `sarif`, `sarif-github`, `gitlab`, `csv` and `junit`.
   */
  readonly file?: string | undefined;
  /** How many reports stand in the one output, so that what has a limit of its own is shared: 1 where left out. */
  readonly of?: number | undefined;
}

/** A form that reports are written in. */
export interface Renderer<Options = object> {
  readonly render: (report: Report, options?: Options) => string;
  readonly join: Join<Options>;
}

/** What stands around the reports of several files. */
export interface Join<Options = object> {
  readonly begin: string;
  /** Before the report of a file that others may have gone before. */
  readonly before: (file: string, index: number) => string;
  /** One report among several; as `render` writes it where left out. */
  readonly part?: (report: Report, options?: Options) => string;
  readonly end: string;
  /** Reports that one output may hold, where whoever reads it sets a limit. */
  readonly most?: number;
}
