import { readRegularFile } from '../index.ts';
import { UsageError } from './exit-codes.ts';

/** Bytes of waivers or reports: a million waivers, or the reports of a store's day. */
const MOST_OF_JSON = 256 * 1024 * 1024;

/**
 * The same of a file that may hold a value on each line, as `-o ndjson` writes it: a list of them.
 * @throws as `readJson`
 */
export function readLines(path: string): unknown {
  const text = readText(path, MOST_OF_JSON);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || !lines.every((line) => line.startsWith('{') && /\}\s*$/.test(line))) return parse(path, text);
  return lines.map((line, i) => parse(`${path}: line ${i + 1}`, line));
}

/**
 * What stands in a JSON file of UTF-8, with or without a byte order mark.
 * @throws ScanError not-found, unreadable; UsageError
 */
export function readJson(path: string, most = MOST_OF_JSON): unknown {
  return parse(path, readText(path, most));
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${name}: not JSON (${(error as Error).message})`);
  }
}

function readText(path: string, most: number): string {
  const bytes = readRegularFile(path, most);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${path}: not UTF-8; write it in that encoding`);
  }
}
