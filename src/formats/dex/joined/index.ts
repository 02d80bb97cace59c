import type { DexFile } from '../header.ts';
import type { Spend } from '../instructions.ts';
import { dottedName, findType } from '../lookup.ts';
import { type KeptClass, keptClass } from './class.ts';
import { type Linked, link } from './link.ts';
import { Tables, Taking, typeList } from './rows.ts';

export type { Linked } from './link.ts';

/** Bytes of code that are kept, and classes: those around the calls of a large app are some hundreds. */
const ROOM = 4 * 1024 * 1024;
const MOST_CLASSES = 4_000;
/** Rows that an instruction can name. */
const MOST_ROWS = 0xffff;
/** Classes above one that come with it. */
const MOST_ABOVE = 32;

/** Types by which a file says that its methods are called by other ways. */
const marks = ['Ljava/lang/invoke/MethodHandles$Lookup;', 'Landroid/webkit/JavascriptInterface;'];

/** Classes out of several files, kept for one file to be made of them. */
export class Joining {
  readonly #tables = new Tables();
  readonly #classes = new Map<number, KeptClass>();
  readonly #takes: (className: string) => boolean;
  #room = ROOM;
  /** Whether something did not fit, or two files have a class of one name. */
  isFull = false;

  /** @param takes whether a class is to come along with one below it */
  constructor(takes: (className: string) => boolean) {
    this.#takes = takes;
  }

  /**
   * Takes classes of a file by their rows in class_defs, with what stands above them in the same file.
   * @throws FormatError where one is broken
   */
  add(dex: DexFile, file: number, rows: Iterable<number>, spend: Spend): void {
    const taking = new Taking(dex, file, this.#tables);
    for (const mark of marks) {
      const type = findType(dex, mark);
      if (type >= 0) taking.type(type);
    }
    const waiting = [...rows].map((row) => ({ row, left: MOST_ABOVE }));
    const seen = new Set<number>();
    let rowOf: ReadonlyMap<number, number> | null = null;
    for (let next = waiting.pop(); next && !this.isFull; next = waiting.pop()) {
      const { row, left } = next;
      if (seen.has(row)) continue;
      seen.add(row);
      const type = taking.type(typeAt(dex, row));
      const known = this.#classes.get(type);
      if (known) {
        this.isFull ||= known.file !== file;
        continue;
      }
      if (this.#classes.size >= MOST_CLASSES) {
        this.isFull = true;
        return;
      }
      const kept = keptClass(dex, row, file, taking, this.#room, spend);
      this.#classes.set(type, kept);
      for (const { code } of [...kept.direct, ...kept.virtual]) this.#room -= code?.bytes.length ?? 0;
      rowOf ??= rowsOfTypes(dex);
      for (const above of supertypes(dex, row)) {
        const its = rowOf.get(above);
        if (its !== undefined && left > 0 && this.#takes(dottedName(dex, above)))
          waiting.push({ row: its, left: left - 1 });
      }
    }
  }

  /** Null where it does not fit into one file. */
  link(): Linked | null {
    const { strings, types, protos, fields, methods } = this.#tables;
    const isTooLarge = [strings, types, protos, fields, methods].some(({ all }) => all.length > MOST_ROWS);
    return this.isFull || isTooLarge ? null : link(this.#tables, [...this.#classes.values()]);
  }
}

const NO_INDEX = 0xffff_ffff;

const typeAt = ({ view, classes }: DexFile, row: number): number => view.getUint32(classes.offset + 32 * row, true);

function rowsOfTypes(dex: DexFile): ReadonlyMap<number, number> {
  const rows = new Map<number, number>();
  for (let row = dex.classes.count - 1; row >= 0; row--) rows.set(typeAt(dex, row), row);
  return rows;
}

/** The superclass and interfaces of a class, by their rows in type_ids. */
export function supertypes(dex: DexFile, row: number): readonly number[] {
  const at = dex.classes.offset + 32 * row;
  const above = dex.view.getUint32(at + 8, true);
  const interfaces = typeList(dex, dex.view.getUint32(at + 12, true), 256);
  return above === NO_INDEX ? interfaces : [above, ...interfaces];
}
