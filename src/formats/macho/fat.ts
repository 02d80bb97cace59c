import type { Budgets } from '../../budgets.ts';
import { FormatError } from '../../errors.ts';
import type { Parsing } from '../parsing.ts';
import { Problems } from '../problems.ts';
import { u64, viewOf } from './bytes.ts';
import { archName, FAT_MAGIC_64, isFatMagic, readHeader } from './header.ts';
import type { FatFile, FatSlice } from './types.ts';

/**
 * Lists the slices of a fat file; a thin file is one slice that covers it. A slice may hold a static archive (`!<arch>`)
 * instead of a Mach-O: its head tells.
 * @param size bytes of the content; slices that claim more are shortened and reported
 * @throws FormatError where the content is no Mach-O
 */
export function* readFat(size: number, budgets: Budgets): Parsing<FatFile> {
  const bytes = yield { offset: 0, length: Math.min(size, 8 + 32 * budgets.slices) };
  const view = viewOf(bytes);
  if (bytes.length < 8) throw new FormatError('no Mach-O header', 0);
  if (!isFatMagic(view.getUint32(0))) {
    return { slices: [{ arch: readHeader(bytes, 0).arch, offset: 0, size }], problems: [] };
  }
  const wide = view.getUint32(0) === FAT_MAGIC_64;
  const entry = wide ? 32 : 20;
  const claimed = view.getUint32(4);
  const slices: FatSlice[] = [];
  const problems = new Problems();
  const count = Math.min(claimed, budgets.slices, Math.floor((bytes.length - 8) / entry));
  if (count < claimed) {
    const allowed = count === budgets.slices;
    const message = `the fat header claims ${claimed} slices, ${count} ${allowed ? 'the budget allows' : 'fit in the file'}`;
    problems.add(4, message, allowed ? 'budget' : 'malformed');
  }
  for (let i = 0; i < count; i++) {
    // Fat headers are big-endian whatever the slices are (mach-o/fat.h).
    const at = 8 + i * entry;
    const arch = archName(view.getUint32(at), view.getUint32(at + 4));
    const offset = wide ? u64(view, at + 8, false) : view.getUint32(at + 8);
    const length = wide ? u64(view, at + 16, false) : view.getUint32(at + 12);
    const slice = { arch, offset, size: Math.min(length, size - offset) };
    const message = fault(slice, length, slices);
    if (message) problems.add(at, message);
    if (slice.size > 0) slices.push(slice);
  }
  return { slices, problems: problems.list };
}

function fault(slice: FatSlice, claimed: number, others: readonly FatSlice[]): string | null {
  const { arch, offset, size } = slice;
  if (size <= 0) return `the ${arch} slice is empty or lies behind the end of the file`;
  if (size < claimed) return `the ${arch} slice reaches beyond the end of the file`;
  for (const other of others) {
    if (other.arch === arch) return `two slices are for ${arch}`;
    if (offset < other.offset + other.size && other.offset < offset + size) {
      return `the ${arch} slice overlaps the ${other.arch} slice`;
    }
  }
  return null;
}
