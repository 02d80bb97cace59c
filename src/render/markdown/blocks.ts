/** Something that is left out as a whole where there is no room for it. */
export interface Block {
  readonly title: string;
  /** Before the first item: a table's head, or nothing. */
  readonly head: string;
  /** Written when it is their turn: of very many only a few have room. */
  readonly items: readonly (() => string)[];
  /** Whether a reader opens it by its title. */
  readonly folded: boolean;
}

export function table<T>(
  title: string,
  columns: readonly string[],
  of: readonly T[],
  cells: (each: T) => readonly string[],
): Block {
  const row = (values: readonly string[]) => `| ${values.map((cell) => cell || '-').join(' | ')} |\n`;
  return {
    title,
    head: `${row(columns)}${row(columns.map(() => '---'))}`,
    items: of.map((each) => () => row(cells(each))),
    folded: false,
  };
}

export function list<T>(title: string, of: readonly T[], item: (each: T) => string): Block {
  return { title, head: '', items: of.map((each) => () => item(each)), folded: false };
}

export const folded = (block: Block): Block => ({ ...block, folded: true });

/** What the lines that say what was left out may take. */
const SPARE = 800;

/** As many blocks, and of each as many items, as there is room for; what is left out is counted, and no block goes unsaid. */
export function filled(first: string, blocks: readonly Block[], last: string, most: number): string {
  let text = first;
  let room = most - first.length - last.length - SPARE;
  const out: string[] = [];
  for (const { title, head, items, folded: isFolded } of blocks) {
    if (items.length === 0) continue;
    const begin = isFolded ? `<details><summary>${title}</summary>\n\n${head}` : `### ${title}\n\n${head}`;
    const end = isFolded ? '\n</details>\n\n' : '\n';
    const written: string[] = [];
    let used = begin.length + end.length + 60;
    for (const write of items) {
      const item = write();
      if (used + item.length > room) break;
      used += item.length;
      written.push(item);
    }
    if (written.length === 0) {
      out.push(title);
      continue;
    }
    const more = items.length - written.length;
    text += `${begin}${written.join('')}${more > 0 ? `\n_${more} more: see the JSON report._\n` : ''}${end}`;
    room -= used;
  }
  return `${text}${out.length > 0 ? `_Left out for want of room: ${out.join(', ')}._\n\n` : ''}${last}`;
}
