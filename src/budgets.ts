/**
 * Every limit in one table. They count bytes, objects, depth and steps, never time, so that the same input always
 * stops at the same place. Sizes are bytes.
 */
export interface Budgets {
  /**
   * Entries of one archive's central directory, and of all archives of a bundle together. A game of 1 GB has 60,000, and a
   * ZIP archive without ZIP64, which is all that Android reads, 65,535 at most; more than that takes over 256 MiB.
   */
  readonly entries: number;
  /** Bytes of the file or directory that is the bundle: its digest reads them all. */
  readonly bundleBytes: number;
  /** Inflated bytes of one entry. */
  readonly entryBytes: number;
  /** Inflated bytes of the whole bundle, nested archives included. */
  readonly totalBytes: number;
  /** Bytes a reader may hold at once (a DEX whole, a string table). */
  readonly heldBytes: number;
  /** Archives inside archives. */
  readonly nesting: number;
  /** Bytes of an archive inside an archive. */
  readonly nestedBytes: number;
  /** Objects of one property list. */
  readonly plistObjects: number;
  /** Objects of all property lists of a bundle, and their bytes. An app of 2,000 frameworks has 100,000 in 4 MiB. */
  readonly allPlistObjects: number;
  readonly allPlistBytes: number;
  readonly plistDepth: number;
  /** Bytes of one property list or manifest. */
  readonly documentBytes: number;
  /** Elements of one binary XML document. */
  readonly xmlElements: number;
  /** Load commands of one Mach-O slice. */
  readonly loadCommands: number;
  readonly slices: number;
  /** Symbols, imports or exports of one binary. */
  readonly symbols: number;
  /** Nodes of one export trie. */
  readonly trieNodes: number;
  /** Members of one static archive. */
  readonly archiveMembers: number;
  /** Bytes of the names that one archive's directory may hold. */
  readonly nameBytes: number;
  /** Scripts that one page loads, and bytes of the URL of one. A page written by a bundler has a dozen. */
  readonly pageScripts: number;
  readonly scriptUrlBytes: number;
  /** Hits of one kind that are looked at in one entry; the rest is counted. */
  readonly hitsPerKind: number;
  /** Pieces of evidence kept for one clue in one entry; the rest is counted. */
  readonly evidencePerClue: number;
  /** Endpoints kept for the whole bundle; the rest is counted in coverage. */
  readonly endpoints: number;
}

const MiB = 1024 * 1024;

export const defaultBudgets: Budgets = Object.freeze({
  entries: 65_536,
  bundleBytes: 16 * 1024 * MiB,
  entryBytes: 1024 * MiB,
  totalBytes: 16 * 1024 * MiB,
  heldBytes: 64 * MiB,
  nesting: 3,
  nestedBytes: 64 * MiB,
  plistObjects: 100_000,
  allPlistObjects: 1_000_000,
  allPlistBytes: 16 * MiB,
  plistDepth: 64,
  documentBytes: 4 * MiB,
  xmlElements: 200_000,
  loadCommands: 10_000,
  slices: 16,
  symbols: 2_000_000,
  trieNodes: 2_000_000,
  archiveMembers: 20_000,
  nameBytes: 16 * MiB,
  pageScripts: 2_000,
  scriptUrlBytes: 4_096,
  hitsPerKind: 65_536,
  evidencePerClue: 4,
  endpoints: 5_000,
});
