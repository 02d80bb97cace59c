import type { Listed } from '../rules/schema.ts';
import type { Complain } from './problem.ts';

/** Each name stands once in a list: of two that have the same, only one would be met. */
export function checkListed(files: ReadonlyMap<string, Listed>, on: (id: string) => Complain): void {
  for (const [id, { sdks }] of files) {
    const met = new Set<string>();
    for (const [i, { name, as }] of sdks.entries()) {
      for (const [j, each] of [name, ...as].entries()) {
        if (met.has(each)) on(id)(`sdks.${i}.${j === 0 ? 'name' : `as.${j - 1}`}`, `"${each}" stands twice`);
        met.add(each);
      }
    }
  }
}
