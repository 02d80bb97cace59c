import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { FormatError } from '../../src/errors.ts';
import { type ByteRange, readBytes } from '../../src/formats/parsing.ts';
import { type ApkSigningBlock, readSigningBlock } from '../../src/formats/signing/apk.ts';
import { readZipDirectory } from '../../src/formats/zip/index.ts';
import { buildCertificate } from '../build/der.ts';
import { buildPairs, buildScheme, type PairDescription } from '../build/signing.ts';
import { buildZip, concat, fields } from '../build/zip.ts';
import { mulberry32 } from '../rules/rules-of.ts';

const maker = buildCertificate({ subject: [['CN', 'Maker']] });
const authority = buildCertificate({ subject: [['CN', 'Authority']], serial: 2 });
const next = buildCertificate({ subject: [['CN', 'Maker, next key']], serial: 3 });
const padding = { id: 0x42726577, value: new Uint8Array(800) };

/** An APK with these pairs, and where its block lies. */
function apk(pairs: readonly PairDescription[]): { file: Uint8Array; block: ByteRange } {
  const file = buildZip([{ name: 'AndroidManifest.xml', data: 'x' }], { signingBlock: buildPairs(pairs) });
  const { signingBlock } = readBytes(readZipDirectory(file.length, defaultBudgets), file);
  return { file, block: signingBlock! };
}

function read(pairs: readonly PairDescription[]): ApkSigningBlock & { certificates: Uint8Array[][] } {
  const { file, block } = apk(pairs);
  const result = readBytes(readSigningBlock(block, defaultBudgets), file);
  const certificates = result.signers.map((signer) =>
    signer.certificates.map(({ offset, length }) => file.subarray(offset, offset + length)),
  );
  return { ...result, certificates };
}

describe('APK Signing Block', () => {
  it('reads back the signers of every scheme, by the bytes of their certificates', () => {
    const result = read([
      buildScheme('v2', [[maker, authority], [next]]),
      buildScheme('v3', [[maker]]),
      buildScheme('v3.1', [[next]]),
      padding,
    ]);
    expect(result.signers.map(({ scheme }) => scheme)).toEqual(['v2', 'v2', 'v3', 'v3.1']);
    expect(result.certificates).toEqual([[maker, authority], [next], [maker], [next]]);
    expect(result).toMatchObject({ problems: [], payload: [] });
    expect(result.others).toMatchObject([{ id: 0x42726577, name: 'verity padding', size: 800 }]);
  });

  it('names what else is known, and lists what is not', () => {
    const ids = [0x504b4453, 0x2146444e, 0x2b09189e, 0x6dff800d, 0x71777777, 0x881155ff, 0x12345678];
    const { others, signers, payload } = read(ids.map((id, i) => ({ id, value: new Uint8Array(10 + i) })));
    expect(others.map(({ name, size }) => [name, size])).toEqual([
      ['dependency metadata, encrypted for Google Play', 10],
      ['Google Play frosting', 11],
      ['source stamp v1', 12],
      ['source stamp v2', 13],
      ['Walle channel', 14],
      ['VasDolly channel', 15],
      [null, 16],
    ]);
    expect([signers, payload]).toEqual([[], []]);
  });

  it('takes the first of two pairs of one scheme, as Android does', () => {
    const result = read([buildScheme('v2', [[maker]]), buildScheme('v2', [[next]])]);
    expect(result.certificates).toEqual([[maker]]);
    expect(result.others.map(({ name }) => name)).toEqual(['signature scheme v2, once more']);
  });

  it('reads a block without pairs', () => {
    expect(read([])).toMatchObject({ signers: [], others: [], problems: [] });
  });
});

describe('what hides in an APK Signing Block', () => {
  const big = 64 * 1024 + 1;
  it.each([
    ['an unknown id', [{ id: 0x12345678, value: new Uint8Array(big) }], [0x12345678]],
    [
      'unknown ids together',
      [
        { id: 0x1, value: new Uint8Array(40_000) },
        { id: 0x2, value: new Uint8Array(40_000) },
      ],
      [0x1, 0x2],
    ],
    ['padding that is none', [{ id: 0x42726577, value: new Uint8Array(big).fill(0x50) }], [0x42726577]],
    ['padding of more than a page', [{ id: 0x42726577, value: new Uint8Array(big) }], [0x42726577]],
    ['a known id', [{ id: 0x504b4453, value: new Uint8Array(1024 * 1024 + 1) }], [0x504b4453]],
    [
      'a scheme, behind its signers',
      [{ id: 0x7109871a, value: concat(buildScheme('v2', [[maker]]).value, new Uint8Array(1024 * 1024 + 1000)) }],
      [0x7109871a],
    ],
  ])('%s', (_name, pairs, ids) => {
    expect(read(pairs).payload.map(({ id }) => id)).toEqual(ids);
  });

  it('is nothing in what tools write', () => {
    const ordinary = [
      padding,
      { id: 0x504b4453, value: new Uint8Array(100_000) },
      { id: 9, value: new Uint8Array(99) },
    ];
    const large = buildCertificate({ subject: [['CN', 'Maker']], padding: 1_500_000 });
    expect(read([buildScheme('v2', [[large]]), ...ordinary])).toMatchObject({ payload: [], problems: [] });
  });
});

describe('hostile APK Signing Block', () => {
  const prefixed = (bytes: Uint8Array, length = bytes.length) => concat(fields([4, length]), bytes);
  const v2 = (value: Uint8Array): PairDescription => ({ id: 0x7109871a, value });
  const whole = buildScheme('v2', [[maker]]).value;

  it.each([
    ['a pair of no length', new Uint8Array(12)],
    ['a pair longer than the block', concat(fields([8, 1000], [4, 0x7109871a]), whole)],
    ['a pair of 2^63 bytes', concat(fields([4, 0], [4, 0x8000_0000], [4, 0x7109871a]), whole)],
    ['a pair cut off', new Uint8Array(5).fill(1)],
  ])('%s ends the reading with a problem', (_name, pairs) => {
    const file = buildZip([{ name: 'a', data: 'x' }], { signingBlock: concat(buildPairs([padding]), pairs) });
    const { signingBlock } = readBytes(readZipDirectory(file.length, defaultBudgets), file);
    const result = readBytes(readSigningBlock(signingBlock!, defaultBudgets), file);
    expect(result.problems).toEqual([
      {
        offset: signingBlock!.offset + 8 + 812,
        message: expect.stringMatching(/^the signing block ends inside a pair/),
        reason: 'malformed',
      },
    ]);
    expect(result.others).toHaveLength(1);
  });

  it.each([
    ['no value', new Uint8Array(0), 'runs past'],
    ['a signers length that lies', prefixed(whole.subarray(4), whole.length), 'runs past'],
    [
      'a signer without a certificate',
      prefixed(prefixed(prefixed(concat(prefixed(whole), prefixed(new Uint8Array(0)))))),
      'without',
    ],
    [
      'a certificate length that lies',
      prefixed(prefixed(prefixed(concat(fields([4, 0], [4, 8], [4, 5], [4, 0]))))),
      'runs past',
    ],
  ])('%s is a problem of that scheme alone', (_name, value, message) => {
    const result = read([v2(value), buildScheme('v3', [[next]])]);
    expect(result.certificates).toEqual([[next]]);
    expect(result.problems).toMatchObject([{ message: expect.stringContaining(message) }]);
  });

  it('one broken signer leaves the others', () => {
    const good = buildScheme('v2', [[maker]]).value.subarray(4);
    const result = read([v2(prefixed(concat(prefixed(Uint8Array.of(9, 9, 9)), good)))]);
    expect(result.certificates).toEqual([[maker]]);
    expect(result.problems).toHaveLength(1);
  });

  it('counts are bounded', () => {
    const pairs = read(Array.from({ length: 1500 }, (_, i) => ({ id: 0x10000 + i, value: new Uint8Array(0) })));
    expect(pairs.others).toHaveLength(1000);
    expect(pairs.problems.map(({ message }) => message)).toEqual(['more than 1000 pairs; the rest is not read']);
    const signers = read([
      buildScheme(
        'v2',
        Array.from({ length: 12 }, () => [maker]),
      ),
    ]);
    expect(signers.signers).toHaveLength(10);
    expect(signers.problems.map(({ message }) => message)).toEqual(['signature scheme v2: more than 10 signers']);
    const chain = read([buildScheme('v2', [Array.from({ length: 50 }, () => maker), [next]])]);
    expect(chain.certificates).toEqual([[next]]);
    expect(chain.problems).toHaveLength(1);
  });

  it('a scheme beyond the budget is not read', () => {
    const { file, block } = apk([buildScheme('v2', [[maker]])]);
    const result = readBytes(readSigningBlock(block, { ...defaultBudgets, documentBytes: 100 }), file);
    expect(result.signers).toEqual([]);
    expect(result.problems[0]!.message).toContain('documentBytes');
  });

  it('gives a value, cut at every byte of the file and of the block', () => {
    const { file, block } = apk([buildScheme('v2', [[maker]]), buildScheme('v3', [[maker, next]]), padding]);
    for (let length = 0; length < file.length; length += length < block.offset ? 97 : 1) {
      const result = readBytes(readSigningBlock(block, defaultBudgets), file.subarray(0, length));
      if (length < block.offset + 900) expect(result.problems.length).toBeGreaterThan(0);
    }
    for (let length = 32; length < block.length; length++) {
      const result = readBytes(readSigningBlock({ offset: block.offset, length }, defaultBudgets), file);
      for (const { certificates } of result.signers) {
        for (const each of certificates) expect(each.offset + each.length).toBeLessThanOrEqual(block.offset + length);
      }
    }
  });

  it('gives a value on 1000 seeded mutations, and no certificate outside the block', () => {
    const { file, block } = apk([buildScheme('v2', [[maker], [authority, next]]), padding]);
    const random = mulberry32(0x51617);
    let signed = 0;
    for (let round = 0; round < 1000; round++) {
      const mutated = file.slice();
      for (let i = 1 + Math.floor(random() * 4); i > 0; i--) {
        mutated[block.offset + Math.floor(random() * block.length)] = Math.floor(random() * 256);
      }
      const result = readBytes(readSigningBlock(block, defaultBudgets), mutated);
      if (result.signers.length > 0) signed++;
      for (const { certificates } of result.signers) {
        for (const each of certificates) {
          expect(each.offset).toBeGreaterThan(block.offset);
          expect(each.offset + each.length).toBeLessThan(block.offset + block.length);
        }
      }
    }
    expect(signed).toBeGreaterThan(700);
    expect(() => readBytes(readSigningBlock({ offset: 0, length: 0 }, defaultBudgets), file)).not.toThrow(FormatError);
  });
});
