import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));
const npm = ['fflate', 'semver', 'valibot', 'commander', 'mmdb-lib'];

const words = ['types.ts', 'errors.ts', 'budgets.ts'];
/** What a scan spends from: those that read bytes carry it. */
const spending = [...words, 'allowance.ts'];

/** What each layer may import, besides itself. ARCHITECTURE.md shows the same as a picture. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'types.ts': ['types'],
  types: [],
  'errors.ts': [],
  'budgets.ts': [],
  'allowance.ts': ['budgets.ts'],
  'version.ts': [],
  'asof.ts': ['types.ts'],
  'coverage.ts': ['types.ts', 'errors.ts'],
  'text.ts': [],
  'order.ts': [],
  'countries.ts': [],
  'releases.ts': ['types.ts'],
  runtime: ['errors.ts', 'node:', 'fflate'],
  formats: [...words, 'coverage.ts', 'order.ts', 'text.ts'],
  bundle: [...spending, 'coverage.ts', 'order.ts', 'text.ts', 'formats', 'inventory', 'runtime'],
  inventory: ['types.ts', 'budgets.ts', 'formats'],
  features: [...spending, 'coverage.ts', 'text.ts', 'formats', 'bundle', 'runtime', 'inventory'],
  rules: ['types.ts', 'errors.ts', 'valibot'],
  check: ['order.ts', 'countries.ts', 'releases.ts', 'types.ts', 'errors.ts', 'runtime', 'rules', 'match', 'valibot'],
  match: ['types.ts', 'errors.ts', 'text.ts', 'formats', 'inventory', 'rules'],
  given: ['types.ts', 'errors.ts', 'asof.ts', 'countries.ts', 'runtime', 'valibot', 'mmdb-lib'],
  detect: ['order.ts', 'releases.ts', 'types.ts', 'rules', 'inventory', 'given'],
  trace: ['order.ts', 'releases.ts', 'types.ts', 'rules', 'inventory', 'detect', 'asof.ts', 'countries.ts'],
  judge: ['order.ts', 'countries.ts', 'releases.ts', 'types.ts', 'asof.ts', 'rules', 'semver', 'check', 'trace'],
  diff: ['order.ts', 'releases.ts', 'types.ts', 'valibot'],
  report: [
    'order.ts',
    'types.ts',
    'errors.ts',
    'asof.ts',
    'diff',
    'text.ts',
    'inventory',
    'runtime',
    'rules',
    'trace',
    'version.ts',
  ],
  render: [
    'diff',
    'order.ts',
    'countries.ts',
    'releases.ts',
    'types.ts',
    'errors.ts',
    'asof.ts',
    'rules',
    'text.ts',
    'report',
    'runtime',
  ],
  'read.ts': [...spending, 'coverage.ts', 'text.ts', 'bundle', 'features', 'inventory', 'runtime'],
  verify: [...spending, 'coverage.ts', 'text.ts', 'bundle', 'features', 'formats', 'runtime', 'read.ts'],
  pool: ['types.ts', 'errors.ts', 'runtime', 'scan.ts', 'index.ts'],
  build: [
    ...[
      'check',
      'cli',
      'diff',
      'given',
      'judge',
      'render',
      'report',
      'rules',
      'runtime',
      'node:',
      'rolldown',
      'valibot',
      'publint',
    ],
    ...['version.ts', '@valibot/to-json-schema', 'ts-json-schema-generator'],
  ],
  cli: ['index.ts', 'node:', 'commander'],
};

const files = (readdirSync(src, { recursive: true }) as string[])
  .filter((f) => f.endsWith('.ts'))
  .map((f) => f.replaceAll('\\', '/'));
const layerOf = (path: string) => path.split('/')[0] as string;

it.each(files)('%s imports only what its layer may', (file) => {
  const layer = layerOf(file);
  // The pipeline and the public API see everything below them.
  if (['scan.ts', 'assess.ts', 'index.ts', 'web.ts'].includes(layer)) return;
  expect(Object.keys(allowed), `${layer} has no row in the import table`).toContain(layer);
  const text = readFileSync(join(src, file), 'utf8');
  // What a consumer would write stands in the package check as text.
  const imports = file === 'build/check-package.ts' ? text.slice(0, text.indexOf('\n\n')) : text;
  for (const [, specifier = ''] of imports.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)';/gms)) {
    const target = specifier.startsWith('.')
      ? layerOf(posix.join(posix.dirname(file), specifier))
      : specifier.startsWith('node:')
        ? 'node:'
        : specifier.replace(/^([^@/]+)\/.*/, '$1');
    if (target === layer) continue;
    expect(allowed[layer], `${file} imports ${specifier}`).toContain(target);
    if (target === 'node:') expect(file).toMatch(/^(runtime\/node|cli\/|build\/)/);
  }
});

it('no file of the core touches the operating system behind the runtime’s back', () => {
  for (const file of files.filter((f) => !/^(cli\/|build\/|runtime\/node)/.test(f))) {
    const text = readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(text, file).not.toMatch(/\b(process\.|Buffer\.|require\(|console\.)/);
  }
});

it('only coverage.ts turns a FormatError into a reason', () => {
  for (const file of files.filter((f) => f !== 'coverage.ts')) {
    const text = readFileSync(join(src, file), 'utf8');
    const caught = [...text.matchAll(/instanceof (?:FormatError|BudgetError)\b/g)];
    // What cannot be opened at all is a ScanError, with the reader's words.
    if (file === 'bundle/open.ts')
      expect(text).toMatch(/instanceof FormatError\) [^;]* throw error;[\s\S]*?throw new ScanError\(/);
    expect(caught, file).toHaveLength(file === 'bundle/open.ts' ? 1 : 0);
    // Nor by the name, or by taking whatever was thrown.
    expect(text, file).not.toMatch(/\.name === '(?:FormatError|BudgetError)'/);
  }
});

it('every runtime dependency has its line in ARCHITECTURE.md', () => {
  const root = dirname(src.replace(/\/$/, ''));
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(Object.keys(dependencies).sort()).toEqual([...npm].sort());
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  for (const name of npm) expect(text).toContain(`\`${name}\``);
});

it('what waybill/web loads at once reaches neither Node nor mmdb-lib, which asks for Buffer, nor property lists', () => {
  const reached = new Set(['web.ts']);
  for (const file of reached) {
    const text = readFileSync(join(src, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?\bfrom '([^']+)';/gms)) {
      expect(specifier, file).not.toMatch(/^node:|^mmdb-lib$/);
      if (specifier.startsWith('.')) reached.add(posix.join(posix.dirname(file), specifier));
    }
  }
  expect(reached).toContain('scan.ts');
  // Nor what one kind of bundle needs alone: an APK waits for no property list.
  expect(reached).toContain('bundle/kinds/ipa.ts');
  expect([...reached].filter((file) => file.startsWith('formats/plist/'))).toEqual([]);
});

it('no import runs in a circle, of types neither', () => {
  const imports = new Map(
    files.map((file) => [
      file,
      [...readFileSync(join(src, file), 'utf8').matchAll(/^(?:import|export)\b[^;]*?\bfrom '(\.[^']+)';/gms)].map(
        ([, specifier = '']) => posix.join(posix.dirname(file), specifier),
      ),
    ]),
  );
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    expect(trail, `${[...trail, file].join(' → ')}`).not.toContain(file);
    if (done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
});
