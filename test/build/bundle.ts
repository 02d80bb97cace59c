import type { PlistValue as BuildPlist } from 'plist';
import { buildBinaryXml, type XmlDescription } from './axml.ts';
import { buildDex, type DexDescription } from './dex.ts';
import { buildCode, type CodeClass } from './dex-code.ts';
import { buildElf, type ElfDescription } from './elf.ts';
import { buildMachO } from './macho.ts';
import type { MachODescription } from './macho-types.ts';
import { buildPlist } from './plist.ts';
import { buildZip } from './zip.ts';

/** One file of a described bundle: exactly one of these. */
export interface FileDescription {
  readonly plist?: Record<string, unknown>;
  readonly format?: 'xml' | 'binary';
  readonly macho?: MachODescription;
  readonly elf?: ElfDescription;
  readonly dex?: DexDescription;
  /** A DEX whose methods have bodies. */
  readonly code?: readonly CodeClass[];
  readonly axml?: XmlDescription;
  readonly text?: string;
  readonly bytes?: Uint8Array;
}

/** A bundle as JSON: what each file is made of. */
export interface BundleDescription {
  /** Where each part was seen; for people. */
  readonly about?: readonly string[];
  readonly files: Readonly<Record<string, FileDescription>>;
}

/** Writes the described bundle as a ZIP. Same description, same bytes. */
export function buildBundle(description: BundleDescription): Uint8Array {
  return buildZip(Object.entries(description.files).map(([name, file]) => ({ name, data: buildFile(name, file) })));
}

function buildFile(name: string, file: FileDescription): Uint8Array {
  if (file.plist) return buildPlist(file.plist as BuildPlist, file.format ?? 'binary');
  if (file.macho) return buildMachO(file.macho);
  if (file.elf) return buildElf(file.elf);
  if (file.dex) return buildDex(file.dex);
  if (file.code) return buildCode(file.code);
  if (file.axml) return buildBinaryXml(file.axml);
  if (file.text !== undefined) return new TextEncoder().encode(file.text);
  if (file.bytes) return file.bytes;
  throw new Error(`${name}: the description says nothing of what it holds`);
}
