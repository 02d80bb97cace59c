import { FormatError } from '../../errors.ts';

/** ASN.1 tags as they stand in a file (X.690, 8.1.2): class, constructed, number. */
export const INTEGER = 0x02;
export const OBJECT_IDENTIFIER = 0x06;
export const SEQUENCE = 0x30;
export const SET = 0x31;
export const OCTET_STRING = 0x04;
/** The bit of a tag whose element is made of elements. */
export const CONSTRUCTED = 0x20;
export const CONTEXT_0 = 0xa0;

/** One element. Offsets are bytes from the start of the content. */
export interface Element {
  readonly tag: number;
  readonly start: number;
  /** The value is [content, end); after an indefinite length, two zeros follow it. */
  readonly content: number;
  readonly end: number;
  readonly next: number;
}

/** The element, where it has that tag. @throws FormatError */
export function expected(bytes: Uint8Array, element: Element, tag: number): Element {
  if (element.tag === tag) return element;
  const found = element.start < bytes.length ? `0x${element.tag.toString(16)}` : 'nothing';
  throw new FormatError(`${found} where the tag 0x${tag.toString(16)} must be`, element.start);
}

/** At most so many elements of a constructed one. */
export function* children(bytes: Uint8Array, parent: Element, most: number): Generator<Element> {
  for (let at = parent.content, count = 0; at < parent.end && count < most; count++) {
    const element = elementAt(bytes, at, parent.end);
    yield element;
    at = element.next;
  }
}

/** X.690, 8.1.2 to 8.1.5. @throws FormatError where it runs past `limit` */
export function elementAt(bytes: Uint8Array, start: number, limit: number): Element {
  const { tag, content, length } = headerAt(bytes, start, limit);
  if (length !== null) return { tag, start, content, end: content + length, next: content + length };
  const end = endOfContents(bytes, content, limit);
  return { tag, start, content, end, next: end + 2 };
}

/** `length` is null where it is indefinite, else it fits. */
function headerAt(bytes: Uint8Array, start: number, limit: number) {
  const cut = () => new FormatError('an ASN.1 element is cut off', Math.min(start, limit));
  if (start + 2 > limit) throw cut();
  const tag = bytes[start]!;
  // Nothing in SignedData has a number above 30, for which the tag would take several bytes.
  if ((tag & 0x1f) === 0x1f) throw new FormatError('an ASN.1 tag of several bytes', start);
  const first = bytes[start + 1]!;
  let content = start + 2;
  if (first === 0x80) {
    if ((tag & 0x20) === 0) throw new FormatError('an indefinite length of a primitive element', start);
    return { tag, content, length: null };
  }
  let length = first;
  if (first > 0x80) {
    const count = first & 0x7f;
    if (count > 4) throw new FormatError('an ASN.1 length of more than four bytes', start);
    if (content + count > limit) throw cut();
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + bytes[content++]!;
  }
  if (length > limit - content) throw cut();
  return { tag, content, length };
}

/** Where the two zeros are that end an element of indefinite length; what is nested in it is stepped over. */
function endOfContents(bytes: Uint8Array, start: number, limit: number): number {
  let open = 1;
  for (let at = start; ; ) {
    const { tag, content, length } = headerAt(bytes, at, limit);
    if (tag === 0 && length === 0) {
      open--;
      if (open === 0) return at;
    }
    if (length === null) open++;
    at = content + (length ?? 0);
  }
}
