import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BudgetError, FormatError } from '../../src/errors.ts';
import { readPkcs7Certificates } from '../../src/formats/signing/pkcs7.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { webRuntime } from '../../src/runtime/web.ts';
import { buildCertificate, buildPkcs7, der, indefinite } from '../build/der.ts';
import { concat } from '../build/zip.ts';
import { mulberry32 } from '../rules/rules-of.ts';

const root = [['CN', 'Root']] as const;
const authority = buildCertificate({ subject: root, serial: 1 });
const maker = buildCertificate({
  subject: [
    ['C', 'US'],
    ['O', 'Maker, Inc.'],
    ['CN', 'Maker'],
  ],
  issuer: root,
  serial: 5,
});
const sibling = buildCertificate({ subject: [['CN', 'Other']], issuer: root, serial: 6 });

function read(bytes: Uint8Array): Uint8Array[] {
  return readPkcs7Certificates(bytes).map(({ offset, length }) => bytes.subarray(offset, offset + length));
}

describe('PKCS #7', () => {
  it('reads back the certificates, the signer’s first', () => {
    const certificates = [authority, sibling, maker];
    expect(read(buildPkcs7({ certificates, signer: { subject: root, serial: 5 } }))).toEqual([
      maker,
      authority,
      sibling,
    ]);
    expect(read(buildPkcs7({ certificates, signer: { subject: root, serial: 6 } }))).toEqual([
      sibling,
      authority,
      maker,
    ]);
    expect(read(buildPkcs7({ certificates, signer: { subject: [['CN', 'Nobody']], serial: 5 } }))).toEqual(
      certificates,
    );
    expect(read(buildPkcs7({ certificates }))).toEqual(certificates);
  });

  it('reads lengths that are indefinite, as Android does', () => {
    const bytes = buildPkcs7({
      certificates: [authority, maker],
      signer: { subject: root, serial: 5 },
      write: indefinite,
    });
    expect(bytes[1]).toBe(0x80);
    expect(read(bytes)).toEqual([maker, authority]);
  });

  it('certificates of any length form', () => {
    const sizes = [1, 100, 300, 70_000];
    const certificates = sizes.map((padding) => buildCertificate({ subject: root, padding }));
    expect(read(buildPkcs7({ certificates }))).toEqual(certificates);
    for (const certificate of certificates) expect(new X509Certificate(certificate).subject).toBe('CN=Root');
  });

  it('a signature without certificates has none', () => {
    const bytes = buildPkcs7({ certificates: [] });
    expect(read(bytes)).toEqual([]);
    expect(read(der(0x30, bytes.subarray(2, 13), der(0xa0, der(0x30, der(0x02, Uint8Array.of(1))))))).toEqual([]);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a manifest', new TextEncoder().encode('Signature-Version: 1.0\r\n')],
    ['a certificate', maker],
    ['PKCS #7 data of another type', der(0x30, Uint8Array.of(0x06, 1, 42), der(0xa0, der(0x30)))],
    ['a length of five bytes', Uint8Array.of(0x30, 0x85, 0, 0, 0, 0, 1, 0)],
    ['a length of 4 GB', Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0, 0)],
    ['an indefinite length without its end', Uint8Array.of(0x30, 0x80, 0x30, 0x80, 0, 0)],
    ['an indefinite length of a primitive', Uint8Array.of(0x30, 4, 0x06, 0x80, 0, 0)],
    ['a tag of several bytes', Uint8Array.of(0x3f, 0x81, 0x01, 0)],
  ])('refuses %s', (_name, bytes) => {
    expect(() => readPkcs7Certificates(bytes)).toThrow(FormatError);
  });

  it('tells none of more than 20: the signer’s own may stand behind them', () => {
    const many = (length: number) => buildPkcs7({ certificates: Array.from({ length }, () => maker) });
    expect(read(many(20))).toHaveLength(20);
    expect(() => read(many(21))).toThrow(new BudgetError('certificates', 20, 0).message);
  });

  it('walks a million nested indefinite lengths once', () => {
    const deep = new Uint8Array(2_000_000).map((_, i) => (i % 2 === 0 ? 0x30 : 0x80));
    const started = performance.now();
    expect(() => readPkcs7Certificates(concat(deep, new Uint8Array(2_000_000)))).toThrow(FormatError);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  const whole = buildPkcs7({ certificates: [authority, maker], signer: { subject: root, serial: 5 } });

  it('cut at every byte is a FormatError', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => readPkcs7Certificates(whole.subarray(0, length))).toThrow(FormatError);
    }
  });

  it('gives a value or a FormatError on 2000 seeded mutations, and no certificate outside', () => {
    const random = mulberry32(0x9c57);
    let opened = 0;
    for (let round = 0; round < 2000; round++) {
      const mutated = whole.slice();
      for (let i = 1 + Math.floor(random() * 3); i > 0; i--) {
        mutated[Math.floor(random() * mutated.length)] = Math.floor(random() * 256);
      }
      try {
        for (const { offset, length } of readPkcs7Certificates(mutated)) {
          expect(offset + length).toBeLessThanOrEqual(mutated.length);
          nodeRuntime.certificate(mutated.subarray(offset, offset + length));
        }
        opened++;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
    expect(opened).toBeGreaterThan(1000);
  });
});

describe('what a certificate says of itself', () => {
  it('under Node, names as RFC 4514 writes them', () => {
    expect(nodeRuntime.certificate(maker)).toEqual({
      subject: 'CN=Maker, O=Maker\\, Inc., C=US',
      issuer: 'CN=Root',
      serial: '05',
      notBefore: '2020-01-01T00:00:00.000Z',
      notAfter: '2049-12-31T23:59:59.000Z',
    });
  });

  it('a line end inside a name makes no part of its own', () => {
    const forged = buildCertificate({ subject: [['CN', 'Evil\nCN=Google']] });
    expect(nodeRuntime.certificate(forged)?.subject).toBe('CN=Evil\\0ACN=Google');
  });

  it('no name at all', () => {
    expect(nodeRuntime.certificate(buildCertificate({ subject: [] }))).toMatchObject({ subject: '', issuer: '' });
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['bytes', new Uint8Array(100).fill(0x30)],
    ['PEM', new TextEncoder().encode(new X509Certificate(maker).toString())],
    ['a date that is none', buildCertificate({ subject: root, notAfter: '991399000000Z' })],
  ])('%s: nothing', (_name, bytes) => {
    expect(nodeRuntime.certificate(bytes)).toBeNull();
  });

  it('elsewhere, nothing', () => {
    expect(webRuntime.certificate(maker)).toBeNull();
  });
});
