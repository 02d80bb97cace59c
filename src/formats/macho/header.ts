import { FormatError } from '../../errors.ts';
import { viewOf } from './bytes.ts';

// mach/machine.h: CPU_TYPE_* and, where it tells architectures apart, CPU_SUBTYPE_* without the capability byte.
const ARCHES: ReadonlyMap<number, readonly [name: string, subtypes?: ReadonlyMap<number, string>]> = new Map([
  [7, ['i386']],
  [0x0100_0007, ['x86_64', new Map([[8, 'x86_64h']])]],
  [
    12,
    [
      'arm',
      new Map([
        [5, 'armv4t'],
        [6, 'armv6'],
        [7, 'armv5'],
        [9, 'armv7'],
        [11, 'armv7s'],
        [12, 'armv7k'],
        [14, 'armv6m'],
        [15, 'armv7m'],
        [16, 'armv7em'],
      ]),
    ],
  ],
  [0x0100_000c, ['arm64', new Map([[2, 'arm64e']])]],
  [0x0200_000c, ['arm64_32']],
  [18, ['ppc']],
  [0x0100_0012, ['ppc64']],
] as const);

const FILE_TYPES = [
  'object',
  'execute',
  'fvmlib',
  'core',
  'preload',
  'dylib',
  'dylinker',
  'bundle',
  'dylib-stub',
  'dsym',
  'kext-bundle',
  'fileset',
];

export const FAT_MAGIC = 0xcafebabe;
export const FAT_MAGIC_64 = 0xcafebabf;

// A Java class file has the same magic and then its version, at least 45: no fat file holds that many slices.
const MOST_ARCHES = 30;

export interface MachHeader {
  readonly arch: string;
  readonly fileType: string;
  readonly bits: 32 | 64;
  readonly little: boolean;
  /** Bytes of the header itself; load commands follow. */
  readonly size: number;
  readonly commands: number;
  readonly commandBytes: number;
}

export function archName(cpuType: number, cpuSubtype: number): string {
  const arch = ARCHES.get(cpuType);
  if (!arch) return `cpu-${cpuType}`;
  return arch[1]?.get(cpuSubtype & 0xff_ffff) ?? arch[0];
}

function thin(magic: number): { bits: 32 | 64; little: boolean } | null {
  switch (magic) {
    case 0xfeedface:
      return { bits: 32, little: false };
    case 0xfeedfacf:
      return { bits: 64, little: false };
    case 0xcefaedfe:
      return { bits: 32, little: true };
    case 0xcffaedfe:
      return { bits: 64, little: true };
    default:
      return null;
  }
}

/** Whether the first 8 bytes (or more) of some content start a thin or a fat Mach-O. */
export function isMachO(head: Uint8Array): boolean {
  if (head.length < 8) return false;
  const view = viewOf(head);
  const magic = view.getUint32(0);
  return isFatMagic(magic) ? view.getUint32(4) <= MOST_ARCHES : thin(magic) !== null;
}

export function isFatMagic(magic: number): boolean {
  return magic === FAT_MAGIC || magic === FAT_MAGIC_64;
}

/**
 * @param bytes the first 32 bytes of a slice (28 suffice in 32 bits)
 * @throws FormatError where they are no Mach-O header
 */
export function readHeader(bytes: Uint8Array, offset: number): MachHeader {
  const view = viewOf(bytes);
  const kind = bytes.length >= 28 ? thin(view.getUint32(0)) : null;
  if (!kind) throw new FormatError('no Mach-O header', offset);
  const { bits, little } = kind;
  const size = bits === 64 ? 32 : 28;
  if (bytes.length < size) throw new FormatError('the Mach-O header is cut short', offset + bytes.length);
  const fileType = view.getUint32(12, little);
  return {
    arch: archName(view.getUint32(4, little), view.getUint32(8, little)),
    fileType: FILE_TYPES[fileType - 1] ?? `type-${fileType}`,
    bits,
    little,
    size,
    commands: view.getUint32(16, little),
    commandBytes: view.getUint32(20, little),
  };
}
