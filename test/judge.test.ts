import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { all, any, holds, not, one, type Subject, setOf, type Truth } from '../src/judge/conditions.ts';
import { Policy, type PolicyRule } from '../src/rules/schema.ts';
import type { Context, Finding } from '../src/types.ts';
import { type CaseDescription, caseOf, context, flowOf, roomsApp, rulesOf, vendors } from './build/case.ts';
import { judge } from './build/judged.ts';

const store = v.parse(
  Policy,
  JSON.parse(readFileSync(new URL('../rules/policies/store.json', import.meta.url), 'utf8')),
);
const DAY = '2021-02-12';

function findings(d: CaseDescription, given: Context | null = context, asOf = DAY): Map<string, Finding> {
  return new Map(
    judge(caseOf(d), { rules: rulesOf(), policy: store, context: given, asOf }).findings.map((f) => [f.id, f]),
  );
}

function policyOf(...rules: Partial<PolicyRule>[]): Policy {
  const base = {
    id: 'rule',
    axis: 'data-flow',
    over: 'flow',
    when: [],
    level: 'medium',
    undetermined: 'low',
    weight: 0.5,
    title: 'T',
    reason: 'R',
    question: 'Q?',
    settle: 'S',
    remedy: { maker: 'M' },
  };
  return v.parse(Policy, {
    id: 'test',
    name: 'Test',
    says: 'Test',
    reject: 'critical',
    review: 'medium',
    rules: rules.map((rule) => ({ ...base, ...rule })),
  });
}

/** State of the one rule `when`, over the flow described; null where it does not hold. */
function decide(
  when: PolicyRule['when'],
  flow: Parameters<typeof flowOf>[0],
  asOf = DAY,
  given: Context | null = null,
) {
  const result = judge(caseOf({ flows: [flow] }), {
    rules: rulesOf(),
    policy: policyOf({ when }),
    context: given,
    asOf,
  });
  return result.findings[0]?.state ?? null;
}

describe('three-valued logic', () => {
  const values: Truth[] = [true, false, 'unknown'];

  test('is Kleene’s', () => {
    const table = values.flatMap((a) => values.map((b) => [a, b, all([a, b]), any([a, b])]));
    expect(table).toEqual([
      [true, true, true, true],
      [true, false, false, true],
      [true, 'unknown', 'unknown', true],
      [false, true, false, true],
      [false, false, false, false],
      [false, 'unknown', false, 'unknown'],
      ['unknown', true, 'unknown', true],
      ['unknown', false, false, 'unknown'],
      ['unknown', 'unknown', 'unknown', 'unknown'],
    ]);
    expect(values.map(not)).toEqual([false, true, 'unknown']);
    expect([all([]), any([])]).toEqual([true, false]);
  });

  test('a missing field is unknown under every operator', () => {
    const nothing: Subject = () => undefined;
    for (const operator of [
      { in: ['a'] },
      { notIn: ['a'] },
      { atLeast: 'on' },
      { below: 'on' },
      { before: '2021-01-01' },
    ]) {
      expect(holds({ field: 'x', ...operator }, nothing)).toBe('unknown');
    }
  });

  test('operators on one value and on sets', () => {
    const subject: Subject = (field) =>
      new Map([
        ['state', one('weak')],
        ['countries', setOf(['CN', 'US'])],
        ['day', one('2020-05-05')],
        ['level', one('high')],
        ['basis', one('capable')],
      ]).get(field);
    const cases: [Parameters<typeof holds>[0], Truth][] = [
      [{ field: 'state', below: 'on' }, true],
      [{ field: 'state', below: 'weak' }, false],
      [{ field: 'state', atLeast: 'weak' }, true],
      [{ field: 'state', atLeast: 'on' }, false],
      [{ field: 'state', atLeast: 'high' }, 'unknown'],
      [{ field: 'countries', in: ['CN', 'HK'] }, true],
      [{ field: 'countries', in: ['HK'] }, false],
      [{ field: 'countries', notIn: ['CN'] }, false],
      [{ field: 'countries', notIn: ['HK'] }, true],
      [{ field: 'countries', atLeast: 'on' }, 'unknown'],
      [{ field: 'day', before: '2020-05-06' }, true],
      [{ field: 'day', before: '2020-05-05' }, false],
      [{ field: 'state', before: '2020-05-05' }, 'unknown'],
      [{ field: 'level', atLeast: 'medium' }, true],
      [{ field: 'level', below: 'high' }, false],
      [{ field: 'basis', atLeast: 'documented' }, true],
      [{ field: 'basis', atLeast: 'coded' }, false],
    ];
    for (const [condition, truth] of cases) expect([condition, holds(condition, subject)]).toEqual([condition, truth]);
  });
});

describe('fields of a flow', () => {
  test('protection, permission and host', () => {
    const clear = [{ field: 'protection', in: ['cleartext'] }];
    expect(decide(clear, { data: 'user-id', protection: 'cleartext' })).toBe('holds');
    expect(decide(clear, { data: 'user-id', protection: 'undetermined' })).toBe('undetermined');
    expect(decide(clear, { data: 'user-id', protection: 'transport' })).toBe(null);
    expect(decide([], { data: 'microphone', permission: 'declared' })).toBe('holds');
    expect(decide([], { data: 'microphone', permission: 'undetermined' })).toBe('undetermined');
    expect(decide([], { data: 'microphone', permission: 'absent' })).toBe(null);
    expect(decide([{ field: 'host', in: ['present'] }], { data: 'user-id', host: 'x.agora.example' })).toBe('holds');
    expect(decide([{ field: 'host', in: ['present'] }], { data: 'user-id' })).toBe(null);
  });

  test('countries of the recipient, as of the date', () => {
    const concern = [{ field: 'recipient.country', in: ['CN', 'HK'] }];
    expect(decide(concern, { data: 'user-id' })).toBe('holds');
    expect(decide(concern, { data: 'user-id', sdk: 'twilio-sdk' })).toBe(null);
    expect(decide(concern, { data: 'user-id', sdk: 'rtc', to: 'unknown' })).toBe('undetermined');
    expect(decide(concern, { data: 'user-id', to: 'first-party' })).toBe('undetermined');
    const stated = (country: string) => ({ operator: { name: 'Maker', country } });
    expect(decide(concern, { data: 'user-id', to: 'first-party' }, DAY, stated('US'))).toBe(null);
    expect(decide(concern, { data: 'user-id', to: 'first-party' }, DAY, stated('CN'))).toBe('holds');
    const moved = { data: 'user-id', sdk: 'moved-sdk' } as const;
    expect(decide(concern, moved, '2019-12-31')).toBe('holds');
    expect(decide(concern, moved, '2020-01-01')).toBe(null);
    expect(decide(concern, moved, '2009-01-01')).toBe('undetermined');
    expect(decide([{ field: 'recipient.role', in: ['parent'] }], { data: 'user-id', sdk: 'daughter-sdk' })).toBe(
      'holds',
    );
    expect(decide([{ field: 'recipient.role', in: ['parent'] }], { data: 'user-id' })).toBe(null);
  });

  test('regions: a list of countries is the whole of them, an exclusion only what it names', () => {
    const may = [{ field: 'region.in', in: ['CN', 'HK'] }];
    const at = (region: { in: string[]; out: string[] }) => decide(may, { data: 'microphone', region });
    expect(decide(may, { data: 'microphone' })).toBe('undetermined');
    expect(at({ in: ['CN'], out: [] })).toBe('holds');
    expect(at({ in: ['US'], out: [] })).toBe(null);
    expect(at({ in: [], out: ['CN'] })).toBe('undetermined');
    expect(at({ in: [], out: ['CN', 'HK'] })).toBe(null);
    const kept = [{ field: 'region.out', in: ['CN'] }];
    expect(decide(kept, { data: 'microphone', region: { in: [], out: ['CN'] } })).toBe('holds');
    expect(decide(kept, { data: 'microphone', region: { in: ['CN'], out: [] } })).toBe(null);
    expect(decide(kept, { data: 'microphone' })).toBe('undetermined');
  });

  test('controls, and the best of those that keep the vendor out', () => {
    const below = [{ field: 'control.media-encryption', below: 'on' }];
    const open = [{ field: 'encryption', below: 'on' }];
    const mic = (controls: NonNullable<Parameters<typeof flowOf>[0]['controls']>) =>
      ({ data: 'microphone', controls }) as const;
    expect(decide(below, mic({}))).toBe('undetermined');
    expect(decide(open, mic({}))).toBe('undetermined');
    for (const [state, found] of [
      ['off', 'holds'],
      ['weak', 'holds'],
      ['undetermined', 'undetermined'],
      ['on', null],
    ] as const) {
      expect(decide(below, mic({ 'media-encryption': state }))).toBe(found);
      expect(decide(open, mic({ 'media-encryption': state }))).toBe(found);
      expect(decide(open, mic({ 'media-encryption': 'on', 'end-to-end-encryption': state }))).toBe(null);
      expect(decide(open, { ...mic({ 'media-encryption': state }), protection: 'end-to-end' })).toBe(null);
    }
    expect(decide(open, mic({ 'media-encryption': 'off', 'end-to-end-encryption': 'undetermined' }))).toBe(
      'undetermined',
    );
  });

  test('who runs a host', () => {
    const run = [{ field: 'host.operator.country', in: ['CN'] }];
    expect(decide(run, { data: 'microphone', host: 'a.run-by-cn.agora.example' })).toBe('holds');
    expect(decide(run, { data: 'microphone', host: 'run-by-us.agora.example' })).toBe(null);
    expect(decide(run, { data: 'microphone', host: 'other.agora.example' })).toBe('undetermined');
    expect(decide(run, { data: 'microphone', host: 'xrun-by-cn.agora.example' })).toBe('undetermined');
    expect(decide(run, { data: 'microphone' })).toBe('undetermined');
  });

  test('an SDK met by a weak clue alone is a sign, and nothing else is judged of it', () => {
    const found = findings({ flows: roomsApp(), weak: ['agora-sdk'] });
    expect([...found.keys()]).toEqual(['sign-of-unproved-sdk/agora-sdk']);
    expect(found.get('sign-of-unproved-sdk/agora-sdk')).toMatchObject({ recipient: null, laws: [], level: 'medium' });
  });
});

describe('rules over other things', () => {
  test('detections: the vendor’s country, and candidates that disagree', () => {
    const policy = policyOf({ over: 'detection', when: [{ field: 'vendor.country', in: ['CN'] }], laws: true });
    const run = (vendor: string | null, candidates: string[]) => {
      const found = caseOf({ flows: [{ data: 'user-id' }] });
      const detections = found.detections.map((d) => ({ ...d, vendor, candidates }));
      return judge({ ...found, detections }, { rules: rulesOf(), policy, context: null, asOf: DAY }).findings;
    };
    expect(run('agora-like', ['agora-like']).map((f) => [f.id, f.state])).toEqual([['rule/agora-sdk', 'holds']]);
    expect(run('agora-like', []).flatMap((f) => f.laws)).toEqual(['cn-2017']);
    expect(run('twilio-like', ['twilio-like'])).toEqual([]);
    expect(run(null, ['agora-like', 'daughter']).map((f) => f.state)).toEqual(['holds']);
    expect(run(null, ['agora-like', 'twilio-like']).map((f) => f.state)).toEqual(['undetermined']);
    expect(run(null, ['twilio-like', 'moved'])).toEqual([]);
  });

  test('advisories: their own level, capped; later ones are not known yet', () => {
    const advisory = { sdk: 'agora-sdk', id: 'CVE-1', level: 'high', state: 'holds', version: '3.1.0' };
    const at = (part: object) => [...findings({ advisories: [{ ...advisory, ...part }] }).values()];
    const known = at({})[0]!;
    expect([known.id, known.level, known.state, known.axis]).toEqual([
      'known-vulnerability/agora-sdk/CVE-1',
      'high',
      'holds',
      'vulnerability',
    ]);
    expect(known.title).toBe('CVE-1 in AGORA-SDK 3.1.0');
    expect(known.remedy.maker).toContain('Update to 3.2.1.');
    const unsure = at({ state: 'undetermined', version: null })[0]!;
    expect([unsure.level, unsure.state]).toEqual(['medium', 'undetermined']);
    expect(unsure.reason).toContain('not known: the version that is aboard');
    expect(at({ level: 'low' })[0]!.level).toBe('low');
    expect(at({ published: '2021-02-17' })).toEqual([]);
  });

  test('anomalies: one finding for each code, with its places', () => {
    const found = findings({
      anomalies: ['zip.unknown-method', 'zip.unknown-method', 'zip.zip64', 'zip.of-next-year'],
    });
    expect([...found.values()].map((f) => [f.id, f.level])).toEqual([
      ['container-trick/zip.unknown-method', 'medium'],
      ['container-oddity/zip.of-next-year', 'info'],
      ['container-oddity/zip.zip64', 'info'],
    ]);
    expect(found.get('container-trick/zip.unknown-method')!.evidence.map((e) => [e.path, e.how])).toEqual([
      ['file-0', 'form at byte 100'],
      ['file-1', 'form at byte 101'],
    ]);
    expect(found.get('container-trick/zip.unknown-method')!.reason).toMatch(/^[A-Z][^.]*\. Readers disagree/);
  });

  test('what no rule knows is named with its digest', () => {
    const found = findings({
      unidentified: [
        { kind: 'library', name: 'libx.so' },
        { kind: 'package', name: 'a.b' },
      ],
    });
    const finding = found.get('unidentified-native-code/bundle')!;
    expect(finding.reason).toContain('libx.so');
    expect(finding.reason).not.toContain('a.b');
    expect(finding.grounds).toEqual([
      { kind: 'bytes', says: `the library libx.so: 4096 bytes, sha256 ${'cd'.repeat(32)}`, source: null },
    ]);
  });
});

describe('one finding for one cause', () => {
  test('two SDKs of a vendor make one finding; what holds beats what is undecided', () => {
    const found = findings({
      flows: [
        { data: 'user-id', sdk: 'agora-chat', host: 'b.agora.example', protection: 'undetermined' },
        { data: 'user-id', sdk: 'agora-sdk', host: 'a.agora.example', protection: 'cleartext' },
      ],
    });
    const finding = found.get('identifiers-in-clear/agora-like/user-id')!;
    expect(finding.state).toBe('holds');
    // The one that it holds of, with its bytes; that the other is open is said.
    expect(finding.sdks).toEqual(['agora-sdk']);
    expect(finding.basis).toBe('coded');
    expect(finding.evidence.map((e) => e.path)).toEqual(['lib/agora-sdk.so']);
    expect(finding.reason).toContain('Not decided for AGORA-CHAT.');
    expect(finding.remedy.maker).not.toContain('AGORA-CHAT');
    expect(finding.settle).toBe(null);
  });

  test('what is proven is not stretched to data that is not decided', () => {
    const { findings: list, risk } = judge(
      caseOf({
        flows: [
          { data: 'user-id', region: { in: ['CN'], out: [] } },
          { data: 'microphone', permission: 'declared' },
        ],
      }),
      {
        rules: rulesOf(),
        policy: policyOf({ per: 'recipient', when: [{ field: 'region.in', in: ['CN'] }] }),
        context: null,
        asOf: DAY,
      },
    );
    expect(list[0]!.state).toBe('holds');
    expect(list[0]!.data).toEqual(['user-id']);
    expect(list[0]!.reason).toContain('Not decided for microphone audio.');
    expect(risk.overall).toEqual({ proven: 50, possible: 50 });
  });

  test('evidence is bounded, strongest first', () => {
    const flows = Array.from({ length: 20 }, (_, i) => flowOf({ data: 'user-id', host: `h${i}.agora.example` }));
    const many = flows.map((f, i) => ({
      ...f,
      evidence: [{ ...f.evidence[0]!, spans: [{ offset: i, length: 1 }] }],
      basis: 'coded' as const,
    }));
    const strong = {
      ...flows[0]!,
      id: 'z',
      basis: 'configured' as const,
      evidence: [{ ...flows[0]!.evidence[0]!, path: 'dex' }],
    };
    const found = { ...caseOf({ flows: [{ data: 'user-id' }] }), flows: [...many, strong] };
    const [finding] = judge(found, {
      rules: rulesOf(),
      policy: policyOf({ reason: '{fact}' }),
      context: null,
      asOf: DAY,
    }).findings;
    expect(finding!.evidence.length).toBe(8);
    expect(finding!.evidence[0]!.path).toBe('dex');
    expect(finding!.basis).toBe('configured');
  });

  test('a daughter and its parent are one owner in the risk, two findings in the list', () => {
    const when = [{ field: 'recipient.country', in: ['CN'] }];
    const { findings: list, risk } = judge(
      caseOf({ flows: [{ data: 'user-id' }, { data: 'user-id', sdk: 'daughter-sdk' }] }),
      { rules: rulesOf(), policy: policyOf({ when }), context: null, asOf: DAY },
    );
    expect(list.map((f) => f.id)).toEqual(['rule/agora-like/user-id', 'rule/daughter/user-id']);
    // Through the daughter itself: a parent is reached by way of the company that contracts.
    expect(list[1]!.link).toBe(
      'Daughter Ltd is incorporated in United States (US) → Agora-like, Inc. is the parent, in China (CN)',
    );
    expect(risk.terms.map((t) => t.cause)).toEqual(['Agora-like, Inc. · rule']);
    expect(risk.overall.proven).toBe(50);
  });

  test('one cause counts once, whatever kinds of data it touches', () => {
    const possible = (...data: ('microphone' | 'camera' | 'location')[]) =>
      judge(caseOf({ flows: data.map((kind) => ({ data: kind })) }), {
        rules: rulesOf(),
        policy: policyOf({}),
        context: null,
        asOf: DAY,
      }).risk.overall;
    expect(possible('microphone', 'camera')).toEqual({ proven: 50, possible: 50 });
    expect(possible('microphone', 'location')).toEqual({ proven: 50, possible: 50 });
  });

  test('values that look like templates stand as they are', () => {
    const found = { ...caseOf({ flows: [{ data: 'user-id', host: '{remedy}$&.agora.example' }] }) };
    const [finding] = judge(found, {
      rules: rulesOf(),
      policy: policyOf({ reason: 'At {host}.' }),
      context: null,
      asOf: DAY,
    }).findings;
    expect(finding!.reason).toBe('At {remedy}$&.agora.example.');
  });
});

describe('the seven points', () => {
  const seven = [
    'recipient-under-foreign-law/agora-like',
    'identifiers-in-clear/agora-like/user-id',
    'media-open-to-recipient/agora-like',
    'relay-through-country/agora-like',
    'servers-of-foreign-operators/agora-like',
    'linkable-identifiers/agora-like',
    'reach-beyond-distribution/agora-like',
  ];

  test('each with its state and its basis', () => {
    const found = findings({ flows: roomsApp(), appId: 'example.rooms' });
    expect(seven.map((id) => [id, found.get(id)?.state, found.get(id)?.basis, found.get(id)?.level])).toEqual([
      [seven[0], 'holds', 'coded', 'medium'],
      [seven[1], 'holds', 'coded', 'high'],
      [seven[2], 'undetermined', 'documented', 'info'],
      [seven[3], 'undetermined', 'reported', 'low'],
      [seven[4], 'undetermined', 'reported', 'low'],
      [seven[5], 'holds', 'coded', 'medium'],
      [seven[6], 'undetermined', 'reported', 'low'],
    ]);
    // What no byte shows is no finding of its own.
    expect(found.get('identifiers-in-clear/agora-like/device-ids')).toBeUndefined();
  });

  test('each says what would settle it, in the order of truth', () => {
    const order = ['bytes', 'vendor', 'filing', 'law', 'research', 'press', 'context', 'nothing'];
    for (const finding of findings({ flows: roomsApp() }).values()) {
      const kinds = finding.grounds.map((g) => order.indexOf(g.kind));
      expect(kinds).toEqual([...kinds].sort((a, b) => a - b));
      expect(finding.grounds.length).toBeGreaterThan(0);
      expect(finding.settle === null).toBe(finding.state === 'holds');
      expect(finding.grounds.some((g) => g.kind === 'nothing')).toBe(finding.state === 'undetermined');
      for (const text of [finding.title, finding.reason, finding.remedy.maker, finding.settle ?? '']) {
        expect(text).not.toMatch(/[{}]|\bsends?\b|\bsp(y|ies)\b|undefined|null/i);
      }
    }
  });

  test('the words on identifiers are those of code that was found', () => {
    const finding = findings({ flows: roomsApp() }).get(seven[1]!)!;
    expect(finding.reason).toMatch(
      /^Code aboard, with AGORA-SDK, holds a URL template to argus\.agora\.example for user ID, over plain HTTP\./,
    );
    expect(finding.grounds[0]).toEqual({
      kind: 'bytes',
      says: `lib/agora-sdk.so holds "argus.agora.example" at byte ${finding.evidence[0]!.spans[0]!.offset} (text in bytes)`,
      source: null,
    });
  });

  test('the link names the company and its part; the laws are those that reach it', () => {
    const finding = findings({ flows: roomsApp() }).get(seven[0]!)!;
    expect(finding.link).toBe('Agora-like, Inc. has its headquarters in China (CN)');
    expect(finding.title).toBe('Personal data within reach of the law of China (CN), through Agora-like');
    expect(finding.laws).toEqual(['cn-2017']);
    expect(finding.grounds.filter((g) => g.kind === 'law').length).toBe(1);
  });

  test('nothing of a later day is cited', () => {
    const at = (asOf: string) => findings({ flows: roomsApp(), appId: 'example.rooms' }, context, asOf);
    const laws = (asOf: string) => at(asOf).get(seven[0]!)!.laws;
    expect(laws('2021-08-31')).toEqual(['cn-2017']);
    expect(laws('2021-09-01')).toEqual(['cn-2017', 'cn-2021-09']);
    for (const day of [DAY, '2021-02-11', '2024-05-01']) {
      const published = [...at(day).values()].flatMap((f) => f.grounds.map((g) => g.source?.published ?? ''));
      expect(published.filter((date) => date > day)).toEqual([]);
    }
    const media = (asOf: string) =>
      at(asOf)
        .get(seven[2]!)!
        .grounds.map((g) => g.says)
        .join('\n');
    expect(media('2021-02-11')).not.toContain('raw-audio');
    expect(media(DAY)).toContain('raw-audio');
    expect(media(DAY)).not.toContain('later-report');
    expect(media('2024-05-01')).toContain('later-report');
    expect(media(DAY)).not.toContain('A page of 2023.');
    expect(media('2024-05-01')).toContain('A page of 2023.');
  });

  test('a report about another app is background, and no ground of a finding', () => {
    const judged = (appId: string | null) =>
      judge(caseOf({ flows: roomsApp(), appId }), { rules: rulesOf(), policy: store, context, asOf: DAY });
    const says = (appId: string | null) =>
      judged(appId)
        .findings.find(({ id }) => id === seven[1])!
        .grounds.find((g) => g.kind === 'research')?.says;
    expect(says('example.rooms')).toBe('reported about this app, 2021-02-12: What the study says (clear-ids).');
    expect(judged('example.rooms').background).toEqual([]);
    for (const appId of ['example.other', null]) {
      expect(says(appId)).toBeUndefined();
      expect(judged(appId).background).toMatchObject([{ vendor: 'agora-like', about: 'Rooms', published: DAY }]);
    }
  });

  test('swapped to a vendor elsewhere they go', () => {
    const found = [...findings({ flows: roomsApp('twilio-sdk', 'argus.twilio.example') }).values()];
    // What goes to whom in plaintext, and what may be joined, is asked of every vendor alike; who governs it is gone.
    expect(found.map((f) => [f.id, f.state, f.level])).toEqual([
      ['identifiers-in-clear/twilio-like/room-id', 'holds', 'high'],
      ['identifiers-in-clear/twilio-like/user-id', 'holds', 'high'],
      ['linkable-identifiers/twilio-like', 'holds', 'medium'],
      ['media-open-to-recipient/twilio-like', 'undetermined', 'info'],
    ]);
  });

  test('with a capture they stand: media off, servers and region seen', () => {
    const host = 'run-by-cn.agora.example';
    const seen = { host, basis: 'observed', region: { in: ['CN'], out: [] } } as const;
    const found = findings({
      flows: [{ data: 'microphone', permission: 'declared', controls: { 'media-encryption': 'off' }, ...seen }],
    });
    for (const id of [seven[2], seven[3], seven[4]]) {
      expect([id, found.get(id!)?.state, found.get(id!)?.basis]).toEqual([id, 'holds', 'observed']);
    }
    expect(found.get(seven[4]!)!.reason).toContain(
      'A capture shows that AGORA-SDK sends microphone audio to run-by-cn',
    );
  });

  test('once the app encrypts media and keeps out of the country, those points go', () => {
    const found = findings({
      flows: [
        {
          data: 'microphone',
          permission: 'declared',
          controls: { 'media-encryption': 'on' },
          region: { in: ['US'], out: ['CN', 'HK'] },
        },
      ],
    });
    expect(found.has(seven[2]!)).toBe(false);
    expect(found.has(seven[3]!)).toBe(false);
    expect(found.has(seven[0]!)).toBe(true);
  });

  test('reach: asked where a foreign company serves the app, gone where the app is offered', () => {
    const reach = (given: Context | null) => findings({ flows: roomsApp() }, given).get(seven[6]!);
    const operator = { name: 'Maker', country: 'US' };
    const stated = reach(context)!;
    expect(stated.title).toBe(
      'Can people in China (CN) reach the app, where it is not offered? Not known from this bundle.',
    );
    expect(stated.reason).toContain('The caller states that the app is not offered in China (CN).');
    expect(stated.reason).toContain('Nothing that Waybill reads in the bundle keeps clients in China (CN) out.');
    expect(stated.reason).toContain('not known: from which countries clients connect');
    expect(stated.settle).toMatch(/operator's logs.*capture/);
    expect(stated.grounds.find((g) => g.kind === 'context')?.says).toContain('not offered in China (CN)');
    expect(reach({ operator, distribution: { offered: ['US', 'DE'] } })!.reason).toContain(
      'offered in Germany (DE) and United States (US)',
    );
    expect(reach({ operator, distribution: { offered: ['US', 'CN', 'HK'] } })).toBe(undefined);
    // Who governs is asked once, by the first point.
    for (const given of [null, { operator }, { audience: 'children' }, { distribution: { notOffered: ['RU'] } }]) {
      expect(reach(given)).toBe(undefined);
      expect(findings({ flows: roomsApp() }, given).get(seven[0]!)).toMatchObject({
        state: 'undetermined',
        open: 'context',
        level: 'info',
        laws: [],
        title:
          "Is Agora-like governed from a country that is neither the operator's nor the users'? Not stated by the caller.",
      });
    }
  });
});

describe('other apps', () => {
  test('plain WebRTC: who receives is not known', () => {
    const found = findings({ flows: [{ data: 'microphone', sdk: 'rtc', to: 'unknown', permission: 'declared' }] });
    expect([...found.values()].map((f) => [f.id, f.level, f.state, f.recipient])).toEqual([
      ['recipient-unknown/unknown', 'medium', 'holds', 'unknown'],
    ]);
  });

  test('no SDK: no finding, no risk', () => {
    const { findings: list, risk } = judge(caseOf({}), { rules: rulesOf(), policy: store, context: null, asOf: DAY });
    expect(list).toEqual([]);
    expect(risk.overall).toEqual({ proven: 0, possible: 0 });
    expect(risk.terms).toEqual([]);
  });

  test('location only where the flow is possible', () => {
    const at = (permission: 'declared' | 'absent') =>
      findings({ flows: [{ data: 'location', permission }] }).get('location-to-recipient/agora-like')?.state;
    expect(at('declared')).toBe('holds');
    expect(at('absent')).toBe(undefined);
  });

  test('a vendor that objects is heard', () => {
    const source = vendors[0]!.entities[0]!.source;
    const disputed = [
      { what: 'the headquarters', on: '2020-01-01' },
      { what: 'later', on: '2022-01-01' },
      { what: 'raw-audio, metadata: nothing is stored', on: '2020-01-01' },
    ].map((d) => ({ ...d, by: 'its maker', source: { ...source, published: d.on } }));
    const rules = rulesOf({ vendors: vendors.map((x) => (x.id === 'agora-like' ? { ...x, disputed } : x)) });
    const list = judge(caseOf({ flows: roomsApp(), appId: 'example.rooms' }), {
      rules,
      policy: store,
      context: null,
      asOf: DAY,
    }).findings;
    const says = (rule: string) =>
      list
        .find((f) => f.rule === rule)!
        .grounds.filter((g) => g.says.includes('disputed'))
        .map((g) => g.says);
    expect(says('linkable-identifiers')).toEqual(['disputed by its maker, 2020-01-01: the headquarters']);
    expect(says('media-open-to-recipient')).toEqual([
      'disputed by its maker, 2020-01-01: the headquarters',
      'disputed by its maker, 2020-01-01: nothing is stored',
    ]);
  });
});
