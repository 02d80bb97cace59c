import { describe, expect, it } from 'vitest';
import { finished } from '../../src/allowance.ts';
import { defaultBudgets } from '../../src/budgets.ts';
import { FormatError } from '../../src/errors.ts';
import { attribute, readBinaryXml, type XmlElement } from '../../src/formats/axml/index.ts';
import {
  bundletoolIn,
  openProtoTable,
  protoValues,
  readDependencies,
  readProtoXml,
} from '../../src/formats/proto/index.ts';
import { fieldsOf } from '../../src/formats/proto/wire.ts';
import { buildBinaryXml, type XmlDescription } from '../build/axml.ts';
import { buildDependencies, buildProtoTable, buildProtoXml, message } from '../build/proto.ts';
import { cases } from '../build/slow.ts';
import { tryEvery } from './proto-inputs.ts';

const budgets = defaultBudgets;
const manifest: XmlDescription = {
  name: 'manifest',
  attributes: { package: 'org.example.rooms', 'android:versionCode': 7, 'android:versionName': '1.2' },
  children: [
    { name: 'uses-permission', attributes: { 'android:name': 'android.permission.RECORD_AUDIO' } },
    {
      name: 'application',
      attributes: { 'android:label': { reference: 0x7f010001 }, 'android:debuggable': false },
      children: [
        { name: 'service', attributes: { 'android:name': '.Call', 'android:foregroundServiceType': { hex: 0x80 } } },
        { name: 'domain', text: 'a.example' },
      ],
    },
  ],
};

/** What readers of manifests ask of an element. */
const said = ({ name, attributes, children, texts }: XmlElement): unknown => ({
  ...{ name, texts },
  attributes: attributes.map((each) => [each.name, each.resourceId, each.value, each.reference]).sort(),
  children: children.map(said),
});

describe('a field', () => {
  it('has its number, its type and its place', () => {
    const bytes = message([1, 300], [2, 'ab'], [15, -1]);
    expect([...fieldsOf(bytes)]).toEqual([
      { number: 1, type: 0, start: 1, end: 3, value: 300 },
      { number: 2, type: 2, start: 5, end: 7, value: 0 },
      { number: 15, type: 0, start: 8, end: 18, value: 0xffff_ffff },
    ]);
  });

  it.each([
    ['a number that is cut off', [0x08, 0x80], 'cut off'],
    ['a number of eleven bytes', [0x08, ...new Array<number>(11).fill(0x80)], 'more than ten'],
    ['a text longer than its message', [0x12, 5, 0x61], 'ends behind'],
    ['a length of 2^33', [0x12, 0x80, 0x80, 0x80, 0x80, 0x20], 'ends behind'],
    ['the number 0', [0x02, 0], 'no field'],
    ['a group', [0x0b], 'wire type 3'],
    ['four bytes that are three', [0x0d, 1, 2, 3], 'cut off'],
  ])('%s is no field', (_what, bytes, why) => {
    expect(() => [...fieldsOf(Uint8Array.from(bytes))]).toThrow(why);
  });
});

describe('a document', () => {
  it('says what its compiled form says', () => {
    const read = finished(readProtoXml(buildProtoXml(manifest), budgets));
    expect(read.problems).toEqual([]);
    expect(said(read.root!)).toEqual(said(readBinaryXml(buildBinaryXml(manifest), budgets).root!));
  });

  it('knows where its texts stand', () => {
    const bytes = buildProtoXml(manifest);
    const { root } = finished(readProtoXml(bytes, budgets));
    const { place } = attribute(root!.children[0]!, 'name')!;
    expect(new TextDecoder().decode(bytes.subarray(place!.start, place!.end))).toBe('android.permission.RECORD_AUDIO');
  });

  it('is read in parts, between which the event loop may turn', () => {
    const children = Array.from({ length: 5000 }, () => ({ name: 'uses-permission' }));
    let most = 0;
    for (const steps of readProtoXml(buildProtoXml({ name: 'manifest', children }), budgets))
      most = Math.max(most, steps);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(1000);
  });

  it('in two pieces is both of them, as protobuf merges', () => {
    const [one, two] = [
      { name: 'manifest', children: [{ name: 'a' }] },
      { name: 'manifest', children: [{ name: 'b' }] },
    ];
    const bytes = Uint8Array.from([...buildProtoXml(one), ...buildProtoXml(two)]);
    expect(
      finished(readProtoXml(bytes, budgets))
        .root?.children.map(({ name }) => name)
        .sort(),
    ).toEqual(['a', 'b']);
  });

  it('finds an attribute by its resource id whatever its name, and by its name where no id is there at all', () => {
    const named = (id: number | null) =>
      message([
        1,
        [
          [3, 'manifest'],
          [
            4,
            [
              [1, 'http://schemas.android.com/apk/res/android'],
              [2, id ? 'x' : 'name'],
              [3, 'v'],
              ...(id ? [[5, id] as const] : []),
            ],
          ],
        ],
      ]);
    const byId = finished(readProtoXml(named(0x01010003), budgets));
    expect(attribute(byId.root!, 'name')?.value).toBe('v');
    expect(byId.anomalies.map(({ code }) => code)).toEqual(['axml.attribute-name']);
    expect(attribute(finished(readProtoXml(named(null), budgets)).root!, 'name')?.value).toBe('v');
  });

  it('is bounded in depth and elements, and says so', () => {
    let deep: XmlDescription = { name: 'x' };
    for (let i = 0; i < 200; i++) deep = { name: 'x', children: [deep] };
    expect(finished(readProtoXml(buildProtoXml(deep), budgets)).problems).toMatchObject([{ reason: 'budget' }]);
    const wide = { name: 'x', children: new Array<XmlDescription>(50).fill({ name: 'y' }) };
    const { problems } = finished(readProtoXml(buildProtoXml(wide), { ...budgets, xmlElements: 20 }));
    expect(problems).toMatchObject([{ reason: 'budget' }]);
  });
});

describe('a resource table', () => {
  const table = buildProtoTable([
    {
      id: 1,
      entries: [
        { '': 'first' },
        { de: 'Räume', '': 'Rooms' },
        { de: 'nur deutsch' },
        { '': { reference: 0x7f010001 } },
        'bag',
      ],
    },
    { id: 2, entries: [{ '': 7 }, { '': true }, { '': { reference: 0x7f020003 } }, { '': { reference: 0x7f020002 } }] },
  ]);
  const valuesOf = (id: number) =>
    protoValues(openProtoTable(table), id).map(({ language, value }) => [language, value]);

  it('has values in all configurations, the default first, and follows references', () => {
    expect(valuesOf(0x7f010000)).toEqual([['', 'first']]);
    const rooms = [
      ['', 'Rooms'],
      ['de', 'Räume'],
    ];
    expect(valuesOf(0x7f010001)).toEqual(rooms);
    expect(valuesOf(0x7f010002)).toEqual([['de', 'nur deutsch']]);
    expect(valuesOf(0x7f010003)).toEqual(rooms);
    expect(valuesOf(0x7f020001)).toEqual([['', true]]);
    for (const id of [0x7f010004, 0x7f020002, 0x7f0100ff, 0x7f090000]) expect(valuesOf(id)).toEqual([]);
  });

  it('is not looked through for more than a scan may spend', () => {
    expect(openProtoTable(table, () => false).isWhole).toBe(false);
    let left = 3;
    expect(
      protoValues(
        openProtoTable(table, () => left-- > 0),
        0x7f010001,
      ).length,
    ).toBeLessThan(2);
  });
});

describe('a list of dependencies', () => {
  const bytes = buildDependencies('io.agora.rtc:full-sdk:4.2.6', 'local', 'com.example:a:1.0-beta+2');

  it('has Maven coordinates, and where the version stands; what came from a file has none', () => {
    const { libraries, more } = readDependencies(bytes);
    expect(libraries.map(({ group, artifact, version }) => `${group}:${artifact}:${version}`)).toEqual([
      'io.agora.rtc:full-sdk:4.2.6',
      'com.example:a:1.0-beta+2',
    ]);
    const { start, end } = libraries[0]!.at;
    expect(new TextDecoder().decode(bytes.subarray(start, end))).toBe('4.2.6');
    expect(more).toBe(0);
  });

  it('beyond its bound is counted', () => {
    const one = buildDependencies('g:a:1');
    const many = new Uint8Array(4100 * one.length);
    for (let i = 0; i < 4100; i++) many.set(one, i * one.length);
    expect(readDependencies(many).more).toBe(4);
  });

  it('BundleConfig.pb names the bundletool that wrote it', () => {
    const config = message([1, [[2, '1.18.2']]]);
    const { start, end } = bundletoolIn(config)!;
    expect(new TextDecoder().decode(config.subarray(start, end))).toBe('1.18.2');
    expect(bundletoolIn(message([3, 'x']))).toBe(null);
  });
});

it('cut at every byte, or mutated, each reader gives values or a FormatError, and still reads', () => {
  const { values, errors } = tryEvery(cases(20_000, 2_000));
  expect(errors.every((error) => error instanceof FormatError)).toBe(true);
  // A reader that refuses everything would pass else.
  expect(values).toBeGreaterThan(2_000);
});
