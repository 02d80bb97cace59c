import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openDex, staticString } from '../../src/formats/dex/index.ts';
import { decodeMutf8 } from '../../src/formats/dex/mutf8.ts';
import { hasTool } from '../build/installed.ts';

/** Whether dexdump is installed; says so loudly where it is not. */
export const hasDexdump = (): boolean => hasTool('dexdump', 'dexdump');

/** What `dexdump -d` prints: every instruction of every method, one a line. */
export function dumpOf(bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-dexdump-'));
  try {
    const [file, dump] = [join(folder, 'classes.dex'), join(folder, 'dump.txt')];
    writeFileSync(file, bytes);
    execFileSync('dexdump', ['-d', '-o', dump, file], { stdio: ['ignore', 'ignore', 'pipe'] });
    return readFileSync(dump, 'latin1');
  } finally {
    rmSync(folder, { recursive: true });
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

/**
 * Compares every static field of a DEX with dexdump: the bytes at the offset of each String, and null for all others.
 * Returns how many of each there were.
 */
export function compareStaticStrings(bytes: Uint8Array): { readonly strings: number; readonly others: number } {
  const dex = openDex(bytes);
  const counts = { strings: 0, others: 0 };
  const wrong: unknown[] = [];
  const texts = new Map<string, string | null>();
  for (const field of dumpStaticFields(bytes)) {
    // Of two fields of one name the String counts: others never have a value that is a String.
    const key = `${field.class}\0${field.name}`;
    const isText = field.type === 'Ljava/lang/String;' && field.value?.startsWith('"') === true;
    texts.set(key, isText ? field.value : (texts.get(key) ?? null));
  }
  for (const [key, value] of texts) {
    const [className = '', name = ''] = key.split('\0').map((text) => Buffer.from(text, 'latin1').toString());
    const found = staticString(dex, className, name);
    const end = found ? bytes.indexOf(0, found.offset) : 0;
    const read = found && printed(bytes.subarray(found.offset, end));
    if (read !== value) wrong.push({ className, name, value: value?.slice(0, 80), read: read?.slice(0, 80) });
    if (found && decodeMutf8(bytes, found.offset, end) !== found.value) wrong.push({ className, name, found });
    counts[value === null ? 'others' : 'strings']++;
  }
  expect(wrong).toEqual([]);
  expect(dex.problems).toEqual([]);
  return counts;
}

/** A string as dexdump prints it, from its MUTF-8 bytes (dexdump.cc, dumpEscapedString). */
function printed(bytes: Uint8Array): string {
  const escapes = new Map([
    ['\\', '\\\\'],
    ['"', '\\"'],
    ['\t', '\\t'],
    ['\n', '\\n'],
    ['\r', '\\r'],
  ]);
  const text = Buffer.from(bytes).toString('latin1');
  return `"${text.replace(/[\\"\t\n\r]/g, (c) => escapes.get(c) ?? c)}"`;
}
