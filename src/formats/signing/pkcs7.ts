import { BudgetError, FormatError } from '../../errors.ts';
import type { ByteRange } from '../parsing.ts';
import {
  CONSTRUCTED,
  CONTEXT_0,
  children,
  type Element,
  elementAt,
  expected,
  INTEGER,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  SEQUENCE,
  SET,
} from './der.ts';

/** A chain has two to four. Of more none is told: the signer's own may be behind them. */
const MOST_CERTIFICATES = 20;
/** Tools that stream write pieces of a kilobyte or more. */
const MOST_PIECES = 4096;

/** 1.2.840.113549.1.7.2 */
const SIGNED_DATA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/**
 * Certificates of a PKCS #7 SignedData (RFC 2315, 9; CMS is its successor), such as `META-INF/CERT.RSA`: that of the
 * first signer first, the rest as it comes. No signature is verified. Lengths may be indefinite, as Android allows.
 * @returns where each certificate's DER lies
 * @throws FormatError where the bytes are none, or an element runs past the one around it
 */
export function readPkcs7Certificates(bytes: Uint8Array): readonly ByteRange[] {
  const signedData = signedDataOf(bytes);
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

/**
 * What a PKCS #7 SignedData holds besides who signed: the content (RFC 5652, 5.2), as an `embedded.mobileprovision` holds a
 * property list. It may stand in pieces (X.690, 8.7.3), which are joined. No signature is verified.
 * @throws FormatError where the bytes are none, or are signed apart from what they sign
 * @throws BudgetError `pieces`
 */
export function readPkcs7Content(bytes: Uint8Array): Uint8Array {
  const signedData = signedDataOf(bytes);
  const [, , info] = children(bytes, signedData, 3);
  if (info?.tag !== SEQUENCE) throw new FormatError('the SignedData has no content', signedData.content);
  const [, explicit] = children(bytes, info, 2);
  if (explicit?.tag !== CONTEXT_0) throw new FormatError('what was signed is not in the SignedData', info.content);
  const content = elementAt(bytes, explicit.content, explicit.end);
  if (content.tag === OCTET_STRING) return bytes.subarray(content.content, content.end);
  const pieces = [...children(bytes, expected(bytes, content, OCTET_STRING | CONSTRUCTED), MOST_PIECES + 1)];
  if (pieces.length > MOST_PIECES) throw new BudgetError('pieces', MOST_PIECES, pieces.at(-1)!.start);
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.end - piece.content, 0));
  let at = 0;
  for (const piece of pieces) {
    const { content: start, end } = expected(bytes, piece, OCTET_STRING);
    joined.set(bytes.subarray(start, end), at);
    at += end - start;
  }
  return joined;
}

/**
 * The SignedData of a ContentInfo: version, digestAlgorithms, contentInfo, [0] certificates, [1] crls, signerInfos.
 * @throws FormatError where the bytes are none
 */
function signedDataOf(bytes: Uint8Array): Element {
  const info = expected(bytes, elementAt(bytes, 0, bytes.length), SEQUENCE);
  const [type, explicit] = [...children(bytes, info, 2)];
  const isSignedData =
    type?.tag === OBJECT_IDENTIFIER &&
    type.end - type.content === SIGNED_DATA.length &&
    SIGNED_DATA.every((byte, i) => bytes[type.content + i] === byte);
  if (!isSignedData || explicit?.tag !== CONTEXT_0) throw new FormatError('no PKCS #7 SignedData', info.content);
  return expected(bytes, elementAt(bytes, explicit.content, explicit.end), SEQUENCE);
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
