import { createWriteStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { defaultBudgets, isSplitSet, ScanError } from '../index.ts';
import { UsageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { inputStat } from './output.ts';
import { remark } from './remarks.ts';

/** Bundles of one folder. */
const MOST = 10_000;

/** What says that a folder is an app, or holds one unpacked, and no folder of bundles. */
const ofApp = new Set(['AndroidManifest.xml', 'Info.plist', 'Payload', 'Contents', 'META-INF']);
/** Names of what is read, by its ending; a folder of them is a folder of bundles. */
const endings = [
  'aab',
  'apk',
  'apkm',
  'apks',
  'xapk',
  'ipa',
  'app',
  'aar',
  'jar',
  'framework',
  'xcframework',
  'xcarchive',
];
const isBundle = (name: string) => endings.includes(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
const isPackage = (name: string) => /\.apk$/i.test(name);

export interface Bundles {
  /** Of several packages that are one app, the first stands for all. */
  readonly files: readonly string[];
  /** By that first one: all of them. */
  readonly sets: ReadonlyMap<string, readonly string[]>;
  /** Removes what was kept of stdin. */
  close(): void;
}

/**
 * The bundles that arguments stand for: themselves, those in a folder that is no app, what stdin holds for `-`. Packages
 * of one app are one bundle, whether a folder holds them or the arguments name them.
 * @throws UsageError
 */
export async function bundlesOf(paths: readonly string[], io: Io, isQuiet: boolean): Promise<Bundles> {
  let folder: string | null = null;
  const close = () => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  };
  const files: string[] = [];
  try {
    for (const path of paths) {
      if (path === '-') {
        if (folder !== null) throw new UsageError('stdin can be read once: name "-" once');
        folder = mkdtempSync(join(tmpdir(), 'waybill-'));
        files.push(await keep(io.stdin, join(folder, 'stdin')));
      } else files.push(...(await inside(path, io, isQuiet)));
    }
  } catch (error) {
    close();
    throw error;
  }
  try {
    return { ...(await asOneApp(files, io, isQuiet)), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Of all packages that are named, one bundle where they are one app. */
async function asOneApp(files: readonly string[], io: Io, isQuiet: boolean): Promise<Pick<Bundles, 'files' | 'sets'>> {
  const packages = [...new Set(files.filter(isPackage))];
  const [first] = packages;
  if (first === undefined || !(await isOneApp(packages))) return { files, sets: new Map() };
  if (!isQuiet)
    io.stderr.write(remark(`${first} and ${packages.length - 1} more are packages of one app: read as one`));
  const others = new Set(packages.slice(1));
  return { files: files.filter((file) => !others.has(file)), sets: new Map([[first, packages]]) };
}

/** What cannot be looked at is said by whoever reads it. */
async function isOneApp(paths: readonly string[]): Promise<boolean> {
  if (paths.some((path) => !inputStat(path)?.isFile())) return false;
  try {
    return await isSplitSet(paths);
  } catch (error) {
    if (error instanceof ScanError) return false;
    throw error;
  }
}

/** A bundle is read by position, from its end on: a stream is kept in a file first. */
async function keep(stdin: Io['stdin'], path: string): Promise<string> {
  if (stdin === undefined) throw new UsageError('there is no stdin to read "-" from; name a file');
  const { bundleBytes } = defaultBudgets;
  let size = 0;
  async function* counted(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > bundleBytes) throw new UsageError(`stdin: more than ${bundleBytes} bytes; name a file`);
      yield chunk;
    }
  }
  await pipeline(counted(stdin()), createWriteStream(path, { mode: 0o600 }));
  if (size === 0) throw new UsageError('stdin: empty; "-" reads a bundle from it');
  return path;
}

/** Empty for a folder that may not be looked into. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

async function inside(path: string, io: Io, isQuiet: boolean): Promise<string[]> {
  // What cannot be looked at is said by whoever reads it.
  const isOne = /\.(?:app|framework|xcframework|xcarchive)\/*$/i.test(path);
  if (isOne || !inputStat(path)?.isDirectory()) return [path];
  const names = namesIn(path);
  const bundles = names.filter(isBundle);
  if (bundles.length === 0 || names.some((name) => ofApp.has(name))) return [path];
  if (bundles.length > MOST) throw new UsageError(`${path}: ${bundles.length} bundles; ${MOST} at most at once`);
  const paths = bundles.map((name) => join(path, name));
  // The folder is the bundle: it may hold more of the app, such as its OBB files.
  if (bundles.every(isPackage) && (await isOneApp(paths))) return [path];
  const left = names.length - bundles.length;
  if (left > 0 && !isQuiet) {
    io.stderr.write(
      remark(
        `${path}: ${bundles.length} bundles; passed over ${left} more entries (not ${endings.map((ending) => `.${ending}`).join(', ')})`,
      ),
    );
  }
  return paths;
}
