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
  /** Where a bundle named `-` comes from; absent where there is none. */
  readonly stdin?: (() => AsyncIterable<Uint8Array>) | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
}

export const colourChoices = ['auto', 'always', 'never'] as const;
export type ColourChoice = (typeof colourChoices)[number];

/** Columns beyond which lines of text are hard to read. */
const WIDEST = 120;
/** Columns where nothing is known of who reads. */
const USUAL = 100;

/**
 * How text is laid out on stdout, or another stream. Colour: `--color`, then FORCE_COLOR and NO_COLOR as Node reads them
 * (nodejs.org/api/tty, getColorDepth; no-color.org; both seen 2026-11-26), then whether it is a terminal that is not dumb.
 * Width: COLUMNS, then the terminal's own up to 120, then 100.
 */
export function layoutOf(
  io: Io,
  choice: ColourChoice = 'auto',
  stream = io.stdout,
): { colour: boolean; width: number } {
  return { colour: isColoured(stream, io.env, choice), width: columnsOf(io.env) ?? (ofTerminal(stream) || USUAL) };
}

/** Whether a line may be written over: a terminal that knows escape sequences. */
export function canRedraw({ isTTY }: Output, { TERM }: Io['env']): boolean {
  return isTTY === true && TERM !== 'dumb';
}

/** Columns to wrap messages to; none where no terminal shows them, so that a log keeps its lines. */
export function wrapOf({ stderr, env }: Io): number | undefined {
  return stderr.isTTY === true ? (columnsOf(env) ?? (ofTerminal(stderr) || undefined)) : undefined;
}

function isColoured(stream: Output, env: Io['env'], choice: ColourChoice): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.FORCE_COLOR !== undefined) return ['', '1', 'true', '2', '3'].includes(env.FORCE_COLOR);
  if ((env.NO_COLOR ?? '') !== '') return false;
  return canRedraw(stream, env);
}

function ofTerminal({ isTTY, columns }: Output): number {
  return isTTY === true ? Math.min(columns ?? 0, WIDEST) : 0;
}

function columnsOf({ COLUMNS }: Io['env']): number | undefined {
  return COLUMNS !== undefined && /^[1-9]\d{0,3}$/.test(COLUMNS) ? Number(COLUMNS) : undefined;
}
