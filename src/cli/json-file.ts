import { readRegularFile } from '../index.ts';
import { UsageError } from './exit-codes.ts';

/** Bytes of waivers or reports: a million waivers, or the reports of a store's day. */
const MOST_OF_JSON = 256 * 1024 * 1024;

/** @throws ScanError not-found, unreadable; UsageError */
export function readJson(path: string, most = MOST_OF_JSON): unknown {
  const bytes = readRegularFile(path, most);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new UsageError(`${path}: not JSON (${(error as Error).message})`);
  }
}
