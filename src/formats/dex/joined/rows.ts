import { BudgetError, FormatError } from '../../../errors.ts';
import type { DexFile } from '../header.ts';
import type { Spend } from '../instructions.ts';
import { stringStart } from '../tables.ts';

/** Rows of a table that instructions can name. */
const MOST_ROWS = 0xffff;

/** Rows of a table that is being made: each once, by a key that tells it. */
export class Rows<T> {
  readonly all: T[] = [];
  readonly #places = new Map<string, number>();

  /** @throws FormatError with reason `budget` where an instruction could not name one more */
  place(key: string, make: () => T): number {
    let place = this.#places.get(key);
    if (place === undefined) {
      if (this.all.length >= MOST_ROWS) throw new BudgetError('rows of a joined DEX', MOST_ROWS, 0);
      place = this.all.length;
      this.all.push(make());
      this.#places.set(key, place);
    }
    return place;
  }
}

export interface Text {
  /** A character for each byte, so that texts compare as their bytes do. */
  readonly bytes: string;
  /** By file: where its bytes stand in the content. */
  readonly places: Map<number, number>;
}

/** The tables of ids of several files as one; rows name each other by their places. */
export class Tables {
  readonly strings = new Rows<Text>();
  /** Place of the descriptor. */
  readonly types = new Rows<number>();
  readonly protos = new Rows<{ readonly result: number; readonly parameters: readonly number[] }>();
  readonly fields = new Rows<{ readonly of: number; readonly type: number; readonly name: number }>();
  readonly methods = new Rows<{ readonly of: number; readonly proto: number; readonly name: number }>();
}

export type TableName = 'string' | 'type' | 'field' | 'method';

/** Bytes of a string, parameters of a method: what no compiler comes near. */
const LONGEST = 0xffff;
const MOST_PARAMETERS = 255;

/** Bytes that are left for what is kept, and what may be spent on keeping it. */
export class Room {
  left: number;
  readonly spend: Spend;

  constructor(left: number, spend: Spend) {
    this.left = left;
    this.spend = spend;
  }

  /** @throws FormatError with reason `budget` where there is none */
  take(bytes: number, at: number): void {
    this.left -= bytes;
    if (this.left < 0 || !this.spend(1 + Math.floor(bytes / BYTES_PER_STEP))) {
      throw new BudgetError('room for classes of a joined DEX', bytes, at);
    }
  }
}

/** Bytes that are kept in about a step. */
const BYTES_PER_STEP = 256;

/** Takes rows of one file over, each once. */
export class Taking {
  readonly #dex: DexFile;
  readonly #file: number;
  readonly #tables: Tables;
  readonly #room: Room;
  readonly #taken = new Map<string, number>();

  constructor(dex: DexFile, file: number, tables: Tables, room: Room) {
    this.#room = room;
    this.#dex = dex;
    this.#file = file;
    this.#tables = tables;
  }

  string(index: number): number {
    return this.#once('s', index, () => {
      const { bytes, base } = this.#dex;
      const start = stringStart(this.#dex, index);
      const end = bytes.subarray(start, start + LONGEST + 1).indexOf(0);
      if (end < 0) throw new FormatError(`string ${index} is not readable or too long`, start);
      this.#room.take(end, start);
      let text = '';
      for (let at = start; at < start + end; at++) text += String.fromCharCode(bytes[at]!);
      const place = this.#tables.strings.place(text, () => ({ bytes: text, places: new Map() }));
      const { places } = this.#tables.strings.all[place]!;
      if (!places.has(this.#file)) places.set(this.#file, base + start);
      return place;
    });
  }

  type(index: number): number {
    return this.#once('t', index, () => {
      const string = this.string(this.#word('types', index, 4, 0));
      return this.#tables.types.place(`${string}`, () => string);
    });
  }

  proto(index: number): number {
    return this.#once('p', index, () => {
      const result = this.type(this.#word('protos', index, 12, 4));
      const parameters = typeList(this.#dex, this.#word('protos', index, 12, 8), MOST_PARAMETERS).map((each) =>
        this.type(each),
      );
      return this.#tables.protos.place(`${result} ${parameters}`, () => ({ result, parameters }));
    });
  }

  field(index: number): number {
    return this.#once('f', index, () => {
      const [of, type] = this.#halves('fields', index);
      const row = { of: this.type(of), type: this.type(type), name: this.string(this.#word('fields', index, 8, 4)) };
      return this.#tables.fields.place(`${row.of} ${row.type} ${row.name}`, () => row);
    });
  }

  method(index: number): number {
    return this.#once('m', index, () => {
      const [of, proto] = this.#halves('methods', index);
      const row = {
        of: this.type(of),
        proto: this.proto(proto),
        name: this.string(this.#word('methods', index, 8, 4)),
      };
      return this.#tables.methods.place(`${row.of} ${row.proto} ${row.name}`, () => row);
    });
  }

  #once(table: string, index: number, take: () => number): number {
    const key = `${table}${index}`;
    let place = this.#taken.get(key);
    if (place === undefined) {
      place = take();
      this.#taken.set(key, place);
    }
    return place;
  }

  #halves(table: 'fields' | 'methods', index: number): readonly [number, number] {
    const word = this.#word(table, index, 8, 0);
    return [word & 0xffff, word >>> 16];
  }

  /** @throws FormatError where the table has no such row */
  #word(table: 'types' | 'protos' | 'fields' | 'methods', index: number, size: number, at: number): number {
    const { offset, count } = this.#dex[table];
    if (index >= count) throw new FormatError(`row ${index} is not in the table of ${table}`, offset);
    return this.#dex.view.getUint32(offset + size * index + at, true);
  }
}

/** Rows of type_ids in a type_list (dex-format); none at offset 0. */
export function typeList({ view, bytes }: DexFile, offset: number, most: number): readonly number[] {
  if (offset === 0 || offset + 4 > bytes.length) return [];
  const count = Math.min(view.getUint32(offset, true), most, Math.floor((bytes.length - offset - 4) / 2));
  return Array.from({ length: count }, (_, i) => view.getUint16(offset + 4 + 2 * i, true));
}
