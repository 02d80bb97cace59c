import { dexLength } from '../../formats/image.ts';
import type { ContentFormat, Format } from '../../types.ts';
import { ar } from './ar.ts';
import { assemblyStore } from './assembly-store.ts';
import { javaClass } from './class.ts';
import { dex } from './dex.ts';
import { elf } from './elf.ts';
import { gzip } from './gzip.ts';
import { hermes } from './hermes.ts';
import { il2cpp } from './il2cpp.ts';
import type { ContentKind } from './kind.ts';
import { macho } from './macho.ts';
import { media } from './media.ts';
import { packed } from './packed.ts';
import { pe, windows } from './pe.ts';
import { data, empty, text } from './plain.ts';
import { resources } from './resources.ts';
import { vdex } from './vdex.ts';
import { zip } from './zip.ts';

export type { ContainerKind, ContentKind, TableKind } from './kind.ts';

/** A row for each kind of content, in the order in which they are looked for: what no other is comes last. */
export const contentKinds: Readonly<Record<ContentFormat, ContentKind>> = {
  empty,
  dex,
  vdex,
  elf,
  macho,
  class: javaClass,
  hermes,
  ar,
  pe,
  windows,
  'assembly-store': assemblyStore,
  il2cpp,
  zip,
  gzip,
  packed,
  media,
  resources,
  text,
  data,
};

const rows = Object.entries(contentKinds) as [ContentFormat, ContentKind][];

/** What content of that format is; what has no row, such as a document, is data. */
export function kindOf(format: Format): ContentKind {
  return (contentKinds as Readonly<Partial<Record<Format, ContentKind>>>)[format] ?? data;
}

/** What an entry is, by its first bytes and never by its name. */
export function sniff(head: Uint8Array): ContentFormat {
  for (const [format, kind] of rows) if (format !== 'data' && kind.is(head)) return format;
  // A loader can put a magic back that was taken away.
  return dexLength(head) > 0 ? 'dex' : 'data';
}
