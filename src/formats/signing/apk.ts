import type { Budgets } from '../../budgets.ts';
import { attempt, type Failed } from '../../coverage.ts';
import { BudgetError, FormatError } from '../../errors.ts';
import type { ByteRange, Parsing } from '../parsing.ts';
import { type Problem, Problems } from '../problems.ts';
import { u64, viewOf } from '../zip/records.ts';

export type ApkScheme = 'v2' | 'v3' | 'v3.1';

/** Who signed by one scheme. */
export interface ApkSigner {
  readonly scheme: ApkScheme;
  /** X.509 certificates (DER) in the file: the signer's own first, then what it is vouched for by. */
  readonly certificates: readonly ByteRange[];
}

/** An ID-value pair that holds no signers. */
export interface SigningPair {
  readonly id: number;
  /** What is known to be stored under the id; null for an unknown one. */
  readonly name: string | null;
  /** Of the value, in bytes from the start of the file. */
  readonly offset: number;
  /** Bytes of the value. */
  readonly size: number;
}

export interface ApkSigningBlock {
  readonly signers: readonly ApkSigner[];
  readonly others: readonly SigningPair[];
  /** Pairs of more bytes than signatures and their like need, where no installer looks; none in an ordinary block. */
  readonly payload: readonly SigningPair[];
  readonly problems: readonly Problem[];
}

/** frameworks/base, ApkSignatureSchemeV2Verifier and V3Verifier. */
const schemes: ReadonlyMap<number, ApkScheme> = new Map([
  [0x7109871a, 'v2'],
  [0xf05368c0, 'v3'],
  [0x1b93ad61, 'v3.1'],
]);

const VERITY_PADDING = 0x42726577;

/** tools/apksig names the first five; channel tools of Meituan and Tencent write the last two. */
const names: ReadonlyMap<number, string> = new Map([
  [VERITY_PADDING, 'verity padding'],
  [0x2b09189e, 'source stamp v1'],
  [0x6dff800d, 'source stamp v2'],
  [0x504b4453, 'dependency metadata, encrypted for Google Play'],
  [0x2146444e, 'Google Play frosting'],
  [0x71777777, 'Walle channel'],
  [0x881155ff, 'VasDolly channel'],
]);

/** An ordinary block has two to six. */
const MOST_PAIRS = 1000;
/** Android refuses more (apksig, MAX_APK_SIGNERS). */
const MOST_SIGNERS = 10;
const MOST_CERTIFICATES = 20;

/** Bytes that all unknown ids may hold together, and any one known id alone, before they count as a payload. */
const UNKNOWN_ALLOWED = 64 * 1024;
const KNOWN_ALLOWED = 1024 * 1024;

/** The size behind which the pairs stand, and the footer: that size again and the magic. */
const SIZE_BYTES = 8;
const FOOTER = 24;
const PAIR_HEADER = 12;

/**
 * Reads the APK Signing Block (source.android.com, "APK signature scheme v2"): who signed, and what else lies there. No
 * signature and no digest is verified. Of several pairs with a scheme's id, Android takes the first; so does this.
 * @param block `ZipDirectory.signingBlock`
 */
export function* readSigningBlock(block: ByteRange, budgets: Budgets): Parsing<ApkSigningBlock> {
  const problems = new Problems();
  const signers: ApkSigner[] = [];
  const others: SigningPair[] = [];
  const seen = new Set<ApkScheme>();
  const unknown: SigningPair[] = [];
  const payload: SigningPair[] = [];
  const end = block.offset + block.length - FOOTER;
  let pairs = 0;
  for (let at = block.offset + SIZE_BYTES; at < end; ) {
    if (pairs++ >= MOST_PAIRS) {
      problems.add(at, `more than ${MOST_PAIRS} pairs; the rest is not read`, 'budget');
      break;
    }
    const header = yield { offset: at, length: PAIR_HEADER };
    const view = viewOf(header);
    const length = header.length < PAIR_HEADER ? 0 : u64(view, 0);
    // The length counts the id of four bytes in.
    if (length < 4 || length > end - at - 8) {
      problems.add(at, `the signing block ends inside a pair (${end - at} bytes are left)`);
      break;
    }
    const id = view.getUint32(8, true);
    const scheme = schemes.get(id);
    const pair: SigningPair = { id, name: nameOf(id), offset: at + PAIR_HEADER, size: length - 4 };
    at += 8 + length;
    if (scheme !== undefined && !seen.has(scheme)) {
      seen.add(scheme);
      const found = yield* readScheme(pair, scheme, budgets, problems);
      signers.push(...found);
      const certificates = found.flatMap((signer) => signer.certificates).reduce((sum, { length }) => sum + length, 0);
      if (pair.size - certificates > KNOWN_ALLOWED) payload.push(pair);
      continue;
    }
    others.push(pair);
    if (pair.name === null || (id === VERITY_PADDING && !(yield* isZero(pair)))) unknown.push(pair);
    else if (pair.size > KNOWN_ALLOWED) payload.push(pair);
  }
  if (unknown.reduce((sum, { size }) => sum + size, 0) > UNKNOWN_ALLOWED) payload.push(...unknown);
  return { signers, others, payload, problems: problems.list };
}

function nameOf(id: number): string | null {
  const scheme = schemes.get(id);
  return scheme === undefined ? (names.get(id) ?? null) : `signature scheme ${scheme}, once more`;
}

/** Padding fills up to a multiple of 4096 with zeros; anything else under its id is no padding. */
function* isZero({ offset, size }: SigningPair): Parsing<boolean> {
  if (size >= 4096) return false;
  const bytes = yield { offset, length: size };
  return bytes.every((byte) => byte === 0);
}

function* readScheme(
  pair: SigningPair,
  scheme: ApkScheme,
  budgets: Budgets,
  problems: Problems,
): Parsing<readonly ApkSigner[]> {
  if (pair.size > budgets.documentBytes) {
    problems.failed(new BudgetError('documentBytes', budgets.documentBytes, pair.offset), `signature scheme ${scheme}`);
    return [];
  }
  const bytes = yield { offset: pair.offset, length: pair.size };
  const signers: ApkSigner[] = [];
  const failed: Failed = (_, error) => problems.failed(error, `signature scheme ${scheme}`);
  attempt(() => {
    const sequence = new Prefixed(bytes, 0, bytes.length, pair.offset).next();
    while (!sequence.isAtEnd) {
      if (signers.length >= MOST_SIGNERS) throw new FormatError(`more than ${MOST_SIGNERS} signers`, sequence.offset);
      const signer = sequence.next();
      attempt(() => signers.push({ scheme, certificates: certificatesOf(signer) }), failed);
    }
  }, failed);
  return signers;
}

/** signer: signed data { digests, certificates, … }, …; every one behind its length. v3 adds fields behind these. */
function certificatesOf(signer: Prefixed): ByteRange[] {
  const signed = signer.next();
  signed.next();
  const sequence = signed.next();
  const certificates: ByteRange[] = [];
  while (!sequence.isAtEnd) {
    if (certificates.length >= MOST_CERTIFICATES) {
      throw new BudgetError('certificates', MOST_CERTIFICATES, sequence.offset);
    }
    const { offset, length } = sequence.next();
    certificates.push({ offset, length });
  }
  if (certificates.length === 0) throw new FormatError('a signer without a certificate', sequence.offset);
  return certificates;
}

/** Values behind lengths of four bytes, inside a stretch that none of them leaves. */
class Prefixed {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  /** Of `#bytes` in the file. */
  readonly #base: number;
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number, base: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#base = base;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** Where it goes on, in the file. */
  get offset(): number {
    return this.#base + this.#at;
  }

  /** Bytes that are left. */
  get length(): number {
    return this.#end - this.#at;
  }

  next(): Prefixed {
    const start = this.#at + 4;
    const length = start <= this.#end ? viewOf(this.#bytes).getUint32(this.#at, true) : 0;
    if (start > this.#end || length > this.#end - start) {
      throw new FormatError(`a value runs past the ${this.length} bytes around it`, this.offset);
    }
    this.#at = start + length;
    return new Prefixed(this.#bytes, start, this.#at, this.#base);
  }
}
