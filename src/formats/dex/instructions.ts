import { BudgetError, FormatError } from '../../errors.ts';
import { type DexFile, headerSize } from './header.ts';
import { formatOf, op, unitsOf } from './opcodes.ts';

/** Asks for steps of what the scan may spend; false where there are none left. */
export type Spend = (steps: number) => boolean;

/** Units that are decoded in about a step. */
const UNITS_PER_STEP = 16;

/** code_item (dex-format): registers, ins, outs, tries, debug_info_off, insns_size, insns. */
export const codeHeader = 16;

export interface Code {
  readonly registers: number;
  /** Bytes from the start of the file to the first 16-bit unit of the instructions, and how many units there are. */
  readonly start: number;
  readonly units: number;
}

/** @throws FormatError where the code_item lies outside the file or breaks off */
export function codeAt({ view, bytes }: DexFile, offset: number): Code {
  if (offset < headerSize || offset + codeHeader > bytes.length) {
    throw new FormatError('a code_item lies outside the file', offset);
  }
  const start = offset + codeHeader;
  const units = view.getUint32(offset + 12, true);
  if (start + 2 * units > bytes.length) throw new FormatError('the code of a method is cut off', bytes.length);
  return { registers: view.getUint16(offset, true), start, units };
}

/**
 * Goes over the instructions of a method from the first to the last, as dexdump does. One object shows them in turn:
 * nothing is made for each. Methods may share their code, so that each visit is paid for anew, before it begins.
 */
export class Instructions {
  readonly #view: DataView;
  readonly #code: Code;
  /** First unit of the instruction shown. */
  at = 0;
  /** Its units: of a switch's or array's table, all of them. */
  units = 0;
  opcode = 0;
  /** Whether it is the table of a switch or an array, which stands among the instructions and is none. */
  isTable = false;

  /** @throws FormatError with reason `budget` where no steps are left */
  constructor(dex: DexFile, code: Code, spend: Spend) {
    this.#view = dex.view;
    this.#code = code;
    const steps = 1 + Math.floor(code.units / UNITS_PER_STEP);
    if (!spend(steps)) throw new BudgetError('steps for the code of a method', steps, code.start);
  }

  /**
   * Shows the next; false behind the last.
   * @throws FormatError for an opcode that does not exist, and an instruction that is cut off
   */
  next(): boolean {
    const at = this.at + this.units;
    const { units } = this.#code;
    if (at >= units) return false;
    this.at = at;
    const first = this.unit(0);
    this.opcode = first & 0xff;
    this.isTable = this.opcode === op.nop && first >= 0x0100 && first <= 0x0300 && (first & 0xff) === 0;
    this.units = this.isTable ? this.#tableUnits(first >> 8) : unitsOf(this.opcode);
    if (this.units === 0) throw new FormatError(`no instruction has opcode 0x${this.opcode.toString(16)}`, this.offset);
    if (at + this.units > units) throw new FormatError('an instruction is cut off', this.offset);
    return true;
  }

  /** packed-switch-payload, sparse-switch-payload and fill-array-data-payload ("Dalvik bytecode"). */
  #tableUnits(kind: number): number {
    const left = this.#code.units - this.at;
    // One unit more than there is: what the table says of its length is cut off.
    if (left < (kind === 3 ? 4 : 2)) return left + 1;
    const second = this.unit(1);
    if (kind === 1) return 4 + 2 * second;
    if (kind === 2) return 2 + 4 * second;
    return 4 + Math.ceil((second * this.#word(2)) / 2);
  }

  /** Bytes from the start of the file to the instruction. */
  get offset(): number {
    return this.#code.start + 2 * this.at;
  }

  unit(index: number): number {
    return this.#view.getUint16(this.#code.start + 2 * (this.at + index), true);
  }

  /** Its first register, A or AA or AAAA: what it writes or stores, tests or returns. */
  get register(): number {
    const first = this.unit(0);
    const format = formatOf(this.opcode);
    if (format === '32x') return this.unit(1);
    const isNarrow = format === '12x' || format === '11n' || format === '22c' || format === '22s' || format === '22t';
    return isNarrow ? (first >> 8) & 0xf : first >> 8;
  }

  /** The register that a move reads, or the object of an `iget` or `iput`. */
  get source(): number {
    const format = formatOf(this.opcode);
    if (format === '32x') return this.unit(2);
    return format === '22x' ? this.unit(1) : this.unit(0) >> 12;
  }

  /** Index in the table that `referentOf` names. */
  get index(): number {
    return formatOf(this.opcode) === '31c' ? this.#word(1) : this.unit(1);
  }

  /** Of `invoke-polymorphic`: the prototype of the call. */
  get proto(): number {
    return this.unit(3);
  }

  /** The registers of an invocation or of `filled-new-array`, in order; a wide argument takes two. */
  get arguments(): number[] {
    const first = this.unit(0);
    const format = formatOf(this.opcode);
    if (format === '3rc' || format === '4rcc') {
      return Array.from({ length: first >> 8 }, (_, i) => this.unit(2) + i);
    }
    const named = this.unit(2);
    const all = [named & 0xf, (named >> 4) & 0xf, (named >> 8) & 0xf, named >> 12, (first >> 8) & 0xf];
    return all.slice(0, Math.min(first >> 12, 5));
  }

  /** The number that a `const` loads, with its sign; of `const/high16` and its like, as it stands in the register. */
  get literal(): bigint {
    switch (formatOf(this.opcode)) {
      case '11n':
        return BigInt.asIntN(4, BigInt(this.unit(0) >> 12));
      case '21s':
        return BigInt.asIntN(16, BigInt(this.unit(1)));
      case '21h':
        return this.opcode === op.constWideHigh16
          ? BigInt.asIntN(64, BigInt(this.unit(1)) << 48n)
          : BigInt.asIntN(32, BigInt(this.unit(1)) << 16n);
      case '31i':
        return BigInt.asIntN(32, BigInt(this.#word(1)));
      default:
        return BigInt.asIntN(64, BigInt(this.#word(1)) | (BigInt(this.#word(3)) << 32n));
    }
  }

  #word(index: number): number {
    return this.unit(index) + this.unit(index + 1) * 0x10000;
  }
}
