import { describe, expect, it } from 'vitest';
import { loadRules } from '../src/index.ts';
import { advisoriesOf } from '../src/judge/advisories.ts';
import { boundsLieIn, isOfDays, liesIn, numbersOf, rangeOf } from '../src/judge/ranges.ts';
import { type Detection, type Platform, platforms } from '../src/types.ts';

const rules = loadRules();
const ASOF = '2026-11-26';

const met = async (sdk: string, platform: Platform, version: string | null) => {
  const detection = { sdk, scored: true, instances: [{ version, versionAt: null }], versionBounds: null };
  const matches = await advisoriesOf([detection] as unknown as Detection[], rules, ASOF, new Set([platform]));
  return Object.fromEntries(matches.map(({ advisory, state }) => [advisory.id, state]));
};

const support = { 'agora-rtc-3-support': 'holds' };
const agora = { 'CVE-2020-25605': 'holds', ...support };
const pubnub = { 'CVE-2023-26154': 'undetermined' };
const zoom = { 'CVE-2021-34423': 'holds', 'CVE-2021-34424': 'holds' };
const zoomOpen = { 'CVE-2021-34423': 'undetermined', 'CVE-2021-34424': 'undetermined' };
const zoomIos = { 'CVE-2023-43585': 'undetermined' };
const webrtc = (...ids: string[]) => Object.fromEntries(ids.map((id) => [`CVE-${id}`, 'undetermined']));

/** Releases as the vendors number them, those of the rules' artifacts among them, and stamps read from published libraries. */
const table: readonly [string, Platform, string | null, object][] = [
  ['agora-rtc', 'android', '2.0.2', agora],
  ['agora-rtc', 'ios', '3.0.1.1', agora],
  ['agora-rtc', 'android', '3.1.0', support],
  ['agora-rtc', 'android', '3.1.0.177', support],
  ['agora-rtc', 'android', '3.4.0', support],
  ['agora-rtc', 'ios', '3.7.2.1', support],
  ['agora-rtc', 'android', '4.0.0', {}],
  ['agora-rtc', 'android', '4.2.6', {}],
  ['agora-rtc', 'ios', '4.6.2.70', {}],
  ['pubnub', 'android', '4.6.5', pubnub],
  ['pubnub', 'android', '4.33.2', pubnub],
  // The range of CocoaPods cleared this one.
  ['pubnub', 'android', '5.3.0', pubnub],
  ['pubnub', 'android', '6.4.5', pubnub],
  ['pubnub', 'android', '7.6.0', pubnub],
  ['pubnub', 'android', '7.7.0', {}],
  ['pubnub', 'android', '10.2.1', {}],
  ['pubnub', 'ios', '4.17.0', pubnub],
  ['pubnub', 'ios', '5.1.3', pubnub],
  ['pubnub', 'ios', '5.2.0', {}],
  ['pubnub', 'ios', '5.3.0', {}],
  ['pubnub-web', 'android', '4.37.0', pubnub],
  ['pubnub-web', 'ios', '7.3.3', pubnub],
  ['pubnub-web', 'android', '7.4.5', {}],
  ['pubnub-web', 'ios', '8.2.4', {}],
  ['zoom-meeting', 'android', '5.0.24437.0708', zoom],
  ['zoom-meeting', 'android', '5.7.1.1268', zoom],
  // All four parts count: this build of 5.7.6 is affected, the next is the first that is not.
  ['zoom-meeting', 'android', '5.7.6.1921', zoom],
  ['zoom-meeting', 'android', '5.7.6.1922', {}],
  ['zoom-meeting', 'android', '5.7.6', zoomOpen],
  ['zoom-meeting', 'android', '5.9.0.2537', {}],
  ['zoom-meeting', 'ios', '5.7.6.1081', { ...zoom, ...zoomIos }],
  ['zoom-meeting', 'ios', '5.7.6.1082', zoomIos],
  ['zoom-meeting', 'ios', '5.16.0', zoomIos],
  ['zoom-meeting', 'ios', '5.16.5.11329', {}],
  // Twilio Video 7.10.2 and Voice 6.9.0, and webrtc-sdk 144.7559.14.
  ['webrtc', 'android', '2024-03-18', webrtc('2024-10488', '2025-10501', '2026-4444', '2026-10903')],
  ['webrtc', 'android', '2025-12-01', webrtc('2026-4444', '2026-10903')],
  [
    'webrtc',
    'ios',
    '2022-07-03',
    webrtc('2022-2294', '2023-7024', '2024-10488', '2025-10501', '2026-4444', '2026-10903'),
  ],
  ['webrtc', 'ios', '2026-06-04', {}],
  // Without a stamp one question stands for all.
  ['webrtc', 'ios', null, webrtc('2026-10903')],
];

it.each(table)('%s on %s, %s', async (sdk, platform, version, expected) => {
  expect(await met(sdk, platform, version)).toEqual(expected);
});

const all = [...rules.sdks.values()].flatMap(({ id, advisories }) => advisories.map((advisory) => ({ id, advisory })));

it.each(
  all.map(({ id, advisory }) => [`${id}/${advisory.id}`, id, advisory] as const),
)('%s: the table has a release inside and one outside of it; the remedy says what mends it', async (_, id, advisory) => {
  const { affected, remedy, source } = advisory;
  // Each package of its own: of a range that goes for both platforms one row will do.
  const groups = typeof affected === 'string' ? [platforms] : platforms.map((platform) => [platform]);
  for (const group of groups) {
    const [platform] = group as [Platform];
    const range = typeof affected === 'string' ? affected : affected[platform];
    const rows = table.filter(([sdk, on, version]) => sdk === id && group.includes(on as never) && version !== null);
    const states = await Promise.all(rows.map(async ([sdk, on, v]) => (await met(sdk, on, v))[advisory.id]));
    if (range !== undefined)
      expect(
        states.some((state) => state !== undefined),
        `${platform}: inside`,
      ).toBe(true);
    expect(
      states.some((state) => state === undefined),
      `${platform}: outside`,
    ).toBe(true);
    // The bound itself, and what lies next to it.
    for (const [, sign = '', bound = ''] of (range ?? '').matchAll(/([<>]=?|=)(\d+(?:\.\d+)*)(?![\d-])/g)) {
      const at = (await met(id, platform, bound))[advisory.id];
      expect(at !== undefined, `${platform} ${bound}`).toBe(sign.includes('='));
      const next = bound.replace(/\d+$/, (last) => String(Number(last) + (sign.startsWith('<') ? 1 : -1)));
      if (!next.includes('-'))
        expect((await met(id, platform, next))[advisory.id], `${platform} ${next}`).toBeUndefined();
    }
  }
  const ranges =
    typeof affected === 'string' ? [affected] : Object.values(affected).filter((range) => range !== undefined);
  for (const range of ranges) {
    expect(rangeOf(range), range).not.toBeNull();
    const bounds = range.match(/\d[\d.-]*/g)!;
    expect(bounds.some((bound) => remedy.includes(bound)) || /none is known/.test(remedy), remedy).toBe(true);
  }
  if (advisory.kind === 'end-of-support') expect(source.how).toBe('document');
  else {
    expect(source.how).toBe('register');
    expect(source.url).toContain(`/${advisory.id}.json`);
  }
  // Days of a library's source are an inference.
  if (ranges.some(isOfDays)) expect([advisory.confidence, advisory.level]).toEqual(['low', 'low']);
});

describe('ranges', () => {
  it.each([
    ['5.7.6.1921', '<5.7.6.1922', true],
    ['5.7.6.1922', '<5.7.6.1922', false],
    ['5.7.6', '<5.7.6.1922', 'unknown'],
    ['5.7', '<5.7.6.1922', 'unknown'],
    ['5.7', '>=5.7.6.1922', 'unknown'],
    ['5.8', '<5.7.6.1922', false],
    ['3.1', '<3.1.0', false],
    ['3.1', '<=3.1.0.0', true],
    ['v3.0-rc.1', '<3.1.0', true],
    ['3.1.0+build7', '=3.1.0', true],
    ['2.5', '<2.0 || >=2.4 <2.6', true],
    ['2.2', '<2.0 || >=2.4 <2.6', false],
    ['9.9', '*', true],
    ['2023-12-19', '<2023-12-20', true],
    ['2023-12-20', '<2023-12-20', false],
    ['2024-01-01', '<2023-12-20', false],
  ] as const)('%s in %s: %s', (version, range, truth) => {
    expect(liesIn(numbersOf(version)!, rangeOf(range)!)).toBe(truth);
  });

  it.each([
    [null, '3.1.0', '<3.1.0', true],
    ['2.0', '3.0', '<3.1.0', true],
    ['3.1', null, '<3.1.0', false],
    ['4.0', null, '<3.1.0', false],
    [null, '3.2', '<3.1.0', 'unknown'],
    ['3.0', null, '<3.1.0', 'unknown'],
    ['2.0', '3.0', '>=2.0 <3.0', true],
    ['2.0', '3.0', '<2.0 || >=3.0', false],
    ['2.0', null, '*', true],
  ] as const)('from %s, before %s in %s: %s', (from, before, range, truth) => {
    const numbers = (text: string | null) => (text === null ? null : numbersOf(text));
    expect(boundsLieIn(numbers(from), numbers(before), rangeOf(range)!)).toBe(truth);
  });

  it.each(['^1.2.0', '1.x', '', '<', '< 3', '<3.1.0 ||', '<1.2.3.4.5'])('%j is written otherwise', (text) => {
    expect(rangeOf(text)).toBeNull();
  });

  it.each(['', 'main', '1234567.0', '-1'])('%j is no version', (text) => {
    expect(numbersOf(text)).toBeNull();
  });
});

it('a range in the words of semver still works in a pack of one’s own', async () => {
  const advisory = { ...rules.sdks.get('agora-rtc')!.advisories[0]!, affected: '^2.0.0 || 3.0.x' };
  const sdks = new Map(rules.sdks).set('agora-rtc', { ...rules.sdks.get('agora-rtc')!, advisories: [advisory] });
  const of = async (version: string) => {
    const detection = {
      sdk: 'agora-rtc',
      scored: true,
      instances: [{ version, versionAt: null }],
      versionBounds: null,
    };
    return (await advisoriesOf([detection] as unknown as Detection[], { ...rules, sdks }, ASOF)).map((m) => m.state);
  };
  expect([await of('2.9.1'), await of('3.0.4'), await of('3.1.0')]).toEqual([['holds'], ['holds'], []]);
});

it('a bundle of both platforms is asked where the ranges differ', async () => {
  const detection = { sdk: 'zoom-meeting', scored: true, instances: [{ version: '5.7.6.1500', versionAt: null }] };
  const both = await advisoriesOf([detection] as unknown as Detection[], rules, ASOF, new Set(['android', 'ios']));
  expect(both.map(({ advisory, state }) => [advisory.id, state])).toEqual([
    ['CVE-2021-34423', 'undetermined'],
    ['CVE-2021-34424', 'undetermined'],
    ['CVE-2023-43585', 'undetermined'],
  ]);
});
