import { commands, type Layout } from './macho-commands.ts';
import { bindOpcodes, chainedFixups, codeSignature, exportTrie, symbolTable } from './macho-linkedit.ts';
import { fillObjc, objcSections } from './macho-objc.ts';
import type { FatMember, MachODescription, MachOSection } from './macho-types.ts';
import { strings, utf8, Writer } from './macho-writer.ts';

export type * from './macho-types.ts';

const FILE_TYPES = { object: 1, execute: 2, dylib: 6, bundle: 8 };
const CPU = { arm64: [0x0100000c, 0], armv7: [12, 9] } as const;
const CODE = { arm64: [0xc0, 0x03, 0x5f, 0xd6], armv7: [0x1e, 0xff, 0x2f, 0xe1] };
const CSTRING_LITERALS = 2;
const PURE_INSTRUCTIONS = 0x80000400;

function align(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

/**
 * Writes a little-endian Mach-O that llvm's tools read without complaint. Segments are packed without page alignment,
 * so that files stay small.
 */
export function buildMachO(image: MachODescription): Uint8Array {
  const { arch = 'arm64', fileType = 'dylib', fixups = 'opcodes' } = image;
  const bits = arch === 'arm64' ? 64 : 32;
  const pointer = bits / 8;
  const isObject = fileType === 'object';
  const dylibs = (image.dylibs ?? []).map((dylib) => (typeof dylib === 'string' ? { name: dylib } : dylib));
  const imports = image.imports ?? [];

  const sections: MachOSection[] = [
    { segment: '__TEXT', section: '__text', bytes: Uint8Array.from(CODE[arch]), flags: PURE_INSTRUCTIONS },
  ];
  const literals = (section: string, values: readonly string[] | undefined) => {
    if (values) sections.push({ segment: '__TEXT', section, bytes: strings(values), flags: CSTRING_LITERALS });
  };
  literals('__cstring', image.cstrings);
  const objc = objcSections(image, bits);
  sections.push(...objc.filter(({ segment }) => segment === '__TEXT'));
  literals('__objc_methname', image.selectors);
  sections.push(...(image.sections ?? []).filter(({ segment }) => segment === '__TEXT'));
  const slots = new Uint8Array(pointer * imports.length);
  if (!isObject) sections.push({ segment: '__DATA', section: '__got', bytes: slots });
  sections.push(...objc.filter(({ segment }) => segment === '__DATA'));
  sections.push(...(image.sections ?? []).filter(({ segment }) => segment === '__DATA'));

  const linkEdit = (textAt: number): Map<string, Uint8Array> => {
    const parts = new Map<string, Uint8Array>();
    if (!isObject) {
      const names = dylibs.map(({ name }) => name);
      const exports = (image.exports ?? []).map((name) => (typeof name === 'string' ? { name } : name));
      if (fixups === 'opcodes') {
        let slot = 0;
        for (const table of ['bind', 'weak', 'lazy'] as const) {
          const own = imports.filter((name) => (name.table ?? 'bind') === table);
          parts.set(table, bindOpcodes(own, table, names, 1, slot, pointer));
          slot += own.length;
        }
      } else
        parts.set('fixups', chainedFixups(imports, names, { format: fixups, segments: 3, pointers: image.pointers }));
      parts.set('exports', exportTrie(exports, textAt));
    }
    if (image.symbols) {
      const table = symbolTable(image.symbols, bits, textAt);
      parts.set('symbols', table.entries);
      parts.set('strings', table.strings);
    }
    if (image.entitlements !== undefined || image.identifier !== undefined || image.teamId !== undefined) {
      const entitlements = image.entitlements === undefined ? undefined : utf8(image.entitlements);
      parts.set('signature', codeSignature(image.identifier ?? 'unnamed', image.teamId, entitlements));
    }
    return parts;
  };

  const place = (commandBytes: number): Layout => {
    let at = (bits === 64 ? 32 : 28) + commandBytes;
    let text = 0;
    const placed = sections.map((section) => {
      if (section.segment === '__DATA' && text === 0) text = align(at, 16);
      const offset = align(at, 16);
      at = offset + section.bytes.length;
      return { ...section, offset };
    });
    const data = align(at, 16);
    at = data;
    const parts = new Map<string, { offset: number; bytes: Uint8Array }>();
    for (const [kind, bytes] of linkEdit(placed[0]!.offset)) {
      // An empty table has no place: llvm checks that offsets do not go backwards.
      parts.set(kind, { offset: bytes.length === 0 ? 0 : align(at, 16), bytes });
      if (bytes.length > 0) at = align(at, 16) + bytes.length;
    }
    return { sections: placed, text: text === 0 ? data : text, data, linkEdit: parts, end: at };
  };

  // Commands have the same length whatever the layout puts into them.
  const draft = commands(image, dylibs, bits, place(0));
  const layout = place(draft.bytes.length);
  const { bytes: commandBytes, count } = commands(image, dylibs, bits, layout);
  const header = new Writer().u32(bits === 64 ? 0xfeedfacf : 0xfeedface, ...CPU[arch], FILE_TYPES[fileType]);
  header.u32(count, commandBytes.length, isObject ? 0 : 0x85); // NOUNDEFS, DYLDLINK, TWOLEVEL
  if (bits === 64) header.u32(0);

  const bytes = new Uint8Array(layout.end);
  bytes.set(header.done(), 0);
  bytes.set(commandBytes, header.length);
  for (const section of layout.sections) bytes.set(section.bytes, section.offset);
  fillObjc(bytes, image, layout.sections, bits);
  for (const part of layout.linkEdit.values()) bytes.set(part.bytes, part.offset);
  if (image.encrypted) {
    for (let at = layout.sections[0]!.offset, noise = 1; at < layout.text; at++) {
      noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
      bytes[at] = noise >>> 24;
    }
  }
  return bytes;
}

const FAT_CPU = { ...CPU, x86_64: [0x01000007, 3], i386: [7, 3], arm64e: [0x0100000c, 0x80000002], armv7s: [12, 11] };

/** @param bits width of offsets: 64 writes the magic CAFEBABF */
export function buildFat(members: readonly FatMember[], bits: 32 | 64 = 32): Uint8Array {
  const writer = new Writer(false).u32(bits === 64 ? 0xcafebabf : 0xcafebabe, members.length);
  let at = align(8 + members.length * (bits === 64 ? 32 : 20), 16);
  const first = at;
  for (const { arch, bytes } of members) {
    writer.u32(...FAT_CPU[arch]);
    if (bits === 64) writer.u64(at).u64(bytes.length).u32(4, 0);
    else writer.u32(at, bytes.length, 4);
    at = align(at + bytes.length, 16);
  }
  const fat = new Uint8Array(at);
  fat.set(writer.done());
  let offset = first;
  for (const { bytes } of members) {
    fat.set(bytes, offset);
    offset = align(offset + bytes.length, 16);
  }
  return fat;
}
