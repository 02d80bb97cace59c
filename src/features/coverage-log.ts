import type { Coverage } from '../types.ts';

/** Lines of one kind that could hide an SDK and are listed by place; an archive of 200,000 broken entries has more. */
const LISTED = 1000;

interface Group {
  readonly first: Coverage;
  count: number;
}

/** Coverage of a whole bundle, in as many lines as say something: what hides nothing is counted by kind. */
export class CoverageLog {
  readonly #listed: Coverage[] = [];
  readonly #gaps = new Map<string, Group>();
  readonly #harmless = new Map<string, Group>();

  add(line: Coverage): void {
    if (!line.matters || line.state === 'read') {
      count(this.#harmless, `${line.state} ${line.format} ${line.detail}`, line);
      return;
    }
    if (count(this.#gaps, `${line.state} ${line.format} ${line.reason}`, line) <= LISTED) this.#listed.push(line);
  }

  addAll(lines: readonly Coverage[]): void {
    for (const line of lines) this.add(line);
  }

  /** Gaps place by place, then how many more there are of a kind, then what hides nothing. */
  list(): Coverage[] {
    const rest = [...this.#gaps.values()].filter((group) => group.count > LISTED);
    return [
      ...this.#listed,
      ...rest.map(({ first, count }) => ({
        ...first,
        path: `(${count - LISTED} more entries)`,
        offset: null,
        detail: 'as those that are listed',
      })),
      ...[...this.#harmless.values()].map(({ first, count }) =>
        count === 1 ? first : { ...first, path: `(${count} entries)`, offset: null },
      ),
    ];
  }
}

/** How many lines of that kind there are with this one. */
function count(groups: Map<string, Group>, key: string, line: Coverage): number {
  const group = groups.get(key);
  if (group) return ++group.count;
  groups.set(key, { first: line, count: 1 });
  return 1;
}
