import type { Runtimes } from '../rules/schema.ts';
import type { Complain } from './problem.ts';

/** Each name stands once: of two that have the same, only one would be met. */
export function checkRuntimes(files: ReadonlyMap<string, Runtimes>, on: (id: string) => Complain): void {
  const lists = ['files', 'packages', 'barePackages', 'modules'] as const;
  const met = {
    id: new Set<string>(),
    files: new Set(),
    packages: new Set(),
    barePackages: new Set(),
    modules: new Set(),
  };
  for (const [id, { runtimes }] of files) {
    const report = on(id);
    for (const [i, runtime] of runtimes.entries()) {
      if (met.id.has(runtime.id)) report(`runtimes.${i}.id`, `the id "${runtime.id}" stands twice`);
      met.id.add(runtime.id);
      for (const list of lists) {
        for (const [j, name] of runtime[list].entries()) {
          if (met[list].has(name)) report(`runtimes.${i}.${list}.${j}`, `"${name}" stands twice`);
          met[list].add(name);
        }
      }
    }
  }
}
