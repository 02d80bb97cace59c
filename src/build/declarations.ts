import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';

/** Copies the declarations of the public modules, and of what they name; the rest of the sources is nobody's to import. */
export function copyDeclarations(types: URL, dist: URL, modules: readonly string[]): void {
  const reached = new Set(modules.map((name) => `${name}.d.ts`));
  for (const path of reached) {
    const from = new URL(path, types);
    for (const [, specifier = ''] of readFileSync(from, 'utf8').matchAll(/\b(?:from |import\()['"](\.[^'"]+)['"]/g)) {
      const named = new URL(specifier.replace(/\.[jt]s$/, '.d.ts'), from);
      reached.add(named.pathname.slice(types.pathname.length));
    }
    const target = new URL(path, dist);
    mkdirSync(new URL('.', target), { recursive: true });
    copyFileSync(from, target);
  }
}
