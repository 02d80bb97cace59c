import { FormatError } from '../../errors.ts';

/** How a value stands on the wire (protobuf.dev, "Encoding", seen 2026-11-26); groups are not read, as nothing writes them. */
export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A field of a message, in place. */
export interface Field {
  readonly number: number;
  readonly type: number;
  /** Where its value stands, in bytes from the start of the content: of `bytes`, without the length before it. */
  readonly start: number;
  readonly end: number;
  /** The lower 32 bits of a number; 0 for `bytes`. */
  readonly value: number;
}

/** Longest varint: ten bytes of seven bits. */
const LONGEST = 10;

/**
 * The fields of a message that lies at [start, end), in the order in which they stand; unknown ones as well.
 * @throws FormatError where a field does not fit, or is a group
 */
export function* fieldsOf(bytes: Uint8Array, start = 0, end = bytes.length): Generator<Field> {
  const varint = (at: number) => {
    let low = 0;
    let isLarge = false;
    for (let i = 0; i < LONGEST; i++) {
      if (at + i >= end) throw new FormatError('a number is cut off', at);
      const byte = bytes[at + i]!;
      const bits = byte & 0x7f;
      if (i < 5) low |= bits << (7 * i);
      // Of the fifth byte four bits are left for 32.
      isLarge ||= (i === 4 && bits > 0x0f) || (i > 4 && bits > 0);
      if (byte < 0x80) return { low: low >>> 0, isLarge, next: at + i + 1 };
    }
    throw new FormatError('a number of more than ten bytes', at);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = start; at < end; ) {
    const tag = varint(at);
    const number = tag.low >>> 3;
    const type = tag.low & 7;
    if (tag.isLarge || number === 0) throw new FormatError('no field has such a number', at);
    const fixed = type === wire.fixed64 ? 8 : type === wire.fixed32 ? 4 : 0;
    if (fixed > 0) {
      if (tag.next + fixed > end) throw new FormatError('a number is cut off', at);
      yield { number, type, start: tag.next, end: tag.next + fixed, value: view.getUint32(tag.next, true) };
      at = tag.next + fixed;
      continue;
    }
    if (type !== wire.varint && type !== wire.bytes) throw new FormatError(`wire type ${type} is not read`, at);
    const { low, isLarge, next } = varint(tag.next);
    const stop = type === wire.bytes ? next + low : next;
    if (type === wire.bytes && (isLarge || stop > end)) throw new FormatError('a field ends behind its message', at);
    yield type === wire.bytes
      ? { number, type, start: next, end: stop, value: 0 }
      : { number, type, start: tag.next, end: next, value: low };
    at = stop;
  }
}

/** The last field of a number and type, as protobuf takes it; null for none. @throws FormatError */
export function lastField(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  number: number,
  type: number = wire.bytes,
): Field | null {
  let found: Field | null = null;
  for (const field of fieldsOf(bytes, start, end)) if (field.number === number && field.type === type) found = field;
  return found;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export const textAt = (bytes: Uint8Array, { start, end }: { readonly start: number; readonly end: number }): string =>
  utf8.decode(bytes.subarray(start, end));
