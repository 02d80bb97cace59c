import { ReadError } from '../errors.ts';
import type { ByteSource, Runtime } from '../runtime/runtime.ts';
import type { Coverage } from '../types.ts';
import type { Reader } from './app.ts';
import type { Opened } from './open.ts';

/**
 * sha256 of the file; of a directory, the sha256 over its sorted paths and their digests. A file that cannot be read, or
 * is beyond the budgets, stands there by its size.
 */
export async function digestOf(
  opened: Opened,
  reader: Reader,
  pause: () => Promise<void>,
  cover: (line: Coverage) => void,
) {
  const { runtime, streamer, budgets } = reader;
  const changed = (path: string, detail: string) =>
    cover({ path, format: 'file', state: 'partial', reason: 'missing', offset: null, detail, matters: true });
  if (opened.source) return hashSource(opened.source, runtime, pause, (detail) => changed('(the bundle)', detail));
  const list = runtime.sha256();
  const entries = [...opened.archive.entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  let left = budgets.bundleBytes;
  for (const entry of entries) {
    let digest = `${entry.size} bytes`;
    if (entry.size <= Math.min(left, budgets.entryBytes)) {
      left -= entry.size;
      try {
        const { content, close } = await entry.locate();
        try {
          const hash = runtime.sha256();
          const end = await streamer.stream(content, entry.size, (bytes) => {
            hash.update(bytes);
            return true;
          });
          if (end.state === 'whole' && end.bytes === entry.size) digest = hash.digest();
          else changed(entry.path, 'the file changed while it was read');
        } finally {
          close();
        }
      } catch (error) {
        if (!(error instanceof ReadError)) throw error;
        changed(entry.path, `not in the digest: ${error.message}`);
      }
    }
    list.update(new TextEncoder().encode(`${entry.path}\0${digest}\n`));
  }
  return list.digest();
}

async function hashSource(
  source: ByteSource,
  runtime: Runtime,
  pause: () => Promise<void>,
  changed: (detail: string) => void,
): Promise<string> {
  const hash = runtime.sha256();
  const piece = new Uint8Array(1024 * 1024);
  let at = 0;
  try {
    while (at < source.size) {
      const filled = source.readInto(piece, at);
      const count = filled instanceof Promise ? await filled : filled;
      if (count === 0) break;
      hash.update(piece.subarray(0, count));
      at += count;
      if (at % (8 * piece.length) === 0) await pause();
    }
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
  }
  if (at < source.size) changed(`the file could be read to byte ${at} of ${source.size}: its digest is of these`);
  return hash.digest();
}
