import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));
const npm = ['fflate', 'semver', 'valibot', 'commander', 'mmdb-lib'];

/** What each layer may import, besides itself. ARCHITECTURE.md shows the same as a picture. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'types.ts': [],
  'errors.ts': [],
  'budgets.ts': [],
  'version.ts': [],
  'asof.ts': ['types.ts'],
  'coverage.ts': ['types.ts', 'errors.ts'],
  'text.ts': [],
  platform: ['errors.ts', 'node:', 'fflate'],
  formats: ['types.ts', 'errors.ts', 'budgets.ts', 'coverage.ts', 'text.ts'],
  bundle: ['types.ts', 'errors.ts', 'budgets.ts', 'coverage.ts', 'text.ts', 'formats', 'platform'],
  rules: ['types.ts', 'errors.ts', 'platform', 'valibot'],
  inventory: ['types.ts', 'budgets.ts', 'features'],
  match: ['types.ts', 'text.ts', 'features', 'formats', 'inventory', 'rules'],
  features: [
    'types.ts',
    'errors.ts',
    'budgets.ts',
    'coverage.ts',
    'text.ts',
    'formats',
    'bundle',
    'platform',
    'inventory',
    'match',
    'rules',
  ],
  'context.ts': ['types.ts', 'errors.ts', 'valibot'],
  'waivers.ts': ['types.ts', 'errors.ts', 'valibot'],
  'recipients.ts': ['types.ts', 'asof.ts', 'rules'],
  detect: ['types.ts', 'rules', 'features'],
  'detect.ts': ['types.ts', 'rules', 'features', 'detect'],
  'ip.ts': [],
  'addresses.ts': ['types.ts', 'errors.ts', 'ip.ts', 'platform', 'mmdb-lib'],
  'endpoints.ts': ['types.ts', 'rules', 'features', 'ip.ts'],
  'trace.ts': ['types.ts', 'rules', 'features', 'endpoints.ts', 'asof.ts', 'recipients.ts'],
  judge: ['types.ts', 'asof.ts', 'rules'],
  'judge.ts': ['types.ts', 'rules', 'judge'],
  'advisories.ts': ['types.ts', 'rules', 'judge', 'semver'],
  'gate.ts': ['types.ts', 'rules'],
  render: ['types.ts', 'asof.ts', 'rules', 'text.ts'],
  'read.ts': [
    'types.ts',
    'errors.ts',
    'budgets.ts',
    'coverage.ts',
    'text.ts',
    'bundle',
    'features',
    'inventory',
    'platform',
  ],
  verify: ['types.ts', 'errors.ts'],
  'verify.ts': [
    'types.ts',
    'errors.ts',
    'budgets.ts',
    'bundle',
    'features',
    'formats',
    'platform',
    'read.ts',
    'verify',
  ],
  'report.ts': ['types.ts', 'text.ts', 'inventory', 'platform', 'rules', 'version.ts'],
  'report-size.ts': ['types.ts', 'text.ts', 'gate.ts'],
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
  for (const [, specifier = ''] of text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)';/gms)) {
    const target = specifier.startsWith('.')
      ? layerOf(posix.join(posix.dirname(file), specifier))
      : specifier.startsWith('node:')
        ? 'node:'
        : specifier.replace(/^([^@/]+)\/.*/, '$1');
    if (target === layer) continue;
    expect(allowed[layer], `${file} imports ${specifier}`).toContain(target);
    if (target === 'node:') expect(file).toMatch(/^(platform\/node|cli\/)/);
  }
});

it('no file of the core touches the operating system behind the platform’s back', () => {
  for (const file of files.filter((f) => !/^(cli\/|platform\/node)/.test(f))) {
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
      expect(text).toMatch(/instanceof FormatError\)\) throw error;[\s\S]*?throw new ScanError\(/);
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

it('what waybill/web loads at once reaches neither Node nor mmdb-lib, which asks for Buffer when it is loaded', () => {
  const reached = new Set(['web.ts']);
  for (const file of reached) {
    const text = readFileSync(join(src, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?\bfrom '([^']+)';/gms)) {
      expect(specifier, file).not.toMatch(/^node:|^mmdb-lib$/);
      if (specifier.startsWith('.')) reached.add(posix.join(posix.dirname(file), specifier));
    }
  }
  expect(reached).toContain('scan.ts');
});

it('no import runs in a circle', () => {
  const imports = new Map(
    files.map((file) => [
      file,
      [
        ...readFileSync(join(src, file), 'utf8').matchAll(
          /^(?:import|export)\s+(?!type\b)[^;]*?\bfrom '(\.[^']+)';/gms,
        ),
      ].map(([, specifier = '']) => posix.join(posix.dirname(file), specifier)),
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
