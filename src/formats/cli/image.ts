import { FormatError } from '../../errors.ts';
import type { ByteRange } from '../parsing.ts';

/** Sections of a PE image that are looked through; the loader of Windows takes 96. */
const MOST_SECTIONS = 96;
/** Streams of metadata: five are defined (ECMA-335 II.24.2.2), and an obfuscator adds a few. */
const MOST_STREAMS = 32;

/** The streams of metadata of one assembly, as ranges of the file; one that is not there has no length. */
export interface Metadata {
  /** `#~`, or `#-` of an assembly that was not put in order. */
  readonly tables: ByteRange;
  readonly strings: ByteRange;
  readonly blobs: ByteRange;
}

const nothing: ByteRange = { offset: 0, length: 0 };

/** Whether content begins as a PE image does: `MZ`, and `PE\0\0` where it says (PE format, "MS-DOS Stub"). */
export function isPe(head: Uint8Array): boolean {
  if (head[0] !== 0x4d || head[1] !== 0x5a || head.length < 64) return false;
  const at = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0x3c, true);
  return head[at] === 0x50 && head[at + 1] === 0x45 && head[at + 2] === 0 && head[at + 3] === 0;
}

/**
 * Whether a PE image has a CLI header, as only assemblies of .NET have; where its headers go on behind the first bytes, that
 * is left to who reads it whole.
 */
export function hasCliHeader(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const place = directoryOf(view, view.getUint32(0x3c, true));
  return place !== null && (place + 8 > head.length || view.getUint32(place, true) !== 0);
}

/** Where the data directory of the CLI header stands, the fifteenth; null where there are fewer. */
function directoryOf(view: DataView, pe: number): number | null {
  const optional = pe + 24;
  if (optional + 2 > view.byteLength) return optional;
  const directory = optional + (view.getUint16(optional, true) === 0x20b ? 112 : 96) + 14 * 8;
  return directory + 8 > optional + view.getUint16(pe + 20, true) ? null : directory;
}

/**
 * Where the metadata of a .NET assembly lies in a PE image (ECMA-335 II.25 and II.24.2).
 * @returns null for an image without a CLI header: a program or library of Windows, which no phone runs
 * @throws FormatError where a header leads outside of the file
 */
export function findMetadata(bytes: Uint8Array): Metadata | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const within = (offset: number, length: number, what: string): void => {
    if (offset + length > bytes.length) throw new FormatError(`${what} lies outside of the file`, offset);
  };
  within(0x3c, 4, 'the PE header');
  const pe = view.getUint32(0x3c, true);
  within(pe, 24, 'the PE header');
  const count = view.getUint16(pe + 6, true);
  within(pe + 24, 2, 'the optional header');
  const sections = pe + 24 + view.getUint16(pe + 20, true);
  const directory = directoryOf(view, pe);
  if (directory === null) return null;
  within(directory, 8, 'the data directory of the CLI header');
  if (count > MOST_SECTIONS) throw new FormatError(`${count} sections announced`, pe + 6);
  within(sections, count * 40, 'the section table');
  const placeOf = (address: number): number => {
    for (let at = sections; at < sections + count * 40; at += 40) {
      const start = view.getUint32(at + 12, true);
      const size = Math.max(view.getUint32(at + 8, true), view.getUint32(at + 16, true));
      if (address >= start && address < start + size) return address - start + view.getUint32(at + 20, true);
    }
    throw new FormatError(`no section holds the address ${address}`, directory);
  };
  const address = view.getUint32(directory, true);
  if (address === 0) return null;
  const header = placeOf(address);
  within(header, 16, 'the CLI header');
  return streamsAt(view, placeOf(view.getUint32(header + 8, true)), within);
}

/** The streams that the metadata root at `root` names (II.24.2.1). */
function streamsAt(view: DataView, root: number, within: (at: number, length: number, what: string) => void): Metadata {
  within(root, 20, 'the metadata root');
  if (view.getUint32(root, true) !== 0x424a5342) throw new FormatError('the metadata root has another signature', root);
  const version = view.getUint32(root + 12, true);
  let at = root + 16 + version;
  within(at, 4, 'the list of metadata streams');
  const found: { -readonly [name in keyof Metadata]: ByteRange } = {
    tables: nothing,
    strings: nothing,
    blobs: nothing,
  };
  const count = view.getUint16(at + 2, true);
  if (count > MOST_STREAMS) throw new FormatError(`${count} metadata streams announced`, at + 2);
  at += 4;
  for (let i = 0; i < count; i++) {
    within(at, 12, 'a metadata stream');
    const range = { offset: root + view.getUint32(at, true), length: view.getUint32(at + 4, true) };
    let name = '';
    for (let end = at + 8; end < view.byteLength && view.getUint8(end) !== 0 && name.length < 32; end++)
      name += String.fromCharCode(view.getUint8(end));
    at += 8 + ((name.length + 4) & ~3);
    const stream = ({ '#~': 'tables', '#-': 'tables', '#Strings': 'strings', '#Blob': 'blobs' } as const)[name];
    // Of two of a name the runtimes take the first.
    if (stream === undefined || found[stream].length > 0) continue;
    within(range.offset, range.length, `the stream ${name}`);
    found[stream] = range;
  }
  return found;
}
