import { FormatError } from '../../errors.ts';
import { XmlAnomalies } from '../axml/anomalies.ts';
import { StringPool } from '../axml/strings.ts';

/** AOSP androidfw ResourceTypes.h, ResTable_header and what it holds. */
const chunk = { stringPool: 0x0001, table: 0x0002, package: 0x0200, type: 0x0201 } as const;
const headerBytes = 8;
const typeHeaderBytes = 20;

/** Strings whose offsets are looked at in the time of a step. */
const STRINGS_PER_STEP = 256;

/** Values of one type of resource in one configuration. */
export interface TypeChunk {
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  readonly entries: number;
  /** Where the table of offsets begins, and where the entries do. */
  readonly offsets: number;
  readonly values: number;
  /** BCP 47, such as `pt-BR`; empty for the default language. */
  readonly language: string;
  /** Whether the configuration asks for nothing: the one that every device can take. */
  readonly isDefault: boolean;
}

/** A compiled resource table, as far as what it holds can be found; nothing of a value is read yet. */
export interface ResourceTable {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly strings: StringPool | null;
  /** By package id x 256 + type id. */
  readonly types: ReadonlyMap<number, readonly TypeChunk[]>;
  /** Takes steps from what the scan may spend; false where there are none left. */
  readonly spend: Spend;
  /** Whether the table was read to its end; else values may be missing. */
  readonly isWhole: boolean;
}

export type Spend = (steps: number) => boolean;

/**
 * Finds the strings and the type chunks of a table: chunk sizes lead from one to the next, as the platform goes.
 * @param spend asked before each step that the table's size lengthens: a chunk, a type looked at, 256 strings
 * @throws FormatError where the bytes hold no table at all
 */
export function openResourceTable(bytes: Uint8Array, spend: Spend = () => true): ResourceTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint16(0, true) !== chunk.table) throw new FormatError('no resource table', 0);
  const types = new Map<number, TypeChunk[]>();
  let strings: StringPool | null = null;
  let isWhole = true;
  const pays = (steps: number) => {
    isWhole &&= spend(steps);
    return isWhole;
  };
  for (const { kind, start, end, body } of chunks(view, view.getUint16(2, true), bytes.length)) {
    if (!pays(1)) break;
    if (kind === chunk.stringPool && end - start >= 28 && strings === null) {
      const count = Math.min(view.getUint32(start + 8, true), (end - start) / 4);
      if (!pays(Math.ceil(count / STRINGS_PER_STEP))) break;
      strings = new StringPool(bytes, start, end, new XmlAnomalies());
    }
    if (kind !== chunk.package || end - start < 12) continue;
    const id = view.getUint32(start + 8, true) & 0xff;
    for (const inner of chunks(view, body, end)) {
      if (!pays(1)) break;
      if (inner.kind !== chunk.type || inner.end - inner.start < typeHeaderBytes + 4) continue;
      const key = id * 256 + bytes[inner.start + 8]!;
      const type = typeChunk(view, inner);
      const known = types.get(key);
      if (known) known.push(type);
      else types.set(key, [type]);
    }
  }
  return { bytes, view, strings, types, spend, isWhole };
}

interface Chunk {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
  /** Behind the chunk's own header. */
  readonly body: number;
}

function* chunks(view: DataView, from: number, to: number): Generator<Chunk> {
  for (let at = from; at + headerBytes <= to; ) {
    const size = view.getUint32(at + 4, true);
    if (size < headerBytes) return;
    const end = Math.min(to, at + size);
    const header = view.getUint16(at + 2, true);
    yield { kind: view.getUint16(at, true), start: at, end, body: Math.min(end, at + Math.max(headerBytes, header)) };
    at += size;
  }
}

function typeChunk(view: DataView, { start, end, body }: Chunk): TypeChunk {
  const config = start + typeHeaderBytes;
  const configEnd = Math.min(body, config + view.getUint32(config, true));
  return {
    start,
    end,
    flags: view.getUint8(start + 9),
    entries: view.getUint32(start + 12, true),
    offsets: body,
    values: start + view.getUint32(start + 16, true),
    language: languageOf(view, config, configEnd),
    isDefault: isZero(view, config + 4, configEnd),
  };
}

function isZero(view: DataView, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (view.getUint8(at) !== 0) return false;
  return true;
}

/** ResTable_config::locale: two letters each of language and country, three packed into two bytes. */
function languageOf(view: DataView, config: number, end: number): string {
  if (config + 12 > end) return '';
  const [language, country] = [letters(view, config + 8, 0x61), letters(view, config + 10, 0x30)];
  return country === '' ? language : `${language}-${country}`;
}

function letters(view: DataView, at: number, base: number): string {
  const [first, second] = [view.getUint8(at), view.getUint8(at + 1)];
  if (first === 0) return '';
  if ((first & 0x80) === 0) return String.fromCharCode(first, second);
  const packed = [second & 0x1f, ((second & 0xe0) >> 5) | ((first & 0x03) << 3), (first & 0x7c) >> 2];
  return String.fromCharCode(...packed.map((letter) => letter + base));
}
