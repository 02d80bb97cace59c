import { createWriteStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { defaultBudgets } from '../index.ts';
import { UsageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { remark } from './remarks.ts';

/** Bundles of one folder. */
const MOST = 10_000;

/** What says that a folder is an app, or holds one unpacked, and no folder of bundles. */
const ofApp = new Set(['AndroidManifest.xml', 'Info.plist', 'Payload', 'Contents', 'META-INF']);
const isBundle = (name: string) => /\.(?:apk|ipa|app|aar|jar|framework|xcframework|xcarchive)$/i.test(name);

export interface Bundles {
  readonly files: readonly string[];
  /** Removes what was kept of stdin. */
  close(): void;
}

/**
 * The bundles that arguments stand for: themselves, those in a folder that is no app, what stdin holds for `-`.
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
      } else files.push(...inside(path, io, isQuiet));
    }
  } catch (error) {
    close();
    throw error;
  }
  return { files, close };
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

function inside(path: string, io: Io, isQuiet: boolean): string[] {
  // What cannot be looked at is said by whoever reads it.
  if (
    /\.(?:app|framework|xcframework|xcarchive)\/*$/i.test(path) ||
    !statSync(path, { throwIfNoEntry: false })?.isDirectory()
  )
    return [path];
  const names = readdirSync(path).sort();
  const bundles = names.filter(isBundle);
  if (bundles.length === 0 || names.some((name) => ofApp.has(name))) return [path];
  if (bundles.length > MOST) throw new UsageError(`${path}: ${bundles.length} bundles; ${MOST} at most at once`);
  const left = names.length - bundles.length;
  if (left > 0 && !isQuiet) {
    io.stderr.write(
      remark(
        `${path}: ${bundles.length} bundles; passed over ${left} more entries (not .apk, .ipa, .app, .aar, .jar, .framework, .xcframework, .xcarchive)`,
      ),
    );
  }
  return bundles.map((name) => join(path, name));
}
