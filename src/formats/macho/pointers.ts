import { FormatError } from '../../errors.ts';
import { u64, viewOf } from './bytes.ts';
import type { MachHeader } from './header.ts';

/** The address that a pointer of the file's data leads to; 0 where it leads nowhere, or into another image. */
export type ReadPointer = (view: DataView, at: number) => number;

// DYLD_CHAINED_PTR_* (mach-o/fixup-chains.h)
const ARM64E = 1;
const PTR_64 = 2;
const PTR_32 = 3;
const PTR_64_OFFSET = 6;
const ARM64E_KERNEL = 7;
const ARM64E_USERLAND = 9;
const ARM64E_FIRMWARE = 10;
const ARM64E_USERLAND24 = 12;

/** The same for all segments: dyld refuses a file of two formats (MachOAnalyzer::validChainedFixupsInfo). */
function formatOf(fixups: Uint8Array, base: number, little: boolean): number | null {
  const view = viewOf(fixups);
  const cut = () => new FormatError('the starts of the chained fixups lie outside them', base);
  if (fixups.length < 8) throw cut();
  const starts = view.getUint32(4, little);
  if (starts + 4 > fixups.length) throw cut();
  const segments = view.getUint32(starts, little);
  for (let i = 0; i < segments; i++) {
    const at = starts + 4 + 4 * i;
    if (at + 4 > fixups.length) throw cut();
    const segment = view.getUint32(at, little);
    if (segment === 0) continue; // nothing to fix in it
    if (starts + segment + 8 > fixups.length) throw cut();
    return view.getUint16(starts + segment + 6, little); // behind size and page_size
  }
  return null;
}

/**
 * How the pointers in a file's data are read before dyld has fixed them: as addresses, or as links of chains.
 * @param fixups what LC_DYLD_CHAINED_FIXUPS points at, and where it stands; null where the file has none
 * @param base address of the header, from which some formats count
 * @throws FormatError where the format is not known
 */
export function pointerReader(
  { arch, bits, little }: MachHeader,
  fixups: { readonly bytes: Uint8Array; readonly offset: number } | null,
  base: number,
): ReadPointer {
  const format = fixups ? formatOf(fixups.bytes, fixups.offset, little) : arch === 'arm64e' ? ARM64E : null;
  if (bits === 32) {
    if (format === null) return (view, at) => view.getUint32(at, little);
    if (format !== PTR_32) throw unknownFormat(format, fixups?.offset ?? 0);
    return (view, at) => {
      const word = view.getUint32(at, little);
      return word >= 0x8000_0000 ? 0 : word & 0x03ff_ffff;
    };
  }
  const high = (view: DataView, at: number) => view.getUint32(little ? at + 4 : at, little);
  const low = (view: DataView, at: number) => view.getUint32(little ? at : at + 4, little);
  switch (format) {
    case null:
      return (view, at) => u64(view, at, little);
    case PTR_64:
    case PTR_64_OFFSET: {
      // target 36 bits, high8, reserved, next, bind
      const from = format === PTR_64 ? 0 : base;
      return (view, at) => {
        const word = high(view, at);
        const target = (word & 0xf) * 0x1_0000_0000 + low(view, at);
        return word >= 0x8000_0000 || (word === 0 && target === 0) ? 0 : from + target;
      };
    }
    case ARM64E:
    case ARM64E_KERNEL:
    case ARM64E_USERLAND:
    case ARM64E_FIRMWARE:
    case ARM64E_USERLAND24: {
      // From the top: auth, bind. A signed target has 32 bits and counts from the header in all of them.
      const from = format === ARM64E || format === ARM64E_FIRMWARE ? 0 : base;
      return (view, at) => {
        const word = high(view, at);
        if (word & 0x4000_0000) return 0;
        if (word >= 0x8000_0000) return base + low(view, at);
        const target = (word & 0x7ff) * 0x1_0000_0000 + low(view, at);
        return word === 0 && target === 0 ? 0 : from + target;
      };
    }
    default:
      throw unknownFormat(format, fixups?.offset ?? 0);
  }
}

function unknownFormat(format: number, offset: number): FormatError {
  return new FormatError(`pointers in the unknown format ${format} of chained fixups`, offset);
}
