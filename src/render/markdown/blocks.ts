/** Something that is left out as a whole where there is no room for it. */
export interface Block {
  /** Printed before the first item; with its empty line behind. */
  readonly head: string;
  readonly items: readonly string[];
  /** Behind the last item, where any was printed. */
  readonly tail: string;
}

export function table(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): Block {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell || '-').join(' | ')} |\n`;
  return {
    head: `### ${title}\n\n${row(columns)}${row(columns.map(() => '---'))}`,
    items: rows.map(row),
    tail: '\n',
  };
}

export function list(title: string, items: readonly string[]): Block {
  return { head: `### ${title}\n\n`, items, tail: '\n' };
}

/** A block that a reader opens by its title. */
export function folded({ head, items, tail }: Block): Block {
  const [, title = '', rest = ''] = /^### (.*)\n\n(.*)$/s.exec(head) ?? [];
  return {
    head: `<details><summary>${title}</summary>\n\n${rest}`,
    items,
    tail: `${tail}</details>\n\n`,
  };
}

const moreOf = (count: number) => `\n_${count} more: see the JSON report._\n`;

/** As many blocks, and of each as many items, as there is room for; what is left out is counted. */
export function filled(first: string, blocks: readonly Block[], last: string, most: number): string {
  let text = first;
  // What the lines that say what was left out may take.
  let room = most - first.length - last.length - 200;
  for (const { head, items, tail } of blocks) {
    if (items.length === 0) continue;
    const around = head.length + tail.length + 60;
    let used = around;
    let count = 0;
    while (count < items.length && used + (items[count] as string).length <= room)
      used += (items[count++] as string).length;
    if (count === 0) continue;
    const more = items.length - count;
    text += `${head}${items.slice(0, count).join('')}${more > 0 ? moreOf(more) : ''}${tail}`;
    room -= used;
  }
  return text + last;
}
