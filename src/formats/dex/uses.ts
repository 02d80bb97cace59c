import type { Problem } from '../../coverage.ts';
import { type DexFile, headerSize } from './header.ts';
import { codeHeader, type Spend } from './instructions.ts';
import { everyRow, findMembers, type MemberKind, type MemberName, type Sought } from './member-names.ts';
import { MOST_MEMBERS } from './members.ts';
import { op } from './opcodes.ts';
import { type Table, uses, writes } from './use-tables.ts';

/** What an instruction names: `index` is a row of method_ids, field_ids or string_ids. */
export interface Use {
  readonly kind: MemberKind;
  readonly index: number;
  /** Row in type_ids of the class whose code it is, its row in class_defs, and where the code_item of the method begins. */
  readonly by: number;
  readonly row: number;
  readonly code: number;
  /** Bytes from the start of the file, and how many. */
  readonly offset: number;
  readonly length: number;
}

/** Code that could not be gone through: methods, or classes whose methods cannot be listed. */
export interface Unread {
  readonly methods: number;
  readonly first: Problem;
}

/** Bytes of code that are gone through in about a step; a class and a method cost as many, whatever they hold. */
const BYTES_PER_STEP = 1024;
const BYTES_PER_METHOD = 64;
/** Bytes that are paid for at once, and classes between two looks at whether the event loop waits. */
const PAID = 16 * 1024;
const CLASSES = 256;

/**
 * Calls `visit` with each instruction that names one of these members, in the code of every class that this file defines.
 * Nothing is read of a file that names none. Methods may share their code, so that each visit of it is paid for.
 * Yields the steps that it has done since it last did.
 * @returns what could not be read; null where all was
 */
export function* visitUses(
  dex: DexFile,
  members: readonly MemberName[] | 'every',
  spend: Spend,
  visit: (use: Use) => void,
): Generator<number, Unread | null, void> {
  const sought = members === 'every' ? everyRow(dex) : findMembers(dex, members);
  if (sought === null) return null;
  return yield* walkCode(dex, new CodeWalk(dex, sought, uses, spend, visit));
}

/**
 * The same of calls, of writes to fields and of strings, by their rows: what gives methods their arguments and fields their
 * values.
 */
export function* visitWrites(
  dex: DexFile,
  rows: Sought,
  spend: Spend,
  visit: (use: Use) => void,
): Generator<number, Unread | null, void> {
  return yield* walkCode(dex, new CodeWalk(dex, rows, writes, spend, visit));
}

function* walkCode(dex: DexFile, walk: CodeWalk): Generator<number, Unread | null, void> {
  for (let from = 0; from < dex.classes.count && !walk.isOver; from += CLASSES) {
    walk.go(from, Math.min(dex.classes.count, from + CLASSES));
    yield walk.done();
  }
  return walk.first && { methods: walk.unread, first: walk.first };
}

/**
 * One way through the code of all classes. What `visitMethodsOf` and `Instructions` do is done here in one loop, without
 * an object or a call for each method and instruction: most files are gone through once, before anything is optimised.
 */
class CodeWalk {
  readonly #dex: DexFile;
  readonly #sought: Sought;
  readonly #lengths: Int8Array;
  readonly #kinds: ReadonlyMap<number, MemberKind>;
  /** By the lower half of an index: whether a row of any table with such an index is looked for. */
  readonly #marks = new Uint8Array(0x1_0000);
  readonly #spend: Spend;
  readonly #visit: (use: Use) => void;
  #owed = 0;
  #at = 0;
  #steps = 0;
  unread = 0;
  first: Problem | null = null;
  /** Whether nothing is left to spend. */
  isOver = false;

  constructor(dex: DexFile, sought: Sought, { lengths, kinds }: Table, spend: Spend, visit: (use: Use) => void) {
    this.#dex = dex;
    this.#lengths = lengths;
    this.#kinds = kinds;
    this.#sought = sought;
    this.#spend = spend;
    this.#visit = visit;
    for (const rows of [sought.method, sought.field, sought.string]) {
      for (let row = rows.indexOf(1); row >= 0; row = rows.indexOf(1, row + 1)) this.#marks[row & 0xffff] = 1;
    }
  }

  /** Steps since it was last asked. */
  done(): number {
    const steps = this.#steps;
    this.#steps = 0;
    return steps;
  }

  /** Goes through the classes of rows `from` to `to`. */
  go(from: number, to: number): void {
    const { bytes, classes } = this.#dex;
    for (let index = from; index < to && !this.isOver; index++) {
      const row = classes.offset + 32 * index;
      const data = wordAt(bytes, row + 24);
      if (data === 0 || !this.#pay(BYTES_PER_METHOD, row)) continue;
      if (data < headerSize) {
        this.#fail('the methods of a class lie inside the header', row);
        continue;
      }
      // class_data_item (dex-format): how many members of each kind there are, then each in three LEB128, a field in two.
      this.#at = data;
      const fields = this.#number() + this.#number();
      const methods = this.#number() + this.#number();
      if (fields > 2 * MOST_MEMBERS || methods > 2 * MOST_MEMBERS) {
        this.#fail('a class has more members than can be named', row);
        continue;
      }
      this.#ofClass(this.#behind(this.#at, 2 * fields), methods, index);
    }
  }

  /** A LEB128 of at most five bytes; too large a number where it has more. */
  #number(): number {
    const { bytes } = this.#dex;
    let value = 0;
    for (let scale = 1; scale <= 0x1000_0000; scale *= 0x80) {
      const byte = bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return Number.MAX_SAFE_INTEGER;
  }

  /** The place behind so many LEB128. */
  #behind(from: number, count: number): number {
    const { bytes } = this.#dex;
    let at = from;
    for (let left = count; left > 0 && at < bytes.length; at++) if (bytes[at]! < 0x80) left--;
    return at;
  }

  /** The methods of a class, whose list begins here. */
  #ofClass(from: number, count: number, index: number): void {
    const { bytes, view } = this.#dex;
    let at = from;
    for (let left = count; left > 0; left--) {
      // What it is called and who may call it.
      while (bytes[at]! >= 0x80) at++;
      at++;
      while (bytes[at]! >= 0x80) at++;
      at++;
      let code = bytes[at++]!;
      if (code >= 0x80) {
        code += (bytes[at]! - 1) * 0x80;
        if (bytes[at++]! >= 0x80) {
          code += (bytes[at]! - 1) * 0x4000;
          if (bytes[at++]! >= 0x80) {
            this.#at = at;
            code += (this.#number() - 1) * 0x20_0000;
            at = this.#at;
          }
        }
      }
      // Also where the list breaks off: what lies behind the end is no number.
      if (!(code + codeHeader <= bytes.length)) {
        this.#fail('a method has no code where it says', from);
        return;
      }
      if (code === 0) continue;
      const start = code + codeHeader;
      const end = start + 2 * view.getUint32(code + 12, true);
      if (code < headerSize || end > bytes.length) {
        this.#fail('the code of a method is cut off', code);
        continue;
      }
      this.#owed += end - code + BYTES_PER_METHOD;
      if (this.#owed >= PAID && !this.#pay(0, code)) return;
      const stopped = this.#goThrough(start, end, index, code);
      if (stopped !== end) this.#fail('no instruction, or one that is cut off', Math.min(stopped, end));
    }
  }

  /** Goes over instructions from the first to the last. @returns where it had to stop: the end where all are whole */
  #goThrough(start: number, end: number, row: number, code: number): number {
    const { bytes } = this.#dex;
    const marks = this.#marks;
    const lengths = this.#lengths;
    let at = start;
    while (at < end) {
      const length = lengths[bytes[at]!]!;
      if (length > 0) at += length;
      else if (length === 0) return at;
      else if (marks[bytes[at + 2]! | (bytes[at + 3]! << 8)] === 0 && bytes[at] !== op.nop) at -= length;
      else if (bytes[at] === op.nop) at += tableLength(bytes, at);
      else {
        at -= length;
        if (at <= end) this.#met(at + length, row, code);
      }
    }
    return at;
  }

  /** The marks are of the lower half of an index. */
  #met(offset: number, row: number, code: number): void {
    const { bytes, classes } = this.#dex;
    const opcode = bytes[offset]!;
    const half = bytes[offset + 2]! | (bytes[offset + 3]! << 8);
    const index = opcode === op.constStringJumbo ? wordAt(bytes, offset + 2) : half;
    const kind = this.#kinds.get(opcode)!;
    if (this.#sought[kind][index] !== 1) return;
    const by = wordAt(bytes, classes.offset + 32 * row);
    this.#visit({ kind, index, by, row, code, offset, length: -this.#lengths[opcode]! });
  }

  /** False, and over, where nothing is left to spend. */
  #pay(bytes: number, at: number): boolean {
    this.#owed += bytes;
    if (this.#owed < PAID) return true;
    const steps = Math.floor(this.#owed / BYTES_PER_STEP);
    this.#owed %= BYTES_PER_STEP;
    this.#steps += steps;
    if (this.#spend(steps)) return true;
    this.isOver = true;
    this.#fail('nothing is left to spend on the code of more methods', at, 'budget');
    return false;
  }

  #fail(message: string, offset: number, reason: Problem['reason'] = 'malformed'): void {
    this.unread++;
    this.first ??= { message, offset, reason };
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! + bytes[at + 1]! * 0x100 + bytes[at + 2]! * 0x1_0000 + bytes[at + 3]! * 0x100_0000;
}

/** Bytes of a packed-switch-payload, sparse-switch-payload or fill-array-data-payload ("Dalvik bytecode"); 2 for a no-op. */
function tableLength(bytes: Uint8Array, at: number): number {
  const unit = (index: number) => (bytes[at + 2 * index] ?? 0) | ((bytes[at + 2 * index + 1] ?? 0) << 8);
  switch (bytes[at + 1]) {
    case 1:
      return 2 * (4 + 2 * unit(1));
    case 2:
      return 2 * (2 + 4 * unit(1));
    case 3:
      return 2 * (4 + Math.ceil((unit(1) * (unit(2) + unit(3) * 0x1_0000)) / 2));
    default:
      return 2;
  }
}
