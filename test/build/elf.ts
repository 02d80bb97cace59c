/** What to write into an ELF shared object. Everything may be left out. */
export interface ElfDescription {
  class?: 32 | 64;
  /** `arm64`, `armv7`, `x86`, `x86_64`, `riscv64` or an e_machine number. */
  machine?: string | number;
  littleEndian?: boolean;
  soname?: string;
  needed?: readonly string[];
  exports?: readonly string[];
  imports?: readonly string[];
  rodata?: Uint8Array | readonly string[];
  /** Bytes of `.text`. */
  code?: Uint8Array;
  /** Hexadecimal. */
  buildId?: string;
  androidIdent?: { api: number; ndk: string | null };
  comment?: string;
  /** Bytes of a section `payload`, as .NET for Android has one. */
  payload?: Uint8Array;
  /** The content of `.rodata` has this symbol. */
  rodataSymbol?: string;
  /** Whether to write section headers; they are left out as a packer does. Default true. */
  sections?: boolean;
  /** Which hash table tells the number of symbols. Default `sysv`. */
  hash?: 'sysv' | 'gnu';
  /** One R+X segment for all constant bytes, as linkers made it until 2018; else one each for R and R+X. */
  joined?: boolean;
}

interface Part {
  name: string;
  type: number;
  flags: number;
  bytes: Uint8Array;
  align: number;
  link?: string;
  info?: number;
  entrySize?: number;
}

const MACHINES: Record<string, number> = { x86: 3, armv7: 40, x86_64: 62, arm64: 183, riscv64: 243 };
const R = 4;
const RW = 6;
const RX = 5;

/** Writes an ELF shared object as a linker lays it out: constants, code, then the dynamic section in a writable segment. */
export function buildElf(description: ElfDescription): Uint8Array {
  const wide = (description.class ?? 64) === 64;
  const littleEndian = description.littleEndian ?? true;
  const machine = description.machine ?? (wide ? 'arm64' : 'armv7');
  const word = wide ? 8 : 4;
  const pack = (...fields: [size: number, value: number][]) => packed(littleEndian, fields);
  const nameTable = new NameTable();

  const undefinedFirst = [
    ...(description.imports ?? []).map((name) => ({ name, section: 0 })),
    // SHN_ABS: a definition that belongs to no section.
    ...[
      ...(description.exports ?? []),
      ...(description.rodataSymbol === undefined ? [] : [description.rodataSymbol]),
    ].map((name) => ({ name, section: 0xfff1 })),
  ];
  const symbol = (name: number, info: number, section: number) =>
    wide
      ? pack([4, name], [1, info], [1, 0], [2, section], [8, 0], [8, 0])
      : pack([4, name], [4, 0], [4, 0], [1, info], [1, 0], [2, section]);
  const symbols = concat([
    symbol(0, 0, 0),
    ...undefinedFirst.map(({ name, section }) => symbol(nameTable.add(name), 0x12, section)),
  ]);
  const hash =
    description.hash === 'gnu'
      ? gnuHash(description.exports ?? [], (description.imports ?? []).length + 1, word, littleEndian)
      : packed(littleEndian, [
          [4, 1],
          [4, undefinedFirst.length + 1],
          [4, undefinedFirst.length > 0 ? 1 : 0],
          [4, 0],
          ...undefinedFirst.map((_, i): [number, number] => [4, i + 1 < undefinedFirst.length ? i + 2 : 0]),
        ]);
  const dynamicNames = [
    ...(description.needed ?? []).map((name) => [1, nameTable.add(name)] as const),
    ...(description.soname === undefined ? [] : [[14, nameTable.add(description.soname)] as const]),
  ];

  const notes: Part[] = [];
  const note = (name: string, owner: string, type: number, content: Uint8Array) => {
    const header = pack([4, owner.length + 1], [4, content.length], [4, type]);
    notes.push({
      name,
      type: 7,
      flags: 2,
      bytes: concat([header, padded(latin1(`${owner}\0`)), padded(content)]),
      align: 4,
    });
  };
  if (description.buildId !== undefined) note('.note.gnu.build-id', 'GNU', 3, fromHex(description.buildId));
  if (description.androidIdent) {
    const { api, ndk } = description.androidIdent;
    const release = ndk === null ? new Uint8Array(0) : new Uint8Array(128);
    if (ndk !== null) release.set(latin1(ndk));
    note('.note.android.ident', 'Android', 1, concat([pack([4, api]), release]));
  }
  const constants: Part[] = [
    ...notes,
    description.hash === 'gnu'
      ? { name: '.gnu.hash', type: 0x6ffffff6, flags: 2, bytes: hash, align: 8, link: '.dynsym' }
      : { name: '.hash', type: 5, flags: 2, bytes: hash, align: 4, link: '.dynsym', entrySize: 4 },
    {
      name: '.dynsym',
      type: 11,
      flags: 2,
      bytes: symbols,
      align: 8,
      link: '.dynstr',
      info: 1,
      entrySize: wide ? 24 : 16,
    },
    { name: '.dynstr', type: 3, flags: 2, bytes: nameTable.bytes(), align: 1 },
  ];
  if (description.rodata) {
    const bytes =
      description.rodata instanceof Uint8Array ? description.rodata : latin1(`${description.rodata.join('\0')}\0`);
    constants.push({ name: '.rodata', type: 1, flags: 2, bytes, align: 16 });
  }
  const code: Part[] = description.code
    ? [{ name: '.text', type: 1, flags: 6, bytes: description.code, align: 16 }]
    : [];
  const dynamicCount = dynamicNames.length + 6;
  const dynamicPart: Part = {
    name: '.dynamic',
    type: 6,
    flags: 3,
    bytes: new Uint8Array(dynamicCount * 2 * word),
    align: 8,
    link: '.dynstr',
    entrySize: 2 * word,
  };

  const groups = description.joined
    ? [{ flags: RX, parts: [...constants, ...code] }]
    : [{ flags: R, parts: constants }, ...(code.length > 0 ? [{ flags: RX, parts: code }] : [])];
  groups.push({ flags: RW, parts: [dynamicPart] });

  // Layout: the address is the offset, moved on by 64 KiB with every segment.
  const headerSize = wide ? 64 : 52;
  const segmentSize = wide ? 56 : 32;
  const segmentCount = groups.length + 1 + (notes.length > 0 ? 1 : 0);
  const placed = new Map<string, { part: Part; offset: number; address: number; index: number }>();
  let end = headerSize + segmentCount * segmentSize;
  const loads = groups.map(({ flags, parts }, i) => {
    let start = i === 0 ? 0 : Number.POSITIVE_INFINITY;
    for (const part of parts) {
      end = Math.ceil(end / part.align) * part.align;
      start = Math.min(start, end);
      placed.set(part.name, { part, offset: end, address: end + i * 0x10000, index: placed.size + 1 });
      end += part.bytes.length;
    }
    return { flags, offset: start, address: start + i * 0x10000, size: end - start };
  });
  const at = (name: string) => placed.get(name)!;
  if (description.rodataSymbol !== undefined) {
    // The last symbol: its value and its size.
    const { address, part } = at('.rodata');
    const place = symbols.length - (wide ? 16 : 12);
    symbols.set(pack([word, address], [word, part.bytes.length]), place);
  }

  const entries = [
    ...dynamicNames,
    [description.hash === 'gnu' ? 0x6ffffef5 : 4, at(description.hash === 'gnu' ? '.gnu.hash' : '.hash').address],
    [5, at('.dynstr').address],
    [6, at('.dynsym').address],
    [10, at('.dynstr').part.bytes.length],
    [11, wide ? 24 : 16],
    [0, 0],
  ] as const;
  dynamicPart.bytes = concat(entries.map(([tag, value]) => pack([word, tag], [word, value])));

  const segment = (type: number, flags: number, offset: number, address: number, size: number, align: number) =>
    wide
      ? pack([4, type], [4, flags], [8, offset], [8, address], [8, address], [8, size], [8, size], [8, align])
      : pack([4, type], [4, offset], [4, address], [4, address], [4, size], [4, size], [4, flags], [4, align]);
  const dynamicAt = at('.dynamic');
  const segments = loads.map(({ flags, offset, address, size }) => segment(1, flags, offset, address, size, 0x10000));
  segments.push(segment(2, RW, dynamicAt.offset, dynamicAt.address, dynamicPart.bytes.length, 8));
  if (notes.length > 0) {
    const first = at(notes[0]!.name);
    segments.push(
      segment(
        4,
        R,
        first.offset,
        first.address,
        notes.reduce((sum, { bytes }) => sum + bytes.length, 0),
        4,
      ),
    );
  }

  const unloaded: Part[] = [];
  const withSections = description.sections ?? true;
  if (withSections) {
    if (description.comment !== undefined)
      unloaded.push({
        name: '.comment',
        type: 1,
        flags: 0x30,
        bytes: latin1(`${description.comment}\0`),
        align: 1,
        entrySize: 1,
      });
    if (description.payload) {
      unloaded.push({ name: 'payload', type: 1, flags: 0, bytes: description.payload, align: 1 });
    }
    const names = new NameTable();
    for (const { part } of placed.values()) names.add(part.name);
    for (const { name } of unloaded) names.add(name);
    names.add('.shstrtab');
    unloaded.push({ name: '.shstrtab', type: 3, flags: 0, bytes: names.bytes(), align: 1 });
    for (const part of unloaded) {
      placed.set(part.name, { part, offset: end, address: 0, index: placed.size + 1 });
      end += part.bytes.length;
    }
  }
  const sectionHeaders = Math.ceil(end / 8) * 8;
  const sectionSize = wide ? 64 : 40;
  const sectionNames = new NameTable();
  const headers = withSections
    ? [
        new Uint8Array(sectionSize),
        ...[...placed.values()].map(({ part, offset, address }) =>
          pack(
            [4, sectionNames.add(part.name)],
            [4, part.type],
            [word, part.flags],
            [word, address],
            [word, offset],
            [word, part.bytes.length],
            [4, part.link ? at(part.link).index : 0],
            [4, part.info ?? 0],
            [word, part.align],
            [word, part.entrySize ?? 0],
          ),
        ),
      ]
    : [];

  const file = new Uint8Array(withSections ? sectionHeaders + headers.length * sectionSize : end);
  file.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, littleEndian ? 1 : 2, 1]);
  file.set(
    pack(
      [2, 3],
      [2, typeof machine === 'number' ? machine : MACHINES[machine]!],
      [4, 1],
      [word, 0],
      [word, headerSize],
      [word, withSections ? sectionHeaders : 0],
      [4, machine === 'armv7' ? 0x05000000 : 0],
      [2, headerSize],
      [2, segmentSize],
      [2, segmentCount],
      [2, withSections ? sectionSize : 0],
      [2, headers.length],
      [2, withSections ? at('.shstrtab').index : 0],
    ),
    16,
  );
  file.set(concat(segments), headerSize);
  for (const { part, offset } of placed.values()) file.set(part.bytes, offset);
  if (withSections) file.set(concat(headers), sectionHeaders);
  return file;
}

/** One bucket, a bloom filter that lets everything through, and the exports as one chain. */
function gnuHash(exports: readonly string[], symbolOffset: number, word: number, littleEndian: boolean): Uint8Array {
  const chain = exports.map((name, i): [number, number] => {
    let hash = 5381;
    for (const byte of latin1(name)) hash = (Math.imul(hash, 33) + byte) >>> 0;
    return [4, ((hash & ~1) | (i + 1 === exports.length ? 1 : 0)) >>> 0];
  });
  return packed(littleEndian, [
    [4, 1],
    [4, symbolOffset],
    [4, 1],
    [4, 0],
    ...Array.from({ length: word / 4 }, (): [number, number] => [4, 0xffffffff]),
    [4, exports.length > 0 ? symbolOffset : 0],
    ...chain,
  ]);
}

class NameTable {
  private text = '\0';

  add(name: string): number {
    const found = this.text.indexOf(`\0${name}\0`);
    if (found >= 0) return found + 1;
    this.text += `${name}\0`;
    return this.text.length - name.length - 1;
  }

  bytes(): Uint8Array {
    return latin1(this.text);
  }
}

function packed(littleEndian: boolean, fields: readonly [size: number, value: number][]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 1) view.setUint8(at, value);
    else if (size === 2) view.setUint16(at, value, littleEndian);
    else if (size === 4) view.setUint32(at, value, littleEndian);
    else view.setBigUint64(at, BigInt(value), littleEndian);
    at += size;
  }
  return bytes;
}

function padded(bytes: Uint8Array): Uint8Array {
  return concat([bytes, new Uint8Array((4 - (bytes.length % 4)) % 4)]);
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}
