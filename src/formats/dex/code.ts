/**
 * Dalvik bytecode (source.android.com, "Dalvik bytecode" and "Dalvik executable instruction formats"): how many 16-bit
 * units each opcode takes, which register it writes, and where straight lines end.
 */

/** Runs of opcodes: from, to, units. */
const runs: readonly (readonly [from: number, to: number, units: number])[] = [
  ...([
    [0x00, 0x01, 1],
    [0x02, 0x02, 2],
    [0x03, 0x03, 3],
    [0x04, 0x04, 1],
    [0x05, 0x05, 2],
    [0x06, 0x06, 3],
  ] as const),
  ...([
    [0x07, 0x07, 1],
    [0x08, 0x08, 2],
    [0x09, 0x09, 3],
    [0x0a, 0x12, 1],
    [0x13, 0x13, 2],
    [0x14, 0x14, 3],
  ] as const),
  ...([
    [0x15, 0x16, 2],
    [0x17, 0x17, 3],
    [0x18, 0x18, 5],
    [0x19, 0x1a, 2],
    [0x1b, 0x1b, 3],
    [0x1c, 0x1c, 2],
  ] as const),
  ...([
    [0x1d, 0x1e, 1],
    [0x1f, 0x20, 2],
    [0x21, 0x21, 1],
    [0x22, 0x23, 2],
    [0x24, 0x26, 3],
    [0x27, 0x28, 1],
  ] as const),
  ...([
    [0x29, 0x29, 2],
    [0x2a, 0x2c, 3],
    [0x2d, 0x3d, 2],
    [0x3e, 0x43, 1],
    [0x44, 0x6d, 2],
    [0x6e, 0x72, 3],
  ] as const),
  ...([
    [0x73, 0x73, 1],
    [0x74, 0x78, 3],
    [0x79, 0x8f, 1],
    [0x90, 0xaf, 2],
    [0xb0, 0xcf, 1],
    [0xd0, 0xe2, 2],
  ] as const),
  ...([
    [0xe3, 0xf9, 1],
    [0xfa, 0xfb, 4],
    [0xfc, 0xfd, 3],
    [0xfe, 0xff, 2],
  ] as const),
];

const units = new Uint8Array(256);
for (const [from, to, count] of runs) units.fill(count, from, to + 1);

/** Units of the instruction that an opcode begins. The tables that switches and arrays bring are no instructions. */
export function unitsOf(opcode: number): number {
  return units[opcode]!;
}

/** Returns, throws, jumps and switches: behind them the next instruction need not be the next that runs. */
export function endsLine(opcode: number): boolean {
  const isReturn = opcode >= 0x0e && opcode <= 0x11;
  const isJump = opcode >= 0x27 && opcode <= 0x2c && opcode !== 0x26;
  return isReturn || isJump || (opcode >= 0x32 && opcode <= 0x3d);
}

/** Opcodes that write no register: stores, invocations, monitors. */
function writesNone(opcode: number): boolean {
  const isStore = (opcode >= 0x4b && opcode <= 0x51) || (opcode >= 0x59 && opcode <= 0x5f);
  const isStaticStore = opcode >= 0x67 && opcode <= 0x6d;
  const isInvocation = (opcode >= 0x6e && opcode <= 0x78) || (opcode >= 0xfa && opcode <= 0xfd);
  return isStore || isStaticStore || isInvocation || opcode === 0x00 || (opcode >= 0x1d && opcode <= 0x1e);
}

/** Formats 12x, 11n, 22c and 22s name their first register in four bits; 32x in a unit of its own; others in eight. */
function isNarrow(opcode: number): boolean {
  const isMove = opcode === 0x01 || opcode === 0x04 || opcode === 0x07;
  const isPair = opcode === 0x12 || opcode === 0x20 || opcode === 0x21 || opcode === 0x23;
  const isField = opcode >= 0x52 && opcode <= 0x5f;
  return isMove || isPair || isField || (opcode >= 0x7b && opcode <= 0x8f) || (opcode >= 0xb0 && opcode <= 0xd7);
}

/** The register that an instruction writes first; -1 for none. A wide value takes the next one too. */
export function writtenRegister(first: number, second: number): number {
  const opcode = first & 0xff;
  if (writesNone(opcode)) return -1;
  if (opcode === 0x03 || opcode === 0x06 || opcode === 0x09) return second;
  return isNarrow(opcode) ? (first >> 8) & 0xf : first >> 8;
}
