import type { Coverage } from '../types.ts';

/** Lines of one kind that could hide an SDK and are listed by place; an archive of 200,000 broken entries has more. */
const LISTED = 1000;

interface Group {
  /** The first by the container's order, in whatever order entries are read. */
  readonly first: Coverage;
  readonly position: number;
  /** Lines before it; those of one entry come one after the other. */
  readonly after: number;
  count: number;
}

/** Coverage of a whole bundle, in as many lines as say something: what hides nothing is counted by kind. */
export class CoverageLog {
  readonly #listed: Coverage[] = [];
  readonly #gaps = new Map<string, Group>();
  readonly #harmless = new Map<string, Group>();
  #lines = 0;

  /** @param position in the container, of what stands in it; what is said of all comes before */
  add(line: Coverage, position = -1): void {
    if (!line.matters || line.state === 'read') {
      this.#count(this.#harmless, `${line.state} ${line.format} ${line.detail}`, line, position);
      return;
    }
    const key = `${line.state} ${line.format} ${line.reason}`;
    if (this.#count(this.#gaps, key, line, position) <= LISTED) this.#listed.push(line);
  }

  addAll(lines: readonly Coverage[], position = -1): void {
    for (const line of lines) this.add(line, position);
  }

  /** Gaps place by place, then how many more there are of a kind, then what hides nothing. */
  list(): Coverage[] {
    const rest = inOrder(this.#gaps).filter((group) => group.count > LISTED);
    return [
      ...this.#listed,
      ...rest.map(({ first, count }) => ({
        ...first,
        path: `(${count - LISTED} more entries)`,
        offset: null,
        detail: 'as those that are listed',
      })),
      ...inOrder(this.#harmless).map(({ first, count }) =>
        count === 1 ? first : { ...first, path: `(${count} entries)`, offset: null },
      ),
    ];
  }

  /** How many lines of that kind there are with this one. */
  #count(groups: Map<string, Group>, key: string, line: Coverage, position: number): number {
    const after = this.#lines++;
    const group = groups.get(key);
    if (group && position >= group.position) return ++group.count;
    const count = (group?.count ?? 0) + 1;
    groups.set(key, { first: line, position, after, count });
    return count;
  }
}

const inOrder = (groups: ReadonlyMap<string, Group>): Group[] =>
  [...groups.values()].sort((a, b) => a.position - b.position || a.after - b.after);
