import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { jsonSchemas } from '../../src/build/schemas.ts';
import type { Change } from '../../src/diff/compare.ts';
import { type Difference, diff, differenceFormats, renderDifference } from '../../src/index.ts';
import type { ChangeKind, Report } from '../../src/types.ts';
import { names, type Variant, variants } from './variants.ts';

const between = (old: Variant, next: Variant) => diff(variants[old], variants[next]);
const { schema: _, trend: __, old: ___, new: ____, remarks: _____, ...groupsOfFirst } = between('first', 'first');
const groups = Object.keys(groupsOfFirst) as (keyof typeof groupsOfFirst)[];
type AnyChange = Change<{ readonly id: string }> & { trend?: string; goes?: string | null };
const changesOf = (difference: Difference, group: (typeof groups)[number]) =>
  difference[group].changes as readonly AnyChange[];
/** `added recipient-under-foreign-law/agora`. */
const said = (difference: Difference, group: (typeof groups)[number]) =>
  changesOf(difference, group).map(({ change, old, new: next }) => `${change} ${(next ?? old)?.id}`);
const codes = (difference: Difference) => difference.remarks.map(({ code }) => code);
const pairs = names.flatMap((old) => names.map((next) => [old, next] as const));

it('a library is called one, and has no id that could be known', () => {
  const { bundle } = variants.first;
  const units = [{ ...bundle.units[0]!, kind: 'library' as const }];
  const app = { ...bundle.app, id: null, name: 'libroom.so' };
  const library = { ...variants.first, bundle: { ...bundle, units, app } };
  const difference = diff(library, library);
  expect([difference.old.subject, diff(variants.first, variants.first).old.subject]).toEqual(['library', 'app']);
  for (const format of ['text', 'markdown'] as const) {
    const text = renderDifference(difference, format);
    expect(text).toMatch(/libroom\.so.*a library, version/);
    expect(text).not.toContain('id not known');
  }
  const says = (old: Report, next: Report) => diff(old, next).remarks.map((remark) => remark.says);
  expect(says(variants.first, library)).toContain('First an app, then a library.');
  expect(says(library, variants.first)).toContain('First a library, then an app.');
});

describe('properties', () => {
  it.each(names)('%s: nothing differs from itself', (name) => {
    const difference = between(name, name);
    for (const group of groups) expect([group, difference[group].changes]).toEqual([group, []]);
    expect(difference.trend).toBe('same');
    expect(codes(difference).filter((code) => !code.startsWith('unread-'))).toEqual(['same-bundle']);
    expect(difference.findings.same).toBe(variants[name].findings.length);
    expect(difference.endpoints.same).toBe(variants[name].endpoints.length);
    expect(difference.sdks.same).toBe(variants[name].detections.length);
  });

  const mirrored: Record<ChangeKind, ChangeKind> = {
    added: 'removed',
    removed: 'added',
    changed: 'changed',
    'unread-old': 'unread-new',
    'unread-new': 'unread-old',
    'unasked-old': 'unasked-new',
    'unasked-new': 'unasked-old',
  };
  const turned: Record<string, string> = { up: 'down', down: 'up' };

  it.each(pairs)('%s to %s is the mirror of the way back', (old, next) => {
    const [there, back] = [between(old, next), between(next, old)];
    for (const group of groups) {
      const mirror = changesOf(back, group).map((change) => ({
        ...{ change: mirrored[change.change], old: change.new, new: change.old, differs: [...change.differs].sort() },
        goes: change.goes ? turned[change.goes] : change.goes,
      }));
      const plain = changesOf(there, group).map(({ change, old: a, new: b, differs, goes }) => ({
        ...{ change, old: a, new: b, differs: [...differs].sort(), goes },
      }));
      expect(plain, group).toHaveLength(mirror.length);
      expect(plain, group).toEqual(expect.arrayContaining(mirror));
      expect(there[group].same).toBe(back[group].same);
    }
    expect([there.old, there.new]).toEqual([back.new, back.old]);
    // What got worse there got better here, but for what cannot be called better.
    const ways = { better: 'worse', worse: 'better', mixed: 'mixed', same: 'same', unclear: 'unclear' } as const;
    const isWhole = [variants[old], variants[next]].every(({ complete }) => complete);
    if (isWhole && there.trend !== 'unclear' && back.trend !== 'unclear') expect(there.trend).toBe(ways[back.trend]);
  });

  it.each(pairs)('%s to %s: each thing is told once, and nothing is gone that was merely not read', (old, next) => {
    const difference = between(old, next);
    const isNewRead = variants[next].complete && variants[next].depth === 'deep';
    for (const group of groups) {
      const ids = changesOf(difference, group).map(({ old: a, new: b }) => `${a?.id} ${b?.id}`);
      expect(new Set(ids).size).toBe(ids.length);
      if (isNewRead || group === 'permissions' || group === 'unread') continue;
      expect(changesOf(difference, group).filter(({ change }) => change === 'removed')).toEqual([]);
    }
    if (!isNewRead) expect(difference.trend).not.toBe('better');
  });

  it('is the same for the same reports, and changes neither', () => {
    const [a, b] = [structuredClone(variants.first), structuredClone(variants['with a stranger'])];
    expect(diff(a, b)).toEqual(between('first', 'with a stranger'));
    expect([a, b]).toEqual([variants.first, variants['with a stranger']]);
  });
});

describe('what is told', () => {
  it('a version of the app alone changes nothing', () => {
    const difference = between('first', 'a later version');
    expect(difference).toMatchObject({ trend: 'same', remarks: [], old: { app: { version: '0.1.25' } } });
    expect(difference.new.app).toMatchObject({ version: '0.1.26', build: '270' });
    for (const group of groups) expect([group, difference[group].changes]).toEqual([group, []]);
  });

  it('a template over TLS: findings, flow and host of the one without are gone', () => {
    const difference = between('first', 'encrypted');
    expect(said(difference, 'findings')).toEqual(
      expect.arrayContaining([
        'removed identifiers-in-clear/agora/room-id',
        'removed identifiers-in-clear/agora/user-id',
      ]),
    );
    expect(said(difference, 'flows').some((line) => line.endsWith(':argus.agoralab.co'))).toBe(true);
    expect(said(difference, 'endpoints')).toEqual([
      'removed http://argus.agoralab.co',
      'added https://argus.agoralab.co',
    ]);
    expect(between('encrypted', 'first').trend).toBe('worse');
  });

  it('an SDK is gone with its flows and its controls', () => {
    const difference = between('first', 'without PubNub');
    expect(said(difference, 'sdks')).toEqual(['removed pubnub']);
    expect(said(difference, 'flows')).toContain('removed messages:pubnub:pubnub');
    expect(said(between('without PubNub', 'first'), 'sdks')).toEqual(['added pubnub']);
  });

  it('permissions and parties', () => {
    expect(said(between('first', 'with a camera'), 'permissions')).toEqual(['added NSCameraUsageDescription']);
    const strange = between('first', 'with a stranger');
    expect(said(strange, 'parties').join()).toContain('added framework Strange');
    expect(said(strange, 'endpoints')).toContain('added https://strange.example.net');
  });

  it('what was cut short is not read, and not gone', () => {
    const difference = between('first', 'cut short');
    expect(difference.new.complete).toBe(false);
    expect(said(difference, 'unread').join()).toContain(
      'added Payload/Clubhouse.app/Frameworks/PubNub.framework/PubNub',
    );
    expect(codes(difference)).toEqual(['unread-new']);
    expect(codes(between('cut short', 'first'))).toEqual(['unread-old']);
    expect(renderDifference(difference, 'text')).not.toMatch(/^ {2}gone .*pubnub/im);
    expect(said(between('first', 'read by names'), 'endpoints').every((line) => line.startsWith('unread-new '))).toBe(
      true,
    );
  });

  it('permissions of a manifest that was not read are not gone', () => {
    const gap = {
      ...variants.first.coverage[0]!,
      path: 'AndroidManifest.xml',
      format: 'manifest',
      state: 'unreadable',
    } as const;
    const [unit] = variants.first.bundle.units;
    const units = [{ ...unit!, app: { ...unit!.app, permissions: [] } }];
    const unread = { ...variants.first, bundle: { ...variants.first.bundle, units }, coverage: [gap] };
    const changes = diff(variants.first, unread).permissions.changes.map(({ change }) => change);
    expect(new Set(changes)).toEqual(new Set(['unread-new']));
    expect(diff(variants.first, { ...unread, coverage: [] }).permissions.changes[0]?.change).toBe('removed');
  });

  it('a permission is asked for, granted besides, or asked of older devices alone', () => {
    const [unit] = variants.first.bundle.units;
    const of = (app: Partial<Report['bundle']['app']>): Report => ({
      ...variants.first,
      bundle: {
        ...variants.first.bundle,
        units: [{ ...unit!, app: { ...unit!.app, permissions: ['CAMERA'], ...app } }],
      },
    });
    const to = (app: Partial<Report['bundle']['app']>) => diff(of({}), of(app)).permissions.changes;
    expect(to({ permissions: [], implied: [{ name: 'CAMERA', by: 'targetSdkVersion' }] })).toMatchObject([
      { differs: ['asked'] },
    ]);
    expect(to({ permissionLimits: [{ name: 'CAMERA', maxSdk: 30 }] })).toMatchObject([{ differs: ['maxSdk'] }]);
  });

  it('a flow whose recipient changed is the flow that it was', () => {
    const [flow, ...others] = variants.first.flows;
    const moved = {
      ...flow!,
      id: flow!.id.replace(':agora:', ':other:'),
      recipient: 'other',
    };
    const { changes } = diff(variants.first, { ...variants.first, flows: [moved, ...others] }).flows;
    expect(changes).toMatchObject([
      { change: 'changed', old: { recipient: 'agora' }, new: { recipient: 'other' }, differs: ['recipient'] },
    ]);
  });

  it('a control that the app switched on', () => {
    const on: Report = {
      ...variants.first,
      flows: variants.first.flows.map((flow) => ({
        ...flow,
        controls: flow.controls.map((each) => ({ ...each, state: 'on' as const })),
      })),
    };
    const { changes } = diff(variants.first, on).controls;
    expect(changes.length).toBeGreaterThan(0);
    for (const change of changes)
      expect(change).toMatchObject({ old: { states: ['undetermined'] }, new: { states: ['on'] } });
    expect(renderDifference(diff(variants.first, on), 'text')).toContain('state from undetermined to on');
  });

  it('an extension is known by its id, whatever its folder is called', () => {
    const [unit] = variants.first.bundle.units;
    const of = (path: string): Report => ({
      ...variants.first,
      bundle: {
        ...variants.first.bundle,
        units: [unit!, { ...unit!, kind: 'extension', path, app: { ...unit!.app, id: 'org.example.share' } }],
      },
    });
    expect(diff(of('Payload/A.app/PlugIns/S.appex'), of('Payload/B.app/PlugIns/S.appex')).permissions.changes).toEqual(
      [],
    );
    expect(said(diff(variants.first, of('x')), 'permissions')[0]).toMatch(/^added extension org\.example\.share: NS/);
  });

  it('another signer is said, and nothing where one of the two names none', () => {
    const signed = (sha256: string): Report => ({
      ...variants.first,
      bundle: {
        ...variants.first.bundle,
        signatures: [
          {
            scheme: 'v2',
            teamId: null,
            certificates: [{ sha256, subject: null, issuer: null, notBefore: null, notAfter: null }],
          },
        ],
      },
    });
    expect(codes(diff(signed('a'), signed('b')))).toEqual(['same-bundle', 'other-signer']);
    expect(codes(diff(signed('a'), signed('a')))).toEqual(['same-bundle']);
    expect(codes(diff(variants.first, signed('b')))).toEqual(['same-bundle']);
  });

  it('rules that the other policy does not ask are neither new nor gone', () => {
    const difference = between('first', 'another policy');
    expect(codes(difference)).toEqual(['same-bundle', 'other-policy']);
    expect(new Set(difference.findings.changes.map(({ change }) => change))).toEqual(
      new Set(['unasked-new', 'unasked-old']),
    );
    expect(difference.trend).toBe('unclear');
  });

  it('other terms are said, and nothing is called better by them', () => {
    expect(codes(between('first', 'nothing stated'))).toEqual(['same-bundle', 'other-context']);
    expect(between('first', 'nothing stated').trend).toBe('unclear');
    expect(codes(between('first', 'an earlier day'))).toContain('other-day');
    expect(codes(between('first', 'another app'))).toEqual(['other-app']);
    const rules = { ...variants.encrypted, rules: { ...variants.encrypted.rules, digest: 'f'.repeat(64) } };
    expect(codes(diff(variants.first, rules))).toEqual(['other-rules']);
    expect(diff(variants.first, rules).trend).not.toBe('better');
  });
});

/** A report with some of its first SDK changed. */
function withSdk(change: Partial<Report['detections'][number]>): Report {
  const [sdk, ...others] = variants.first.detections;
  return { ...variants.first, detections: [{ ...sdk!, ...change }, ...others] };
}

describe('releases', () => {
  const instance = variants.first.detections[0]!.instances[0]!;
  const at = (...versions: (string | null)[]) =>
    withSdk({
      version: versions.length === 1 ? versions[0]! : null,
      instances: versions.map((version, i) => ({ ...instance, version, path: `${instance.path}${i}` })),
    });
  const bounded = (from: string | null, before: string | null) =>
    withSdk({ version: null, versionBounds: { from, before, clues: [] } });

  it.each<[string, Report, Report, string | null, RegExp]>([
    ['one and a later', at('3.4.0'), at('4.2.6'), 'up', /version from 3\.4\.0 to 4\.2\.6, up/],
    ['ten is after nine', at('4.9.0'), at('4.10.0'), 'up', /, up/],
    ['one and an earlier', at('4.2.6'), at('3.4.0'), 'down', /version from 4\.2\.6 to 3\.4\.0, down/],
    ['several, all earlier', at('3.4.0', '3.5.0'), at('4.2.6'), 'up', /from 3\.4\.0 and 3\.5\.0 to 4\.2\.6, up/],
    ['several, one of them stays', at('3.4.0', '4.2.6'), at('4.2.6'), null, /from 3\.4\.0 and 4\.2\.6 to 4\.2\.6$/m],
    ['bounds', bounded(null, '4.0'), bounded('4.0', null), 'up', /from before 4\.0 to 4\.0 or later, up/],
    ['bounds that overlap', bounded(null, '4.1'), bounded('4.0', null), null, /from before 4\.1 to 4\.0 or later$/m],
    ['one, then bounds', at('3.4.0'), bounded('4.0', null), 'up', /from 3\.4\.0 to 4\.0 or later, up/],
    ['not known before', at(null), at('4.2.6'), null, /from not known to 4\.2\.6$/m],
  ])('%s', (_name, old, next, goes, text) => {
    const difference = diff(old, next);
    expect(difference.sdks.changes).toMatchObject([{ change: 'changed', goes }]);
    expect(renderDifference(difference, 'text')).toMatch(text);
  });

  it('more copies of the same release are no change', () => {
    expect(diff(at('3.4.0'), at('3.4.0', '3.4.0')).sdks.changes).toEqual([]);
  });

  it('a product that could not be told from its sisters is no other SDK once it can', () => {
    const family = withSdk({ sdk: 'bytertc', family: 'bytertc', vendor: null, candidates: ['volcengine', 'byteplus'] });
    const product = withSdk({ sdk: 'byteplus-rtc', family: 'bytertc', vendor: 'byteplus', candidates: [] });
    const { changes } = diff(family, product).sdks;
    expect(changes).toMatchObject([
      { change: 'changed', old: { id: 'bytertc' }, new: { id: 'byteplus-rtc' }, differs: ['vendor'] },
    ]);
  });
});

describe('findings', () => {
  const id = 'linkable-identifiers/agora';
  const as = (change: Partial<Report['findings'][number]>): Report => ({
    ...variants.first,
    findings: variants.first.findings.map((finding) => (finding.id === id ? { ...finding, ...change } : finding)),
  });
  const asked = { state: 'undetermined', open: 'bundle' } as const;

  it.each([
    [{ level: 'low' }, { level: 'high' }, 'worse'],
    [{ level: 'high' }, { level: 'low' }, 'better'],
    [asked, {}, 'worse'],
    [{}, asked, 'better'],
    [{ ...asked, level: 'high' }, { level: 'low' }, 'mixed'],
    [{ level: 'info' }, { ...asked, level: 'info' }, 'same'],
    [{ level: 'info' }, { level: 'low' }, 'worse'],
    [{ ...asked, open: 'context' }, asked, 'same'],
  ] as const)('from %j to %j it went %s', (old, next, trend) => {
    const difference = diff(as(old), as(next));
    expect(difference.findings.changes).toMatchObject([{ change: 'changed', trend }]);
    expect(difference.trend).toBe(trend);
  });

  it('a title that the rules word anew is no change', () => {
    expect(diff(as({}), as({ title: 'Said otherwise' })).findings.changes).toEqual([]);
  });
});

describe('JSON', () => {
  const validate = new Ajv({ strict: false }).compile(jsonSchemas().diff as object);

  it.each(pairs)('%s to %s is valid by its schema', (old, next) => {
    const written = JSON.parse(renderDifference(between(old, next), 'json'));
    expect(validate(written), JSON.stringify(validate.errors)).toBe(true);
    expect(written).toEqual(JSON.parse(JSON.stringify(between(old, next))));
  });

  it('the schema refuses what is none', () => {
    for (const broken of [{ trend: 'fine' }, { findings: [] }, { extra: 1 }]) {
      expect(validate({ ...between('first', 'encrypted'), ...broken })).toBe(false);
    }
  });
});

it('a format that there is not is refused, with those that there are', () => {
  expect(() => renderDifference(between('first', 'first'), 'sarif' as 'text')).toThrow(differenceFormats.join(', '));
});
