import { ContentError } from '../errors.ts';
import type { Prefetcher } from './prefetcher.ts';

/** Bytes that can be read by position: a file, a blob, an array, or a stored entry of an archive. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /**
   * The bytes at [offset, offset + length), fewer where the content ends. A fresh or shared array that the source
   * never changes afterwards.
   */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
  /** Fills `into` from `offset` on and returns how many bytes came: spares the allocation in long streams. */
  readInto(into: Uint8Array, offset: number): number | Promise<number>;
  close(): void;
}

/** One file of a directory that is scanned as a bundle. `path` is relative, with `/`. */
export interface FileEntry {
  readonly path: string;
  readonly size: number;
  /** Never follows a link, and opens no other file than was listed. @throws ReadError */
  open(): ByteSource;
}

/** A symbolic link: listed, never opened. Where it leads is worked out among the paths of the bundle. */
export interface Link {
  readonly path: string;
  /** As it is written there; null where it cannot be read. */
  readonly target: string | null;
}

/** What stands in a directory and is no file that could be read. */
export interface Unlisted {
  readonly path: string;
  readonly reason: 'missing' | 'budget' | 'unsupported';
  readonly detail: string;
  /** False where everything was listed all the same. */
  readonly matters: boolean;
}

export interface Listing {
  readonly files: readonly FileEntry[];
  readonly links: readonly Link[];
  readonly unlisted: readonly Unlisted[];
}

export type InflateState = 'more' | 'end' | 'stopped';

/** Takes bytes, and says whether it wants more: at once, or when the event loop has turned. */
export type Take = (bytes: Uint8Array) => boolean | Promise<boolean>;

/** Raw deflate, streaming, one entry at a time. Output arrays are reused: take what is needed before returning. */
export interface Inflater {
  reset(): void;
  /**
   * Feeds compressed bytes. `out` returns false to stop early (a budget); its promise is awaited before more is inflated,
   * where the inflater can stop there, and else before the input that follows.
   * @throws FormatError-free: a broken stream rejects or throws InflateError
   */
  push(input: Uint8Array, out: Take): InflateState | Promise<InflateState>;
  /** Once `push` gave `end`: bytes of what was fed last that lie behind the stream. */
  readonly left: number;
}

/** A deflate stream that is broken. */
export class InflateError extends ContentError {}

export interface Hash {
  update(bytes: Uint8Array): void;
  /** Lower-case hex. */
  digest(): string;
}

/** What an X.509 certificate says of itself. Names as in RFC 4514, days as ISO 8601, the serial number hexadecimal. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** A file of a rules directory. `path` is relative to it. */
export interface RuleText {
  readonly path: string;
  readonly text: string;
  /** Why it was not read; `text` is empty then. */
  readonly refused?: string | undefined;
}

/** What the core needs of its surroundings. The only door to the operating system. */
export interface Runtime {
  /** @param most files and folders to list of a directory. @throws ScanError not-found, unreadable */
  open(path: string, most: number): { kind: 'file'; source: ByteSource } | ({ kind: 'directory' } & Listing);
  inflater(): Inflater;
  sha256(): Hash;
  /** Reads the file ahead of the scan, which closes it before the source; null where that is not worth it or not possible. */
  prefetcher(source: ByteSource): Prefetcher | null;
  /** Continues a CRC-32 (ISO 3309, as in ZIP). */
  crc32(bytes: Uint8Array, previous: number): number;
  /** The words of brotli (RFC 7932, Appendix A); null where they are not at hand: the sources alone, in a browser. */
  brotliDictionary(): Promise<Uint8Array | null>;
  /** Reads an X.509 certificate (DER); null where it is none, or nothing here can read one. Verifies nothing. */
  certificate(der: Uint8Array): CertificateFacts | null;
  /** Every JSON file of a rules directory. @throws ScanError */
  readRules(directory: string): readonly RuleText[];
  /** The directory of the rules that ship with the package. */
  readonly shippedRules: string;
  /** Lets timers, signals and progress run. */
  breathe(): Promise<void>;
}

/** Bytes in memory as a source. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length)),
    readInto(into, offset) {
      const piece = bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + into.length, bytes.length));
      into.set(piece);
      return piece.length;
    },
    close() {},
  };
}

/** A blob as a source: the one asynchronous one. */
export function blobSource(blob: Blob): ByteSource {
  const read = async (offset: number, length: number) =>
    new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
  return {
    size: blob.size,
    read,
    async readInto(into, offset) {
      const piece = await read(offset, into.length);
      into.set(piece);
      return piece.length;
    },
    close() {},
  };
}
