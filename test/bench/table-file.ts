/** Writes one bundle whose only large part is one table of so many rows: `node table-file.js KIND ROWS FILE`. */
import { writeFileSync } from 'node:fs';
import { buildDex } from '../build/dex.ts';
import { buildZip } from '../build/zip.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Little-endian words of 1, 2, 4 or 8 bytes. */
function words(...fields: readonly (readonly [bytes: 1 | 2 | 4 | 8, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 8) view.setBigUint64(at, BigInt(value), true);
    else if (size === 4) view.setUint32(at, value, true);
    else if (size === 2) view.setUint16(at, value, true);
    else view.setUint8(at, value);
    at += size;
  }
  return bytes;
}

/** Names in one table, NUL after each, and where each begins. */
function nameTable(count: number, name: (i: number) => string): { bytes: Uint8Array; starts: Uint32Array } {
  const starts = new Uint32Array(count);
  const parts: string[] = ['\0'];
  for (let i = 0, at = 1; i < count; i++) {
    const each = `${name(i)}\0`;
    starts[i] = at;
    at += each.length;
    parts.push(each);
  }
  return { bytes: encode(parts.join('')), starts };
}

/** A library of one segment whose dynamic symbols have these names. */
function elf({ bytes, starts }: ReturnType<typeof nameTable>): Uint8Array {
  const table = new Uint8Array((starts.length + 1) * 24);
  const view = new DataView(table.buffer);
  starts.forEach((start, i) => {
    view.setUint32(24 * (i + 1), start, true);
    table[24 * (i + 1) + 4] = 0x12;
    view.setUint16(24 * (i + 1) + 6, 1, true);
  });
  const [hash, symbols] = [64 + 2 * 56 + 6 * 16, 64 + 2 * 56 + 6 * 16 + 8];
  const strings = symbols + table.length;
  const size = strings + bytes.length;
  const head = words(
    [4, 0x464c457f],
    [1, 2],
    [1, 1],
    [2, 1],
    [8, 0],
    [2, 3],
    [2, 183],
    [4, 1],
    [8, 0],
    [8, 64],
    [8, 0],
  );
  const rest = words([4, 0], [2, 64], [2, 56], [2, 2], [2, 0], [2, 0], [2, 0]);
  const segment = (type: number, offset: number, length: number) =>
    words([4, type], [4, 4], [8, offset], [8, offset], [8, offset], [8, length], [8, length], [8, 8]);
  const dynamic = [
    ...[4, hash, 5, strings, 6, symbols, 10, bytes.length, 0, 0, 0, 0].map((value) => [8, value] as const),
  ];
  const counts = words([4, 1], [4, starts.length + 1]);
  const segments = [segment(1, 0, size), segment(2, 64 + 112, 96)];
  return join([head, rest, ...segments, words(...dynamic), counts, table, bytes]);
}

/** An arm64 library with these tables of its link data. */
function macho(tables: { [kind in 'symbols' | 'strings' | 'binds' | 'trie' | 'fixups']?: Uint8Array }): Uint8Array {
  const order = ['symbols', 'strings', 'binds', 'trie', 'fixups'] as const;
  const commandBytes = 24 + 48 + 16;
  const places = new Map<string, number>();
  let at = 32 + commandBytes;
  for (const kind of order) {
    places.set(kind, at);
    at += tables[kind]?.length ?? 0;
  }
  const part = (kind: (typeof order)[number]) =>
    [
      [4, places.get(kind)!],
      [4, tables[kind]?.length ?? 0],
    ] as const;
  const head = words([4, 0xfeedfacf], [4, 0x0100000c], [4, 0], [4, 6], [4, 3], [4, commandBytes], [8, 0]);
  const count = (tables.symbols?.length ?? 0) / 16;
  const symtab = words([4, 2], [4, 24], [4, places.get('symbols')!], [4, count], ...part('strings'));
  const none = [8, 0] as const;
  const info = words([4, 0x80000022], [4, 48], none, ...part('binds'), none, none, ...part('trie'));
  const fixups = words([4, 0x80000034], [4, 16], ...part('fixups'));
  return join([head, symtab, info, fixups, ...order.map((kind) => tables[kind] ?? new Uint8Array(0))]);
}

function machoSymbols({ bytes, starts }: ReturnType<typeof nameTable>): Uint8Array {
  const symbols = new Uint8Array(starts.length * 16);
  const view = new DataView(symbols.buffer);
  starts.forEach((start, i) => {
    view.setUint32(16 * i, start, true);
    view.setUint8(16 * i + 4, 0x0f);
  });
  return macho({ symbols, strings: bytes });
}

/** A trie of nodes with a hundred children each, of the labels that `label` gives; leaves are exported. */
function trie(count: number, label: (i: number) => string): Uint8Array {
  // Offsets in five bytes each, so that nodes can be placed before they are written.
  const offset = (value: number) => [0, 7, 14, 21].map((shift) => ((value >> shift) & 127) | 128).concat([value >> 28]);
  const childrenOf = (node: number) => {
    const first = node * 100 + 1;
    return Array.from({ length: Math.max(0, Math.min(100, count - first)) }, (_, i) => first + i);
  };
  const places = new Uint32Array(count + 1);
  const size = (node: number) => {
    const children = childrenOf(node);
    return (children.length === 0 ? 3 : 1) + 1 + children.reduce((sum, child) => sum + label(child).length + 6, 0);
  };
  for (let node = 0; node < count; node++) places[node + 1] = places[node]! + size(node);
  const bytes = new Uint8Array(places[count]!);
  for (let node = 0; node < count; node++) {
    const children = childrenOf(node);
    const head = children.length === 0 ? [2, 0, 0x40] : [0];
    let at = places[node]!;
    const put = (values: ArrayLike<number>) => {
      bytes.set(values, at);
      at += values.length;
    };
    put([...head, children.length]);
    for (const child of children) {
      put(encode(`${label(child)}\0`));
      put(offset(places[child]!));
    }
  }
  return bytes;
}

/** A way without branches: each node has an empty label, or one letter, and one child. */
function chain(count: number): Uint8Array {
  const bytes: number[] = [];
  for (let i = 0; i < count; i++) {
    const next = bytes.length + 8;
    bytes.push(0, 1, 0, ...[0, 7, 14, 21].map((shift) => ((next >> shift) & 127) | 128), next >> 28);
  }
  return Uint8Array.from([...bytes, 2, 0, 0x40, 0]);
}

function binds(count: number, name: (i: number) => string): Uint8Array {
  const parts: string[] = [];
  for (let i = 0; i < count; i++) parts.push(`\x11\x40${name(i)}\0\x90`);
  return Uint8Array.from(Buffer.from(parts.join(''), 'latin1'));
}

function fixups({ bytes, starts }: ReturnType<typeof nameTable>): Uint8Array {
  const imports = new Uint8Array(starts.length * 16);
  const view = new DataView(imports.buffer);
  starts.forEach((start, i) => {
    view.setUint32(16 * i, 1, true);
    view.setUint32(16 * i + 4, start, true);
  });
  const pool = 28 + imports.length;
  return join([words([4, 0], [4, 0], [4, 28], [4, pool], [4, starts.length], [4, 3], [4, 0]), imports, bytes]);
}

/** GNU ar: an index of symbols, and members of two bytes. */
function ar(symbols: number, members: number): Uint8Array {
  const header = (name: string, size: number) =>
    encode(
      `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'0'.padEnd(8)}${`${size}`.padEnd(10)}\`\n`,
    );
  const { bytes } = nameTable(symbols, (i) => `_ZN5agora3rtc${i}`);
  const names = bytes.subarray(1);
  const index = new Uint8Array(4 + 4 * symbols);
  const first = 8 + 60 + index.length + names.length + (names.length & 1);
  const view = new DataView(index.buffer);
  view.setUint32(0, symbols);
  for (let i = 0; i < symbols; i++) view.setUint32(4 + 4 * i, first + 62 * (i % members));
  const parts = [encode('!<arch>\n'), header('/', index.length + names.length), index, names];
  if (names.length & 1) parts.push(encode('\n'));
  for (let i = 0; i < members; i++) parts.push(header(`m${i % 10_000}.o/`, 2), encode('xx'));
  return join(parts);
}

const cxx = (i: number) => `_ZN5agora3rtc9RtcEngineD${i}Ev`;
const list = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const dex = (description: Parameters<typeof buildDex>[0]) => ({ 'classes.dex': buildDex(description) });
const library = (data: Uint8Array) => ({ 'lib/arm64-v8a/libx.so': data });
const app = (data: Uint8Array) => ({ 'Payload/A.app/A': data });

/** By kind: the files of a bundle with a table of so many rows, or so many bytes. */
const makers: Readonly<Record<string, (count: number) => Readonly<Record<string, Uint8Array>>>> = {
  'elf-dynsym': (n) => library(elf(nameTable(n, cxx))),
  'elf-jni': (n) => library(elf(nameTable(n, (i) => `Java_io_agora_rtc_C${i}_run`))),
  'elf-strtab': (n) => library(elf({ bytes: encode(`\0${'x'.repeat(30)}\0`.repeat(n)), starts: Uint32Array.of(1) })),
  // Each name begins one byte behind the one before, in one that has no end but the table's.
  'elf-overlap': (n) => {
    const bytes = encode('Java_'.repeat(n));
    return library(elf({ bytes, starts: Uint32Array.from({ length: n }, (_, i) => 5 * i) }));
  },
  'macho-symtab': (n) => app(machoSymbols(nameTable(n, (i) => `_${cxx(i)}`))),
  'macho-classes': (n) => app(machoSymbols(nameTable(n, (i) => `_OBJC_CLASS_$_AgoraRtc${i}`))),
  'macho-trie': (n) => app(macho({ trie: trie(n, (i) => `_$s5Agora${i % 100}`) })),
  'macho-trie-long': (n) => app(macho({ trie: trie(n, (i) => (i <= 100 ? `Java_${'_a'.repeat(4000)}` : `${i}`)) })),
  'macho-trie-chain': (n) => app(macho({ trie: chain(n) })),
  'macho-bind': (n) => app(macho({ binds: binds(n, (i) => `_OBJC_CLASS_$_AgoraRtc${i}`) })),
  'macho-chained': (n) => app(macho({ fixups: fixups(nameTable(n, (i) => `_$s5Agora${i}`)) })),
  'ar-symbols': (n) => library(ar(n, 100)),
  'ar-members': (n) => library(ar(100, n)),
  'dex-strings': (n) => dex({ classes: [], strings: list(n, (i) => `https://x${i}`) }),
  'dex-types': (n) => dex({ classes: [{ name: 'a.B' }], strings: list(n, (i) => `Lio/agora/C${i};`) }),
  'dex-classes': (n) => dex({ classes: list(n, (i) => ({ name: `p${i}.${'q'.repeat(200)}.C` })) }),
  'dex-long-packages': (n) => dex({ classes: list(n, (i) => ({ name: `${'p'.repeat(20_000)}${i}.C` })) }),
  'dex-static': (n) =>
    dex({
      classes: [
        {
          name: 'io.rong.imlib.common.BuildVar',
          staticFields: list(n, (i) => ({ name: `F${i}`, value: `value ${i}` })),
        },
      ],
    }),
};

export const kinds = Object.keys(makers);

const [, program = '', kind = '', count = '', file = ''] = process.argv;
if (program.endsWith('table-file.js')) {
  const files = Object.entries(makers[kind]!(Number(count)));
  const document = kind.startsWith('macho') ? 'Payload/A.app/Info.plist' : 'AndroidManifest.xml';
  const plist = '<plist><dict><key>CFBundleExecutable</key><string>A</string></dict></plist>';
  const entries = [[document, encode(kind.startsWith('macho') ? plist : '')] as const, ...files];
  writeFileSync(file, buildZip(entries.map(([name, data]) => ({ name, data }))));
}
