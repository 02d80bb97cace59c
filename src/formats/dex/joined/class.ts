import { LooseCursor } from '../cursor.ts';
import type { DexFile } from '../header.ts';
import { type Code, codeAt, Instructions } from '../instructions.ts';
import { type Method, visitMethodsOf, visitStaticFields } from '../members.ts';
import { formatOf, referentOf } from '../opcodes.ts';
import { valuesAt } from '../values.ts';
import { type Room, type TableName, type Taking, typeList } from './rows.ts';

/** A class as it is kept without its file. Numbers are places in the tables that are being made. */
export interface KeptClass {
  readonly file: number;
  readonly type: number;
  /** -1 for none. */
  readonly above: number;
  readonly interfaces: readonly number[];
  readonly statics: readonly number[];
  readonly values: readonly (KeptValue | null)[];
  readonly direct: readonly KeptMethod[];
  readonly virtual: readonly KeptMethod[];
}

/** The initial value of a static field: a string by its place, or a number and the byte at which it stands in the content. */
export type KeptValue =
  | { readonly kind: 'string'; readonly string: number }
  | { readonly kind: 'number'; readonly value: bigint; readonly offset: number; readonly byte: number };

export interface KeptMethod {
  readonly method: number;
  readonly code: KeptCode | null;
}

/** A code_item as it stands in its file, with the indices in it. */
export interface KeptCode {
  readonly bytes: Uint8Array;
  /** Of its first byte in the content. */
  readonly offset: number;
  readonly indices: readonly KeptIndex[];
}

export interface KeptIndex {
  readonly at: number;
  readonly table: TableName;
  readonly place: number;
  /** Whether it has 32 bits. */
  readonly isWide: boolean;
}

const NO_INDEX = 0xffff_ffff;
const MOST_INTERFACES = 256;

/**
 * Takes a class by its row in class_defs, with the code of its methods.
 * @throws FormatError where something of it is broken, and with reason `budget` where there is no room for it
 */
export function keptClass(dex: DexFile, row: number, file: number, taking: Taking, room: Room): KeptClass {
  const { view, classes } = dex;
  const word = (at: number) => view.getUint32(classes.offset + 32 * row + at, true);
  const above = word(8);
  const statics: number[] = [];
  const direct: KeptMethod[] = [];
  const virtual: KeptMethod[] = [];
  const data = word(24);
  if (data !== 0) {
    visitStaticFields(dex, data, ({ index }) => {
      statics.push(taking.field(index));
      return false;
    });
    visitMethodsOf(dex, data, room.spend, ({ index, code, isVirtual }: Method) => {
      const kept = code === 0 ? null : keptCode(dex, code, taking, room);
      (isVirtual ? virtual : direct).push({ method: taking.method(index), code: kept });
    });
  }
  return {
    ...{ file, type: taking.type(word(0)), above: above === NO_INDEX ? -1 : taking.type(above) },
    interfaces: typeList(dex, word(12), MOST_INTERFACES).map((each) => taking.type(each)),
    ...{ statics, direct, virtual },
    values: word(28) === 0 ? [] : keptValues(dex, word(28), statics.length, taking),
  };
}

function keptValues(dex: DexFile, offset: number, most: number, taking: Taking): (KeptValue | null)[] {
  const kept: (KeptValue | null)[] = [];
  for (const value of valuesAt(dex, offset)) {
    if (kept.length >= most) break;
    if (value === null) kept.push(null);
    else if (value.kind === 'string') kept.push({ kind: 'string', string: taking.string(value.index) });
    else kept.push({ kind: 'number', value: value.value, offset: dex.base + value.at, byte: dex.bytes[value.at]! });
  }
  return kept;
}

function keptCode(dex: DexFile, offset: number, taking: Taking, room: Room): KeptCode {
  const code = codeAt(dex, offset);
  const end = endOf(dex, offset, code, room.left);
  room.take(end - offset, offset);
  const indices: KeptIndex[] = [];
  const shown = new Instructions(dex, code, room.spend);
  while (shown.next()) {
    const table = shown.isTable ? null : referentOf(shown.opcode);
    if (table !== 'string' && table !== 'type' && table !== 'field' && table !== 'method') continue;
    const at = shown.offset + 2 - offset;
    indices.push({ at, table, place: taking[table](shown.index), isWide: formatOf(shown.opcode) === '31c' });
  }
  return { bytes: dex.bytes.slice(offset, end), offset: dex.base + offset, indices };
}

/** Where a code_item ends: behind its instructions, or the handlers of its try blocks (encoded_catch_handler_list). */
function endOf({ view, bytes }: DexFile, offset: number, { start, units }: Code, room: number): number {
  const tries = view.getUint16(offset + 6, true);
  const end = start + 2 * units;
  if (tries === 0) return end;
  const lists = new LooseCursor(bytes, end + (units % 2 === 0 ? 0 : 2) + 8 * tries);
  const isOver = () => lists.at > bytes.length || lists.at - offset > room;
  for (let left = lists.uleb128(); left > 0 && !isOver(); left--) {
    const size = lists.uleb128();
    const signed = size & 0x40 && size < 0x80 ? size - 0x80 : size;
    for (let pairs = Math.abs(signed); pairs > 0 && !isOver(); pairs--) {
      lists.uleb128();
      lists.uleb128();
    }
    if (signed <= 0) lists.uleb128();
  }
  return Math.min(lists.at, bytes.length);
}
