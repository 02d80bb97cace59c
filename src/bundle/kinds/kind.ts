import type { ByteSource } from '../../runtime/runtime.ts';
import type { BundleKind, Platform } from '../../types.ts';
import type { AppFacts, Reader, SignatureFacts } from '../app.ts';
import type { Archive } from '../archive.ts';

/** What may be a bundle: an archive or directory before anyone knows of what kind. */
export interface Candidate {
  readonly archive: Archive;
  /** Of all entries and links. */
  readonly paths: readonly string[];
  /** First bytes of the file; none of a directory. */
  readonly head: Uint8Array;
  readonly isDirectory: boolean;
  /** Name of the directory that is the application, where the caller named one by it; else empty. */
  readonly folder: string;
  readonly reader: Reader;
}

/** How a candidate fits a kind. */
export interface Fit {
  /** Folders of the applications, with `/` at their ends; one empty one where the bundle is the application. */
  readonly roots: readonly string[];
  /** Path that shows it. */
  readonly seen: string;
  /** What a reader of the report should know of how it was taken. */
  readonly notices: readonly string[];
}

/** A bundle of a kind, opened: where its applications stand. */
export interface Opening extends Pick<Candidate, 'archive' | 'folder' | 'reader'> {
  readonly roots: readonly string[];
  /** The file; null for a directory. */
  readonly source: ByteSource | null;
  /** Whether a rule asks for a key of a property list. */
  readonly wantsKey: (key: string) => boolean;
}

export const noSignatures: SignatureFacts = { signatures: [], signingBlock: [], coverage: [], anomalies: [] };

/** A kind of bundle: all that is particular to it. */
export interface Kind<K extends BundleKind = BundleKind> {
  readonly kind: K;
  readonly platform: Platform;
  /** What it is called, with its article. */
  readonly name: string;
  /** The applications that the platform's installer would find in it; null where it would refuse. */
  accepts(candidate: Candidate): Fit | null | Promise<Fit | null>;
  /** The same where no installer would take it, and people hand it in all the same. */
  resembles(candidate: Candidate): Fit | null;
  /** What the documents of its applications say. Readers that only one kind needs are loaded here. */
  app(opening: Opening): Promise<AppFacts>;
  /**
   * Whether the system, or what it starts, loads an entry as code by its place.
   * @param path in its unit
   * @param isExecutable whether a property list names it
   */
  isCode(path: string, isExecutable: boolean): boolean;
  /** Where a device has what stands there in a unit; left out where it is the same place. */
  installed?(place: string): string;
  signatures(opening: Opening): Promise<SignatureFacts>;
}
