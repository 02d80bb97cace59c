/** A stream as far as the command line needs it. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** The surroundings of a run: what a test can stand in for. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
}

const WIDEST = 120;

/** How text is laid out on stdout: a terminal's own width up to 120, colour where it is a terminal and nobody said no. */
export function layoutOf({ stdout, env }: Io): { colour: boolean; width: number } {
  const terminal = stdout.isTTY === true;
  // https://no-color.org: present and not empty.
  const refused = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return { colour: terminal && !refused, width: terminal ? Math.min(stdout.columns ?? 100, WIDEST) : 100 };
}
