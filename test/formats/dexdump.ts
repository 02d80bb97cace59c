import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether dexdump is installed; says so loudly where it is not. */
export function hasDexdump(): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v dexdump'], { stdio: 'ignore' });
    return true;
  } catch {
    // biome-ignore lint/suspicious/noConsole: an oracle that is skipped must be seen
    console.warn('SKIPPED: dexdump is not installed (Debian package dexdump)');
    return false;
  }
}

export interface DumpedField {
  /** Dotted. */
  readonly class: string;
  readonly name: string;
  /** Descriptor. */
  readonly type: string;
  /** As dexdump prints it: a String in quotes; null where it prints none. */
  readonly value: string | null;
}

/** The static fields of every class, as dexdump prints them; it checks the structure of the whole file first. */
export function dumpStaticFields(bytes: Uint8Array): DumpedField[] {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-dexdump-'));
  try {
    const file = join(folder, 'classes.dex');
    const dump = join(folder, 'dump.txt');
    writeFileSync(file, bytes);
    execFileSync('dexdump', ['-o', dump, file], { stdio: ['ignore', 'ignore', 'pipe'] });
    return staticFields(readFileSync(dump, 'latin1'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function staticFields(dump: string): DumpedField[] {
  const fields: DumpedField[] = [];
  // A class's lines, from one heading to the next; a value may hold line ends of its own.
  for (const part of dump.split(/^ {2}Class descriptor {2}: '/m).slice(1)) {
    const name = part.slice(1, part.indexOf(";'")).replaceAll('/', '.');
    const statics = /^ {2}Static fields +-\n([\s\S]*?)^ {2}Instance fields +-$/m.exec(part)?.[1] ?? '';
    for (const field of statics.split(/^ {4}#\d+ +: \(in L.*;\)\n/m).slice(1)) {
      const line = (label: string, pattern: string) =>
        new RegExp(`^ {6}${label} +: ${pattern}`, 'm').exec(field)?.[1] ?? null;
      fields.push({
        class: name,
        name: line('name', "'(.*)'") ?? '',
        type: line('type', "'(.*)'") ?? '',
        value: line('value', '([\\s\\S]*)\\n$'),
      });
    }
  }
  return fields;
}
