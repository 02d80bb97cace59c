import { methodHandles } from '../handles.ts';
import type { DexFile } from '../header.ts';
import type { Spend } from '../instructions.ts';
import { dottedName, findType } from '../lookup.ts';
import { type KeptClass, keptClass } from './class.ts';
import { type Linked, link } from './link.ts';
import { Room, Tables, Taking, typeList } from './rows.ts';

export type { Linked } from './link.ts';

/** Bytes of code and names that are kept, and classes: those around the calls of a large app are some hundreds. */
const ROOM = 4 * 1024 * 1024;
const MOST_CLASSES = 4_000;
/** Classes above one that come with it. */
const MOST_ABOVE = 32;

/** Types by which a file says that its methods are called by other ways. */
const marks = ['Ljava/lang/invoke/MethodHandles$Lookup;', 'Landroid/webkit/JavascriptInterface;'];

/** Classes out of several files, kept for one file to be made of them. */
export class Joining {
  readonly #tables = new Tables();
  readonly #classes = new Map<number, KeptClass>();
  readonly #takes: (className: string) => boolean;
  readonly #handled = new Set<number>();
  readonly #room: Room;
  /** Whether something did not fit, or two files have a class of one name. */
  isFull = false;

  /** @param takes whether a class is to come along with one below it */
  constructor(takes: (className: string) => boolean, spend: Spend) {
    this.#takes = takes;
    this.#room = new Room(ROOM, spend);
  }

  /**
   * Takes classes of a file by their rows in class_defs, with what stands above them in the same file.
   * @throws FormatError where one is broken, and with reason `budget` where there is no room for it
   */
  add(dex: DexFile, file: number, rows: Iterable<number>): void {
    const taking = new Taking(dex, file, this.#tables, this.#room);
    for (const mark of marks) {
      const type = findType(dex, mark);
      if (type >= 0) taking.type(type);
    }
    for (const method of methodHandles(dex)) {
      if (!this.#room.spend(1)) this.isFull = true;
      if (this.isFull) return;
      this.#handled.add(taking.method(method));
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
      const kept = keptClass(dex, row, file, taking, this.#room);
      this.#classes.set(type, kept);
      rowOf ??= rowsOfTypes(dex);
      for (const above of supertypes(dex, row)) {
        const its = rowOf.get(above);
        if (its !== undefined && left > 0 && this.#takes(dottedName(dex, above)))
          waiting.push({ row: its, left: left - 1 });
      }
    }
  }

  /** Null where not all that was to be taken is there. */
  link(): Linked | null {
    return this.isFull ? null : link(this.#tables, [...this.#classes.values()], [...this.#handled]);
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
