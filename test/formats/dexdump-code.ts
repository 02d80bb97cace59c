import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openDex } from '../../src/formats/dex/index.ts';
import { codeAt, Instructions } from '../../src/formats/dex/instructions.ts';
import { visitMethodsOf } from '../../src/formats/dex/members.ts';
import { formatOf, isNumber, referentOf } from '../../src/formats/dex/opcodes.ts';

/** What dexdump calls the tables, in a comment behind the name. */
const referents: Readonly<Record<string, string>> = { call_site: 'call-site', method_handle: 'method-handle' };

const hex = (text: string) => Number.parseInt(text, 16);
const everything = () => true;

/** One instruction in words that both readers can say: place, unit, registers, what it names, which number it loads. */
interface Line {
  readonly text: string;
  readonly mnemonic: string;
}

/** The instructions that `dexdump -d` prints, in order, without file offsets of methods that share their code. */
function* dumped(dump: string): Generator<Line> {
  const lines = dump.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const found = /^([0-9a-f]{6,8}): [0-9a-f. ]+\|([0-9a-f]{4,}): (\S+) ?([\s\S]*)$/.exec(lines[i]!);
    if (!found) continue;
    const [, place = '', unit = '', mnemonic = ''] = found;
    let rest = found[4] ?? '';
    // A string may hold line ends.
    while (mnemonic.startsWith('const-string') && !/\/\/ string@[0-9a-f]+$/.test(rest)) rest += `\n${lines[++i]}`;
    // `packed-switch-data (6 units)`
    const table = /^\((\d+) units\)$/.exec(rest);
    if (table) {
      yield { text: `${hex(place)} ${hex(unit)} table ${table[1]}`, mnemonic };
      continue;
    }
    const list = /^\{([^}]*)\}/.exec(rest)?.[1] ?? /^(v\d+(?:, v\d+)*)/.exec(rest)?.[1] ?? '';
    const registers = list.match(/\d+/g) ?? [];
    const named =
      /(?:\/\/ |, |^\S+, )(string|type|field|method|call_site|method_handle|proto)@([0-9a-f]+)(?:, proto@([0-9a-f]+))?$/.exec(
        rest,
      );
    const names = named ? ` ${referents[named[1]!] ?? named[1]} ${hex(named[2]!)}` : '';
    const proto = /, proto@([0-9a-f]+)$|\/\/ method@[0-9a-f]+, proto@([0-9a-f]+)/.exec(rest);
    const number =
      mnemonic.startsWith('const') && !names
        ? ` = ${/\/\/ #([0-9a-f]+)$/.exec(rest)?.[1]?.replace(/^0+(?=.)/, '')}`
        : '';
    yield {
      text: `${hex(place)} ${hex(unit)} v${registers}${names}${mnemonic.startsWith('invoke-polymorphic') && proto ? ` proto ${hex(proto[1] ?? proto[2] ?? '')}` : ''}${number}`,
      mnemonic,
    };
  }
}

/** As dexdump prints the number: of `const/high16` the unit, of `const/4` and `/16` the value in as many bits as it has. */
function numberOf(shown: Instructions): string {
  const format = formatOf(shown.opcode);
  const { literal } = shown;
  if (format === '11n') return BigInt.asUintN(8, literal).toString(16);
  if (format === '21h') return BigInt.asUintN(16, literal >> (shown.opcode === 0x19 ? 48n : 16n)).toString(16);
  const bits = { '21s': 16, '31i': 32, '51l': 64 }[format as '21s'];
  return BigInt.asUintN(bits, literal).toString(16);
}

/** The same of our reader. */
function wordsOf(shown: Instructions): string {
  const place = `${shown.offset} ${shown.at}`;
  if (shown.isTable) return `${place} table ${shown.units}`;
  const format = formatOf(shown.opcode);
  const names = referentOf(shown.opcode);
  const registers = () => {
    if (['35c', '3rc', '45cc', '4rcc'].includes(format)) return shown.arguments;
    if (['10x', '10t', '20t', '30t'].includes(format)) return [];
    const first = [shown.register];
    if (['12x', '22x', '32x', '22c', '22s', '22t'].includes(format)) first.push(shown.source);
    // What reads two registers and no index is not taken apart: units as they stand.
    if (format === '23x') first.push(shown.unit(1) & 0xff, shown.unit(1) >> 8);
    if (format === '22b') first.push(shown.unit(1) & 0xff);
    return first;
  };
  const proto = format === '45cc' || format === '4rcc' ? ` proto ${shown.proto}` : '';
  const number = isNumber(shown.opcode) ? ` = ${numberOf(shown)}` : '';
  return `${place} v${registers()}${names === null ? '' : ` ${names} ${shown.index}`}${proto}${number}`;
}

export interface Counts {
  methods: number;
  instructions: number;
  tables: number;
  /** Opcode → dexdump's name of it. */
  readonly names: Map<number, string>;
}

/** Compares every instruction of every method with `dexdump -d`. */
export function compareCode(bytes: Uint8Array, counts: Counts): void {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-dexdump-'));
  try {
    writeFileSync(join(folder, 'classes.dex'), bytes);
    execFileSync('dexdump', ['-d', '-o', join(folder, 'dump.txt'), join(folder, 'classes.dex')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const theirs = dumped(readFileSync(join(folder, 'dump.txt'), 'latin1'));
    const dex = openDex(bytes);
    const wrong: unknown[] = [];
    for (let row = dex.classes.offset; row < dex.classes.offset + 32 * dex.classes.count; row += 32) {
      const data = dex.view.getUint32(row + 24, true);
      if (data === 0) continue;
      visitMethodsOf(dex, data, everything, ({ code }) => {
        if (code === 0) return;
        counts.methods++;
        const shown = new Instructions(dex, codeAt(dex, code), everything);
        while (shown.next()) {
          const their = theirs.next();
          const ours = wordsOf(shown);
          if (their.done || their.value.text !== ours) {
            if (wrong.length < 5) wrong.push({ ours, theirs: their.value });
            continue;
          }
          const { mnemonic } = their.value;
          if (shown.isTable) counts.tables++;
          else {
            counts.instructions++;
            const known = counts.names.get(shown.opcode) ?? mnemonic;
            if (known !== mnemonic) wrong.push({ opcode: shown.opcode, known, mnemonic });
            counts.names.set(shown.opcode, mnemonic);
          }
        }
      });
    }
    expect(wrong).toEqual([]);
    expect(theirs.next().done).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
