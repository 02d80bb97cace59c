/** What content in the middle of other content can be. */
export type ImageKind = 'dex' | 'elf' | 'macho' | 'hermes' | 'zip' | 'end of zip' | 'packed' | 'payload';

const viewOf = (head: Uint8Array) => new DataView(head.buffer, head.byteOffset, head.byteLength);

/**
 * Bytes that a DEX has by its own header (dex-format, header_item), where its size, its tag and its tables fit one
 * another; 0 where they do not. The magic is not looked at: a loader can put it back.
 */
export function dexLength(head: Uint8Array): number {
  if (head.length < 0x70) return 0;
  const view = viewOf(head);
  const size = view.getUint32(32, true);
  const header = view.getUint32(36, true);
  if (view.getUint32(40, true) !== 0x12345678 || size < header || (header !== 0x70 && header !== 0x78)) return 0;
  const tables = [56, 4, 64, 4, 72, 12, 80, 8, 88, 8, 96, 32];
  // In a container (041) offsets count from its start, which is not here.
  if (header === 0x78) return size;
  for (let i = 0; i < tables.length; i += 2) {
    const count = view.getUint32(tables[i]!, true);
    const offset = view.getUint32(tables[i]! + 4, true);
    if (count > 0 && (offset < header || offset + count * tables[i + 1]! > size)) return 0;
  }
  const strings = view.getUint32(56, true);
  const types = view.getUint32(64, true);
  return strings > 0 && types <= strings && view.getUint32(52, true) < size ? size : 0;
}

/** The same of a little-endian ELF (gABI): its header, its tables, and the segments that the first bytes tell of. */
export function elfLength(head: Uint8Array): number {
  const wide = head[4] === 2;
  if (head.length < (wide ? 64 : 52)) return 0;
  const view = viewOf(head);
  const word = (at: number) => (wide ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true));
  const type = view.getUint16(16, true);
  const [headers, sections] = wide ? [word(32), word(40)] : [word(28), word(32)];
  const at = wide ? 52 : 40;
  const [own, phSize, phCount, shSize, shCount] = [0, 2, 4, 6, 8].map((i) => view.getUint16(at + i, true)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (type < 1 || type > 4 || view.getUint16(18, true) === 0 || view.getUint32(20, true) !== 1) return 0;
  if (own !== (wide ? 64 : 52) || phCount + shCount === 0) return 0;
  if ((phCount > 0 && phSize !== (wide ? 56 : 32)) || (shCount > 0 && shSize !== (wide ? 64 : 40))) return 0;
  if (phCount > 0 && headers < own) return 0;
  let end = Math.max(own, headers + phCount * phSize, shCount > 0 ? sections + shCount * shSize : 0);
  let loads = 0;
  for (let i = 0; i < phCount && headers + (i + 1) * phSize <= head.length; i++) {
    const row = headers + i * phSize;
    const kind = view.getUint32(row, true);
    if (kind === 1) loads++;
    // What a segment of no bytes says of its place means nothing.
    const length = word(row + (wide ? 32 : 16));
    if (length > 0) end = Math.max(end, word(row + (wide ? 8 : 4)) + length);
  }
  const seesAll = headers + phCount * phSize <= head.length;
  return phCount > 0 && seesAll && loads === 0 ? 0 : end;
}

/** The same of a 64-bit Mach-O: its commands one after the other, and where its segments end. */
export function machoLength(head: Uint8Array): number {
  if (head.length < 32) return 0;
  const view = viewOf(head);
  const type = view.getUint32(12, true);
  const count = view.getUint32(16, true);
  const size = view.getUint32(20, true);
  if (type < 1 || type > 12 || count === 0 || size < count * 8 || size > 1024 * 1024) return 0;
  let end = 32 + size;
  let at = 32;
  for (let i = 0; i < count && at + 8 <= head.length; i++) {
    const length = view.getUint32(at + 4, true);
    if (length < 8 || length % 4 !== 0 || at + length > 32 + size) return 0;
    if (view.getUint32(at, true) === 0x19 && length >= 72 && at + 56 <= head.length) {
      end = Math.max(end, Number(view.getBigUint64(at + 40, true)) + Number(view.getBigUint64(at + 48, true)));
    }
    at += length;
  }
  return end;
}

/** A local header (APPNOTE 4.3.7) whose name could be one: the content behind it has still to prove itself. */
export function isLocalHeader(head: Uint8Array): boolean {
  if (head.length < 31) return false;
  const view = viewOf(head);
  const method = view.getUint16(8, true);
  const length = view.getUint16(26, true);
  if (length === 0 || length > 1024 || (method !== 0 && method !== 8)) return false;
  for (let i = 30; i < Math.min(30 + length, head.length); i++) if (head[i]! < 0x20 || head[i] === 0x7f) return false;
  return true;
}

/** By the end record of a ZIP (APPNOTE 4.3.16): how far before it the archive begins, and how far behind it ends; null where it lists nothing. */
export function zipExtent(
  head: Uint8Array,
): { readonly before: number; readonly directory: number; readonly after: number } | null {
  if (head.length < 22) return null;
  const view = viewOf(head);
  const count = view.getUint16(10, true);
  const directory = view.getUint32(12, true);
  if (count === 0 || count !== view.getUint16(8, true) || directory < count * 46) return null;
  return { before: directory + view.getUint32(16, true), directory, after: 22 + view.getUint16(20, true) };
}
