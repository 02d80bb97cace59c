import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder, from the sources and from what is compiled out of them. */
export function root(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

const cache = join(root(), '.cache', 'npm');

/**
 * Unpacks a published npm package into the cache (once) and returns the folder that holds its files.
 * @param spec name and exact version, such as `react-native-agora@1.2.5`
 * @throws where the registry cannot be reached: a real-bytes test must fail then, not pass
 */
export function npmPackage(spec: string): string {
  const folder = join(cache, spec.replaceAll('/', '+'));
  if (existsSync(folder)) return join(folder, 'package');
  // A folder of our own that is renamed when whole: two test files may ask for the same package at once.
  const partial = join(cache, `partial-${process.pid}-${spec.replaceAll('/', '+')}`);
  mkdirSync(partial, { recursive: true });
  execFileSync('npm', ['pack', spec, '--silent', '--pack-destination', partial], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const tarball = readdirSync(partial).find((name) => name.endsWith('.tgz'));
  if (!tarball) throw new Error(`npm pack ${spec} left no tarball`);
  execFileSync('tar', ['-xzf', join(partial, tarball), '-C', partial]);
  renameWhole(partial, folder);
  return join(folder, 'package');
}

/** Puts what was made in a folder of our own where others look for it; another test file may have done so meanwhile. */
export function renameWhole(partial: string, folder: string): void {
  try {
    renameSync(partial, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(partial, { recursive: true });
  }
}

/** The path of one file of an npm package, after its bytes were compared with the pinned digest. */
export function pinned(spec: string, path: string, sha256: string): string {
  const file = join(npmPackage(spec), path);
  const seen = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (seen !== sha256) throw new Error(`${spec} ${path}: sha256 ${seen}, pinned ${sha256}`);
  return file;
}
