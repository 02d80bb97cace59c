import { BudgetError, FormatError } from '../../errors.ts';
import type { ByteRange } from '../parsing.ts';

/** A chain has two to four. Of more none is told: the signer's own may be behind them. */
const MOST_CERTIFICATES = 20;

/** ASN.1 tags as they stand in a file (X.690, 8.1.2): class, constructed, number. */
const INTEGER = 0x02;
const OBJECT_IDENTIFIER = 0x06;
const SEQUENCE = 0x30;
const SET = 0x31;
const CONTEXT_0 = 0xa0;

/** 1.2.840.113549.1.7.2 */
const SIGNED_DATA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/** One element. Offsets are bytes from the start of the content. */
interface Element {
  readonly tag: number;
  readonly start: number;
  /** The value is [content, end); after an indefinite length, two zeros follow it. */
  readonly content: number;
  readonly end: number;
  readonly next: number;
}

/**
 * Certificates of a PKCS #7 SignedData (RFC 2315, 9; CMS is its successor), such as `META-INF/CERT.RSA`: that of the
 * first signer first, the rest as it comes. No signature is verified. Lengths may be indefinite, as Android allows.
 * @returns where each certificate's DER lies
 * @throws FormatError where the bytes are none, or an element runs past the one around it
 */
export function readPkcs7Certificates(bytes: Uint8Array): readonly ByteRange[] {
  const info = expected(bytes, elementAt(bytes, 0, bytes.length), SEQUENCE);
  const [type, explicit] = [...children(bytes, info, 2)];
  const isSignedData =
    type?.tag === OBJECT_IDENTIFIER &&
    type.end - type.content === SIGNED_DATA.length &&
    SIGNED_DATA.every((byte, i) => bytes[type.content + i] === byte);
  if (!isSignedData || explicit?.tag !== CONTEXT_0) throw new FormatError('no PKCS #7 SignedData', info.content);
  const signedData = expected(bytes, elementAt(bytes, explicit.content, explicit.end), SEQUENCE);
  // version, digestAlgorithms, contentInfo, [0] certificates, [1] crls, signerInfos
  const parts = [...children(bytes, signedData, 6)];
  const set = parts.find((part) => part.tag === CONTEXT_0);
  if (!set) return [];
  const held = [...children(bytes, set, MOST_CERTIFICATES + 1)];
  if (held.length > MOST_CERTIFICATES) throw new BudgetError('certificates', MOST_CERTIFICATES, held.at(-1)!.start);
  const certificates = held.filter((each) => each.tag === SEQUENCE);
  const signerInfos = parts.findLast((part) => part.tag === SET);
  const signer = signerInfos ? indexOfSigner(bytes, certificates, signerInfos) : -1;
  const ordered = signer < 0 ? certificates : [certificates[signer]!, ...certificates.toSpliced(signer, 1)];
  return ordered.map(({ start, next }) => ({ offset: start, length: next - start }));
}

/** The certificate with the issuer and serial number that the first SignerInfo names; -1 for none. */
function indexOfSigner(bytes: Uint8Array, certificates: readonly Element[], signerInfos: Element): number {
  const [info] = children(bytes, signerInfos, 1);
  if (info?.tag !== SEQUENCE) return -1;
  const [, id] = children(bytes, info, 2);
  if (id?.tag !== SEQUENCE) return -1;
  const [issuer, serial] = children(bytes, id, 2);
  if (!issuer || !serial) return -1;
  return certificates.findIndex((certificate) => {
    const named = issuerAndSerial(bytes, certificate);
    return named !== null && areSame(bytes, named.issuer, issuer) && areSame(bytes, named.serial, serial);
  });
}

/** Certificate { TBSCertificate { [0] version, serialNumber, signature, issuer, … }, … } (RFC 5280, 4.1). */
function issuerAndSerial(bytes: Uint8Array, certificate: Element): { issuer: Element; serial: Element } | null {
  const [signed] = children(bytes, certificate, 1);
  if (signed?.tag !== SEQUENCE) return null;
  const fields = [...children(bytes, signed, 4)];
  if (fields[0]?.tag === CONTEXT_0) fields.shift();
  const [serial, , issuer] = fields;
  return serial?.tag === INTEGER && issuer?.tag === SEQUENCE ? { issuer, serial } : null;
}

function areSame(bytes: Uint8Array, a: Element, b: Element): boolean {
  if (a.next - a.start !== b.next - b.start) return false;
  for (let i = 0; i < a.next - a.start; i++) if (bytes[a.start + i] !== bytes[b.start + i]) return false;
  return true;
}

function expected(bytes: Uint8Array, element: Element, tag: number): Element {
  if (element.tag === tag) return element;
  const found = element.start < bytes.length ? `0x${element.tag.toString(16)}` : 'nothing';
  throw new FormatError(`${found} where the tag 0x${tag.toString(16)} must be`, element.start);
}

/** At most so many elements of a constructed one. */
function* children(bytes: Uint8Array, parent: Element, most: number): Generator<Element> {
  for (let at = parent.content, count = 0; at < parent.end && count < most; count++) {
    const element = elementAt(bytes, at, parent.end);
    yield element;
    at = element.next;
  }
}

/** X.690, 8.1.2 to 8.1.5. */
function elementAt(bytes: Uint8Array, start: number, limit: number): Element {
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
