import type { Output } from './io.ts';

/** A stream that breaks long lines at spaces; what moves a cursor, and what is coloured, was laid out already. */
export function wrapping(stream: Output, width: number | undefined): Output {
  if (width === undefined) return stream;
  return {
    write: (text) =>
      stream.write(
        isLaidOut(text)
          ? text
          : text
              .split('\n')
              .map((line) => wrapLine(line, width))
              .join('\n'),
      ),
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
  };
}

const isLaidOut = (text: string): boolean => text.includes('\r') || text.includes('\u001b');

/** Further lines stand two columns further in than the first; a word that is too long stays whole. */
function wrapLine(line: string, width: number): string {
  if (line.length <= width) return line;
  const margin = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let open = margin;
  for (const word of line.slice(margin.length).split(' ')) {
    const isEmpty = open.trim() === '';
    if (!isEmpty && open.length + 1 + word.length > width) {
      lines.push(open);
      open = `${margin}  ${word}`;
    } else open += isEmpty ? word : ` ${word}`;
  }
  return [...lines, open].join('\n');
}
