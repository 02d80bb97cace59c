import { type DexFile, headerSize, openDex } from '../header.ts';
import type { KeptClass, KeptCode, KeptMethod } from './class.ts';
import type { Tables } from './rows.ts';
import { Writer } from './writer.ts';

/** Where a byte of the joined file was taken from. */
export interface Origin {
  readonly file: number;
  /** In the content that the file is of. */
  readonly offset: number;
  /** As it stands there, from this byte on. */
  readonly bytes: Uint8Array;
}

/** Classes of several files as one file, and where its bytes come from. */
export interface Linked {
  readonly dex: DexFile;
  /** Of code, or of a number; null for anything else. */
  originOf(offset: number): Origin | null;
  /** Where the content of a file has the text that begins there; null where it has not. */
  textIn(file: number, offset: number): number | null;
}

interface Piece extends Origin {
  readonly at: number;
}

const NO_INDEX = 0xffff_ffff;

/** Writes the tables in the order in which readers search them. @param handled methods that handles are for */
export function link(tables: Tables, classes: readonly KeptClass[], handled: readonly number[]): Linked {
  const { strings, types, protos, fields, methods } = tables;
  const stringOf = ranked(strings.all, (a, b) => (a.bytes < b.bytes ? -1 : 1));
  const typeOf = ranked(types.all, (a, b) => stringOf[a]! - stringOf[b]!);
  const fieldOf = ranked(fields.all, (a, b) => typeOf[a.of]! - typeOf[b.of]!);
  const methodOf = ranked(methods.all, (a, b) => typeOf[a.of]! - typeOf[b.of]!);
  const indexOf = {
    ...{ string: (place: number) => stringOf[place]!, type: (place: number) => typeOf[place]! },
    ...{ field: (place: number) => fieldOf[place]!, method: (place: number) => methodOf[place]! },
  };
  const file = new Writer();
  const pieces: Piece[] = [];
  file.skip(headerSize);
  const table = (count: number, size: number) => {
    const at = file.at;
    file.skip(count * size);
    return { at, count };
  };
  const at = {
    strings: table(strings.all.length, 4),
    types: table(types.all.length, 4),
    protos: table(protos.all.length, 12),
    fields: table(fields.all.length, 8),
    methods: table(methods.all.length, 8),
    classes: table(classes.length, 32),
  };
  const typeList = (list: readonly number[]): number => {
    if (list.length === 0) return 0;
    file.align4();
    const begin = file.at;
    file.u32(list.length);
    for (const place of list) file.u16(typeOf[place]!);
    return begin;
  };
  const codeOf = ({ bytes, offset, indices }: KeptCode, from: number): number => {
    file.align4();
    const begin = file.at;
    file.bytes(bytes);
    for (const { at, table, place, isWide } of indices) {
      if (isWide) file.setU32(begin + at, indexOf[table](place));
      else file.setU16(begin + at, indexOf[table](place));
    }
    pieces.push({ at: begin, file: from, offset, bytes });
    return begin;
  };
  const sortedStatics = (statics: readonly number[]) =>
    statics.map((place, i) => ({ index: fieldOf[place]!, i })).sort((a, b) => a.index - b.index);
  const valuesOf = ({ statics, values, file: from }: KeptClass): number => {
    if (values.length === 0) return 0;
    const begin = file.at;
    file.uleb(statics.length);
    for (const { i } of sortedStatics(statics)) {
      const value = values[i] ?? null;
      if (value === null) file.byte(VALUE_NULL);
      else if (value.kind === 'string') {
        file.byte(VALUE_STRING | (3 << 5));
        file.u32(stringOf[value.string]!);
      } else {
        pieces.push({ at: file.at, file: from, offset: value.offset, bytes: Uint8Array.of(value.byte) });
        file.byte(VALUE_LONG | (7 << 5));
        const bits = BigInt.asUintN(64, value.value);
        file.u32(Number(bits & 0xffff_ffffn));
        file.u32(Number(bits >> 32n));
      }
    }
    return begin;
  };
  const dataOf = ({ statics, direct, virtual, file: from }: KeptClass): number => {
    const coded = (list: readonly KeptMethod[]) =>
      [...list]
        .sort((a, b) => methodOf[a.method]! - methodOf[b.method]!)
        .map(({ method, code }) => ({ index: methodOf[method]!, code: code ? codeOf(code, from) : 0 }));
    const lists = [coded(direct), coded(virtual)];
    const begin = file.at;
    for (const count of [statics.length, 0, direct.length, virtual.length]) file.uleb(count);
    let field = 0;
    for (const { index } of sortedStatics(statics)) {
      file.uleb(index - field);
      file.uleb(0);
      field = index;
    }
    for (const list of lists) {
      let method = 0;
      for (const { index, code } of list) {
        file.uleb(index - method);
        file.uleb(0);
        file.uleb(code);
        method = index;
      }
    }
    return begin;
  };
  classes.forEach((each, i) => {
    const row = at.classes.at + 32 * i;
    const above = each.above < 0 ? NO_INDEX : typeOf[each.above]!;
    const words = [typeOf[each.type]!, 0, above, typeList(each.interfaces), NO_INDEX, 0, dataOf(each), valuesOf(each)];
    words.forEach((word, k) => {
      file.setU32(row + 4 * k, word);
    });
  });
  inOrder(
    protos.all,
    protos.all.map((_, place) => place),
    ({ result, parameters }, i) => {
      const row = at.protos.at + 12 * i;
      file.setU32(row + 4, typeOf[result]!);
      file.setU32(row + 8, typeList(parameters));
    },
  );
  inOrder(fields.all, fieldOf, ({ of, type, name }, i) => {
    const row = at.fields.at + 8 * i;
    file.setU16(row, typeOf[of]!);
    file.setU16(row + 2, typeOf[type]!);
    file.setU32(row + 4, stringOf[name]!);
  });
  inOrder(methods.all, methodOf, ({ of, proto, name }, i) => {
    const row = at.methods.at + 8 * i;
    file.setU16(row, typeOf[of]!);
    file.setU16(row + 2, proto);
    file.setU32(row + 4, stringOf[name]!);
  });
  inOrder(types.all, typeOf, (string, i) => file.setU32(at.types.at + 4 * i, stringOf[string]!));
  const texts = new Map<number, ReadonlyMap<number, number>>();
  inOrder(strings.all, stringOf, ({ bytes, places }, i) => {
    file.setU32(at.strings.at + 4 * i, file.at);
    file.uleb(Math.min(bytes.length, 0x7f));
    texts.set(file.at, places);
    file.bytes(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
    file.byte(0);
  });
  const header = [at.strings, at.types, at.protos, at.fields, at.methods, at.classes];
  header.forEach(({ at: begin, count }, i) => {
    file.setU32(56 + 8 * i, count);
    file.setU32(60 + 8 * i, begin);
  });
  file.align4();
  const handles = file.at;
  for (const method of handled) for (const half of [INVOKE_STATIC, 0, methodOf[method]!, 0]) file.u16(half);
  file.setU32(52, file.at);
  for (const word of [1, TYPE_METHOD_HANDLE, handled.length, handles]) file.u32(word);
  const bytes = file.written;
  bytes.set(MAGIC);
  return {
    dex: openDex(bytes),
    originOf: (offset) => {
      const piece = pieces.findLast((each) => each.at <= offset);
      if (!piece || offset >= piece.at + piece.bytes.length) return null;
      const from = offset - piece.at;
      return { file: piece.file, offset: piece.offset + from, bytes: piece.bytes.subarray(from) };
    },
    textIn: (file, offset) => texts.get(offset)?.get(file) ?? null,
  };
}

const MAGIC = new TextEncoder().encode('dex\n035\0');
const VALUE_LONG = 0x06;
const VALUE_STRING = 0x17;
const VALUE_NULL = 0x1e;
const TYPE_METHOD_HANDLE = 0x0008;
const INVOKE_STATIC = 0x04;

/** By the place of each row: its index once they are in order. */
function ranked<T>(rows: readonly T[], compare: (a: T, b: T) => number): readonly number[] {
  const places = rows.map((_, place) => place).sort((a, b) => compare(rows[a]!, rows[b]!) || a - b);
  const indices = new Array<number>(rows.length);
  places.forEach((place, index) => {
    indices[place] = index;
  });
  return indices;
}

function inOrder<T>(rows: readonly T[], indices: readonly number[], write: (row: T, index: number) => void): void {
  rows.forEach((row, place) => {
    write(row, indices[place]!);
  });
}
