import { FormatError } from '../errors.ts';
import type { Anomaly } from '../types.ts';
import { Problems } from './problems.ts';

/** One id table: `offset` in bytes from the start of the file, `count` the rows that fit into it. */
export interface DexTable {
  readonly offset: number;
  readonly count: number;
}

/**
 * What no compiler writes: `dex.endian-tag`, `dex.header-size`, `dex.file-size`, `dex.data-section` (ends behind
 * file_size), `dex.trailing-bytes` (behind the data section: where packers put code).
 */
export type DexAnomaly = Omit<Anomaly, 'path'>;

/** An opened DEX. The counts are those of the clamped tables. */
export interface DexFile {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Three digits, such as `035`. */
  readonly version: string;
  readonly strings: DexTable;
  readonly types: DexTable;
  readonly protos: DexTable;
  readonly fields: DexTable;
  readonly methods: DexTable;
  readonly classes: DexTable;
  readonly stringCount: number;
  readonly typeCount: number;
  readonly protoCount: number;
  readonly fieldCount: number;
  readonly methodCount: number;
  readonly classCount: number;
  /** What could not be read; the visits add to it. */
  readonly problems: Problems['list'];
  readonly anomalies: readonly DexAnomaly[];
}

/** Bytes of header_item up to version 040: no data lies before this offset. */
export const headerSize = 0x70;
const containerHeaderSize = 0x78;
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
 * Reads the header (dex-format, header_item) of a DEX that is whole in memory. Checksum and signature are not verified:
 * no reader of the installed app does. A table that does not fit is clamped, with a problem.
 * @throws FormatError without the magic or with less than a header
 */
export function openDex(bytes: Uint8Array): DexFile {
  if (!isDex(bytes)) throw new FormatError('no DEX magic', 0);
  if (bytes.length < headerSize) throw new FormatError('the DEX header is cut off', bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = String.fromCharCode(bytes[4]!, bytes[5]!, bytes[6]!);
  const problems = new Problems();
  const anomalies: DexAnomaly[] = [];

  const table = (name: string, field: number, rowSize: number, most = 2 ** 32): DexTable => {
    const claimed = view.getUint32(field, true);
    const offset = view.getUint32(field + 4, true);
    const fitting = Math.min(most, Math.max(0, Math.floor((bytes.length - offset) / rowSize)));
    if (claimed > fitting) problems.add(field, `${name} claims ${claimed} rows at ${offset}, ${fitting} fit`);
    return { offset, count: Math.min(claimed, fitting) };
  };
  const strings = table('string_ids', 56, 4);
  const types = table('type_ids', 64, 4, shortIndices);
  const protos = table('proto_ids', 72, 12, shortIndices);
  const fields = table('field_ids', 80, 8);
  const methods = table('method_ids', 88, 8);
  const classes = table('class_defs', 96, 32);

  const endianTag = view.getUint32(40, true);
  if (endianTag !== endianConstant) {
    anomalies.push(anomaly('dex.endian-tag', 40, `endian_tag is 0x${endianTag.toString(16)}`));
  }
  if (Number(version) >= 41) checkContainer(bytes, view, problems, anomalies);
  else checkSizes(bytes, view, problems, anomalies);

  return {
    ...{ bytes, view, version, strings, types, protos, fields, methods, classes, anomalies },
    stringCount: strings.count,
    typeCount: types.count,
    protoCount: protos.count,
    fieldCount: fields.count,
    methodCount: methods.count,
    classCount: classes.count,
    problems: problems.list,
  };
}

function anomaly(code: string, offset: number, detail: string): DexAnomaly {
  return { code, offset, detail };
}

function checkSizes(bytes: Uint8Array, view: DataView, problems: Problems, anomalies: DexAnomaly[]): void {
  checkField(view, 'dex.header-size', 'header_size', 36, headerSize, anomalies);
  checkField(view, 'dex.file-size', 'file_size', 32, bytes.length, anomalies);
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

/** Version 041 (dex-format, "header_item"): headers that share data; data_size and data_off mean nothing. */
function checkContainer(bytes: Uint8Array, view: DataView, problems: Problems, anomalies: DexAnomaly[]): void {
  checkField(view, 'dex.header-size', 'header_size', 36, containerHeaderSize, anomalies);
  if (bytes.length < containerHeaderSize) {
    problems.add(bytes.length, 'the dex 041 header is cut off');
    return;
  }
  checkField(view, 'dex.file-size', 'container_size', 112, bytes.length, anomalies);
  const containerSize = view.getUint32(112, true);
  if (containerSize > bytes.length) {
    problems.add(bytes.length, `the last ${containerSize - bytes.length} bytes are missing`);
  }
  // Here file_size ends where the next header starts.
  const fileSize = view.getUint32(32, true);
  if (fileSize < containerSize || isDex(bytes.subarray(fileSize))) {
    problems.add(fileSize, 'dex 041 container: only the first of several headers was read');
  }
}

function checkField(
  view: DataView,
  code: string,
  name: string,
  offset: number,
  expected: number,
  anomalies: DexAnomaly[],
): void {
  const value = view.getUint32(offset, true);
  if (value !== expected) anomalies.push(anomaly(code, offset, `${name} is ${value}, not ${expected}`));
}
