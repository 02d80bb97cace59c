import type { Permissions } from '../rules/schema.ts';
import type { Complain } from './problem.ts';

/** Each id stands once, and each line of a list once in what it is of. */
export function checkPermissions(files: ReadonlyMap<string, Permissions>, on: (id: string) => Complain): void {
  const lists = ['permissions', 'members', 'strings', 'classes', 'symbols'] as const;
  const ids = new Set<string>();
  const identifying = new Set<string>();
  for (const [id, { guarded, identifying: rows }] of files) {
    const report = on(id);
    for (const [i, row] of rows.entries()) {
      for (const [j, name] of [row.id, ...row.members].entries()) {
        const field = j === 0 ? 'id' : `members.${j - 1}`;
        if (identifying.has(name)) report(`identifying.${i}.${field}`, `"${name}" stands twice`);
        identifying.add(name);
      }
    }
    for (const [i, each] of guarded.entries()) {
      if (ids.has(each.id)) report(`guarded.${i}.id`, `the id "${each.id}" stands twice`);
      ids.add(each.id);
      for (const list of lists) {
        const met = new Set<string>();
        for (const [j, name] of each[list].entries()) {
          if (met.has(name)) report(`guarded.${i}.${list}.${j}`, `"${name}" stands twice`);
          met.add(name);
        }
      }
    }
  }
}
