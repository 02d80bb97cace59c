import { bold, clipped, gap, type Inline, indented, type Line, padded, spans, widthOf, wrap } from './layout.ts';

export interface Row {
  readonly cells: readonly Inline[];
  /** Lines below the row, across the columns. */
  readonly below?: readonly Line[];
}

/** A cell, or what makes one of the columns that it gets: asked for all of it, with as many as there are. */
export type Fitting = Inline | ((width: number) => Inline);

const GAP = 2;
/** Columns below which a cell is not squeezed. */
const NARROWEST = 8;

/** Columns of a name, by which rows are told apart, below which others give way first. */
const NARROWEST_NAME = 17;
/** Columns at which a cell takes a form that is shorter, and not yet the shortest. */
const SHORTER = 16;

/**
 * Widths that fit: what the cells ask for, the widest giving way first.
 * @param least columns that a cell keeps while another has more than NARROWEST, by its place
 */
function squeeze(natural: readonly number[], width: number, least: readonly number[] = []): number[] {
  const widths = natural.map((n) => Math.min(n, width));
  let over = widths.reduce((sum, w) => sum + w, GAP * (widths.length - 1)) - width;
  while (over > 0) {
    const givable = widths.map((w, i) => w - (least[i] ?? NARROWEST) + NARROWEST);
    const most = Math.max(...givable) > NARROWEST ? givable : widths;
    const widest = most.indexOf(Math.max(...most));
    if ((widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over--;
  }
  return widths;
}

/**
 * Aligned columns under a bold head; cells wrap, and words that are wider than their column are cut.
 * @param isKey whether the first column is what a reader copies, and gives way last
 */
export function table(head: readonly string[], rows: readonly Row[], width: number, isKey = false): Line[] {
  const heads = head.map((text) => spans(bold(text)));
  const cells = rows.map((row) => row.cells.map(spans));
  const natural = heads.map((h, i) => Math.max(widthOf(h), ...cells.map((row) => widthOf(row[i] ?? []))));
  const widths = squeeze(natural, width, isKey ? natural.slice(0, 1) : []);
  return [
    ...layRow(heads, widths),
    ...cells.flatMap((row, i) => [...layRow(row, widths), ...indented(rows[i]?.below ?? [], 2)]),
  ];
}

/**
 * As `table`, with a name first and one line for each row: what does not fit ends in three dots. Cells that have a shorter form take it
 * before any cell is cut, and then what room is left.
 */
export function clippedTable(head: readonly string[], rows: readonly (readonly Fitting[])[], width: number): Line[] {
  const all: (readonly Fitting[])[] = [head.map(bold), ...rows];
  const naturalAt = (room: number) =>
    head.map((_, i) => Math.max(...all.map((row) => widthOf(spans(cellOf(row[i] ?? '', room))))));
  const full = naturalAt(Number.POSITIVE_INFINITY);
  const sum = (widths: readonly number[]) => widths.reduce((all, one) => all + one, GAP * (widths.length - 1));
  const shorter = naturalAt(SHORTER);
  // The shortest forms only where more than the name would be cut.
  const name = Math.min(shorter[0]!, shorter[0]! + width - sum(shorter));
  const isEnough = name >= Math.min(shorter[0]!, NARROWEST_NAME);
  const fitting = isEnough ? [name, ...shorter.slice(1)] : squeeze(naturalAt(0), width, [NARROWEST_NAME]);
  const widths = sum(full) <= width ? full : fitting;
  for (let i = head.length - 1; i >= 0; i--) {
    const room = widths[i]! + Math.max(0, width - sum(widths));
    if (rows.some((row) => typeof row[i] === 'function')) {
      widths[i] = Math.max(
        widths[i]!,
        ...rows.map((row) => Math.min(room, widthOf(spans(cellOf(row[i] ?? '', room))))),
      );
    }
  }
  return all.flatMap((row) =>
    layRow(
      row.map((cell, i) => clipped(cellOf(cell, widths[i]!), widths[i]!)[0]!),
      widths,
    ),
  );
}

function cellOf(cell: Fitting, room: number): Inline {
  return typeof cell === 'function' ? cell(room) : cell;
}

function layRow(cells: readonly Line[], widths: readonly number[]): Line[] {
  const columns = cells.map((cell, i) => wrap(cell, widths[i] ?? NARROWEST, true));
  const height = Math.max(...columns.map((column) => column.length));
  const lines: Line[] = [];
  for (let y = 0; y < height; y++) {
    lines.push(
      columns.flatMap((column, i) => {
        const last = i === columns.length - 1;
        const piece = column[y] ?? [];
        return last ? piece : [...padded(piece, widths[i] ?? 0), gap(GAP)];
      }),
    );
  }
  return lines;
}
