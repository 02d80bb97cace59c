/**
 * Dalvik bytecode (source.android.com, "Dalvik bytecode" and "Dalvik executable instruction formats", read 2026-11-26):
 * the format of each opcode, and what its index names.
 */

/** The first digit is the count of 16-bit units. `none` for opcodes that no file may hold. */
export type OpcodeFormat =
  | 'none'
  | `1${'0x' | '2x' | '1n' | '1x' | '0t'}`
  | `2${'0t' | '2x' | '1t' | '1s' | '1h' | '1c' | '3x' | '2b' | '2t' | '2s' | '2c'}`
  | `3${'0t' | '2x' | '1i' | '1t' | '1c' | '5c' | 'rc'}`
  | '45cc'
  | '4rcc'
  | '51l';

export type Referent = 'string' | 'type' | 'field' | 'method' | 'call-site' | 'method-handle' | 'proto';

type Row = readonly [from: number, to: number, format: OpcodeFormat, names?: Referent];

/** Runs of opcodes; what no row has is unused. */
// biome-ignore format: a table
const rows: readonly Row[] = [
  [0x00, 0x00, '10x'],
  [0x01, 0x01, '12x'], [0x02, 0x02, '22x'], [0x03, 0x03, '32x'],
  [0x04, 0x04, '12x'], [0x05, 0x05, '22x'], [0x06, 0x06, '32x'],
  [0x07, 0x07, '12x'], [0x08, 0x08, '22x'], [0x09, 0x09, '32x'],
  [0x0a, 0x0d, '11x'], [0x0e, 0x0e, '10x'], [0x0f, 0x11, '11x'],
  [0x12, 0x12, '11n'], [0x13, 0x13, '21s'], [0x14, 0x14, '31i'], [0x15, 0x15, '21h'],
  [0x16, 0x16, '21s'], [0x17, 0x17, '31i'], [0x18, 0x18, '51l'], [0x19, 0x19, '21h'],
  [0x1a, 0x1a, '21c', 'string'], [0x1b, 0x1b, '31c', 'string'], [0x1c, 0x1c, '21c', 'type'],
  [0x1d, 0x1e, '11x'],
  [0x1f, 0x1f, '21c', 'type'], [0x20, 0x20, '22c', 'type'],
  [0x21, 0x21, '12x'],
  [0x22, 0x22, '21c', 'type'], [0x23, 0x23, '22c', 'type'],
  [0x24, 0x24, '35c', 'type'], [0x25, 0x25, '3rc', 'type'], [0x26, 0x26, '31t'],
  [0x27, 0x27, '11x'], [0x28, 0x28, '10t'], [0x29, 0x29, '20t'], [0x2a, 0x2a, '30t'], [0x2b, 0x2c, '31t'],
  [0x2d, 0x31, '23x'], [0x32, 0x37, '22t'], [0x38, 0x3d, '21t'], [0x44, 0x51, '23x'],
  [0x52, 0x5f, '22c', 'field'], [0x60, 0x6d, '21c', 'field'],
  [0x6e, 0x72, '35c', 'method'], [0x74, 0x78, '3rc', 'method'],
  [0x7b, 0x8f, '12x'], [0x90, 0xaf, '23x'], [0xb0, 0xcf, '12x'], [0xd0, 0xd7, '22s'], [0xd8, 0xe2, '22b'],
  [0xfa, 0xfa, '45cc', 'method'], [0xfb, 0xfb, '4rcc', 'method'],
  [0xfc, 0xfc, '35c', 'call-site'], [0xfd, 0xfd, '3rc', 'call-site'],
  [0xfe, 0xfe, '21c', 'method-handle'], [0xff, 0xff, '21c', 'proto'],
];

const formats: OpcodeFormat[] = new Array(256).fill('none');
const referents: (Referent | null)[] = new Array(256).fill(null);
const units = new Uint8Array(256);
for (const [from, to, format, names = null] of rows) {
  for (let opcode = from; opcode <= to; opcode++) {
    formats[opcode] = format;
    referents[opcode] = names;
    units[opcode] = Number(format[0]);
  }
}

export const formatOf = (opcode: number): OpcodeFormat => formats[opcode]!;

/** The table that the index of an instruction leads into; null where it has none. */
export const referentOf = (opcode: number): Referent | null => referents[opcode]!;

/** Units of the instruction that an opcode begins; 0 for an opcode that no file may hold. */
export const unitsOf = (opcode: number): number => units[opcode]!;

export const op = {
  nop: 0x00,
  returnVoid: 0x0e,
  returnObject: 0x11,
  const4: 0x12,
  constWideHigh16: 0x19,
  constString: 0x1a,
  constStringJumbo: 0x1b,
  checkCast: 0x1f,
  fillArrayData: 0x26,
  sget: 0x60,
  sput: 0x67,
} as const;

/** Returns, throws, jumps and switches: behind them the next instruction need not be the next that runs. */
export function endsLine(opcode: number): boolean {
  const isReturn = opcode >= op.returnVoid && opcode <= op.returnObject;
  const isJump = opcode >= 0x27 && opcode <= 0x2c;
  return isReturn || isJump || (opcode >= 0x32 && opcode <= 0x3d);
}

/** `move` and its wider forms, of single, wide and object registers. */
export const isMove = (opcode: number): boolean => opcode >= 0x01 && opcode <= 0x09;
export const isInvoke = (opcode: number): boolean =>
  (opcode >= 0x6e && opcode <= 0x78) || (opcode >= 0xfa && opcode <= 0xfd);
/** `const*` of a number, of 32 or 64 bits. */
export const isNumber = (opcode: number): boolean => opcode >= op.const4 && opcode <= op.constWideHigh16;
export const isString = (opcode: number): boolean => opcode === op.constString || opcode === op.constStringJumbo;
export const isStaticGet = (opcode: number): boolean => opcode >= op.sget && opcode < op.sput;
export const isStaticPut = (opcode: number): boolean => opcode >= op.sput && opcode <= 0x6d;

/** Whether it may throw: moves, constants, jumps, tests, returns and arithmetic but for divisions do not. */
export function canThrow(opcode: number): boolean {
  if (opcode <= 0x19 || (opcode >= 0x28 && opcode <= 0x3d)) return false;
  if (opcode >= 0x7b && opcode <= 0xe2) return divisions.has(opcode);
  return true;
}
const divisions: ReadonlySet<number> = new Set(
  [0x93, 0x9e, 0xb3, 0xbe, 0xd3, 0xdb].flatMap((division) => [division, division + 1]),
);

/** Whether it writes its first register: stores, tests, invocations and monitors do not, a cast leaves what was there. */
export function writes(opcode: number): boolean {
  const isStore = (opcode >= 0x4b && opcode <= 0x51) || (opcode >= 0x59 && opcode <= 0x5f) || isStaticPut(opcode);
  const isArray = opcode >= 0x24 && opcode <= op.fillArrayData;
  const isMonitor = opcode === 0x1d || opcode === 0x1e;
  const isNone = opcode === op.nop || opcode === op.checkCast || isMonitor || isArray;
  return !(isStore || isNone || isInvoke(opcode) || endsLine(opcode));
}

/** Whether what it writes takes two registers: moves, constants, loads and arithmetic of long and double. */
export const isWide = (opcode: number): boolean => wide.has(opcode);
// biome-ignore format: a table
const wide: ReadonlySet<number> = new Set([
  ...[0x04, 0x05, 0x06, 0x0b, 0x16, 0x17, 0x18, 0x19, 0x45, 0x53, 0x61],
  ...[0x7d, 0x7e, 0x80, 0x81, 0x83, 0x86, 0x88, 0x89, 0x8b],
  ...Array.from({ length: 11 }, (_, i) => 0x9b + i), ...Array.from({ length: 5 }, (_, i) => 0xab + i),
  ...Array.from({ length: 11 }, (_, i) => 0xbb + i), ...Array.from({ length: 5 }, (_, i) => 0xcb + i),
]);
