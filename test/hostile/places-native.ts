import { deflateSync } from 'node:zlib';
import { buildArchive } from '../build/ar.ts';
import { buildElf, type ElfDescription } from '../build/elf.ts';
import { buildFat, buildMachO } from '../build/macho.ts';
import { concat, fields } from '../build/zip.ts';
import { apk, ipa, type Payload, type Place, utf8 } from './place.ts';

type Wrap = (bytes: Uint8Array) => Uint8Array;

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function indexOf(bytes: Uint8Array, text: string, from = 0): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(text, from, 'latin1');
  if (at < 0) throw new Error(`no ${text}`);
  return at;
}

const library = (more: ElfDescription = {}) =>
  buildElf({ soname: 'libx.so', exports: ['go'], comment: 'clang', ...more });

/** Takes bytes away from the end of what a section header says its section has; the bytes stay where they are. */
function shrinkSection(elf: Uint8Array, content: Uint8Array, less: number): Uint8Array {
  const view = viewOf(elf);
  const start = indexOf(elf, latin1(content));
  const [table, count] = [Number(view.getBigUint64(40, true)), view.getUint16(60, true)];
  for (let i = 0; i < count; i++) {
    const at = table + 64 * i;
    if (Number(view.getBigUint64(at + 24, true)) !== start) continue;
    view.setBigUint64(at + 32, view.getBigUint64(at + 32, true) - BigInt(less), true);
    return elf;
  }
  throw new Error('no section has this content');
}

/** `.rodata` with SHF_COMPRESSED in place of its flags, as debug information has it. */
function packedSection(rodata: Uint8Array): Uint8Array {
  const made = library({ rodata });
  const view = viewOf(made);
  const start = indexOf(made, latin1(rodata));
  const [table, count] = [Number(view.getBigUint64(40, true)), view.getUint16(60, true)];
  for (let i = 0; i < count; i++) {
    const at = table + 64 * i;
    if (Number(view.getBigUint64(at + 24, true)) === start) view.setBigUint64(at + 8, 0x800n, true);
  }
  return made;
}

const elf: Readonly<Record<string, Wrap>> = {
  'behind the section headers': (bytes) => concat(library(), bytes),
  'between sections': (bytes) => {
    const rodata = concat(utf8('an ordinary constant\0'), bytes);
    return shrinkSection(library({ rodata }), rodata, bytes.length);
  },
  'in .rodata': (bytes) => library({ rodata: concat(new Uint8Array(16), bytes) }),
  'in .text': (code) => library({ code }),
  'in a note': (bytes) => library({ buildId: Buffer.from(bytes).toString('hex') }),
  'in .comment': (bytes) => library({ comment: latin1(bytes) }),
  'in read-only data of a file without sections': (rodata) => library({ rodata, sections: false }),
  'a section that is packed': (bytes) =>
    packedSection(concat(fields([4, 1], [4, 0], [8, bytes.length], [8, 1]), deflateSync(bytes))),
  'in .text of a 32-bit file': (code) => library({ code, class: 32 }),
};

const dylib = { fileType: 'dylib' as const, id: { name: '@rpath/X' } };

/** A load command nobody knows: an rpath's room under another number. */
function unknownCommand(bytes: Uint8Array): Uint8Array {
  const path = '@'.repeat(bytes.length + 32);
  const image = buildMachO({ ...dylib, rpaths: [path] });
  const at = indexOf(image, path);
  image.fill(0, at, at + path.length);
  image.set(bytes, at);
  viewOf(image).setUint32(at - 12, 0x7171, true);
  return image;
}

/** The section's header says fewer bytes than stand there. */
function textGap(bytes: Uint8Array): Uint8Array {
  const content = concat(utf8('an ordinary constant\0'), bytes);
  const image = buildMachO({ ...dylib, sections: [{ segment: '__TEXT', section: '__gap', bytes: content }] });
  viewOf(image).setBigUint64(indexOf(image, '__gap') + 40, BigInt(content.length - bytes.length), true);
  return image;
}

const macho: Readonly<Record<string, Wrap>> = {
  'behind __LINKEDIT': (bytes) => concat(buildMachO(dylib), bytes),
  'a gap in __TEXT': textGap,
  'an unknown load command': unknownCommand,
  'in a section of code': (bytes) =>
    buildMachO({ ...dylib, sections: [{ segment: '__TEXT', section: '__stubs', bytes, flags: 0x80000400 }] }),
  'in __TEXT,__const': (bytes) =>
    buildMachO({ ...dylib, sections: [{ segment: '__TEXT', section: '__const', bytes }] }),
  'in __DATA,__data': (bytes) => buildMachO({ ...dylib, sections: [{ segment: '__DATA', section: '__data', bytes }] }),
};

const thin = buildMachO(dylib);
const narrow = buildMachO({ ...dylib, arch: 'armv7' });
const members = [
  { arch: 'arm64' as const, bytes: thin },
  { arch: 'armv7' as const, bytes: narrow },
];

/** A slice's bytes grown, and its record not. */
function betweenSlices(bytes: Uint8Array): Uint8Array {
  const fat = buildFat([{ arch: 'arm64', bytes: concat(thin, bytes) }, members[1]!]);
  viewOf(fat).setUint32(8 + 12, thin.length, false);
  return fat;
}

const fat: Readonly<Record<string, Wrap>> = {
  'behind the last slice': (bytes) => concat(buildFat(members), bytes),
  'between slices': betweenSlices,
  'a slice that is not listed': (bytes) => {
    const whole = buildFat([...members, { arch: 'arm64e', bytes }]);
    viewOf(whole).setUint32(4, 2, false);
    return whole;
  },
  'before the first slice': (bytes) => {
    const hidden = concat(bytes, new Uint8Array(16 - (bytes.length % 16)));
    const whole = buildFat([{ arch: 'arm64', bytes: concat(hidden, thin) }, members[1]!]);
    const view = viewOf(whole);
    view.setUint32(16, view.getUint32(16, false) + hidden.length, false);
    view.setUint32(20, thin.length, false);
    return whole;
  },
};

const object = { name: 'a.o', data: thin, symbols: ['_go'] };
const unindexed = buildArchive([{ ...object, symbols: [] }]).subarray(8);
const head = (name: string, size: number) =>
  utf8(
    `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(size).padEnd(10)}\`\n`,
  );

const ar: Readonly<Record<string, Wrap>> = {
  'a member': (data) => buildArchive([object, { name: 'b.o', data }]),
  'behind the last member': (bytes) => concat(buildArchive([object]), bytes),
  'the table of long names': (bytes) =>
    concat(utf8('!<arch>\n'), head('//', bytes.length), bytes, utf8(bytes.length % 2 ? '\n' : ''), unindexed),
  'behind the symbols of the index': (bytes) => {
    const table = concat(fields([4, 0]), bytes);
    return concat(utf8('!<arch>\n'), head('/', table.length), table, utf8(table.length % 2 ? '\n' : ''), unindexed);
  },
};

const android = (format: string, wraps: Readonly<Record<string, Wrap>>): Place[] =>
  Object.entries(wraps).map(([name, wrap]) => ({
    format,
    name,
    platform: 'android',
    build: ({ bytes }: Payload) => apk([{ name: 'lib/arm64-v8a/libx.so', data: wrap(bytes) }]),
  }));

const ios = (format: string, file: string, wraps: Readonly<Record<string, Wrap>>): Place[] =>
  Object.entries(wraps).map(([name, wrap]) => ({
    format,
    name,
    platform: 'ios',
    build: ({ bytes }: Payload) => ipa({ [file]: wrap(bytes) }),
  }));

const extras: readonly Place[] = [
  {
    format: 'IPA',
    name: 'a plain resource',
    platform: 'ios',
    build: ({ bytes }) => ipa({ 'a.bin': bytes }),
  },
  { format: 'IPA', name: 'behind the end record', platform: 'ios', build: ({ bytes }) => ipa({}, { append: bytes }) },
  { format: 'IPA', name: 'comment of the archive', platform: 'ios', build: ({ bytes }) => ipa({}, { comment: bytes }) },
  {
    format: 'IPA',
    name: 'bytes before the archive',
    platform: 'ios',
    build: ({ bytes }) => ipa({}, { prepend: { bytes, fixed: true } }),
  },
];

export const nativePlaces: readonly Place[] = [
  ...android('ELF', elf),
  ...ios('Mach-O', 'a.dylib', macho),
  ...ios('fat Mach-O', 'a.dylib', fat),
  ...ios('ar', 'a.a', ar),
  ...extras,
];
