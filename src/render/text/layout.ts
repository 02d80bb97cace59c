import { columns, printable } from './safety.ts';

/** Lines of styled text, laid out for a width, with colour added last. */

export type Style = 'plain' | 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

declare const safe: unique symbol;

/** A piece of text that is safe to print: `span` escapes, and nothing outside this file makes one otherwise. */
export interface Span {
  readonly text: string;
  readonly style: Style;
  /** Columns of the text. */
  readonly width: number;
  readonly [safe]: true;
}

/** A span of text that is already escaped: doing so twice would double its backslashes. */
function made(text: string, style: Style): Span {
  return { text, style, width: columns(text) } as Span;
}

export function span(text: string, style: Style = 'plain'): Span {
  return made(printable(text), style);
}

export type Line = readonly Span[];
/** What callers may hand in: a bare string is plain. */
export type Inline = string | Span | readonly (string | Span)[];

/** Spaces of the layout itself. */
export function gap(width: number): Span {
  return made(' '.repeat(width), 'plain');
}

export const bold = (text: string) => span(text, 'bold');
export const dim = (text: string) => span(text, 'dim');

export function spans(content: Inline): Span[] {
  const list = typeof content === 'string' || 'text' in content ? [content] : content;
  return list.map((item) => (typeof item === 'string' ? span(item) : item));
}

export function widthOf(line: Line): number {
  return line.reduce((sum, piece) => sum + piece.width, 0);
}

export function padded(line: Line, width: number): Line {
  const missing = width - widthOf(line);
  return missing > 0 ? [...line, gap(missing)] : line;
}

const DOTS = made('...', 'dim');

/** Text between two spaces; it may change style within. */
type Word = Span[];

function wordsOf(content: Line): Word[] {
  const words: Word[] = [];
  let open = false;
  for (const piece of content) {
    const [first = '', ...rest] = piece.text.split(' ');
    const pieces = [first, ...rest];
    pieces.forEach((text, i) => {
      if (i > 0) open = false;
      if (text === '') return;
      const part = made(text, piece.style);
      if (open) words[words.length - 1]?.push(part);
      else words.push([part]);
      open = true;
    });
  }
  return words;
}

/** Cuts a word that is wider than a table's cell, after a separator where there is one. */
function cut(word: Word, width: number): Word[] {
  const parts: Word[] = [];
  let line: Span[] = [];
  let left = width;
  for (const piece of word) {
    let rest = [...piece.text];
    while (rest.length > 0) {
      let take = 0;
      let used = 0;
      while (take < rest.length && used + columns(rest[take] ?? '') <= left) used += columns(rest[take++] ?? '');
      if (take === rest.length) {
        line.push(made(rest.join(''), piece.style));
        left -= used;
        break;
      }
      const border = rest.slice(0, take).findLastIndex((c) => '/.-_:&?=@!$'.includes(c));
      if (border >= take / 2) take = border + 1;
      if (take === 0 && left === width) take = 1;
      line.push(made(rest.slice(0, take).join(''), piece.style));
      rest = rest.slice(take);
      parts.push(line.filter((s) => s.text !== ''));
      line = [];
      left = width;
    }
  }
  if (line.length > 0) parts.push(line);
  return parts;
}

/**
 * Breaks text at spaces. A word wider than `width` stays whole on a line of its own, so that paths and addresses can be
 * copied, unless `hard`.
 */
export function wrap(content: Inline, width: number, hard = false): Line[] {
  const words = wordsOf(spans(content)).flatMap((word) => (hard && widthOf(word) > width ? cut(word, width) : [word]));
  const lines: Span[][] = [];
  let line: Span[] = [];
  let used = 0;
  for (const word of words) {
    const size = widthOf(word);
    if (used > 0 && used + 1 + size > width) {
      lines.push(line);
      line = [];
      used = 0;
    }
    if (used > 0) {
      // Two words of one style are joined inside it: one escape sequence instead of many.
      const style = line[line.length - 1]?.style === word[0]?.style ? (word[0]?.style ?? 'plain') : 'plain';
      line.push(made(' ', style));
      used += 1;
    }
    line.push(...word);
    used += size;
  }
  if (line.length > 0) lines.push(line);
  return lines.length > 0 ? lines : [[]];
}

/** Text on so many lines at most, the last of which says by three dots that there was more. */
export function clipped(content: Inline, width: number, most = 1): Line[] {
  const lines = wrap(content, width, true);
  if (lines.length <= most) return lines;
  const last = wrap(lines[most - 1] ?? [], width - DOTS.width, true)[0] ?? [];
  return [...lines.slice(0, most - 1), [...last, DOTS]];
}

/** Indentation of a word that is too wide for its place behind a label. */
const OUTDENT = 2;

/** Text behind a label, its further lines under its first. A word too wide for that stands further left, by itself. */
export function labelled(label: Inline, content: Inline, width: number, labelWidth: number): Line[] {
  const head = padded(spans(label), labelWidth);
  const lines: Line[] = [];
  for (const line of wrap(content, width - labelWidth)) {
    const fits = widthOf(line) <= width - labelWidth;
    if (lines.length === 0) lines.push(fits ? [...head, ...line] : head);
    else if (fits) lines.push([gap(labelWidth), ...line]);
    if (!fits) lines.push([gap(Math.min(OUTDENT, labelWidth)), ...line]);
  }
  return lines;
}

/** Text as one line that a terminal shows and does not obey, in so many columns at most. */
export function clippedText(text: string, width: number): string {
  return (clipped(span(text), width)[0] ?? []).map((piece) => piece.text).join('');
}

/** As `labelled`, on so many lines at most. */
export function clippedRow(label: Inline, content: Inline, width: number, labelWidth: number, most = 1): Line[] {
  const [first = [], ...rest] = clipped(content, width - labelWidth, most);
  return [[...padded(spans(label), labelWidth), ...first], ...indented(rest, labelWidth)];
}

/** Several pieces of text behind one label. */
export function listed(label: string, contents: readonly Inline[], width: number, labelWidth: number): Line[] {
  return contents.flatMap((content, i) => labelled(dim(i === 0 ? label : ''), content, width, labelWidth));
}

export function indented(lines: readonly Line[], by: number): Line[] {
  return lines.map((line) => (line.length === 0 ? line : [gap(by), ...line]));
}

const codes: Record<Style, string> = {
  plain: '',
  bold: '\u001b[1m',
  dim: '\u001b[2m',
  red: '\u001b[1;31m',
  yellow: '\u001b[33m',
  green: '\u001b[32m',
  cyan: '\u001b[36m',
};

/** Lines as they are printed; the only place where control characters are written. */
export function paint(lines: readonly Line[], colour: boolean): string {
  return lines.map((line) => `${paintLine(line, colour)}\n`).join('');
}

/** A line that begins so would be a command to GitHub's runner, wherever it was wrapped (actions/runner, ActionCommand). */
const COMMAND = /^\s*::/;

function paintLine(given: Line, colour: boolean): string {
  const isCommand = COMMAND.test(given.map((piece) => piece.text).join(''));
  const line = isCommand ? [made('\\', 'plain'), ...given] : given;
  const text = line.map((piece) => piece.text).join('');
  if (!colour) return text.trimEnd();
  let out = '';
  let style: Style = 'plain';
  for (const piece of line) {
    if (piece.style !== style) {
      if (style !== 'plain') out += '\u001b[0m';
      out += codes[piece.style];
      style = piece.style;
    }
    out += piece.text;
  }
  return style === 'plain' ? out.trimEnd() : `${out}\u001b[0m`;
}
