import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { checkPacked, inAscii, moduleOf, rulesIn } from './pack.ts';
import { wordsModule } from './words.ts';

/** What a user names, and the rules, which change while the code does not. */
const modules = ['index', 'cli/main', 'pool/child', 'web', 'rules/shipped', 'rules/packed'];

/** Runs the twins of a rule pack; with it come the tests' writers of bundles, which nothing else in the package needs. */
const twins = { 'rules/twins': '../test/rules/proof/index.ts' };

/** Loaded by each of them whatever it is used for: one file, where rolldown would make a dozen to share parts of it with what is loaded later. */
const both = ['index.ts', 'web.ts'];

/** What a joined module is called by, where rolldown would take the name of any module in it: a source that tells it. */
const chunks = { 'scan.ts': 'core', 'index.ts': 'node' };

function nameOf(moduleIds: readonly string[], name: string): string {
  const told = Object.entries(chunks).find(([source]) => moduleIds.some((id) => id.endsWith(`/src/${source}`)));
  return `chunks/${told?.[1] ?? name}.js`;
}

/**
 * Joins the sources to a few modules: to load 160 small ones takes twice the time, which a scan of a small app would
 * feel. What package.json depends on stays where npm puts it, so that versions and advisories stay in sight.
 * @param rules directory of the rules that are packed into rules/packed.js
 */
export async function bundleInto(dist: URL, sources: URL, rules: URL): Promise<void> {
  const shipped = rulesIn(rules);
  const core = new Set<string>();
  const bundle = await rolldown({
    cwd: fileURLToPath(sources),
    input: { ...Object.fromEntries(modules.map((name) => [name, `${name}.ts`])), ...twins },
    platform: 'node',
    // Asked again with the path that a specifier was resolved to.
    external: (id) => !id.startsWith('.') && !isAbsolute(id) && !id.endsWith('.ts'),
    plugins: [
      { name: 'packed-rules', load: (id) => (/[/\\]rules[/\\]packed\.ts$/.test(id) ? moduleOf(shipped) : null) },
      {
        name: 'core',
        buildEnd() {
          const imported = (id: string) => this.getModuleInfo(id)?.importedIds ?? [];
          const [one, other] = both.map((name) => reached(fileURLToPath(new URL(name, sources)), imported));
          for (const id of one ?? []) if (other?.has(id)) core.add(id);
        },
      },
      { name: 'words', load: (id) => (/[/\\]runtime[/\\]brotli-dictionary\.ts$/.test(id) ? wordsModule() : null) },
    ],
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({
    format: 'esm',
    // A fifth of the text, which V8 reads at each start and keeps; the source maps have the sources.
    comments: { jsdoc: false },
    codeSplitting: { groups: [{ name: 'core', test: (id) => core.has(id) }] },
    dir: fileURLToPath(dist),
    chunkFileNames: ({ moduleIds, name }) => nameOf(moduleIds, name),
    sourcemap: true,
  });
  await bundle.close();
  for (const file of output) {
    if (file.type !== 'chunk') {
      if (!file.fileName.endsWith('.js.map')) throw new Error(`${file.fileName} is no module`);
      // Nobody reads rules, or words, by their line in one string.
      if (!isPacked(file.fileName)) write(new URL(file.fileName, dist), String(file.source));
      continue;
    }
    // It finds the package's folder from where it stands: as deep as in the sources.
    if (file.moduleIds.some((id) => /runtime[/\\]node\.ts$/.test(id)) && file.fileName.split('/').length !== 2) {
      throw new Error(`src/runtime/node.ts must not lie in ${file.fileName}`);
    }
    const code = isPacked(file.fileName) ? file.code.replace(/^\/\/# sourceMappingURL=.*$/m, '') : file.code;
    write(new URL(file.fileName, dist), inAscii(code));
  }
  await checkPacked(new URL('rules/packed.js', dist), shipped);
}

/** A module, and what it imports and does not wait for. */
function reached(from: string, importedBy: (id: string) => readonly string[]): Set<string> {
  const ids = new Set([from]);
  for (const id of ids) for (const next of importedBy(id)) if (isAbsolute(next)) ids.add(next);
  return ids;
}

function isPacked(fileName: string): boolean {
  return /(^|[/\\])(packed|brotli-dictionary)\.js(\.map)?$/.test(fileName);
}

/** Never half a module, for whoever runs the command line meanwhile. */
function write(url: URL, text: string): void {
  const target = fileURLToPath(url);
  mkdirSync(dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}`;
  writeFileSync(partial, text);
  renameSync(partial, target);
}
