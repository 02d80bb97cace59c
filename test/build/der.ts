import { concat } from './zip.ts';

/** ASN.1 as X.690 writes it in DER, for certificates and the signatures around them. */

export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(...parts);
  if (content.length < 0x80) return concat(Uint8Array.of(tag, content.length), content);
  const length: number[] = [];
  for (let rest = content.length; rest > 0; rest >>>= 8) length.unshift(rest & 0xff);
  return concat(Uint8Array.of(tag, 0x80 | length.length, ...length), content);
}

/** The same content behind an indefinite length, as BER allows. */
export function indefinite(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(tag, 0x80), ...parts, Uint8Array.of(0, 0));
}

const text = (value: string) => new TextEncoder().encode(value);
const integer = (value: number) => der(0x02, Uint8Array.of(value));

function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const groups = [number & 0x7f];
    for (let left = number >>> 7; left > 0; left >>>= 7) groups.unshift(0x80 | (left & 0x7f));
    bytes.push(...groups);
  }
  return der(0x06, Uint8Array.from(bytes));
}

const attributes = { CN: '2.5.4.3', C: '2.5.4.6', O: '2.5.4.10' } as const;
const ed25519 = der(0x30, oid('1.3.101.112'));
const rsa = der(0x30, oid('1.2.840.113549.1.1.1'), der(0x05));

export interface CertificateDescription {
  /** In the order of the file. */
  readonly subject: readonly (readonly [keyof typeof attributes, string])[];
  /** Default: the subject. */
  readonly issuer?: CertificateDescription['subject'];
  /** Up to 127; default 1. */
  readonly serial?: number;
  /** `YYMMDDHHMMSSZ` */
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** Bytes under a private extension, to make it large. */
  readonly padding?: number;
}

function distinguishedName(parts: CertificateDescription['subject']): Uint8Array {
  const names = parts.map(([type, value]) =>
    der(0x31, der(0x30, oid(attributes[type]), der(type === 'C' ? 0x13 : 0x0c, text(value)))),
  );
  return der(0x30, ...names);
}

/** An X.509 certificate (RFC 5280) that readers accept; its key and signature are made up. */
export function buildCertificate(description: CertificateDescription): Uint8Array {
  const { subject, issuer = subject, serial = 1, padding = 0 } = description;
  const day = (value: string) => der(0x17, text(value));
  const extension = der(0x30, oid('1.3.6.1.4.1.99999.1'), der(0x04, new Uint8Array(padding)));
  const signed = der(
    0x30,
    der(0xa0, integer(2)),
    integer(serial),
    ed25519,
    distinguishedName(issuer),
    der(0x30, day(description.notBefore ?? '200101000000Z'), day(description.notAfter ?? '491231235959Z')),
    distinguishedName(subject),
    der(0x30, ed25519, der(0x03, Uint8Array.of(0), new Uint8Array(32).fill(7))),
    ...(padding > 0 ? [der(0xa3, der(0x30, extension))] : []),
  );
  return der(0x30, signed, ed25519, der(0x03, Uint8Array.of(0), new Uint8Array(64).fill(9)));
}

export interface Pkcs7Description {
  /** DER. */
  readonly certificates: readonly Uint8Array[];
  /** Issuer and serial number that the SignerInfo names. */
  readonly signer?: Pick<CertificateDescription, 'subject' | 'serial'>;
  /** What is signed, where it stands inside; META-INF has it beside. Several are the pieces of it. */
  readonly content?: readonly Uint8Array[];
  /** How the elements around the certificates are written; default `der`. */
  readonly write?: typeof der;
}

/** A PKCS #7 SignedData (RFC 2315), as META-INF or a provisioning profile has it. */
export function buildPkcs7({ certificates, signer, content, write = der }: Pkcs7Description): Uint8Array {
  const sha256 = der(0x30, oid('2.16.840.1.101.3.4.2.1'));
  const id = signer && der(0x30, distinguishedName(signer.subject), integer(signer.serial ?? 1));
  const info = id && der(0x30, integer(1), id, sha256, rsa, der(0x04, new Uint8Array(16).fill(5)));
  const signedData = write(
    0x30,
    integer(1),
    der(0x31, sha256),
    write(0x30, oid('1.2.840.113549.1.7.1'), ...(content ? [write(0xa0, octets(content, write))] : [])),
    write(0xa0, ...certificates),
    der(0x31, ...(info ? [info] : [])),
  );
  return write(0x30, oid('1.2.840.113549.1.7.2'), write(0xa0, signedData));
}

function octets(pieces: readonly Uint8Array[], write: typeof der): Uint8Array {
  const [only, ...others] = pieces.map((piece) => der(0x04, piece));
  return only && others.length === 0 ? only : write(0x24, ...(only ? [only] : []), ...others);
}
