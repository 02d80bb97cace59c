import { readRegularFile } from '../index.ts';
import { UsageError } from './exit-codes.ts';

/** Bytes of waivers or reports: a million waivers, or the reports of a store's day. */
const MOST_OF_JSON = 256 * 1024 * 1024;
/** Values of a file with one on each line. */
const MOST_LINES = 100_000;

/**
 * The same of a file that may hold a value on each line, as `-o ndjson` writes it: a list of them.
 * @throws as `readJson`
 */
export function readLines(path: string): unknown {
  const text = readText(path, MOST_OF_JSON);
  const lines: string[] = [];
  // One by one, since a file of line feeds alone would be as many texts.
  for (const [line] of text.matchAll(/\S[^\n]*/g)) {
    if (!line.startsWith('{') || !line.trimEnd().endsWith('}')) return parse(path, text);
    lines.push(line);
    if (lines.length > MOST_LINES)
      throw new UsageError(`${path}: more than ${MOST_LINES} lines; make it several files`);
  }
  if (lines.length < 2) return parse(path, text);
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
