import type { Report } from '../types.ts';

/** A form that reports are written in. */
export interface Renderer<Options = object> {
  readonly render: (report: Report, options?: Options) => string;
  readonly join: Join;
}

/** What stands around the reports of several files. */
export interface Join {
  readonly begin: string;
  /** Before the report of a file that others may have gone before. */
  readonly before: (file: string, index: number) => string;
  readonly end: string;
}
