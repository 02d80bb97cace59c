import type { Parsing } from '../parsing.ts';
import { type ElfImage, PT_NOTE } from './image.ts';
import { type Section, SHT_NOTE } from './sections.ts';

export interface ElfNotes {
  /** NT_GNU_BUILD_ID, hexadecimal. */
  buildId: string | null;
  /** `.note.android.ident`: the API level the library was built for, and the NDK release where noted (r14 and later). */
  androidIdent: { readonly api: number; readonly ndk: string | null } | null;
}

const NOTES = 64 * 1024;

/** Notes of all PT_NOTE segments and, since old linkers leave some out of them, all SHT_NOTE sections. */
export function* readNotes(image: ElfImage, sections: readonly Section[]): Parsing<ElfNotes> {
  const notes: ElfNotes = { buildId: null, androidIdent: null };
  const ranges = [
    ...image.segments
      .filter(({ type }) => type === PT_NOTE)
      .map(({ offset, fileSize }) => ({ offset, size: fileSize })),
    ...sections.filter(({ type }) => type === SHT_NOTE),
  ].sort((a, b) => a.offset - b.offset);
  let end = 0;
  let left = NOTES;
  for (const { offset, size } of ranges) {
    if (offset + size <= end || left <= 0) continue; // a section inside a segment that was read
    const bytes = yield* image.bytes(offset, Math.min(size, left));
    left -= Math.max(bytes.length, 16);
    end = Math.max(end, offset + size);
    readNoteList(image, bytes, notes);
  }
  return notes;
}

/** gABI, "Note Section": three words, then name and descriptor, each padded to four bytes. */
function readNoteList(image: ElfImage, bytes: Uint8Array, notes: ElfNotes): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { littleEndian } = image.header;
  let at = 0;
  while (at + 12 <= bytes.length) {
    const nameSize = view.getUint32(at, littleEndian);
    const size = view.getUint32(at + 4, littleEndian);
    const type = view.getUint32(at + 8, littleEndian);
    const start = at + 12 + Math.ceil(nameSize / 4) * 4;
    if (start + size > bytes.length) return;
    const owner = text(bytes.subarray(at + 12, at + 12 + nameSize));
    const descriptor = bytes.subarray(start, start + size);
    if (owner === 'GNU' && type === 3 && size <= 64) notes.buildId ??= hex(descriptor);
    if (owner === 'Android' && type === 1 && size >= 4)
      // ndk/sources/crt/crtbrand.S: API level, then 64 bytes of release and 64 bytes of build number.
      notes.androidIdent ??= {
        api: view.getUint32(start, littleEndian),
        ndk: size >= 68 ? text(descriptor.subarray(4, 68)) : null,
      };
    at = start + Math.ceil(size / 4) * 4;
  }
}

function text(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  return new TextDecoder('latin1').decode(nul < 0 ? bytes : bytes.subarray(0, nul));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const COMMENT = 4096;

/** The compilers that left their mark in `.comment`, one to a line. */
export function* readComment(image: ElfImage, sections: readonly Section[]): Parsing<string | null> {
  const section = sections.find(({ name }) => name === '.comment');
  if (!section) return null;
  const bytes = yield* image.bytes(section.offset, Math.min(section.size, COMMENT));
  const lines = new Set(new TextDecoder().decode(bytes).split('\0'));
  lines.delete('');
  return lines.size > 0 ? [...lines].join('\n') : null;
}
