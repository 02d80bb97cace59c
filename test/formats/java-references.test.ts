import { describe, expect, it } from 'vitest';
import { finished } from '../../src/allowance.ts';
import { FormatError } from '../../src/errors.ts';
import {
  ClassFile,
  type ClassString,
  classGaps,
  takeStrings,
  visitInstructions,
  visitParts,
  visitReferences,
  visitTexts,
  visitTypes,
} from '../../src/formats/java-class/index.ts';
import { buildJavaClass } from '../build/java-class.ts';
import { mulberry32 } from '../build/random.ts';
import { cases } from '../build/slow.ts';

const text = new TextEncoder();
const areturn = { bytes: [0xb0] };
const voidReturn = { bytes: [0xb1] };
const bytes = buildJavaClass({
  name: 'org.example.Sdk',
  fields: [{ name: 'BUILD', value: 1n }],
  methods: [
    { name: '<clinit>', code: [{ load: '4.2.1' }, { put: ['org.example.Sdk', 'VERSION'] }, voidReturn] },
    { name: 'getVersion', descriptor: '()Ljava/lang/String;', code: [{ load: '4.2.2' }, areturn] },
    {
      name: 'start',
      descriptor: '(Lio/agora/rtc2/Config;[Lio/agora/Other;)V',
      code: [
        { load: 'https://a.example/x' },
        // tableswitch at offset 3: no padding, default 0, one case; wide iinc.
        { bytes: [0xaa, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0xc4, 0x84, 0, 1, 0, 1] },
        { call: ['io.agora.rtc2.RtcEngine', 'create', '(Lio/agora/rtc2/Config;)V'] },
        voidReturn,
      ],
    },
  ],
});

/** All that the readers say of one file, as text. */
function saidOf(file: Uint8Array) {
  const shown = (start: number, end: number) => Buffer.from(file.subarray(start, end)).toString('latin1');
  const types: string[] = [];
  const texts: string[] = [];
  const references: string[] = [];
  const strings: string[] = [];
  finished(visitTypes(new ClassFile(file), (start, end) => types.push(shown(start, end))));
  finished(visitTexts(new ClassFile(file), (start, end) => texts.push(shown(start, end))));
  finished(
    visitReferences(new ClassFile(file), ({ kind, class: owner, name, start, end }) => {
      references.push(`${kind} ${owner ?? ''} ${name} at ${shown(start, end)}`);
    }),
  );
  const open = new ClassFile(file);
  const members: string[] = [];
  const taker = {
    constant: ({ field, value }: { field: string; value: string }) => void strings.push(`${field} = ${value}`),
    string: ({ method, as, value }: ClassString) => void strings.push(`${method} ${as} ${value}`),
  };
  finished(
    visitParts(open, {
      member: ({ kind, name, descriptor }) => members.push(`${kind} ${open.decoded(name)} ${open.decoded(descriptor)}`),
      attribute: (attribute) => void takeStrings(open, attribute, () => true, taker),
    }),
  );
  return { types, texts, references, strings, members, gaps: classGaps(new ClassFile(file)) };
}

describe('a Java class file', () => {
  const said = saidOf(bytes);

  it('names classes, its own among them, also in descriptors, each once', () => {
    const named = ['org/example/Sdk', 'java/lang/Object', 'java/lang/String', 'io/agora/rtc2/RtcEngine'];
    expect([...said.types].sort()).toEqual([...named, 'io/agora/rtc2/Config'].sort());
    const [start, end] = new ClassFile(bytes).nameRange;
    expect(Buffer.from(bytes.subarray(start, end)).toString()).toBe('org/example/Sdk');
  });

  it('refers to members and strings, each at its place', () => {
    expect(said.references.sort()).toEqual([
      'field org.example.Sdk VERSION at VERSION',
      'method io.agora.rtc2.RtcEngine create at create',
      'string  4.2.1 at 4.2.1',
      'string  4.2.2 at 4.2.2',
      'string  https://a.example/x at https://a.example/x',
    ]);
    expect(said.texts).toContain('https://a.example/x');
  });

  it('has members, and code whose strings are told by what becomes of them', () => {
    expect(said.members).toEqual([
      'field BUILD J',
      'method <clinit> ()V',
      'method getVersion ()Ljava/lang/String;',
      'method start (Lio/agora/rtc2/Config;[Lio/agora/Other;)V',
    ]);
    expect(said.strings).toEqual([
      '<clinit> loaded 4.2.1',
      'VERSION = 4.2.1',
      'getVersion loaded 4.2.2',
      'getVersion returned 4.2.2',
      'start loaded https://a.example/x',
    ]);
    expect(said.gaps).toEqual([]);
  });

  it('leaves gaps only where its structure says nothing', () => {
    const hidden = text.encode('hidden text');
    const gapsOf = (attributes: Readonly<Record<string, Uint8Array>>) =>
      saidOf(buildJavaClass({ name: 'a.B', attributes })).gaps.map(({ length }) => length);
    expect(gapsOf({ Unknown: hidden })).toEqual([11]);
    expect(gapsOf({ SourceFile: hidden, Deprecated: hidden })).toEqual([11, 11]);
    expect(gapsOf({ SourceDebugExtension: hidden })).toEqual([11]);
    expect(gapsOf({ SourceDebugExtension: text.encode('SMAP\nA.kt\n'), SourceFile: Uint8Array.of(0, 1) })).toEqual([]);
    const behind = Uint8Array.of(...bytes, ...hidden);
    expect(saidOf(behind).gaps).toEqual([{ offset: bytes.length, length: 11 }]);
  });

  it.each<[string, readonly number[]]>([
    ['no opcode', [0xcb]],
    ['an instruction that is cut off', [0x13, 0]],
    ['a switch beyond the end', [0xaa, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]],
    ['a switch of no order', [0xab, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]],
  ])('code with %s is none', (_what, code) => {
    const content = Uint8Array.of(0, 1, 0, 1, 0, 0, 0, code.length, ...code, 0, 0, 0, 0);
    const range = { offset: 0, length: content.length };
    expect(() => visitInstructions(content, range, () => {})).toThrow(FormatError);
  });

  it('cut at every byte, says what stands before or that it is cut', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => saidOf(bytes.subarray(0, length)), `${length} bytes`).toThrow(FormatError);
    }
  });

  it('says something or throws a FormatError on seeded mutations', () => {
    const random = mulberry32(0xc1a55);
    const seen = { said: 0, error: 0 };
    for (let round = 0; round < cases(20_000, 2000); round++) {
      const mutated = bytes.slice();
      for (let i = 1 + Math.floor(random() * 3); i > 0; i--) {
        mutated[Math.floor(random() * mutated.length)] = Math.floor(random() * 256);
      }
      try {
        saidOf(mutated);
        seen.said++;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        seen.error++;
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(200);
  });
});
