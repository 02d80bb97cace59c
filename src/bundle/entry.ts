import type { ByteRange } from '../formats/parsing.ts';
import type { Anomaly } from '../types.ts';
import type { Content, StreamEnd } from './content.ts';

/** One file of the bundle. */
export interface Entry {
  /** Unique in the bundle; `outer!inner` inside a nested archive. */
  readonly path: string;
  /** Inflated bytes as the container claims. */
  readonly size: number;
  /** Position in the container: reading in this order is one sweep. */
  readonly position: number;
  /** CRC-32 the container claims; null for a file of a directory. */
  readonly crc32: number | null;
  /** Whether the container marks it as a symbolic link: the content is its target then, for a system that makes links. */
  readonly link?: boolean;
  /** Whether the container marks it as encrypted: only content that is not as claimed really is. */
  readonly encrypted?: boolean;
  /** Whether bytes that it claims are claimed by another entry as well. */
  readonly overlaps?: boolean;
  /** Whether a local header alone says that it is one. */
  readonly unlisted?: boolean;
  locate(): Promise<Located>;
  /** Packed bytes as the container claims, where it packs. */
  readonly packed?: number;
  /** Where the content most likely lies, by its header alone: what `locate` finds may differ. @throws FormatError */
  likely?(): Promise<Content>;
}

/** The same for entries that may have the same content, by what their archives claim of it. */
export const repeatKey = ({ size, crc32 }: Pick<Entry, 'size' | 'crc32'>): string => `${size} ${crc32}`;

export interface Located {
  readonly content: Content;
  readonly anomalies: readonly Anomaly[];
  /** What the container leaves room for beside the content, once it has been read: ranges of the content's source. */
  beside?(end: StreamEnd): readonly ByteRange[] | Promise<readonly ByteRange[]>;
  close(): void;
}

/** What stands inside other content, as an entry. */
export function innerEntry(path: string, content: Content, position = 0): Entry {
  const locate = async () => ({ content, anomalies: [], close() {} });
  return { path, size: Math.max(0, content.claimed), position, crc32: null, locate };
}
