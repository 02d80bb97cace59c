import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { FormatError } from '../../src/errors.ts';
import { isElf } from '../../src/formats/elf/index.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { buildElf, type ElfDescription } from '../build/elf.ts';
import { mulberry32 } from '../build/random.ts';
import { type ListedElf, listElf } from '../build/symbols.ts';

const read = (bytes: Uint8Array, budgets = defaultBudgets): ListedElf =>
  readBytes(listElf(bytes.length, budgets), bytes);
const names = (symbols: ListedElf['exports']) => symbols.map(({ name }) => name);
const messages = ({ problems }: ListedElf) => problems.map(({ message }) => message).join('; ');
const textOf = (bytes: Uint8Array, { textRanges }: ListedElf) =>
  textRanges
    .map(({ offset, length }) => new TextDecoder('latin1').decode(bytes.subarray(offset, offset + length)))
    .join('');

const sdk = {
  soname: 'libagora-rtc-sdk-jni.so',
  needed: ['libOpenSLES.so', 'libc.so'],
  exports: ['JNI_OnLoad', 'Java_io_agora_rtc_internal_RtcEngineImpl_nativeSetup'],
  imports: ['getaddrinfo', 'sendto', 'connect'],
  rodata: ['http://argus.agoralab.co/vosdk/public/report?venderID=%s', 'vocs%d.agora.io'],
  code: new Uint8Array(64).fill(0xd5),
  buildId: '0123456789abcdef0123456789abcdef01234567',
  androidIdent: { api: 21, ndk: 'r25b' },
  comment: 'Android clang version 14.0.6',
} satisfies ElfDescription;

const variants: [string, ElfDescription][] = [
  ['arm64, sysv hash', { class: 64, machine: 'arm64' }],
  ['arm64, gnu hash', { class: 64, machine: 'arm64', hash: 'gnu' }],
  ['arm64, one R+X segment', { class: 64, machine: 'arm64', joined: true }],
  ['x86_64, no section headers', { class: 64, machine: 'x86_64', sections: false }],
  ['armv7', { class: 32, machine: 'armv7' }],
  ['x86, gnu hash, no section headers', { class: 32, machine: 'x86', hash: 'gnu', sections: false }],
  ['riscv64', { class: 64, machine: 'riscv64' }],
  ['big-endian MIPS', { class: 32, machine: 8, littleEndian: false }],
  ['big-endian, 64 bit, gnu hash', { class: 64, machine: 21, littleEndian: false, hash: 'gnu' }],
];

describe('readElf', () => {
  it.each(variants)('gives back what was written: %s', (_, variant) => {
    const bytes = buildElf({ ...sdk, ...variant });
    const file = read(bytes);
    expect(file.problems).toEqual([]);
    expect(file).toMatchObject({
      class: variant.class,
      machine: typeof variant.machine === 'number' ? `machine-${variant.machine}` : variant.machine,
      soname: sdk.soname,
      needed: sdk.needed,
      buildId: sdk.buildId,
      androidIdent: sdk.androidIdent,
      sectionHeaders: variant.sections !== false,
      comment: variant.sections === false ? null : sdk.comment,
    });
    expect(names(file.exports)).toEqual(sdk.exports);
    expect(names(file.imports)).toEqual(sdk.imports);
    for (const { name, offset } of [...file.exports, ...file.imports])
      expect(new TextDecoder().decode(bytes.subarray(offset, offset + name.length + 1))).toBe(`${name}\0`);
    expect(textOf(bytes, file)).toContain(sdk.rodata.join('\0'));
  });

  it('reads a file that holds nothing', () => {
    const file = read(buildElf({}));
    expect(file).toMatchObject({ soname: null, needed: [], exports: [], imports: [], buildId: null });
    expect(file.problems).toEqual([]);
  });

  it('takes the Android note of NDK r13 and before, which has no release', () => {
    expect(read(buildElf({ androidIdent: { api: 16, ndk: null } })).androidIdent).toEqual({ api: 16, ndk: null });
  });

  it('gives .rodata exactly where the section headers hold', () => {
    const bytes = buildElf({ ...sdk, joined: true });
    expect(textOf(bytes, read(bytes))).toBe(`${sdk.rodata.join('\0')}\0`);
  });

  it('gives the read-only segment where there are no section headers, and not the code', () => {
    const bytes = buildElf({ ...sdk, sections: false });
    const text = textOf(bytes, read(bytes));
    expect(text).toContain(sdk.rodata[0]);
    expect(text).not.toContain('\u00d5\u00d5\u00d5\u00d5');
  });

  it('gives the whole file where one R+X segment holds all and there are no section headers', () => {
    const bytes = buildElf({ ...sdk, joined: true, sections: false });
    expect(read(bytes).textRanges).toEqual([{ offset: 0, length: bytes.length }]);
  });

  it('leaves out executable sections where there is neither .rodata nor a read-only segment', () => {
    const bytes = buildElf({ ...sdk, rodata: new Uint8Array(0), joined: true });
    rename(bytes, '.rodata', '.secret');
    const file = read(bytes);
    expect(file.textRanges).toHaveLength(2);
    expect(textOf(bytes, file)).not.toContain('\u00d5\u00d5\u00d5\u00d5');
  });

  it('asks for nothing twice and for little in all', () => {
    const bytes = buildElf({ ...sdk, rodata: new Uint8Array(3_000_000) });
    const asked: string[] = [];
    let total = 0;
    const reading = listElf(bytes.length, defaultBudgets);
    let step = reading.next();
    while (!step.done) {
      const { offset, length } = step.value;
      asked.push(`${offset}+${length}`);
      total += length;
      step = reading.next(bytes.subarray(offset, offset + length));
    }
    expect(step.value.problems).toEqual([]);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.length).toBeLessThan(9);
    expect(total).toBeLessThan(16_384);
  });
});

describe('isElf', () => {
  it('goes by the magic', () => {
    expect(isElf(buildElf({}))).toBe(true);
    expect(isElf(new Uint8Array([0x7f, 0x45, 0x4c]))).toBe(false);
    expect(isElf(new TextEncoder().encode('dex\n'))).toBe(false);
  });
});

describe('readElf on hostile files', () => {
  it('refuses what is no ELF, or of an unknown class or byte order', () => {
    for (const bytes of [
      new Uint8Array(0),
      new TextEncoder().encode('PK\x03\x04 and so on, a whole archive'),
      changed(4, 3),
      changed(5, 9),
    ])
      expect(() => read(bytes)).toThrow(FormatError);
  });

  it('keeps the symbols where section headers are forged, and reports it', () => {
    const bytes = buildElf(sdk);
    const view = new DataView(bytes.buffer);
    // sh_offset of .dynsym: section 4 behind two notes and .hash.
    view.setBigUint64(Number(view.getBigUint64(40, true)) + 4 * 64 + 24, 0x40n, true);
    const file = read(bytes);
    expect(names(file.exports)).toEqual(sdk.exports);
    expect(messages(file)).toContain('another symbol table than PT_DYNAMIC');
    expect(textOf(bytes, file)).toContain(sdk.rodata[0]);
  });

  it('does not let a forged .rodata hide the text', () => {
    const rodata = new Uint8Array(200_000).fill(0x2e);
    rodata.set(new TextEncoder().encode('vocs%d.agora.io'), 150_000);
    const bytes = buildElf({ ...sdk, rodata });
    const view = new DataView(bytes.buffer);
    view.setBigUint64(Number(view.getBigUint64(40, true)) + 6 * 64 + 32, 16n, true); // sh_size of .rodata
    const file = read(bytes);
    expect(file.oddities[0]?.message).toContain('no section header names');
    expect(messages(file)).toBe('');
    expect(textOf(bytes, file)).toContain('vocs%d.agora.io');
  });

  it('takes section headers that the loader does not look at for an oddity, and no gap (com.amap.api:3dmap:7.7.0)', () => {
    const bytes = buildElf(sdk);
    new DataView(bytes.buffer).setUint16(62, 0, true); // e_shstrndx
    const file = read(bytes);
    expect(file.oddities.map(({ message }) => message)).toEqual(['e_shstrndx 0 is no string table']);
    expect([messages(file), names(file.exports)]).toEqual(['', sdk.exports]);
  });

  it('finds the symbols by section headers where PT_DYNAMIC points nowhere', () => {
    const bytes = buildElf(sdk);
    const view = new DataView(bytes.buffer);
    const dynamic = dynamicEntry(bytes, 5);
    view.setBigUint64(dynamic + 8, 0x7fff_ffff_ffff_fff0n, true);
    const file = read(bytes);
    expect(names(file.exports)).toEqual(sdk.exports);
    expect(messages(file)).toContain('DT_STRTAB lies outside the file');
  });

  it('follows the loader where e_phentsize lies', () => {
    const file = read(changed(54, 57));
    expect(names(file.exports)).toEqual(sdk.exports);
    expect(messages(file)).toContain('e_phentsize is 57');
  });

  it('survives four billion announced symbols', () => {
    const bytes = buildElf({ ...sdk, sections: false });
    const hash = new DataView(bytes.buffer).getBigUint64(dynamicEntry(bytes, 4) + 8, true);
    new DataView(bytes.buffer).setUint32(Number(hash) + 4, 0xffffffff, true);
    const file = read(bytes);
    expect(names(file.exports)).toEqual(expect.arrayContaining(sdk.exports));
    expect(messages(file)).toContain('4294967295 symbols announced');
  });

  it('survives a GNU hash bucket past the end, and a chain without one', () => {
    const far = buildElf({ ...sdk, hash: 'gnu', sections: false });
    const hash = Number(new DataView(far.buffer).getBigUint64(dynamicEntry(far, 0x6ffffef5) + 8, true));
    const endless = far.slice();
    new DataView(far.buffer).setUint32(hash + 24, 0xfffffff0, true);
    expect(messages(read(far))).toContain('4294967280 symbols announced');
    expect(names(read(far).exports)).toEqual(expect.arrayContaining(sdk.exports));
    // Every later word of the file even: no end mark.
    for (let at = hash + 28; at < endless.length; at += 4) endless[at]! &= 0xfe;
    expect(read(endless).sectionHeaders).toBe(false);
  });

  it('takes the symbols of a library that exports nothing from its headers: GNU ld writes a symoffset of 1 there', () => {
    const bytes = buildElf({ ...sdk, exports: [], hash: 'gnu' });
    const view = new DataView(bytes.buffer);
    view.setUint32(Number(view.getBigUint64(dynamicEntry(bytes, 0x6ffffef5) + 8, true)) + 4, 1, true);
    const file = read(bytes);
    expect(file.problems).toEqual([]);
    expect(names(file.imports)).toEqual(sdk.imports);
  });

  it('counts symbols without any hash table by the room they have', () => {
    const bytes = buildElf({ ...sdk, sections: false });
    new DataView(bytes.buffer).setBigUint64(dynamicEntry(bytes, 4), 0x60000001n, true);
    const file = read(bytes);
    expect(names(file.exports)).toEqual(sdk.exports);
    expect(messages(file)).toContain('no symbol hash table');
  });

  it('stops where names share bytes over and over', () => {
    const exports = Array.from({ length: 3000 }, (_, i) => `s${i}`);
    const long = 'x'.repeat(60_000);
    const bytes = buildElf({ class: 64, exports: [long, ...exports], sections: false });
    const view = new DataView(bytes.buffer);
    const symbols = Number(view.getBigUint64(dynamicEntry(bytes, 6) + 8, true));
    for (let i = 2; i < 3000; i++) view.setUint32(symbols + i * 24, 1 + (i % 50), true);
    const file = read(bytes);
    expect(messages(file)).toContain('overlap');
    expect(file.exports.length).toBeLessThan(20);
  });

  it('keeps to the budget of symbols and says so', () => {
    const exports = Array.from({ length: 100 }, (_, i) => `symbol${i}`);
    const file = read(buildElf({ exports }), { ...defaultBudgets, symbols: 11 });
    expect(file.exports).toHaveLength(10);
    expect(messages(file)).toContain('budget symbols (11) is used up');
  });

  it('survives tables of the greatest announced size', () => {
    const bytes = new Uint8Array(8_000_000);
    bytes.set(buildElf(sdk));
    const view = new DataView(bytes.buffer);
    view.setBigUint64(32, 4096n, true); // e_phoff, e_phnum
    view.setUint16(56, 0xffff, true);
    for (let i = 0; i < 1170; i++) {
      const at = 4096 + i * 56;
      view.setUint32(at, i % 3 === 0 ? 4 : 1, true);
      view.setBigUint64(at + 16, BigInt(i % 3 === 1 ? 0 : 1 << 30), true);
      view.setBigUint64(at + 32, 7_000_000n, true);
    }
    view.setBigUint64(40, 100_000n, true); // e_shoff, e_shnum
    view.setUint16(60, 0xffff, true);
    for (let at = 100_064; at < 100_000 + 0xffff * 64; at += 64) {
      view.setUint32(at + 4, at % 128 === 0 ? 7 : 3, true);
      view.setBigUint64(at + 8, 2n, true);
      view.setBigUint64(at + 32, 100n, true);
    }
    const start = performance.now();
    expect(messages(read(bytes))).toContain('65535 program headers announced, 1170 read');
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('gives a value or a FormatError for every cut', () => {
    const bytes = buildElf(sdk);
    let values = 0;
    for (let length = 0; length < bytes.length; length++) values += settles(bytes.subarray(0, length)) ? 1 : 0;
    expect(values).toBe(bytes.length - 64);
  });

  it.each(variants)('gives a value or a FormatError for seeded mutations: %s', (_, variant) => {
    const original = buildElf({ ...sdk, ...variant });
    const random = mulberry32(20210212);
    let whole = 0;
    for (let round = 0; round < 300; round++) {
      const bytes = original.slice();
      for (let i = 0; i < 1 + (round % 4); i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      if (settles(bytes) && names(read(bytes).exports).includes(sdk.exports[1]!)) whole++;
    }
    expect(whole).toBeGreaterThan(150); // a reader that rejects everything fails here
  });
});

function settles(bytes: Uint8Array): boolean {
  try {
    read(bytes);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return false;
  }
}

function changed(offset: number, value: number): Uint8Array {
  const bytes = buildElf(sdk);
  bytes[offset] = value;
  return bytes;
}

/** File offset of the first dynamic entry with this tag, in a little-endian 64-bit file. */
function dynamicEntry(bytes: Uint8Array, tag: number): number {
  const view = new DataView(bytes.buffer);
  for (let i = 64; ; i += 56) {
    if (view.getUint32(i, true) !== 2) continue;
    let at = Number(view.getBigUint64(i + 8, true));
    while (Number(view.getBigUint64(at, true)) !== tag) at += 16;
    return at;
  }
}

function rename(bytes: Uint8Array, from: string, to: string): void {
  const at = new TextDecoder('latin1').decode(bytes).lastIndexOf(from);
  bytes.set(new TextEncoder().encode(to), at);
}
