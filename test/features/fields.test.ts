import { describe, expect, it } from 'vitest';
import { Allowance } from '../../src/allowance.ts';
import { defaultBudgets } from '../../src/budgets.ts';
import { Collector } from '../../src/features/collector.ts';
import { passageOfName } from '../../src/formats/passage.ts';
import { loadRules, type Report, type ScanOptions } from '../../src/index.ts';
import { matching } from '../../src/match/taker.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildJavaClass } from '../build/java-class.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';
import { rulesOf } from '../rules/rules-of.ts';

const buildVar = 'io.rong.imlib.common.BuildVar';

/** Two classes of RongCloud; the version stands in one of them. */
const dex = (value: string | number | undefined) =>
  buildDex({
    classes: [
      { name: 'io.rong.imlib.RongIMClient', methods: ['init'] },
      { name: buildVar, staticFields: [{ name: 'SDK_VERSION', ...(value === undefined ? {} : { value }) }] },
    ],
  });

const javaClass = (value: string | number | undefined, name = buildVar) =>
  buildJavaClass({ name, fields: [{ name: 'SDK_VERSION', ...(value === undefined ? {} : { value }) }] });

const jar = (holder: Uint8Array) =>
  buildZip([
    { name: 'io/rong/imlib/A.class', data: buildJavaClass({ name: 'io.rong.imlib.A' }) },
    { name: 'io/rong/imlib/RongIMClient.class', data: buildJavaClass({ name: 'io.rong.imlib.RongIMClient' }) },
    { name: 'io/rong/imlib/common/BuildVar.class', data: holder },
    { name: 'io/rong/push/Z.class', data: buildJavaClass({ name: 'io.rong.push.Z' }) },
  ]);

const main = buildDex({ classes: [{ name: 'org.example.app.Main' }] });

const scanFiles = (files: Readonly<Record<string, Uint8Array>>, options: ScanOptions = {}): Promise<Report> => {
  const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } });
  return scan(
    buildZip(
      Object.entries({ 'AndroidManifest.xml': manifest, 'classes.dex': main, ...files }).map(([name, data]) => ({
        name,
        data,
      })),
    ),
    options,
  );
};

const rongOf = (report: Report) => report.detections.find((d) => d.sdk === 'rongcloud-im');
const gaps = (report: Report) => report.coverage.filter((line) => line.matters && line.state !== 'read');

describe('a version in a static field', () => {
  it('of a DEX is read with its place', async () => {
    const bytes = dex('2.9.22');
    const report = await scanFiles({ 'classes.dex': bytes });
    expect(rongOf(report)).toMatchObject({ version: '2.9.22', scored: true });
    expect(rongOf(report)?.instances).toHaveLength(1);
    const [instance] = rongOf(report)?.instances ?? [];
    expect(instance).toMatchObject({
      path: 'classes.dex',
      version: '2.9.22',
      versionAt: {
        clue: 'rongcloud-im/version',
        path: 'classes.dex',
        spans: [{ offset: Buffer.from(bytes).indexOf('2.9.22'), length: 6 }],
        text: '2.9.22',
      },
    });
    expect(instance?.versionAt?.entrySha256).toMatch(/^[0-9a-f]{64}$/);
    expect(gaps(report)).toEqual([]);
  });

  it('of one class of a jar is that of the jar, which is one instance', async () => {
    const holder = javaClass('2.8.16');
    const report = await scanFiles({ 'assets/sdk.jar': jar(holder) });
    expect(rongOf(report)).toMatchObject({ version: '2.8.16', scored: true });
    expect(rongOf(report)?.instances).toMatchObject([
      {
        path: 'assets/sdk.jar',
        container: 'assets/sdk.jar',
        version: '2.8.16',
        versionAt: {
          path: `assets/sdk.jar!${buildVar.replaceAll('.', '/')}.class`,
          spans: [{ offset: Buffer.from(holder).indexOf('2.8.16'), length: 6 }],
          text: '2.8.16',
        },
      },
    ]);
    expect(rongOf(report)?.instances[0]?.versionAt?.entrySha256).toMatch(/^[0-9a-f]{64}$/);
    expect(gaps(report)).toEqual([]);
  });

  it('speaks for its own jar or DEX alone', async () => {
    const report = await scanFiles({
      'assets/new.jar': jar(javaClass('5.1.1')),
      'assets/none.jar': jar(javaClass(undefined)),
      'assets/old.jar': jar(javaClass('2.8.16')),
      'classes.dex': dex('2.9.22'),
    });
    expect(rongOf(report)?.instances.map((i) => [i.path, i.version])).toEqual([
      ['assets/new.jar', '5.1.1'],
      ['assets/none.jar', null],
      ['assets/old.jar', '2.8.16'],
      ['classes.dex', '2.9.22'],
    ]);
    expect(rongOf(report)?.version).toBe(null);
  });

  it.each([
    ['1.2.3', '1.2.3'],
    ['1.2.3-beta.4', '1.2.3-beta.4'],
    ['1.2', null],
    ['1.2.3.4.5', null],
    // What a later release forgot to change.
    ['3.0.0', null],
  ])('of a rule with parts and values that say nothing: %s is %s', (value, version) => {
    const at = {
      from: 'field' as const,
      class: 'org.sdk.A',
      field: 'VERSION',
      parts: [3, 4] as [number, number],
      not: ['3.0.0'],
    };
    const into = new Collector({
      path: 'classes.dex',
      container: null,
      taker: matching(rulesOf({ sdk: { versions: [at] } })),
      budgets: defaultBudgets,
      allowance: new Allowance(defaultBudgets),
    });
    into.facts.constant(at, value, () => passageOfName(value, 7, 'a field'));
    expect(into.finish().versions.map((found) => found.version)).toEqual(version === null ? [] : [version]);
  });

  it('is not known where two classes of one place name different ones', async () => {
    const rules = rulesOf({
      sdk: {
        clues: [{ id: 'class', kind: 'class', under: 'org.sdk', strength: 'strong' }],
        versions: [
          { from: 'field', class: 'org.sdk.A', field: 'VERSION', parts: [2, 5], not: [] },
          { from: 'field', class: 'org.other.B', field: 'VERSION', parts: [2, 5], not: [] },
        ],
      },
    });
    const pair = (a: string, b: string) => {
      const classes = [
        { name: 'org.sdk.A', fields: [{ name: 'VERSION', value: a }] },
        { name: 'org.other.B', fields: [{ name: 'VERSION', value: b }] },
      ];
      const entries = classes.map((each) => ({
        name: `${each.name.replaceAll('.', '/')}.class`,
        data: buildJavaClass(each),
      }));
      const dex = buildDex({ classes: classes.map(({ name, fields }) => ({ name, staticFields: fields })) });
      return { jar: buildZip(entries), dex };
    };
    const [same, different] = [pair('1.2.3', '1.2.3'), pair('1.2.3', '1.2.4')];
    const shipped = loadRules();
    const report = await scanFiles(
      { 'a.dex': same.dex, 'a.jar': same.jar, 'b.dex': different.dex, 'b.jar': different.jar },
      { rules: { ...shipped, sdks: rules.sdks, vendors: new Map([...shipped.vendors, ...rules.vendors]) } },
    );
    expect(report.detections[0]?.instances.map((i) => [i.path, i.version])).toEqual([
      ['a.dex', '1.2.3'],
      ['a.jar', '1.2.3'],
      ['b.dex', null],
      ['b.jar', null],
    ]);
  });

  it.each([
    '2.9.22',
    '1.0',
    '5.1.1_stable',
    '7.0.0-SNAPSHOT',
    '4.6.5-beta.2+77',
    '1.2.3.4.5',
    '3.0.20181123',
  ])('is kept as it stands: %s', async (value) => {
    expect(rongOf(await scanFiles({ 'classes.dex': dex(value) }))?.version).toBe(value);
    expect(rongOf(await scanFiles({ 'x.jar': jar(javaClass(value)) }))?.version).toBe(value);
  });

  it.each([
    '',
    '7',
    'dev',
    'v2.9.22',
    '2.9.x',
    '2.9.22 ',
    '2..9',
    '1.2.3.4.5.6',
    '2.9.22-',
    '$' + '{version}',
    '2.9.22\n',
    `1.0-${'a'.repeat(80)}`,
    229,
    undefined,
  ])('is never guessed from %j', async (value) => {
    for (const report of [
      await scanFiles({ 'classes.dex': dex(value) }),
      await scanFiles({ 'x.jar': jar(javaClass(value)) }),
    ]) {
      expect(rongOf(report)).toMatchObject({ scored: true, version: null });
      expect(rongOf(report)?.instances.map((i) => i.versionAt)).toEqual([null]);
    }
  });

  it('counts only in the class that the rule names, whatever its file is called: D8 asks neither', async () => {
    const report = await scanFiles({ 'x.jar': jar(javaClass('2.9.22', 'org.example.BuildVar')) });
    expect(rongOf(report)?.version).toBe(null);
    const elsewhere = await scanFiles({
      'x.jar': buildZip([
        { name: 'io/rong/imlib/RongIMClient.class', data: buildJavaClass({ name: 'io.rong.imlib.RongIMClient' }) },
        { name: 'io/rong/imlib/Version.class', data: javaClass('2.9.22') },
      ]),
    });
    expect(rongOf(elsewhere)?.version).toBe('2.9.22');
  });

  it('is read at depth standard too, and not at depth names', async () => {
    const report = await scanFiles({ 'x.jar': jar(javaClass('2.9.22')) }, { depth: 'standard' });
    expect(rongOf(report)?.version).toBe('2.9.22');
    expect(gaps(report)).toEqual([]);
    expect(rongOf(await scanFiles({ 'x.jar': jar(javaClass('2.9.22')) }, { depth: 'names' }))?.version ?? null).toBe(
      null,
    );
  });
});

describe('a broken class', () => {
  it('of a jar leaves the rest readable and the report incomplete', async () => {
    const holder = javaClass('2.9.22');
    const report = await scanFiles({ 'x.jar': jar(holder.subarray(0, holder.length - 20)) });
    expect(rongOf(report)).toMatchObject({ scored: true, version: null });
    expect(gaps(report)).toMatchObject([
      { path: `x.jar!${buildVar.replaceAll('.', '/')}.class`, format: 'class', state: 'partial', reason: 'malformed' },
    ]);
    expect(report.complete).toBe(false);
  });

  it('of a DEX leaves the rest readable and the report incomplete', async () => {
    const bytes = dex('2.9.22');
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const classDefs = view.getUint32(100, true);
    for (let row = classDefs; row < classDefs + 64; row += 32) view.setUint32(row + 24, 8, true);
    const report = await scanFiles({ 'classes.dex': bytes });
    expect(rongOf(report)).toMatchObject({ scored: true, version: null });
    expect(gaps(report)).toMatchObject([{ path: 'classes.dex', state: 'partial', reason: 'malformed' }]);
    expect(gaps(report)[0]?.detail).toContain('static fields of io.rong.imlib.common.BuildVar');
    expect(report.complete).toBe(false);
  });
});

describe('a version in code', () => {
  const rules = rulesOf({
    sdk: {
      clues: [{ id: 'class', kind: 'class', under: 'org.sdk', strength: 'strong' }],
      versions: [
        { from: 'method', class: 'org.sdk.A', method: 'getSdkVersion', parts: [2, 5], not: [] },
        { from: 'code', class: 'org.sdk.B', like: '&v={version}', parts: [3, 3], not: ['0.0.1'] },
      ],
    },
  });
  const shipped = loadRules();
  const scanCode = async (classes: Parameters<typeof buildDex>[0]['classes']) => {
    const bytes = buildDex({ classes: classes ?? [] });
    const report = await scanFiles(
      { 'classes.dex': bytes },
      { rules: { ...shipped, sdks: rules.sdks, vendors: new Map([...shipped.vendors, ...rules.vendors]) } },
    );
    return { bytes, report, found: report.detections[0] };
  };
  const load = (string: string) => ({ register: 0, string });
  const giveBack = { units: [0x0011] };

  it('that a method returns is read with its place', async () => {
    const { bytes, found } = await scanCode([
      { name: 'org.sdk.A', code: { getSdkVersion: [load('3.3.4'), giveBack] } },
    ]);
    expect(found?.instances).toMatchObject([
      {
        version: '3.3.4',
        versionAt: { text: '3.3.4', spans: [{ offset: Buffer.from(bytes).indexOf('3.3.4'), length: 5 }] },
      },
    ]);
  });

  it('inside a string that a class loads is read with the place of its own', async () => {
    const { bytes, found } = await scanCode([
      { name: 'org.sdk.B', code: { run: [load('&v=2.9.22'), load('&v=0.0.1')] } },
    ]);
    expect(found?.instances).toMatchObject([
      { version: '2.9.22', versionAt: { spans: [{ offset: Buffer.from(bytes).indexOf('2.9.22'), length: 6 }] } },
    ]);
  });

  it.each([
    ['two places differ', [{ name: 'org.sdk.B', code: { a: [load('&v=1.2.3')], b: [load('&v=1.2.4')] } }]],
    ['another method returns it', [{ name: 'org.sdk.A', code: { getVersion: [load('3.3.4'), giveBack] } }]],
    ['the method only loads it', [{ name: 'org.sdk.A', code: { getSdkVersion: [load('3.3.4')] } }]],
    ['another class loads it', [{ name: 'org.sdk.C', code: { run: [load('&v=1.2.3')] } }]],
    ['it is part of a longer string', [{ name: 'org.sdk.B', code: { run: [load('?a&v=1.2.3'), load('&v=1.2.3&')] } }]],
  ])('is null where %s', async (_, classes) => {
    const { found } = await scanCode(classes);
    expect([found?.sdk, found?.version]).toEqual(['sdk', null]);
  });

  it('of a class whose code is broken leaves the answer incomplete', async () => {
    const { report } = await scanCode([{ name: 'org.sdk.B', code: { run: [load('&v=1.2.3'), { units: [0x003e] }] } }]);
    expect(gaps(report)).toMatchObject([{ path: 'classes.dex', state: 'partial', reason: 'malformed' }]);
    expect(gaps(report)[0]?.detail).toContain('code of org.sdk.B');
  });
});
