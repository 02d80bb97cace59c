import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { hasCliHeader, isPe, type NameAt, openAssembly } from '../../src/formats/cli/index.ts';
import { type AssemblyDescription, buildAssembly } from '../build/assembly.ts';
import { mulberry32 } from '../build/random.ts';
import { cases } from '../build/slow.ts';

const agora: AssemblyDescription = {
  name: 'Xamarin.Agora.Full.Android',
  version: [3, 5, 0, 2],
  references: [{ name: 'mscorlib', version: [2, 0, 5, 0] }, { name: 'Mono.Android' }],
  types: [
    { name: 'IO.Agora.Rtc.RtcEngine', registered: 'io/agora/rtc/RtcEngine' },
    { name: 'Inner', nested: true },
    { name: 'Bare' },
  ],
  typeReferences: ['Java.Interop.JniPeerMembers'],
  modules: ['agora-rtc-sdk-jni', '__Internal'],
  userStrings: ['https://api.agora.io/'],
};

/** All that is read of an assembly, as text. */
function told(bytes: Uint8Array) {
  const assembly = openAssembly(bytes);
  if (assembly === null) return null;
  const text = ({ start, end }: NameAt) => Buffer.from(bytes.subarray(start, end)).toString();
  const types = (list: typeof assembly.types) => [...list].map((t) => `${text(t.namespace)}/${text(t.name)}`);
  return {
    name: assembly.name && `${text(assembly.name)} ${assembly.name.version}`,
    references: [...assembly.references].map((name) => `${text(name)} ${name.version}`),
    types: types(assembly.types),
    typeReferences: types(assembly.typeReferences),
    modules: [...assembly.nativeLibraries].map(text),
    registered: [...assembly.registered].map(text),
  };
}

describe('a .NET assembly', () => {
  it.each([
    ['narrow indexes, PE32', {}],
    ['wide heaps', { wide: true }],
    ['PE32+', { plus: true }],
  ])('is told by its tables: %s', (_, form) => {
    const bytes = buildAssembly({ ...agora, ...form });
    expect(isPe(bytes)).toBe(true);
    expect(told(bytes)).toEqual({
      name: 'Xamarin.Agora.Full.Android 3.5.0.2',
      references: ['mscorlib 2.0.5.0', 'Mono.Android 4.0.0.0'],
      types: ['/<Module>', 'IO.Agora.Rtc/RtcEngine', '/Bare'],
      typeReferences: ['System/Object', 'Java.Interop/JniPeerMembers', 'Android.Runtime/RegisterAttribute'],
      modules: ['agora-rtc-sdk-jni', '__Internal'],
      registered: ['io/agora/rtc/RtcEngine'],
    });
  });

  it('is told from a library of Windows by its CLI header, as far as the first bytes go', () => {
    for (const plus of [false, true]) {
      const [assembly, native] = [false, true].map((isNative) => buildAssembly({ ...agora, plus, isNative }));
      expect([isPe(native!), told(native!)]).toEqual([true, null]);
      expect([assembly!, native!, native!.subarray(0, 200)].map(hasCliHeader)).toEqual([true, false, true]);
    }
  });

  it('may have none of it', () => {
    const empty = { types: [], typeReferences: ['System/Object'], references: [], modules: [], registered: [] };
    expect(told(buildAssembly({ name: 'Empty' }))).toEqual({ ...empty, name: 'Empty 1.2.3.4', types: ['/<Module>'] });
  });

  it('is none where there is no CLI header, and no PE without its signature', () => {
    const bytes = buildAssembly(agora);
    const directory = 0x80 + 24 + 96 + 14 * 8;
    expect(told(changed(bytes, directory, 0, 0, 0, 0))).toBe(null);
    // Fewer data directories than fifteen.
    expect(told(changed(bytes, 0x80 + 20, 96))).toBe(null);
    expect(isPe(changed(bytes, 0x80, 0x4e))).toBe(false);
    expect(isPe(bytes.subarray(0, 63))).toBe(false);
    expect(
      isPe(new TextEncoder().encode('MZ is how this text begins, which goes on for sixty-four bytes or more')),
    ).toBe(false);
  });

  it('is given no name that is longer than a runtime takes', () => {
    const assembly = openAssembly(buildAssembly({ name: 'N'.repeat(5000) }))!;
    expect(assembly.name!.end - assembly.name!.start).toBe(1023);
  });

  it('says that names overlap too much to be read', () => {
    const count = 600;
    const types = Array.from({ length: count }, () => ({ name: 'T' }));
    const bytes = buildAssembly({ types, modules: ['L'.repeat(4000)] });
    // Each name of a type leads into the long one, to another place of it.
    const forged = bytes.slice();
    const view = new DataView(forged.buffer);
    const cell = (row: number) => typeRows(bytes) + 14 * (row + 1) + 4;
    const heap = Buffer.from(bytes).indexOf('T\0T\0T\0') - view.getUint16(cell(0), true);
    const long = Buffer.from(bytes).indexOf('LLLL') - heap;
    for (let row = 0; row < count; row++) view.setUint16(cell(row), long + row, true);
    const overdrawn = (of: Uint8Array) => {
      const assembly = openAssembly(of)!;
      expect([...assembly.types].length).toBe(count + 1);
      return assembly.isOverdrawn;
    };
    expect([overdrawn(forged), overdrawn(bytes)]).toEqual([true, false]);
  });
});

/** Where the rows of TypeDef begin in what `buildAssembly` writes. */
function typeRows(bytes: Uint8Array): number {
  const root = 0x200 + 72;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const stream = root + view.getUint32(root + 16 + 12 + 4, true);
  const valid = view.getBigUint64(stream + 8, true);
  let tables = 0;
  for (let i = 0n; i < 64n; i++) if ((valid >> i) & 1n) tables++;
  const references = view.getUint32(stream + 24 + 4, true);
  return stream + 24 + 4 * tables + 10 + 6 * references;
}

function changed(bytes: Uint8Array, offset: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, offset);
  return copy;
}

describe('a hostile assembly', () => {
  const bytes = buildAssembly(agora);

  it('gives what it has or a FormatError, cut at every byte', () => {
    const whole = JSON.stringify(told(bytes));
    let read = 0;
    for (let length = 0; length < bytes.length; length++) {
      try {
        if (JSON.stringify(told(bytes.subarray(0, length))) === whole) read++;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }
    // Only the end of the last stream, which nothing points to, may be missing: and the stream says that it is there.
    expect(read).toBe(0);
  });

  it('gives names of the file or a FormatError on seeded mutations', () => {
    const random = mulberry32(0x4d5a);
    const seen = { read: 0, none: 0, error: 0 };
    for (let round = 0; round < cases(20_000, 2000); round++) {
      const mutated = bytes.slice();
      for (let i = 1 + Math.floor(random() * 4); i > 0; i--) {
        // Headers and tables, which are a third of it, take most of the changes.
        const within = random() < 0.5 ? mutated.length : 0x200 + 700;
        mutated[Math.floor(random() * within)] = Math.floor(random() * 256);
      }
      try {
        const found = told(mutated);
        seen[found === null ? 'none' : 'read']++;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        seen.error++;
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(cases(50, 5));
  });
});
