import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { FormatError } from '../../src/errors.ts';
import { attribute, type XmlElement } from '../../src/formats/axml/index.ts';
import { readTextXml } from '../../src/formats/axml/text.ts';
import { mulberry32 } from '../build/random.ts';
import { cases } from '../build/slow.ts';

const utf8 = new TextEncoder();
const manifest = `<?xml version="1.0" encoding="utf-8"?>
<!-- <uses-permission android:name="not.this"/> -->
<manifest xmlns:android="http://schemas.android.com/apk/res/android" xmlns:a='http://schemas.android.com/apk/res/android'
    package="io.example.lib" >
  <uses-sdk android:minSdkVersion="21" android:name = "Grün &amp; gut" />
  <uses-permission a:name='p.RECORD'/>
  <application><provider android:authorities="\${applicationId}.x" name="no framework’s"></provider></application>
</manifest>
`;
const read = (text: string | Uint8Array) =>
  readTextXml(typeof text === 'string' ? utf8.encode(text) : text, defaultBudgets);

function shape({ name, attributes, children }: XmlElement): unknown {
  return [name, attributes.map((each) => `${each.name}=${each.value}`), children.map(shape)];
}

describe('a manifest as it is written', () => {
  it('is the elements and attributes of a compiled one', () => {
    const { root, problems } = read(manifest);
    expect(problems).toEqual([]);
    expect(shape(root!)).toEqual([
      'manifest',
      ['package=io.example.lib'],
      [
        ['uses-sdk', ['minSdkVersion=21', 'name=Grün & gut'], []],
        ['uses-permission', ['name=p.RECORD'], []],
        ['application', [], [['provider', [`authorities=\${applicationId}.x`, 'name=no framework’s'], []]]],
      ],
    ]);
  });

  it('finds framework attributes by their namespace, and others outside of all', () => {
    const [sdk, permission, application] = read(manifest).root!.children;
    expect(attribute(permission!, 'name')?.value).toBe('p.RECORD');
    expect(attribute(sdk!, 'minSdkVersion')?.value).toBe('21');
    expect(attribute(application!.children[0]!, 'name')).toBe(undefined);
    expect(attribute(read(manifest).root!, 'package')?.value).toBe('io.example.lib');
  });

  it('says where a value stands, in bytes; what an entity is written for stands nowhere', () => {
    const bytes = utf8.encode(manifest);
    const [sdk, , application] = read(manifest).root!.children;
    const { place } = application!.children[0]!.attributes[1]!;
    expect(new TextDecoder().decode(bytes.subarray(place!.start, place!.end))).toBe('no framework’s');
    expect(attribute(sdk!, 'name')?.place).toBe(null);
  });

  it.each([
    ['no XML', 'package a.b', 'no XML'],
    ['nothing', '', 'no XML'],
    ['UTF-16', Uint8Array.from([...'<manifest/>'].flatMap((c) => [c.charCodeAt(0), 0])), 'no XML'],
    ['a document type with entities', '<!DOCTYPE x [<!ENTITY a "b">]><manifest/>', 'declarations'],
  ])('%s is refused', (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it.each([
    ['an end of another element', '<manifest><a></b></manifest>', /an end of <b>/],
    ['an element left open', '<manifest><a>', /elements left open: 2/],
    ['a second root', '<manifest/><manifest/>', /another root/],
    ['an unknown entity', '<manifest package="&x;"/>', /entity &x; is unknown/],
    [
      'a flood of namespaces',
      `<m ${Array.from({ length: 3000 }, (_, i) => `xmlns:a${i}="x"`).join(' ')}>${'<b xmlns:c="d"/>'.repeat(3000)}</m>`,
      /more namespaces/,
    ],
    ['elements too deep', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`, /deeper than 128/],
  ])('%s is a problem', (_what, text, message) => {
    const { root, problems } = read(text);
    expect(root).not.toBe(null);
    expect(problems.map((problem) => problem.message).join()).toMatch(message);
  });

  it('stops at the budget of elements', () => {
    const { problems } = readTextXml(utf8.encode(`<m>${'<a/>'.repeat(50)}</m>`), {
      ...defaultBudgets,
      xmlElements: 20,
    });
    expect(problems).toMatchObject([{ reason: 'budget' }]);
  });

  it('cut at every byte, is told to be cut', () => {
    const bytes = utf8.encode(manifest.trimEnd());
    for (let length = 0; length < bytes.length; length++) {
      try {
        expect(read(bytes.subarray(0, length)).problems.length, `${length} bytes`).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }
  });

  it('gives a document or a FormatError on seeded mutations', () => {
    const random = mulberry32(0xa0d);
    const bytes = utf8.encode(manifest);
    const seen = { whole: 0, problems: 0, error: 0 };
    for (let round = 0; round < cases(20_000, 2000); round++) {
      const mutated = bytes.slice();
      for (let i = 1 + Math.floor(random() * 3); i > 0; i--) {
        mutated[Math.floor(random() * mutated.length)] = Math.floor(random() * 128);
      }
      try {
        seen[read(mutated).problems.length > 0 ? 'problems' : 'whole']++;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        seen.error++;
      }
    }
    expect(seen.whole).toBeGreaterThan(100);
    expect(seen.problems).toBeGreaterThan(100);
  });
});
