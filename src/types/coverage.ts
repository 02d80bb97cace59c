export const coverageReasons = [
  'depth',
  'encrypted',
  'malformed',
  'budget',
  'missing',
  'unsupported',
  'password',
] as const;
export type CoverageReason = (typeof coverageReasons)[number];

/** What the content of an entry is, told by its first bytes and never by its name. Each has a row in features/kinds/. */
export const contentFormats = [
  'empty',
  'dex',
  'vdex',
  'elf',
  'macho',
  'class',
  'hermes',
  'ar',
  'pe',
  'windows',
  'assembly-store',
  'il2cpp',
  'zip',
  'gzip',
  'packed',
  'media',
  'resources',
  'text',
  'data',
] as const;
export type ContentFormat = (typeof contentFormats)[number];

/** What a line of coverage can be about: content, a document or part of the bundle, or what was kept of it all. */
export const formats = [
  ...contentFormats,
  'manifest',
  'plist',
  'signature',
  'metadata',
  'link',
  'file',
  'unread',
  'features',
  'endpoints',
  'report',
] as const;
export type Format = (typeof formats)[number];

export const coverageStates = ['read', 'partial', 'skipped', 'unreadable'] as const;
export type CoverageState = (typeof coverageStates)[number];

export interface Coverage {
  readonly path: string;
  readonly format: Format;
  readonly state: CoverageState;
  readonly reason: CoverageReason | null;
  /** Bytes from the start of the entry, or of the bundle for the archive itself. */
  readonly offset: number | null;
  readonly detail: string;
  /** False for what cannot hide an SDK (an image that was not searched). */
  readonly matters: boolean;
}

/** Stable names of anomalies, by the format that they are of. */
export const anomalyCodes = [
  'apk.dex-not-loaded',
  'apk.signing-block-payload',
  'axml.attribute-id',
  'axml.attribute-name',
  'axml.attribute-namespace',
  'axml.attribute-size',
  'axml.attribute-start',
  'axml.chunk-size',
  'axml.file-size',
  'axml.file-type',
  'axml.header-size',
  'axml.junk-chunk',
  'axml.raw-value',
  'axml.second-pool',
  'axml.second-root',
  'axml.string-count',
  'axml.string-length',
  'axml.string-offset',
  'axml.trailing-bytes',
  'axml.unbalanced-end',
  'axml.zero-size-chunk',
  'content.embedded',
  'dex.data-section',
  'dex.endian-tag',
  'dex.file-size',
  'dex.header-offset',
  'dex.header-size',
  'dex.magic',
  'dex.trailing-bytes',
  'elf.section-headers',
  'macho.platform',
  'set.package',
  'set.signer',
  'set.version',
  'zip.bad-extra-field',
  'zip.bad-offset',
  'zip.bad-size',
  'zip.crc-mismatch',
  'zip.directory-gap',
  'zip.directory-named-as-file',
  'zip.directory-size',
  'zip.directory-with-data',
  'zip.disk-number',
  'zip.duplicate-name',
  'zip.encryption-flag',
  'zip.entry-count',
  'zip.hostile-name',
  'zip.local-header-mismatch',
  'zip.not-utf8',
  'zip.orphan-entry',
  'zip.overlapping-entries',
  'zip.prepended-data',
  'zip.second-end-record',
  'zip.size-mismatch',
  'zip.trailing-data',
  'zip.unclaimed-data',
  'zip.unknown-method',
  'zip.zip64',
] as const;
export type AnomalyCode = (typeof anomalyCodes)[number];

/** Something about the container that an installer accepts and other readers do not, or that hides content. */
export interface Anomaly {
  readonly code: AnomalyCode;
  readonly path: string | null;
  readonly offset: number;
  readonly detail: string;
}
