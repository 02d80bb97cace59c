import { finished } from '../../src/allowance.ts';
import { defaultBudgets as budgets } from '../../src/budgets.ts';
import { readPrivacyManifest } from '../../src/bundle/privacy-manifest.ts';
import { readProfile } from '../../src/bundle/provisioning.ts';
import { readArchive } from '../../src/formats/ar.ts';
import { readAssemblyStore } from '../../src/formats/assembly-store.ts';
import { readBinaryXml } from '../../src/formats/axml/index.ts';
import { openAssembly } from '../../src/formats/cli/index.ts';
import { visitAllCodedStrings } from '../../src/formats/dex/coded.ts';
import { openDexes } from '../../src/formats/dex/container.ts';
import { definedPackages } from '../../src/formats/dex/packages.ts';
import { staticConstant, staticString, stringConstants } from '../../src/formats/dex/static.ts';
import { visitMethods, visitStrings, visitTypes } from '../../src/formats/dex/tables.ts';
import { readElf } from '../../src/formats/elf/index.ts';
import { gzipMember } from '../../src/formats/gzip.ts';
import { openIl2cpp } from '../../src/formats/il2cpp.ts';
import {
  ClassFile,
  classGaps,
  takeStrings,
  visitTypes as visitClassTypes,
  visitParts,
  visitReferences,
  visitTexts,
} from '../../src/formats/java-class/index.ts';
import { readFat, readMachO } from '../../src/formats/macho/index.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { readPlist } from '../../src/formats/plist/index.ts';
import { atOnce } from '../../src/formats/plist/parsing.ts';
import { readSigningBlock } from '../../src/formats/signing/apk.ts';
import { readPkcs7Certificates } from '../../src/formats/signing/pkcs7.ts';
import { locateEntry } from '../../src/formats/zip/entry.ts';
import { readZipDirectory } from '../../src/formats/zip/index.ts';

export const kinds = [
  'zip',
  'dex',
  'axml',
  'plist',
  'elf',
  'macho',
  'ar',
  'class',
  'gzip',
  'pkcs7',
  'pe',
  'store',
  'il2cpp',
  'profile',
  'privacy',
] as const;
export type Kind = (typeof kinds)[number];

const nothing = () => {};

/** Reads all that a format's reader can give. What it throws must be a FormatError. */
export const readers: Readonly<Record<Kind, (bytes: Uint8Array) => unknown>> = {
  zip(bytes) {
    const directory = readBytes(readZipDirectory(bytes.length, budgets), bytes);
    for (const entry of directory.entries.slice(0, 50)) readBytes(locateEntry(entry, bytes.length), bytes);
    if (directory.signingBlock) readBytes(readSigningBlock(directory.signingBlock, budgets), bytes);
    return directory;
  },
  dex(bytes) {
    return openDexes(bytes).map((dex) => {
      visitStrings(dex, nothing);
      visitTypes(dex, nothing);
      visitMethods(dex, nothing);
      staticString(dex, 'org.example.Main', 'V');
      let steps = 100_000;
      const spend = (asked: number) => {
        steps -= asked;
        return steps >= 0;
      };
      staticConstant(dex, { class: 'org.example.Main', field: 'V' }, spend);
      visitAllCodedStrings(dex, spend, nothing);
      return [definedPackages(dex), [...stringConstants(dex)], dex.problems];
    });
  },
  axml: (bytes) => readBinaryXml(bytes, budgets),
  plist: (bytes) => readPlist(bytes, budgets),
  elf: (bytes) => readBytes(readElf(bytes.length, budgets), bytes),
  macho(bytes) {
    const { slices } = readBytes(readFat(bytes.length, budgets), bytes);
    return slices.map((slice) => readBytes(readMachO(slice, budgets, true), bytes));
  },
  ar: (bytes) => readBytes(readArchive(bytes.length, budgets), bytes),
  class: (bytes) => {
    const file = new ClassFile(bytes);
    finished(visitClassTypes(file, nothing));
    finished(visitTexts(file, nothing));
    finished(visitReferences(file, nothing));
    const every = { constant: nothing, string: nothing };
    finished(visitParts(file, { attribute: (attribute) => takeStrings(file, attribute, () => true, every) }));
    classGaps(new ClassFile(bytes));
  },
  gzip: (bytes) => gzipMember(bytes, 0),
  pkcs7: (bytes) => readPkcs7Certificates(bytes),
  pe(bytes) {
    const assembly = openAssembly(bytes);
    if (assembly === null) return null;
    const { references, nativeLibraries, types, typeReferences, registered } = assembly;
    return [references, nativeLibraries, types, typeReferences, registered].map((list) => [...list].length);
  },
  store: (bytes) => readBytes(readAssemblyStore(bytes.length), bytes),
  il2cpp(bytes) {
    const { literals, types, assemblies } = openIl2cpp(bytes);
    return [literals.offsets.length, [...(types ?? [])].length, assemblies];
  },
  profile: (bytes) => atOnce(readProfile(bytes, budgets, { bytes: 0, objects: 0 })),
  privacy: (bytes) => atOnce(readPrivacyManifest(bytes, budgets, { bytes: 0, objects: 0 })),
};

/** What a file begins with says which reader it is for; null for text and what none reads. */
export function kindOf(bytes: Uint8Array): Kind | null {
  const word = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (word === 0x504b0304) return 'zip';
  if (word === 0x6465780a) return 'dex';
  if (word === 0x03000800) return 'axml';
  if (word === 0x62706c69 || word === 0x3c3f786d) return 'plist';
  if (word === 0x7f454c46) return 'elf';
  if (word === 0xcafebabe) return (bytes[7] ?? 0) < 20 ? 'macho' : 'class';
  if (word === 0xcffaedfe || word === 0xcefaedfe) return 'macho';
  if (word === 0x213c6172) return 'ar';
  if (word >>> 16 === 0x4d5a) return 'pe';
  if (word === 0x58414241) return 'store';
  if (word === 0xaf1bb1fa) return 'il2cpp';
  if (word >>> 16 === 0x1f8b) return 'gzip';
  return null;
}
