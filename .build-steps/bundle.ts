import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { checkPacked, moduleOf, rulesIn } from './pack.ts';

/** What a user names, and the rules, which change while the code does not. */
const modules = ['index', 'cli/main', 'web', 'rules/shipped', 'rules/packed'];

/**
 * Joins the sources to a few modules: to load 160 small ones takes twice the time and 10 MiB more, most of what a scan
 * of a small app costs. What package.json depends on stays where npm puts it, so that versions and advisories stay in sight.
 * @param rules directory of the rules that are packed into rules/packed.js
 */
export async function bundleInto(dist: URL, sources: URL, rules: URL): Promise<void> {
  const shipped = rulesIn(rules);
  const bundle = await rolldown({
    cwd: fileURLToPath(sources),
    input: Object.fromEntries(modules.map((name) => [name, `${name}.ts`])),
    platform: 'node',
    external: /^[a-z@]/,
    plugins: [{ name: 'packed-rules', load: (id) => (id.endsWith('/rules/packed.ts') ? moduleOf(shipped) : null) }],
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  // What they share lies as deep as src/platform/, from where node.ts finds the package's folder.
  const { output } = await bundle.generate({ format: 'esm', chunkFileNames: 'chunks/[name].js' });
  await bundle.close();
  for (const file of output) {
    if (file.type !== 'chunk') throw new Error(`${file.fileName} is no module`);
    const target = join(fileURLToPath(dist), file.fileName);
    mkdirSync(dirname(target), { recursive: true });
    // Whoever runs the command line meanwhile finds the old module or the new one, whole.
    const partial = `${target}.${process.pid}`;
    writeFileSync(partial, file.code);
    renameSync(partial, target);
  }
  await checkPacked(new URL('rules/packed.js', dist), shipped);
}
