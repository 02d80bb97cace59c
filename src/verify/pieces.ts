import { ScanError } from '../errors.ts';
import { type Encoding, type EntrySpan, encodings } from '../types.ts';

/** A report of this schema is one that this version wrote. */
const SCHEMA = '2.0.0';

/** Bytes that the spans of one piece may have together: more than a report ever shows. */
const MOST_BYTES = 400;

/** More that are no evidence are no report. */
const MOST_MALFORMED = 1000;

/** What is compared of a piece of evidence. */
export interface Piece {
  readonly clue: string;
  readonly path: string;
  readonly text: string;
  readonly encoding: Encoding;
  readonly spans: readonly EntrySpan[];
  readonly entrySha256: string | null;
}

/** What a report says that can be read again. */
export interface Stated {
  readonly sha256: string;
  /** Each piece once, however often the report shows it. */
  readonly pieces: readonly Piece[];
  /** Where the report has a piece that none was made like: its place in the JSON. */
  readonly malformed: readonly string[];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isDigest = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/**
 * The reports of a JSON document: one, or the list that several bundles give; each bare, or beside the name of its file.
 * Files of which there is an error in place of a report are passed over.
 * @throws ScanError bad-report
 */
export function reportsOf(document: unknown): Stated[] {
  const list = Array.isArray(document) ? document : [document];
  if (list.length === 0) throw notAReport('it is an empty list');
  const scanned = list.filter((item) => !isObject(item) || !isObject(item.error) || 'report' in item);
  if (scanned.length === 0) throw notAReport('it has errors alone, and no report');
  return scanned.map((item) => stated(isObject(item) && isObject(item.report) ? item.report : item));
}

function notAReport(why: string): ScanError {
  return new ScanError('bad-report', `not a report of this Waybill (made with -o json=PATH, schema ${SCHEMA}): ${why}`);
}

function stated(report: unknown): Stated {
  if (!isObject(report)) throw notAReport('it is no object');
  if (report.schema === undefined) throw notAReport('it names no schema');
  if (report.schema !== SCHEMA) throw notAReport(`its schema is ${JSON.stringify(report.schema).slice(0, 40)}`);
  const sha256 = isObject(report.bundle) ? report.bundle.sha256 : undefined;
  if (!isDigest(sha256)) throw notAReport('it names no digest of a bundle');
  const pieces = new Map<string, Piece>();
  const malformed: string[] = [];
  visitEvidence(report, '$', 0, (value, place) => {
    const piece = pieceOf(value);
    if (piece) pieces.set(JSON.stringify(piece), piece);
    else if (malformed.push(place) > MOST_MALFORMED) throw notAReport(`of its evidence ${MOST_MALFORMED} are none`);
  });
  return { sha256, pieces: [...pieces.values()], malformed };
}

/** No report goes deeper: a hostile one would fill the stack. */
const DEEPEST = 64;

/** Calls `visit` with what stands where a report has evidence, be it evidence or not, and whatever else looks like it. */
function visitEvidence(held: unknown, place: string, depth: number, visit: (value: unknown, place: string) => void) {
  if (depth > DEEPEST) throw notAReport(`it is nested more than ${DEEPEST} deep`);
  if (Array.isArray(held)) {
    for (let i = 0; i < held.length; i++) visitOne(held[i], `${place}[${i}]`);
    return;
  }
  for (const [key, value] of Object.entries(held as object)) {
    const at = `${place}.${key}`;
    if (key === 'evidence' || key === 'at') {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      for (let i = 0; i < list.length; i++) visit(list[i], `${at}[${i}]`);
    } else if (key === 'versionAt' && value !== null) visit(value, at);
    else visitOne(value, at);
  }

  function visitOne(value: unknown, at: string): void {
    if (!isObject(value)) return;
    if (Object.hasOwn(value, 'entrySha256')) visit(value, at);
    else visitEvidence(value, at, depth + 1, visit);
  }
}

/** Null for what is no piece of evidence as a report has it. */
function pieceOf(value: unknown): Piece | null {
  if (!isObject(value)) return null;
  const { clue, path, text, spans, entrySha256 } = value;
  const encoding = encodings.find((known) => known === value.encoding);
  if (typeof clue !== 'string' || typeof path !== 'string' || typeof text !== 'string') return null;
  if (encoding === undefined || !Array.isArray(spans) || spans.length > MOST_BYTES) return null;
  if (entrySha256 !== null && !isDigest(entrySha256)) return null;
  const read: EntrySpan[] = [];
  let bytes = 0;
  for (const span of spans) {
    const { offset, length } = isObject(span) ? span : {};
    if (typeof offset !== 'number' || typeof length !== 'number') return null;
    if (!Number.isSafeInteger(offset + length) || !Number.isSafeInteger(offset)) return null;
    if (offset < 0 || length < 1) return null;
    read.push({ offset, length });
    bytes += length;
  }
  // Text that stands somewhere has bytes; a name, or what was made out of a form, has none.
  if (bytes > MOST_BYTES || (bytes === 0) !== (encoding === 'name' || encoding === 'decoded')) return null;
  return { clue, path, text, encoding, spans: read, entrySha256 };
}
