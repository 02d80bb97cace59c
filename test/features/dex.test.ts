import { describe, expect, it } from 'vitest';
import { Allowance } from '../../src/allowance.ts';
import { defaultBudgets } from '../../src/budgets.ts';
import { Collector } from '../../src/features/collector.ts';
import { extractDex } from '../../src/features/kinds/dex.ts';
import type { EntryFeatures } from '../../src/inventory/facts.ts';
import { matching } from '../../src/match/taker.ts';
import type { Passage } from '../../src/types.ts';
import { agoraClasses } from '../build/agora.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex, type DexDescription } from '../build/dex.ts';
import { buildDexContainer } from '../build/dex-container.ts';
import { scan } from '../build/verified.ts';
import { buildZip, concat } from '../build/zip.ts';
import { clue, rulesOf } from '../rules/rules-of.ts';

const taker = matching(
  rulesOf(
    {
      agora: {
        clues: [clue('class', { under: 'io.agora.rtc' }), clue('string', { is: 'agora-marker' })],
        versions: [
          { from: 'like', like: 'Agora-{version} (native)', parts: [3, 3] },
          { from: 'field', class: 'io.agora.rtc.Build', field: 'VERSION', parts: [2, 5], not: [] },
        ],
      },
    },
    { agora: ['agora.io'] },
  ),
);

function extract(bytes: Uint8Array): EntryFeatures {
  const into = new Collector({
    path: 'classes.dex',
    container: null,
    taker,
    budgets: defaultBudgets,
    allowance: new Allowance(defaultBudgets),
  });
  extractDex(bytes, taker, into);
  return into.finish();
}

const app: DexDescription = { classes: [{ name: 'org.example.Main' }], strings: ['https://example.org/x'] };
const sdk: DexDescription = {
  classes: [
    { name: 'io.agora.rtc.RtcEngine', methods: ['create'] },
    { name: 'io.agora.rtc.Build', staticFields: [{ name: 'VERSION', value: '2.9.1' }] },
  ],
  strings: ['agora-marker', 'Agora-2.0.2 (native)', 'ap.agora.io', 'wss://x.agora.io/y'],
};

/** What stands at a place of the content, as far as it is the text that was met there. */
const at = (bytes: Uint8Array, { spans }: Passage) =>
  spans.map(({ offset, length }) => new TextDecoder().decode(bytes.subarray(offset, offset + length))).join('');

describe('features of a DEX', () => {
  it.each([
    ['a file of its own', buildDex(sdk)],
    ['the second DEX of a container', buildDexContainer([app, sdk])],
    ['a container inside a container', concat(buildDexContainer([app, app]), buildDexContainer([sdk, app]))],
  ])('of %s: each with its place in the content', (_name, bytes) => {
    const found = extract(bytes);
    const defined = found.hits.filter((hit) => hit.grade === 'defined');
    expect(defined.map((hit) => at(bytes, hit.seen)).sort()).toEqual([
      'Lio/agora/rtc/Build;',
      'Lio/agora/rtc/RtcEngine;',
      'agora-marker',
    ]);
    for (const { seen } of defined) expect(at(bytes, seen)).toBe(seen.text);
    expect(found.versions.map(({ version }) => version).sort()).toEqual(['2.0.2', '2.9.1']);
    for (const { version, seen } of found.versions) expect(at(bytes, seen)).toBe(version);
    const ours = found.endpoints.filter(({ host }) => host.endsWith('agora.io'));
    expect(ours.map(({ host }) => host).sort()).toEqual(['ap.agora.io', 'x.agora.io']);
    for (const { host, url, seen } of ours) expect(at(bytes, seen)).toBe(url ?? host);
    expect(found.packages.get('io.agora.rtc')).toBe(2);
    expect(found.coverage.filter(({ reason }) => reason === 'malformed')).toEqual([]);
  });

  it.each([
    ['udp://x.agora.io:8000', 'x.agora.io'],
    ['UP.AGORA.IO', 'up.agora.io'],
    ['8.8.8.8', '8.8.8.8'],
    ['agora.io', 'agora.io'],
    ['a.agora.ios', undefined],
  ])('an endpoint is met however the string begins or ends: %j', (text, host) => {
    const found = extract(buildDex({ strings: [text] })).endpoints.map((each) => each.host.toLowerCase());
    expect(found).toEqual(host === undefined ? [] : [host]);
  });

  it('packages of all headers are counted together', () => {
    expect([...extract(buildDexContainer([app, sdk, app])).packages]).toEqual([
      ['org.example', 2],
      ['io.agora.rtc', 2],
    ]);
  });

  it.each([
    ['Agora-2.0.2 (native)', '2.0.2'],
    ['Agora-2.0.2 (native) and more', '2.0.2'],
    ['An Agora-2.0.2 (native)', undefined],
    ['Agora-2.0.2-rc1 (native)', undefined],
    ['Agora-2.0 (native)', undefined],
  ])('a string %j gives version %s', (text, version) => {
    const found = extract(buildDex({ strings: [text] }));
    expect(found.versions.map((each) => each.version)).toEqual(version === undefined ? [] : [version]);
  });

  it('one broken header leaves the others, with one line', () => {
    const bytes = buildDexContainer([sdk, app, app]);
    const third = bytes.length - buildDex({ ...app, version: '041' }).length;
    bytes.fill(0, third, third + 8);
    const found = extract(bytes);
    expect(found.packages.get('io.agora.rtc')).toBe(2);
    expect(found.coverage).toMatchObject([
      {
        state: 'partial',
        reason: 'malformed',
        offset: third,
        detail: expect.stringContaining('no header'),
        matters: true,
      },
    ]);
  });
});

describe('a DEX container in an APK', () => {
  const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } });
  const apk = (dex: Uint8Array) =>
    scan(
      buildZip([
        { name: 'AndroidManifest.xml', data: manifest },
        { name: 'classes.dex', data: dex },
      ]),
    );

  it('hides no SDK behind its first header', async () => {
    const agora = { classes: agoraClasses };
    const report = await apk(buildDexContainer([app, app, agora]));
    expect(report.detections).toMatchObject([{ sdk: 'agora-rtc', presence: ['bundled'], scored: true }]);
    expect(report).toMatchObject({ complete: true, anomalies: [] });
  });

  it('is not complete where a header is missing', async () => {
    const whole = buildDexContainer([app, { classes: agoraClasses }]);
    whole.fill(0, buildDexContainer([app]).length, buildDexContainer([app]).length + 8);
    const report = await apk(whole);
    expect(report).toMatchObject({ complete: false, verdict: 'inconclusive' });
  });
});
