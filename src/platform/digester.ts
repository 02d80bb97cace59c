import type { Hash } from './platform.ts';

/** What is computed over one content. */
export interface Digests {
  /** Lower-case hex; null where it was not asked for. */
  readonly sha256: string | null;
  /** ISO 3309, as in ZIP; null where it was not asked for. */
  readonly crc32: number | null;
}

/** One content on its way through. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** Where the next bytes can be put so that `update` need not copy them; null where they may be anywhere. */
  room(): Uint8Array | null;
  /** After the last bytes. */
  end(): void;
  /** Whether `result` can be had at once. */
  readonly ready: boolean;
  /** Waits where it is not ready. */
  result(): Digests;
}

export interface Wanted {
  readonly sha256: boolean;
  readonly crc32: boolean;
  /** Bytes to expect; never trusted. */
  readonly size: number;
}

/** Computes digests, one content after the other: here, or beside the scan where the platform has a way. */
export interface Digester {
  /** Ends the content before it. */
  begin(wanted: Wanted): Digest;
  /** SHA-256 of the whole bundle where it is computed beside the scan; null where the caller has to. */
  bundle(pause: () => Promise<void>): Promise<string | null>;
  close(): Promise<void>;
}

/** Digests computed on the spot. */
export function inlineDigester(sha256: () => Hash, crc32: (bytes: Uint8Array, previous: number) => number): Digester {
  return {
    begin(wanted) {
      const hash = wanted.sha256 ? sha256() : null;
      let crc = 0;
      return {
        update(bytes) {
          hash?.update(bytes);
          if (wanted.crc32) crc = crc32(bytes, crc);
        },
        room: () => null,
        end() {},
        ready: true,
        result: () => ({ sha256: hash?.digest() ?? null, crc32: wanted.crc32 ? crc : null }),
      };
    },
    bundle: async () => null,
    close: async () => {},
  };
}
