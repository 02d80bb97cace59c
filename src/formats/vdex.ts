import { FormatError } from '../errors.ts';
import type { Parsing } from './parsing.ts';

/**
 * Code as a device keeps it beside a package: VDEX (AOSP art/runtime/vdex_file.h of Android 9 to 14), compact DEX, and the
 * optimised DEX of Android 4. No package needs one; what an app carries so, it loads by itself.
 */
const magics = { vdex: 'vdex', compact: 'cdex', optimised: 'dey\n' } as const;

/** Sections of Android 12 and later, and the DEX files of one: more than any has. */
const MOST_SECTIONS = 64;
const MOST_DEXES = 1000;
const DEX_SECTION = 1;
/** Bytes of a header up to `file_size`, which both forms of DEX have at one place. */
const DEX_HEAD = 36;

/** Bytes of the header before the check sums, by the version of VDEX. */
const headers: Readonly<Record<string, number>> = { '019': 20, '021': 28 };

export interface DeviceCode {
  readonly form: keyof typeof magics;
  /** Whether where its DEX files stand is known of its version. */
  readonly isKnown: boolean;
  /** Where they begin, in bytes from the start. */
  readonly dexes: readonly { readonly offset: number; readonly form: 'dex' | 'compact' | 'none' }[];
}

export function isDeviceCode(head: Uint8Array): boolean {
  return formOf(head) !== null && /^\d\d\d\0$/.test(text(head.subarray(4, 8)));
}

const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);

function formOf(head: Uint8Array): DeviceCode['form'] | null {
  // Every entry is asked.
  if (head[0] !== 0x76 && head[0] !== 0x63 && head[0] !== 0x64) return null;
  const magic = text(head.subarray(0, 4));
  return (Object.keys(magics) as DeviceCode['form'][]).find((form) => magics[form] === magic) ?? null;
}

/** Finds the DEX files inside. @throws FormatError where a header is cut off */
export function* readDeviceCode(size: number): Parsing<DeviceCode> {
  const head = (yield { offset: 0, length: 40 }).slice();
  const form = formOf(head);
  if (form === null) throw new FormatError('neither VDEX, compact DEX nor optimised DEX', 0);
  if (form === 'compact') return { form, isKnown: true, dexes: [{ offset: 0, form: 'compact' }] };
  if (head.length < 40) throw new FormatError('the header is cut off', head.length);
  const view = new DataView(head.buffer);
  if (form === 'optimised') {
    const offset = view.getUint32(8, true);
    return { form, isKnown: true, dexes: [yield* dexAt(offset)].map(({ form: own }) => ({ offset, form: own })) };
  }
  const version = text(head.subarray(4, 7));
  if (version === '027') {
    const section = yield* sectionOf(view.getUint32(8, true));
    return { form, isKnown: true, dexes: section ? yield* dexesIn(section.offset, section.end, 0) : [] };
  }
  const header = headers[version];
  if (header === undefined) return { form, isKnown: false, dexes: [] };
  if (text(head.subarray(8, 11)) === '000') return { form, isKnown: true, dexes: [] };
  // Check sums, then the header of the section: sizes of DEX files, of what they share, of what was made of them.
  const start = header + 4 * view.getUint32(12, true);
  const sizes = yield { offset: start, length: 12 };
  if (sizes.length < 12) throw new FormatError('the header of the DEX section is cut off', start);
  const length = new DataView(sizes.buffer, sizes.byteOffset).getUint32(0, true);
  return { form, isKnown: true, dexes: yield* dexesIn(start + 12, Math.min(size, start + 12 + length), 4) };
}

function* sectionOf(count: number): Parsing<{ readonly offset: number; readonly end: number } | null> {
  const rows = yield { offset: 12, length: 12 * Math.min(count, MOST_SECTIONS) };
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  for (let at = 0; at + 12 <= rows.length; at += 12) {
    if (view.getUint32(at, true) !== DEX_SECTION) continue;
    const offset = view.getUint32(at + 4, true);
    const length = view.getUint32(at + 8, true);
    return length === 0 ? null : { offset, end: offset + length };
  }
  return null;
}

/** @param before bytes that stand before each: an offset of what was made of its code, up to Android 11 */
function* dexesIn(from: number, end: number, before: number): Parsing<DeviceCode['dexes']> {
  const dexes: { offset: number; form: 'dex' | 'compact' | 'none' }[] = [];
  for (let at = from + before; at + DEX_HEAD <= end && dexes.length < MOST_DEXES; ) {
    const { form, length } = yield* dexAt(at);
    dexes.push({ offset: at, form });
    if (form === 'none' || length < DEX_HEAD) break;
    at = Math.ceil((at + length) / 4) * 4 + before;
  }
  return dexes;
}

function* dexAt(offset: number): Parsing<{ readonly form: 'dex' | 'compact' | 'none'; readonly length: number }> {
  const head = yield { offset, length: DEX_HEAD };
  if (head.length < DEX_HEAD) return { form: 'none', length: 0 };
  const length = new DataView(head.buffer, head.byteOffset).getUint32(32, true);
  const magic = text(head.subarray(0, 4));
  return { form: magic === 'dex\n' ? 'dex' : magic === magics.compact ? 'compact' : 'none', length };
}
