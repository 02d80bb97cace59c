import { createHash, X509Certificate } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { ReadError, ScanError } from '../errors.ts';
import { everyWord } from './brotli-words.ts';
import { readRegularFile, reason } from './node-file.ts';
import { descriptors, fileSource, listFiles } from './node-files.ts';
import { nodeInflater } from './node-inflate.ts';
import { nodePrefetcher } from './node-prefetcher.ts';
import { readRules } from './node-rules.ts';
import type { CertificateFacts, Hash, Runtime } from './runtime.ts';

function open(path: string, most: number): ReturnType<Runtime['open']> {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return { kind: 'directory', ...listFiles(path, most) };
    if (!stat.isFile()) throw new ScanError('unreadable', `${path}: neither a file nor a directory`);
    return { kind: 'file', source: fileSource(path) };
  } catch (error) {
    if (error instanceof ScanError) throw error;
    if (reason(error) === 'ENOENT') throw new ScanError('not-found', `${path}: no such file or directory`);
    const why = error instanceof ReadError ? error.message : `cannot be read (${reason(error)})`;
    throw new ScanError('unreadable', `${path}: ${why}`, { cause: error });
  }
}

/** Whether a directory is, by any name, that of the rules which ship with the package. */
export function isShippedDirectory(directory: string): boolean {
  try {
    return realpathSync(directory) === realpathSync(nodeRuntime.shippedRules);
  } catch {
    return false;
  }
}

/** The optional peer dependency with registry data of addresses. */
export const addressesPackage = '@ip-location-db/geo-whois-asn-country-mmdb';

function installedDatabase(): string {
  try {
    return createRequire(import.meta.url).resolve(`${addressesPackage}/geo-whois-asn-country.mmdb`);
  } catch (error) {
    const way = `npm install ${addressesPackage}, or name an MMDB file`;
    throw new ScanError('bad-option', `registry data of addresses is not installed: ${way}`, { cause: error });
  }
}

/** Bytes; the largest that are sold have 300 MB. */
const MOST_OF_DATABASE = 512 * 1024 * 1024;

/** An address database whole: a file, or the optional peer dependency. @throws ScanError */
export function readAddressDatabase(file: string | undefined): Uint8Array {
  const bytes = readRegularFile(file ?? installedDatabase(), MOST_OF_DATABASE);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function sha256(): Hash {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
}

function certificate(der: Uint8Array): CertificateFacts | null {
  // OpenSSL would take PEM as well, which no signature holds.
  if (der[0] !== 0x30) return null;
  try {
    const { subject, issuer, serialNumber, validFrom, validTo } = new X509Certificate(der);
    return {
      subject: name(subject),
      issuer: name(issuer),
      serial: serialNumber,
      notBefore: new Date(validFrom).toISOString(),
      notAfter: new Date(validTo).toISOString(),
    };
  } catch {
    return null;
  }
}

/** OpenSSL gives one line for each part, in the order of the file; line ends inside a part are escaped. None is undefined. */
function name(lines: string | undefined): string {
  return (lines ?? '').split('\n').reverse().join(', ');
}

let words: Promise<Uint8Array> | null = null;

/** Node's own decoder knows them. */
function brotliDictionary(): Promise<Uint8Array> {
  words ??= promisify(zlib.brotliDecompress)(everyWord()).then((bytes) => new Uint8Array(bytes));
  return words;
}

export const nodeRuntime: Runtime = {
  open,
  inflater: nodeInflater,
  sha256,
  prefetcher(source) {
    const fd = descriptors.get(source);
    return fd === undefined ? null : nodePrefetcher(fd, source.size);
  },
  crc32: (bytes, previous) => zlib.crc32(bytes, previous),
  brotliDictionary,
  certificate,
  readRules,
  // The same from src/ (tests) and dist/ (the package).
  shippedRules: fileURLToPath(new URL('../../rules/', import.meta.url)),
  breathe: () => setImmediate(),
};
