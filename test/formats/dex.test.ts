import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import {
  type DexFile,
  definedPackages,
  isDex,
  openDex,
  visitMethods,
  visitStrings,
  visitTypes,
} from '../../src/formats/dex/index.ts';
import { decodeMutf8 } from '../../src/formats/dex/mutf8.ts';
import { buildDex, type DexDescription, mutf8 } from '../build/dex.ts';
import { mulberry32 } from '../build/random.ts';
import { tables } from './dex-tables.ts';

const agora: DexDescription = {
  classes: [
    { name: 'io.agora.rtc.RtcEngine', methods: ['<init>', 'create'] },
    { name: 'io.agora.rtc.internal.RtcEngineImpl', super: 'io.agora.rtc.RtcEngine', methods: ['create'] },
    { name: 'io.agora.rtc.internal.deep.Buffer', interfaces: ['java.lang.Runnable'] },
    { name: 'Main' },
  ],
  references: ['org.webrtc.PeerConnection', '[I', '[[Lorg/webrtc/Frame;', 'Z'],
  methodRefs: [{ class: 'org.webrtc.PeerConnection', name: 'dispose' }],
  strings: ['https://ap.agora.io/', 'ä€\u0000😀', '\ud800', ''],
};

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset);
}

/** A built file with header or table words changed. */
function patched(description: DexDescription, ...words: [offset: number, value: number][]): Uint8Array {
  const bytes = buildDex(description);
  for (const [offset, value] of words) view(bytes).setUint32(offset, value, true);
  return bytes;
}

function codes(dex: DexFile): string[] {
  return dex.anomalies.map(({ code }) => code);
}

describe('DEX reader', () => {
  it.each(['035', '037', '038', '039', '040', '041'])('reads back what was built as version %s', (version) => {
    const bytes = buildDex({ ...agora, version });
    expect(isDex(bytes)).toBe(true);
    const dex = openDex(bytes);
    expect(dex).toMatchObject({
      version,
      classes: { count: 4 },
      methods: { count: 4 },
      protos: { count: 1 },
      fields: { count: 0 },
    });
    expect(dex.problems).toEqual([]);
    expect(dex.anomalies).toEqual([]);
    const { strings, defined, referenced, methods } = tables(dex);
    expect(strings).toHaveLength(dex.strings.count);
    expect(strings).toEqual(expect.arrayContaining(agora.strings as string[]));
    expect(defined).toEqual([
      'LMain;',
      'Lio/agora/rtc/RtcEngine;',
      'Lio/agora/rtc/internal/RtcEngineImpl;',
      'Lio/agora/rtc/internal/deep/Buffer;',
    ]);
    // Primitives and arrays of them are left out; an array of a class stands for the class.
    expect(referenced).toEqual([
      'Ljava/lang/Object;',
      'Ljava/lang/Runnable;',
      'Lorg/webrtc/PeerConnection;',
      'Lorg/webrtc/Frame;',
    ]);
    expect(methods).toEqual([
      'Lio/agora/rtc/RtcEngine;.<init>',
      'Lio/agora/rtc/RtcEngine;.create',
      'Lio/agora/rtc/internal/RtcEngineImpl;.create',
      'Lorg/webrtc/PeerConnection;.dispose',
    ]);
  });

  it('hands out offsets that are places in the file', () => {
    const bytes = buildDex(agora);
    const dex = openDex(bytes);
    const name = new TextEncoder().encode('Lio/agora/rtc/RtcEngine;');
    let seen = 0;
    visitTypes(dex, (_, start, end) => {
      if (decodeMutf8(bytes, start, end) !== 'Lio/agora/rtc/RtcEngine;') return;
      expect(bytes.subarray(start, end)).toEqual(name);
      expect(bytes[end]).toBe(0);
      seen++;
    });
    expect(seen).toBe(1);
  });

  it('reads a file that starts inside a larger buffer', () => {
    const bytes = buildDex(agora);
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 7);
    expect(tables(openDex(larger.subarray(7)))).toEqual(tables(openDex(bytes)));
  });

  it('counts defined classes by package', () => {
    const dex = openDex(buildDex(agora));
    expect([...definedPackages(dex).packages]).toEqual([
      ['', 1],
      ['io.agora.rtc', 3],
    ]);
    expect([...definedPackages(dex, 4).packages]).toEqual([
      ['', 1],
      ['io.agora.rtc', 1],
      ['io.agora.rtc.internal', 2],
    ]);
    expect(definedPackages(dex, 4, 2)).toEqual({
      packages: new Map(Object.entries({ '': 1, 'io.agora.rtc': 1 })),
      rest: 2,
    });
  });

  it('reads an empty file', () => {
    const dex = openDex(buildDex({}));
    expect(tables(dex)).toEqual({ strings: ['V'], defined: [], referenced: [], methods: [] });
    expect(definedPackages(dex).packages.size).toBe(0);
    expect([dex.problems, dex.anomalies]).toEqual([[], []]);
  });

  it('counts packages by so many bytes of their names', () => {
    const long = (i: number) => ({ name: `${'p'.repeat(20_000)}${i}.q.C` });
    const { packages } = definedPackages(openDex(buildDex({ classes: [0, 1, 2].map(long) })));
    expect([...packages]).toEqual([['p'.repeat(255), 3]]);
  });

  it('tells a DEX from other content', () => {
    const dex = buildDex({});
    for (const at of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const other = dex.slice();
      other[at] = 0xff;
      expect(isDex(other)).toBe(false);
      expect(() => openDex(other)).toThrow(FormatError);
    }
    expect(isDex(dex.subarray(0, 7))).toBe(false);
  });
});

describe('modified UTF-8', () => {
  it.each(['', 'plain', 'a\0b', 'ä', '€', '😀', '\ud83d', '\udc00\ud800', '\uffff'])('decodes %j', (text) => {
    const bytes = Uint8Array.from(mutf8(text));
    expect(bytes.includes(0)).toBe(false);
    expect(decodeMutf8(bytes, 0, bytes.length)).toBe(text);
  });

  it('decodes four-byte sequences and replaces what is none', () => {
    const decode = (...bytes: number[]) => decodeMutf8(Uint8Array.from(bytes), 0, bytes.length);
    expect(decode(...new TextEncoder().encode('a😀b'))).toBe('a😀b');
    expect(decode(0x61, 0xff, 0x62)).toBe('a\ufffdb');
    expect(decode(0xc3)).toBe('\ufffd');
    expect(decode(0xe2, 0x82)).toBe('\ufffd\ufffd');
    expect(decode(0xc3, 0x41)).toBe('\ufffdA');
  });

  it('decodes a string longer than the stack', () => {
    const text = 'ab€'.repeat(200_000);
    const bytes = Uint8Array.from(mutf8(text));
    expect(decodeMutf8(bytes, 0, bytes.length)).toBe(text);
  });
});

describe('hostile DEX', () => {
  const plain = openDex(buildDex(agora));
  const fields = { strings: 56, types: 64, methods: 88, classes: 96 } as const;

  it('skips strings with a bad offset and reports them once', () => {
    const { offset } = plain.strings;
    const dex = openDex(patched(agora, [offset + 4, 0xffff_fff0], [offset + 8, 3]));
    let seen = 0;
    visitStrings(dex, () => seen++);
    visitStrings(dex, () => {});
    expect(seen).toBe(dex.strings.count - 2);
    expect(dex.problems).toEqual([
      {
        offset: offset + 4,
        message: `2 strings have no readable data, the first at ${offset + 4}`,
        reason: 'malformed',
      },
    ]);
  });

  it('skips a string that runs to the end of the file without NUL', () => {
    const bytes = buildDex(agora);
    view(bytes).setUint32(plain.strings.offset, bytes.length - 2, true);
    bytes.fill(0x41, bytes.length - 2);
    expect(tables(openDex(bytes)).strings).toHaveLength(plain.strings.count - 1);
  });

  it.each(Object.entries(fields))('clamps a table of %s that claims too much', (name, field) => {
    const dex = openDex(patched(agora, [field, 0xffff_ffff]));
    expect(dex.problems).toHaveLength(1);
    expect(dex.problems[0]).toMatchObject({ offset: field });
    expect(dex[name as keyof typeof fields].count).toBeLessThan(dex.bytes.length);
    expect(tables(dex).defined).toContain('Lio/agora/rtc/RtcEngine;');
  });

  it.each(Object.entries(fields))('survives a table of %s behind the end', (name, field) => {
    const dex = openDex(patched(agora, [field + 4, 0xffff_ff00]));
    expect(dex[name as keyof typeof fields].count).toBe(0);
    expect(dex.problems).toHaveLength(1);
    if (name !== 'strings') expect(tables(dex).strings).toContain('https://ap.agora.io/');
  });

  it('skips rows whose index leads nowhere', () => {
    const { types, methods, classes } = plain;
    const dex = openDex(
      patched(
        agora,
        [types.offset + 4, 0x7fff_ffff],
        [methods.offset + 4, 0x7fff_ffff],
        [classes.offset + 32, 0x7fff_ffff],
      ),
    );
    const { defined, methods: names } = tables(dex);
    expect(defined).toHaveLength(2);
    expect(names).toHaveLength(2);
    expect(dex.problems.map(({ message }) => message.replace(/,.*/, ''))).toEqual([
      '1 class_defs name no type',
      '1 types have no descriptor',
      '1 methods name no class or no readable string',
    ]);
  });

  it('skips types whose descriptor is none', () => {
    const dex = openDex(buildDex({ references: ['[', '[Lno/semicolon', '[LL'] }));
    expect(tables(dex).referenced).toEqual([]);
    expect(dex.problems).toHaveLength(1);
  });

  it('stops where ids hand out one long string over and over', () => {
    const count = 200_000;
    const bytes = new Uint8Array(112 + 4 * count + 8 * count + 1_000_000).fill(0x41);
    const start = 112 + 12 * count;
    bytes.set(buildDex({}).subarray(0, 112));
    const words = view(bytes);
    for (let i = 0; i < count; i++) {
      words.setUint32(112 + 4 * i, start, true);
      words.setUint32(112 + 4 * count + 8 * i, 0, true);
      words.setUint32(112 + 4 * count + 8 * i + 4, i, true);
    }
    for (const [field, rows, at] of [
      [56, count, 112],
      [64, count, 112 + 4 * count],
      [88, count, 112 + 4 * count],
      [96, 0, 0],
    ] as const) {
      words.setUint32(field, rows, true);
      words.setUint32(field + 4, at, true);
    }
    bytes[start] = 0x05;
    bytes[start + 1] = 0x4c;
    bytes.set([0x3b, 0], bytes.length - 2);
    const dex = openDex(bytes);
    const started = performance.now();
    let visits = 0;
    visitStrings(dex, () => visits++);
    visitTypes(dex, () => visits++);
    visitMethods(dex, () => visits++);
    expect(visits).toBeGreaterThan(0);
    expect(visits).toBeLessThan(200);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(dex.problems.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('string_ids hand out'),
        expect.stringContaining('type_ids hand out'),
      ]),
    );
  });

  it('tells data behind the data section, where packers put code', () => {
    const bytes = buildDex(agora);
    const packed = new Uint8Array(bytes.length + 1000);
    packed.set(bytes);
    const hidden = openDex(packed);
    expect(hidden.anomalies).toEqual([
      { code: 'dex.file-size', offset: 32, detail: `file_size is ${bytes.length}, not ${packed.length}` },
      { code: 'dex.trailing-bytes', offset: bytes.length, detail: '1000 bytes lie behind the data section' },
    ]);
    view(packed).setUint32(32, packed.length, true);
    expect(codes(openDex(packed))).toEqual(['dex.trailing-bytes']);
    expect(tables(hidden)).toEqual(tables(plain));
  });

  it('tells odd header fields and reads on', () => {
    const dex = openDex(patched(agora, [40, 0x7856_3412], [36, 0x80], [104, 0x1000_0000]));
    expect(codes(dex)).toEqual(['dex.endian-tag', 'dex.header-size', 'dex.data-section']);
    expect(tables(dex)).toEqual(tables(plain));
  });

  it('gives a value or a FormatError, cut at every byte', () => {
    const bytes = buildDex(agora);
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      if (length < 112) {
        expect(() => openDex(cut)).toThrow(FormatError);
        continue;
      }
      const dex = openDex(cut);
      expect(dex.problems.length).toBeGreaterThan(0);
      for (const name of tables(dex).defined) expect(tables(plain).defined).toContain(name);
    }
  });

  it('gives a value or a FormatError on 1000 seeded mutations', () => {
    const random = mulberry32(0xdec0de);
    const bytes = buildDex(agora);
    let opened = 0;
    for (let round = 0; round < 1000; round++) {
      const mutated = bytes.slice();
      const changes = 1 + Math.floor(random() * 4);
      // The first words of header and tables decide most; the rest is mutated less often.
      for (let i = 0; i < changes; i++) {
        const at = Math.floor(random() * (random() < 0.7 ? 0x200 : mutated.length));
        mutated[at % mutated.length] = Math.floor(random() * 256);
      }
      try {
        const dex = openDex(mutated);
        tables(dex);
        definedPackages(dex);
        opened++;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
    expect(opened).toBeGreaterThan(800);
  });
});
