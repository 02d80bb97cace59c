import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { ScanError } from '../errors.ts';

/** What the system calls the error, never its message: that holds the host's paths. */
export function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Windows has neither. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * A file whole that a caller names: a context, waivers, a report, a database. A pipe or a device could keep the caller
 * waiting for ever, a link could lead to what nobody meant: neither is opened, also where it takes the file's place
 * meanwhile.
 * @param most bytes
 * @throws ScanError not-found, unreadable
 */
export function readRegularFile(path: string, most: number): Uint8Array {
  const refuse = (why: string, cause?: unknown) => new ScanError('unreadable', `${path}: ${why}`, { cause });
  try {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) throw refuse('a symbolic link; name the file that it leads to');
    if (!stat.isFile()) throw refuse('not a regular file; copy what it holds into one');
    if (stat.size > most) throw refuse(`${stat.size} bytes; at most ${most} are read`);
    const fd = openSync(path, flags);
    try {
      const opened = fstatSync(fd);
      if (!opened.isFile()) throw refuse('not a regular file; copy what it holds into one');
      const bytes = new Uint8Array(Math.min(opened.size, most) + 1);
      let count = 0;
      for (let got = -1; got !== 0 && count < bytes.length; count += got) {
        got = readSync(fd, bytes, count, bytes.length - count, count);
      }
      // One byte more than there should be.
      if (count === bytes.length) throw refuse('grew while it was read; try again');
      return bytes.subarray(0, count);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (error instanceof ScanError) throw error;
    if (reason(error) === 'ENOENT') throw new ScanError('not-found', `${path}: no such file`);
    throw refuse(`cannot be read (${reason(error)})`, error);
  }
}
