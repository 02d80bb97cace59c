import { FormatError } from '../../errors.ts';
import type { Anomaly, AnomalyCode } from '../../types.ts';
import { Problems } from '../problems.ts';

/** One id table: `offset` in `DexFile.bytes`, `count` the rows that fit into it. */
export interface DexTable {
  readonly offset: number;
  readonly count: number;
}

/**
 * What no compiler writes: `dex.endian-tag`, `dex.header-size`, `dex.header-offset` (of a container's header, not where
 * it is), `dex.file-size`, `dex.data-section` (ends behind file_size), `dex.trailing-bytes` (behind the data section, or
 * the last header of a container: where packers put code).
 */
export type DexAnomaly = Omit<Anomaly, 'path'>;

/** An opened DEX. All offsets are places in `bytes`. */
export interface DexFile {
  readonly bytes: Uint8Array;
  /** Where `bytes` starts in the content: 0 but for a container's header that lies about its place. */
  readonly base: number;
  readonly view: DataView;
  /** Three digits, such as `035`. */
  readonly version: string;
  readonly strings: DexTable;
  readonly types: DexTable;
  /** With `methods`, what call sites are told by: a later issue takes them. */
  readonly protos: DexTable;
  readonly fields: DexTable;
  readonly methods: DexTable;
  readonly classes: DexTable;
  /** Where the map_list says that it stands. */
  readonly map: number;
  /** Bytes of the header's own part: from it to the next header of a container, or to the end. */
  readonly size: number;
  /** Bytes that one visit may hand out: strings that overlap could cost the square of the file's size. */
  readonly allowance: number;
  /** What could not be read; the visits add to it. */
  readonly problems: Problems['list'];
  readonly anomalies: readonly DexAnomaly[];
}

/** Bytes of header_item up to version 040: no data lies before this offset. */
export const headerSize = 0x70;
/** Of version 041. */
export const containerHeaderSize = 0x78;
/**
 * A visit hands out at most this many times the bytes of the file. Real files stay below 1: their strings do not
 * overlap. One in which all ids name the same long string would cost the square of its size.
 */
const OVERLAP = 8;
/** Bytes that an id of a container may stand for on top, because the headers share their strings' data. */
const SHARED_STRING = 32;
/** Types and prototypes are named by 16-bit indices. */
const shortIndices = 0x10000;
const endianConstant = 0x12345678;

/** Whether these first bytes are the magic `dex\n0NN\0` of any version. */
export function isDex(head: Uint8Array): boolean {
  if (head.length < 8 || head[0] !== 0x64 || head[1] !== 0x65 || head[2] !== 0x78 || head[3] !== 0x0a) return false;
  return isDigit(head[4]!) && isDigit(head[5]!) && isDigit(head[6]!) && head[7] === 0;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/**
 * Reads the header (dex-format, header_item) of a DEX that is whole in memory; of a container, the first one. Checksum
 * and signature are not verified: no reader of the installed app does. A table that does not fit is clamped, with a
 * problem.
 * @throws FormatError without the magic or with less than a header
 */
export function openDex(bytes: Uint8Array): DexFile {
  return openHeader(bytes, 0, { left: bytes.length });
}

/** Bytes of id tables that the headers of one container have left: those of real ones do not overlap. */
export interface TableBudget {
  left: number;
}

/**
 * Reads the header at a place of the content. In version 041 (dex-format, "Container format") offsets count from the
 * container's start, which ART takes to be header_offset bytes before the header (dex_file.cc, GetDataRange).
 * @throws FormatError without the magic or with less than a header
 */
export function openHeader(content: Uint8Array, at: number, budget: TableBudget): DexFile {
  if (!isDex(content.subarray(at, at + 8))) throw new FormatError('no DEX magic', at);
  if (content.length - at < headerSize) throw new FormatError('the DEX header is cut off', content.length);
  const version = String.fromCharCode(content[at + 4]!, content[at + 5]!, content[at + 6]!);
  const isContainer = Number(version) >= 41;
  const base = isContainer ? containerStart(content, at) : at;
  const bytes = content.subarray(base);
  const header = at - base;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const problems = new Problems();
  const anomalies: DexAnomaly[] = [];

  const table = (name: string, field: number, rowSize: number, most = 2 ** 32): DexTable => {
    const claimed = view.getUint32(header + field, true);
    const offset = view.getUint32(header + field + 4, true);
    const fitting = Math.min(most, Math.max(0, Math.floor((bytes.length - offset) / rowSize)));
    const allowed = isContainer ? Math.min(fitting, Math.floor(budget.left / rowSize)) : fitting;
    const count = Math.min(claimed, allowed);
    if (claimed > fitting) problems.add(header + field, `${name} claims ${claimed} rows at ${offset}, ${fitting} fit`);
    else if (claimed > allowed) problems.add(header + field, `${name} lies in tables of other headers: not read whole`);
    budget.left -= count * rowSize;
    return { offset, count };
  };
  const strings = table('string_ids', 56, 4);
  const types = table('type_ids', 64, 4, shortIndices);
  const protos = table('proto_ids', 72, 12, shortIndices);
  const fields = table('field_ids', 80, 8);
  const methods = table('method_ids', 88, 8);
  const classes = table('class_defs', 96, 32);

  const endianTag = view.getUint32(header + 40, true);
  if (endianTag !== endianConstant) {
    anomalies.push(anomaly('dex.endian-tag', header + 40, `endian_tag is 0x${endianTag.toString(16)}`));
  }
  const checked = { bytes, view, header, problems, anomalies };
  if (isContainer) checkContainer(checked, at);
  else checkSizes(checked);

  const claimedSize = view.getUint32(header + 32, true);
  const size = Math.min(claimedSize, bytes.length - header);
  const shared = isContainer ? strings.count * SHARED_STRING : 0;
  return {
    // One by one: an object that is spread gets a shape of its own each time, and what reads it is never optimised.
    bytes,
    base,
    view,
    version,
    strings,
    types,
    protos,
    fields,
    methods,
    classes,
    map: view.getUint32(header + 52, true),
    anomalies,
    size,
    allowance: (isContainer ? size : bytes.length) * OVERLAP + shared,
    problems: problems.list,
  };
}

/** Where offsets count from. A header_offset that leads before the content is of no use to ART either. */
function containerStart(content: Uint8Array, at: number): number {
  if (content.length - at < containerHeaderSize) return 0;
  const headerOffset = new DataView(content.buffer, content.byteOffset, content.byteLength).getUint32(at + 116, true);
  return Math.max(0, at - headerOffset);
}

function anomaly(code: AnomalyCode, offset: number, detail: string): DexAnomaly {
  return { code, offset, detail };
}

/** What the checks of one header read, and where they say what they find. */
interface Checked {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the header is in `bytes`. */
  readonly header: number;
  readonly problems: Problems;
  readonly anomalies: DexAnomaly[];
}

function checkSizes(checked: Checked): void {
  const { bytes, view, problems, anomalies } = checked;
  checkField(checked, { code: 'dex.header-size', name: 'header_size', at: 36, expected: headerSize });
  checkField(checked, { code: 'dex.file-size', name: 'file_size', at: 32, expected: bytes.length });
  const fileSize = view.getUint32(32, true);
  if (fileSize > bytes.length) problems.add(bytes.length, `the last ${fileSize - bytes.length} bytes are missing`);
  const dataSize = view.getUint32(104, true);
  if (dataSize === 0) return;
  const dataEnd = view.getUint32(108, true) + dataSize;
  // Compilers end a file with its data section; packers append code, with or without counting it in file_size.
  if (dataEnd < bytes.length) {
    anomalies.push(
      anomaly('dex.trailing-bytes', dataEnd, `${bytes.length - dataEnd} bytes lie behind the data section`),
    );
  }
  if (dataEnd > fileSize) {
    anomalies.push(anomaly('dex.data-section', 104, `the data section ends at ${dataEnd}, file_size is ${fileSize}`));
  }
}

/**
 * Version 041 (dex-format, "Container format"): headers that share data; data_size and data_off mean nothing.
 * @param place of the header in the content
 */
function checkContainer(checked: Checked, place: number): void {
  const { bytes, view, header, problems, anomalies } = checked;
  checkField(checked, { code: 'dex.header-size', name: 'header_size', at: 36, expected: containerHeaderSize });
  if (bytes.length - header < containerHeaderSize) {
    problems.add(bytes.length, 'the dex 041 header is cut off');
    return;
  }
  const headerOffset = view.getUint32(header + 116, true);
  if (headerOffset !== place) {
    const detail = `header_offset is ${headerOffset}, the header is at ${place}`;
    anomalies.push(anomaly('dex.header-offset', header + 116, detail));
  }
  checkField(checked, { code: 'dex.file-size', name: 'container_size', at: 112, expected: bytes.length });
  const fileSize = view.getUint32(header + 32, true);
  const left = bytes.length - header;
  if (fileSize > left) problems.add(header + 32, `file_size is ${fileSize}, ${left} bytes are left`);
  const containerSize = view.getUint32(header + 112, true);
  if (containerSize > bytes.length) {
    problems.add(bytes.length, `the last ${containerSize - bytes.length} bytes are missing`);
  }
}

/** A field of the header, by its place in it. */
interface ExpectedField {
  readonly code: AnomalyCode;
  readonly name: string;
  readonly at: number;
  readonly expected: number;
}

function checkField({ view, header, anomalies }: Checked, { code, name, at, expected }: ExpectedField): void {
  const value = view.getUint32(header + at, true);
  if (value !== expected) anomalies.push(anomaly(code, header + at, `${name} is ${value}, not ${expected}`));
}
