import { describe, expect, it } from 'vitest';
import { isCountry, isLawgiver } from '../../src/check/countries.ts';
import { parseRules, type RuleFile, readRules } from '../../src/check/load.ts';
import { checkTwins } from '../../src/check/twins.ts';
import { vocabulary } from '../../src/judge/vocabulary.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';

type Json = Record<string, unknown>;
type Pack = Record<string, Json>;

const page = { how: 'document', url: 'https://vendor.example/', seen: '2026-01-01' };
const file = { artifact: 'npm:rtc@1.0.0/lib/a.so', sha256: 'a'.repeat(64), seen: '2026-01-01' };

const clue = (id: string, kind: string, test: Json, rest: Json = {}) => ({
  id,
  kind,
  ...test,
  strength: 'strong',
  ...rest,
});
/** One file that holds these clues and version rules. */
const holding = (ids: readonly unknown[], rest: Json = {}) => ({
  ...file,
  holds: Object.fromEntries(ids.map((id) => [id, {}])),
  ...rest,
});
const sdk = (id: string, clues: readonly Json[], rest: Json = {}) => {
  const rows = [...clues, ...((rest.versions ?? []) as readonly Json[])];
  const artifacts = [holding(rows.map((row) => row.id))];
  const about = { id, name: id, vendor: 'one', category: 'real-time', service: 'hosted' };
  return { [`sdks/${id}.json`]: { ...about, clues, artifacts, ...rest } };
};
const vendor = (id: string, rest: Json = {}) => ({
  [`vendors/${id}.json`]: {
    id,
    name: id,
    entities: [{ name: id, role: 'incorporated', country: 'US', source: page }],
    ...rest,
  },
});
const law = (id: string, rest: Json = {}) => ({
  id,
  title: 'A law',
  citation: 'Art. 1',
  kind: 'compulsion',
  says: 'It says so.',
  reaches: ['incorporated'],
  review: '2099-01-01',
  from: '2020-01-01',
  source: { ...page, how: 'statute' },
  ...rest,
});
const jurisdiction = (id: string, rest: Json = {}) => ({
  [`jurisdictions/${id}.json`]: { id, country: id.toUpperCase(), name: id, laws: [law(`${id}-law`)], ...rest },
});
const row = (rest: Json = {}) => ({
  id: 'rule',
  axis: 'data-flow',
  over: 'flow',
  when: [{ field: 'recipient.country', in: ['CN', 'HK'] }],
  level: 'high',
  undetermined: 'low',
  weight: 0.5,
  title: 'What {recipient} gets',
  reason: '{fact} It is so.',
  question: 'Is it so?',
  settle: 'A capture.',
  remedy: { maker: 'Leave it out.' },
  ...rest,
});
const policy = (...rules: readonly Json[]) => ({
  'policies/strict.json': { id: 'strict', name: 'Strict', says: 'x', rules, reject: 'high', review: 'low' },
});

const good: Pack = {
  ...sdk('rtc', [clue('java', 'class', { under: 'com.one.rtc' }), clue('text', 'string', { is: 'OneRtc/engine' })]),
  ...sdk('im', [clue('java', 'class', { under: 'com.one.im' })], { contains: ['rtc'] }),
  ...vendor('one', { hosts: [{ host: 'one.example', source: page }] }),
  ...vendor('two', { hosts: [{ host: 'edge.one.example', source: page }] }),
  ...jurisdiction('us'),
  ...jurisdiction('eu'),
  ...policy(row()),
};

const filesOf = (pack: Pack): RuleFile[] =>
  Object.entries(pack).map(([path, json]) => ({ path, text: JSON.stringify(json) }));
const read = (pack: Pack | readonly RuleFile[], asOf: string | null = null) =>
  readRules([Array.isArray(pack) ? pack : filesOf(pack as Pack)], nodeRuntime.sha256(), { vocabulary, asOf }).problems;
const lines = (pack: Pack, asOf?: string) =>
  read({ ...good, ...pack }, asOf).map(({ file, field, message }) => `${file}: ${field}: ${message}`);

it('good rules have no problems, today or soon after', () => {
  expect(lines({})).toEqual([]);
  expect(lines({}, '2026-01-01')).toEqual([]);
  expect(lines({}, '2027-07-01')).toEqual([]);
});

const strict = 'rules/policies/strict.json';

describe('what is refused, with file and field', () => {
  it.each<[string, Pack, readonly string[]]>([
    [
      'a rule without artifacts',
      sdk('rtc', [clue('a', 'class', { is: 'a.B' })], { artifacts: [] }),
      ['rtc.json: artifacts: a rule says where its clues were seen'],
    ],
    [
      'a clue or version rule that no artifact holds, and what an artifact holds though nothing asks for it',
      sdk('rtc', [clue('a', 'class', { is: 'a.B' }), clue('b', 'class', { is: 'a.C' })], {
        versions: [{ id: 'v', from: 'dylib', name: 'A.framework' }],
        artifacts: [holding(['a', 'c']), holding(['a'])],
      }),
      [
        'rtc.json: clues.1: no artifact holds "b"',
        'rtc.json: versions.0: no artifact holds "v"',
        'rtc.json: artifacts.0.holds.c: there is no such clue',
        'rtc.json: artifacts.1.artifact: stands twice',
      ],
    ],
    [
      'the shape of 0.1.0, in which a clue held its sources, once for the file and with what to do',
      sdk('rtc', [clue('a', 'class', { is: 'a.B' }), clue('b', 'class', { is: 'a.C' }, { seen: [page] })], {
        versions: [{ from: 'dylib', name: 'A.framework', seen: [page] }],
        artifacts: undefined,
      }),
      ['rtc.json: clues.1.seen: moved below the rule: give each version rule an id, and for each file that was seen'],
    ],
    [
      'needs that no class of a clue can meet, and half of one',
      {
        ...sdk('rtc', [clue('a', 'class', { is: 'a.B' })], {
          needs: { under: ['b'], classes: 5, note: 'n', ios: { called: ['B'], types: 5, note: 'n' } },
        }),
        ...sdk('im', [clue('a', 'class', { is: 'a.C' })], { needs: { under: ['a'] } }),
        ...sdk('x', [clue('a', 'class', { is: 'a.D' })], { needs: {} }),
      },
      [
        'im.json: needs: under, classes and note belong together',
        'rtc.json: needs.under.0: no clue asks for a class under "b"',
        'rtc.json: needs.ios.called.0: no clue asks for a class called "B\u2026"',
        'x.json: needs: it says neither',
      ],
    ],
    [
      'an artifact that nobody can find',
      sdk('rtc', [clue('a', 'class', { is: 'a.B' })], {
        artifacts: [
          'from my laptop',
          'git:owner/repo@main/a.so',
          'maven:group:artifact:1.0',
          'maven:g.h:a:1.0!jni/x.so',
          `git:o/r@${'0a'.repeat(20)}/x.so`,
          'npm:@scope/name@1.0.0-rc.1/x.so',
        ].map((artifact) => holding(['a'], { artifact })),
      }),
      [0, 1, 2].map((i) => `rtc.json: artifacts.${i}.artifact: anyone must find it`),
    ],
    [
      'a source published after it was seen',
      vendor('one', {
        entities: [
          { name: 'x', role: 'parent', country: 'US', source: { ...page, published: '2026-02-01' } },
          { name: 'x', role: 'parent', country: 'US', from: '2026-02-01', source: page },
        ],
        disputed: [{ what: 'all', by: 'x', on: '2026-03-01', source: page }],
      }),
      ['one.json: entities.0.source.published: 2026-02-01', 'one.json: disputed.0.on: 2026-03-01'],
    ],
    [
      'an interval that holds on no day',
      vendor('one', {
        entities: [{ name: 'x', role: 'parent', country: 'US', from: '2020-01-01', to: '2020-01-01', source: page }],
      }),
      ['one.json: entities.0.to: 2020-01-01 is not after'],
    ],
    [
      'countries that are none',
      {
        ...vendor('one', {
          entities: [
            { name: 'x', role: 'parent', country: 'EU', source: page },
            { name: 'x', role: 'parent', country: 'UK', source: page },
          ],
          hosts: [{ host: 'one.example', country: 'XX', source: page }],
        }),
        ...jurisdiction('zz', { laws: [] }),
      },
      [
        'jurisdictions/zz.json: country: "ZZ" is no country',
        'one.json: entities.0.country: "EU"',
        'one.json: entities.1.country: "UK"',
        'one.json: hosts.0.country: "XX"',
      ],
    ],
    [
      'an id that is not the file name',
      { 'sdks/other.json': good['sdks/rtc.json']! },
      ['other.json: id: "rtc" is not the file name'],
    ],
    [
      'names of files that are not there',
      sdk('rtc', [clue('a', 'class', { is: 'a.B' })], { vendor: 'nobody', contains: ['nothing'] }),
      ['rtc.json: vendor: there is no vendors/nobody.json', 'rtc.json: contains.0: there is no sdks/nothing.json'],
    ],
    [
      'a clue id that stands twice',
      sdk('rtc', [clue('a', 'class', { is: 'a.B' }), clue('a', 'class', { is: 'a.C' })]),
      ['rtc.json: clues.1.id: the id "a" stands twice among clues and versions'],
    ],
    [
      'byte clues that are too short or too long to search for',
      sdk('rtc', [
        clue('b', 'string', { like: 'sevenby*sevenby' }),
        clue('c', 'string', { is: '声'.repeat(400) }),
        clue('d', 'string', { like: 'x*eightbyt' }),
        clue('e', 'library', { is: 'a.so' }),
      ]),
      ['rtc.json: clues.0.like: the longest literal of a byte clue has', 'rtc.json: clues.1.is: a byte clue has 8 to'],
    ],
    [
      'a byte clue of seven bytes',
      sdk('rtc', [clue('a', 'string', { is: 'sevenby' })]),
      ['rtc.json: clues.0: a byte clue has at least 8 bytes'],
    ],
    [
      'a version literal that cannot be searched for',
      sdk('rtc', [clue('a', 'class', { is: 'a.B' })], {
        versions: [
          { id: 'v', from: 'like', like: 'abc{version}defgh', parts: [1, 3] },
          { id: 'w', from: 'near', anchor: 'a'.repeat(1025), step: 1, parts: [2, 3] },
        ],
      }),
      ['rtc.json: versions.0.like: a literal to search for', 'rtc.json: versions.1.anchor: a literal to search for'],
    ],
    [
      'a circle of contains, told to each file of it',
      {
        ...sdk('a', [clue('a', 'class', { is: 'a.A' })], { contains: ['b'] }),
        ...sdk('b', [clue('a', 'class', { is: 'a.B' })], { contains: ['c', 'rtc'] }),
        ...sdk('c', [clue('a', 'class', { is: 'a.C' })], { contains: ['a'] }),
        ...sdk('d', [clue('a', 'class', { is: 'a.D' })], { contains: ['d'] }),
        ...sdk('e', [clue('a', 'class', { is: 'a.E' })], { contains: ['a'] }),
      },
      [
        ...['a', 'b', 'c'].map(
          (id) => `${id}.json: contains: an SDK cannot stand inside itself: a contains b contains c`,
        ),
        'd.json: contains: an SDK cannot stand inside itself: d contains d',
      ],
    ],
    [
      'an SDK of a published list that stands twice, by either of its names, or on a list that nobody saw',
      {
        'listed/one.json': {
          ...{
            id: 'one',
            name: 'One',
            by: 'A',
            platform: 'ios',
            says: 'It asks.',
            from: '2026-01-01',
            sources: [page],
          },
          sdks: [{ name: 'A', as: ['b'] }, { name: 'b' }, { name: 'C', as: ['C'] }],
        },
        'listed/two.json': {
          ...{ id: 'two', name: 'Two', by: 'A', platform: 'ios', says: 'It asks.', from: '2026-01-01', sources: [] },
          sdks: [{ name: 'A' }],
        },
      },
      [
        'one.json: sdks.1.name: "b" stands twice',
        'one.json: sdks.2.as.0: "C" stands twice',
        'two.json: sources: Invalid length: Expected >=1 but received 0',
      ],
    ],
    [
      'a runtime, or a name of one, that stands twice',
      {
        'runtimes/one.json': {
          id: 'one',
          name: 'One',
          runtimes: [
            { id: 'a', name: 'A', by: 'A', files: ['liba.so', 'lib*.a.so'], packages: ['a.b'], source: page },
            { id: 'a', name: 'B', by: 'B', files: ['liba.so'], barePackages: ['a.b'], source: page },
          ],
        },
      },
      ['one.json: runtimes.1.id: the id "a" stands twice', 'one.json: runtimes.1.files.0: "liba.so" stands twice'],
    ],
    [
      'a runtime that names nothing, asks what stands beside nothing, or has two stars',
      {
        'runtimes/one.json': {
          id: 'one',
          name: 'One',
          runtimes: [
            { id: 'a', name: 'A', by: 'A', source: page },
            { id: 'b', name: 'B', by: 'B', packages: ['b'], beside: ['libb.so'], source: page },
            { id: 'c', name: 'C', by: 'C', files: ['lib*c*.so'], source: page },
          ],
        },
      },
      ['a runtime has files, packages', 'beside is asked of files', 'a name of a file has one * at most'],
    ],
    [
      'a host that two vendors claim, or one twice',
      {
        ...vendor('two', { hosts: [{ host: 'one.example', source: page }] }),
        ...vendor('three', { hosts: [1, 2].map(() => ({ host: 'three.example', source: page })) }),
      },
      [
        'one.json: hosts.0.host: vendors/two.json claims "one.example" too',
        'three.json: hosts.1.host: "three.example" stands twice',
        'two.json: hosts.0.host: vendors/one.json claims "one.example" too',
      ],
    ],
    [
      'a jurisdiction, a law and a list of another country',
      {
        ...jurisdiction('hk', { country: 'CN' }),
        ...jurisdiction('us', {
          laws: [law('cn-law'), law('us-law'), law('cfr-202')],
          lists: [
            {
              ...{ id: 'eu-list', title: 'x', citation: 'x', says: 'x', asOf: '2026-01-02', from: '2020-01-01' },
              ...{ countries: ['CN', 'QQ'], vendors: [{ vendor: 'nobody', as: 'x' }], source: page },
            },
          ],
        }),
      },
      [
        'hk.json: country: the id is that of HK, the country is CN',
        'hk.json: laws.0.id: "hk-law" begins as those of HK do',
        'us.json: laws.0.id: "cn-law" begins as those of CN do',
        'us.json: lists.0.id: "eu-list" begins as those of EU do',
        'us.json: lists.0.countries.1: "QQ" is no country',
        'us.json: lists.0.vendors.0.vendor: there is no vendors/nobody.json',
        'us.json: lists.0.asOf: 2026-01-02 lies after',
      ],
    ],
    [
      'a policy that asks what nobody answers, or says what nobody fills',
      policy(
        row({ when: [{ field: 'recipient.county', in: ['CN'] }] }),
        row({ id: 'b', over: 'detection', when: [{ field: 'encryption', below: 'on' }] }),
        row({
          id: 'c',
          when: [
            { field: 'control.region', in: ['on'] },
            { field: 'control.magic', in: ['on'] },
          ],
        }),
        row({ id: 'd', when: [{ field: 'region.in', notIn: ['CN', 'China'] }] }),
        row({ id: 'e', title: '{recipent} gets it', remedy: { maker: 'Write it.', reviewer: 'Write {Data}.' } }),
        row({ id: 'e', when: [{ field: 'recipient.list', in: ['us-entity-list'] }] }),
      ),
      [
        `${strict}: rules.0.when.0.field: a rule over flow cannot ask "recipient.county"`,
        `${strict}: rules.1.when.0.field: a rule over detection cannot ask "encryption"`,
        `${strict}: rules.2.when.1.field: a rule over flow cannot ask "control.magic"`,
        `${strict}: rules.3.when.0.notIn.1: "China" is no country`,
        `${strict}: rules.4.title: nothing fills {recipent}; there is {recipient} {sdk}`,
        `${strict}: rules.4.remedy.reviewer: nothing fills {Data}`,
        `${strict}: rules.5.id: the rule id "e" stands twice`,
        `${strict}: rules.5.when.0.in.0: no jurisdiction has a list "us-entity-list"`,
      ],
    ],
  ])('%s', (_, pack, expected) => {
    const found = lines(pack);
    expect(found.length, found.join('\n')).toBe(expected.length);
    expected.forEach((part, i) => {
      expect(found[i]).toContain(part);
    });
  });
});

describe('a strong clue is of one SDK', () => {
  const pair = (a: Json, b: Json, rest: [Json, Json] = [{}, {}]) =>
    lines({ ...sdk('x', [a], rest[0]), ...sdk('y', [b], rest[1]) });

  it.each<[string, Json, Json, string, string]>([
    [
      'equal',
      clue('m', 'class', { under: 'q.r' }),
      clue('n', 'class', { under: 'q.r' }),
      'n: under "q.r"',
      'm: under "q.r"',
    ],
    ['under over is', clue('m', 'class', { under: 'q' }), clue('n', 'class', { is: 'q.R$S' }), 'n: is', 'm: under'],
    ['under over under', clue('m', 'file', { under: 'q/r/' }), clue('n', 'file', { under: 'q/r/s' }), 'n:', 'm:'],
    ['tail over is', clue('m', 'class', { tail: 'r.S' }), clue('n', 'class', { is: 'q.r.S' }), 'n:', 'm:'],
    ['tail over tail', clue('m', 'class', { tail: 'S' }), clue('n', 'class', { tail: 'r.S' }), 'n:', 'm:'],
    ['like over is', clue('m', 'library', { like: 'libq*.so' }), clue('n', 'library', { is: 'libq-2.so' }), 'n:', 'm:'],
    ['one value', clue('m', 'class', { under: 'q.r' }), clue('n', 'class', { tail: 'q.r' }), 'n:', 'm:'],
    ['equal like', clue('m', 'library', { like: 'lib*.so' }), clue('n', 'library', { like: 'lib*.so' }), 'n:', 'm:'],
    [
      'a string inside another',
      clue('m', 'string', { is: 'q_engine' }),
      clue('n', 'string', { is: 'the q_engine of y' }),
      'n:',
      'm:',
    ],
    [
      'one platform of both',
      clue('m', 'symbol', { is: 'q_create' }),
      clue('n', 'symbol', { is: 'q_create' }, { platform: 'ios' }),
      'n:',
      'm:',
    ],
  ])('%s: told to both files', (_, a, b, ofY, ofX) => {
    const found = pair(a, b);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/^rules\/sdks\/x\.json: clues\.0: a strong clue that sdks\/y\.json shares/);
    expect(found[0]).toContain(`(${ofY}`);
    expect(found[1]).toMatch(/^rules\/sdks\/y\.json: clues\.0: /);
    expect(found[1]).toContain(`(${ofX}`);
  });

  it.each<[string, Json, Json]>([
    ['siblings', clue('m', 'class', { under: 'q.r' }), clue('n', 'class', { under: 'q.rs' })],
    ['is above is', clue('m', 'class', { is: 'q' }), clue('n', 'class', { is: 'q.r' })],
    ['a label border between', clue('m', 'class', { tail: 'r.S' }), clue('n', 'class', { is: 'q.xr.S' })],
    ['another kind', clue('m', 'class', { is: 'q.r' }), clue('n', 'component', { is: 'q.r' })],
    ['another case', clue('m', 'class', { is: 'q.R' }), clue('n', 'class', { is: 'q.r' })],
    [
      'other platforms',
      clue('m', 'class', { is: 'q.r' }, { platform: 'android' }),
      clue('n', 'class', { is: 'q.r' }, { platform: 'ios' }),
    ],
    [
      'a supporting one',
      clue('m', 'class', { is: 'q.r' }),
      clue('n', 'class', { is: 'q.r' }, { strength: 'supporting' }),
    ],
    ['a name above a string', clue('m', 'string', { is: 'q_engine_a' }), clue('n', 'string', { is: 'q_engine_b' })],
  ])('not: %s', (_, a, b) => {
    expect(pair(a, b)).toEqual([]);
  });

  it('one SDK may ask twice', () => {
    expect(lines(sdk('x', [clue('m', 'class', { under: 'q' }), clue('n', 'class', { is: 'q.r' })]))).toEqual([]);
  });

  const shared = clue('m', 'class', { under: 'q.shared' });
  const own = (name: string) => clue('own', 'class', { is: name }, { strength: 'supporting' });
  const family = { family: 'q' };

  it('a family may share it where each product has a clue of its own', () => {
    const with2 = { ...sdk('x', [shared, own('q.X')], family), ...sdk('y', [shared, own('q.Y')], family) };
    expect(lines(with2)).toEqual([]);
    expect(lines({ ...sdk('x', [shared], family) })).toEqual([]);
  });

  it('a product that nothing tells from its family is refused', () => {
    const lacking = { ...sdk('x', [shared, own('q.X')], family), ...sdk('y', [shared], family) };
    expect(lines(lacking)).toEqual([
      expect.stringMatching(/^rules\/sdks\/y\.json: clues: no clue tells it from the rest of the family "q" \(sdks\/x/),
    ]);
    const weak = clue('own', 'class', { is: 'q.Y' }, { strength: 'weak' });
    expect(lines({ ...lacking, ...sdk('y', [shared, weak], family) })).toHaveLength(1);
    // What the other has as well, be it weak or on the other platform, tells nothing.
    const name = { is: 'q.Z' };
    const half = {
      ...sdk('x', [shared, own('q.X'), clue('z', 'class', name, { strength: 'weak', platform: 'ios' })], family),
      ...sdk('y', [shared, clue('z', 'class', name, { platform: 'android' })], family),
    };
    expect(lines(half)).toHaveLength(1);
    // What the other's own names meet as well is no clue of its own.
    expect(lines({ ...lacking, ...sdk('y', [clue('m', 'class', { under: 'q' })], family) })).toHaveLength(1);
    // A narrower name than the other asks for is.
    expect(lines({ ...lacking, ...sdk('y', [clue('m', 'class', { under: 'q.shared.y' })], family) })).toEqual([]);
  });

  it('a family has an id of its own', () => {
    expect(lines(sdk('x', [shared], { family: 'rtc' }))).toEqual([
      'rules/sdks/x.json: family: "rtc" is the id of an SDK: a family has its own',
    ]);
  });

  it('one family does not excuse another', () => {
    const other = { ...sdk('x', [shared], family), ...sdk('y', [shared], { family: 'z' }) };
    expect(lines(other)).toHaveLength(2);
    expect(lines({ ...other, ...sdk('y', [shared]) })).toHaveLength(2);
  });

  it('thousands of clues cost no time to speak of', () => {
    const many: Pack = {};
    for (let i = 0; i < 300; i++) {
      const clues = Array.from({ length: 40 }, (_, k) =>
        k % 2 === 0
          ? clue(`c${k}`, 'class', { under: `com.v${i}.p${k}` })
          : clue(`c${k}`, 'string', { is: `${'common text of everybody '.repeat(8)}${i}/${k}` }),
      );
      Object.assign(many, sdk(`s${i}`, clues));
    }
    const start = performance.now();
    expect(lines(many)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('dates against today', () => {
  const seen = (day: string, how: Json = page) =>
    vendor('one', { entities: [{ name: 'x', role: 'parent', country: 'US', source: { ...how, seen: day } }] });
  const told = (pack: Pack, asOf: string | null) =>
    read({ ...good, ...pack }, asOf).map(({ severity, field }) => `${severity} ${field}`);

  it('what was seen in the future is an error, but for the day that has begun elsewhere', () => {
    expect(told(seen('2026-06-03'), '2026-06-01')).toEqual(['error entities.0.source.seen']);
    expect(told(seen('2026-06-02'), '2026-06-01')).toEqual([]);
    expect(told(seen('2026-06-03'), null)).toEqual([]);
    const clockIsWrong = read(good, '2010-01-01').filter((p) => p.file.endsWith('rtc.json'));
    expect(clockIsWrong.map((p) => p.message)).toEqual(['2026-01-01 lies in the future']);
  });

  it('what was not looked at for 18 months is one warning for the file', () => {
    expect(told(seen('2024-11-30'), '2026-06-01')).toEqual(['warning entities.0.source.seen']);
    expect(told(seen('2024-12-01'), '2026-06-01')).toEqual([]);
    const both = { ...good['vendors/one.json'], disputed: [{ what: 'x', by: 'x', on: '2020-01-01', source: page }] };
    const stale = read({ ...good, 'vendors/one.json': both }, '2030-01-01').filter((p) => p.file.endsWith('one.json'));
    expect(stale.map((p) => [p.severity, p.message])).toEqual([
      ['warning', expect.stringContaining('months ago, and so with 2 more sources of this file')],
    ]);
  });

  it('bytes with a digest do not age', () => {
    expect(told(seen('2020-01-01', { ...file, how: 'artifact' }), '2026-06-01')).toEqual([]);
    const old = sdk('rtc', [clue('a', 'class', { is: 'a.B' })], {
      artifacts: [holding(['a'], { seen: '2020-01-01' })],
    });
    expect(told(old, '2026-06-01')).toEqual([]);
    expect(told(old, '2019-06-01')).toContain('error artifacts.0.seen');
  });
});

describe('all problems at once', () => {
  const bad = {
    'sdks/rtc.json': { id: 'rtc', nmae: 'x' },
    'vendors/one.json': { ...good['vendors/one.json'], entities: [] },
    ...sdk('im', [clue('a', 'string', { is: 'a literal' })], { vendor: 'nobody' }),
  };

  it('lists every one, and calls no file missing that is there', () => {
    const found = lines(bad);
    expect(found.map((line) => line.split(': ').slice(0, 2).join(' '))).toEqual([
      'rules/sdks/im.json vendor',
      ...['name', 'vendor', 'category', 'service', 'clues', 'artifacts', 'nmae'].map(
        (field) => `rules/sdks/rtc.json ${field}`,
      ),
      'rules/vendors/one.json entities',
    ]);
  });

  it('parseRules throws the first and says how many more', () => {
    const parse = (pack: Pack) => () => parseRules([filesOf(pack)], nodeRuntime.sha256(), vocabulary);
    expect(parse({ ...good, ...bad })).toThrow(
      expect.objectContaining({
        code: 'bad-rules',
        message: expect.stringMatching(
          /^rules\/sdks\/im\.json: vendor: there is no vendors\/nobody\.json \(and 8 more: waybill rules check lists/,
        ),
      }),
    );
    expect(parse({ ...good, ...vendor('one', { entities: [] }) })).toThrow(/entities: [^(]*$/);
    expect(parse(good)).not.toThrow();
  });

  it('text that is no JSON, or no object, is a problem of the whole file', () => {
    const file = (path: string, text: string) => ({ path, text });
    const found = read([
      ...filesOf(good),
      file('sdks/a.json', '{'),
      file('sdks/b.json', 'null'),
      file('x/c.json', '{}'),
    ]);
    expect(found.map((p) => [p.severity, p.file, p.field])).toEqual([
      ['error', 'rules/sdks/a.json', '(whole file)'],
      ['error', 'rules/sdks/b.json', '(whole file)'],
      ['warning', 'rules/x/c.json', '(whole file)'],
    ]);
  });

  it('a later pack replaces, and is named as the caller names it', () => {
    const mine = (json: Json) => [{ path: 'sdks/rtc.json', text: JSON.stringify(json), name: 'mine/sdks/rtc.json' }];
    const both = (json: Json) =>
      readRules([filesOf(good), mine(json)], nodeRuntime.sha256(), { vocabulary }).problems.map((p) => p.file);
    expect(both({ ...good['sdks/rtc.json'], name: 'Mine' })).toEqual([]);
    expect(both({ ...good['sdks/rtc.json'], vendor: 'nobody' })).toEqual(['mine/sdks/rtc.json']);
  });

  it('on top of loaded rules as on top of their files', () => {
    const base = parseRules([filesOf(good)], nodeRuntime.sha256(), vocabulary);
    const mine = filesOf(sdk('mine', [clue('a', 'class', { is: 'my.Sdk' })]));
    const digest = (packs: Parameters<typeof parseRules>[0]) =>
      parseRules(packs, nodeRuntime.sha256(), vocabulary).digest;
    expect(digest([base, mine])).toBe(digest([filesOf(good), mine]));
    expect(digest([base])).toBe(base.digest);
    expect(digest([base, mine])).not.toBe(base.digest);
  });

  it('the schema that a file names for its editor is no rule', () => {
    const named = { ...good, 'sdks/rtc.json': { $schema: 'sdk.schema.json', ...good['sdks/rtc.json'] } };
    const digest = (pack: Pack) => parseRules([filesOf(pack)], nodeRuntime.sha256(), vocabulary).digest;
    expect(digest(named)).toBe(digest(good));
  });
});

describe('twins', () => {
  const { rules } = readRules([filesOf(good)], nodeRuntime.sha256(), { vocabulary });
  const check = (twins: Record<string, string>) =>
    checkTwins(
      ['sdks/rtc.json', 'policies/strict.json'],
      rules.policies,
      Object.entries(twins).map(([path, text]) => ({ path, text })),
      'twins',
    ).map((p) => `${p.severity} ${p.file}: ${p.field}`);
  const fine = {
    'sdks/rtc.json': '{"hit":[{}],"miss":[{}]}',
    'policies/strict.json': '{"rules":{"rule":{"hits":[{}],"misses":[{}]}}}',
  };

  it.each<[string, Record<string, string>, string[]]>([
    ['one each', fine, []],
    ['none', { 'policies/strict.json': fine['policies/strict.json'] }, ['error twins/sdks/rtc.json: (whole file)']],
    ['no hit', { ...fine, 'sdks/rtc.json': '{"hit":[],"miss":[1]}' }, ['error twins/sdks/rtc.json: hit']],
    ['no miss', { ...fine, 'sdks/rtc.json': '{"hit":[1]}' }, ['error twins/sdks/rtc.json: miss']],
    ['no JSON', { ...fine, 'sdks/rtc.json': 'hit' }, ['error twins/sdks/rtc.json: (whole file)']],
    [
      'a policy rule untried',
      { ...fine, 'policies/strict.json': '{"rules":{}}' },
      ['error twins/policies/strict.json: rules.rule.hits', 'error twins/policies/strict.json: rules.rule.misses'],
    ],
    ['of no rule', { ...fine, 'sdks/old.json': '{}' }, ['warning twins/sdks/old.json: (whole file)']],
    ['what is no twin', { ...fine, 'notes.json': '{}' }, []],
  ])('%s', (_, twins, expected) => {
    expect(check(twins)).toEqual(expected);
  });
});

describe('countries', () => {
  it('are the 249 that ISO 3166-1 assigns: each has a name in CLDR', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const codes = letters.flatMap((a) => letters.map((b) => a + b));
    const assigned = codes.filter(isCountry);
    expect(assigned).toHaveLength(249);
    expect(assigned.filter((code) => names.of(code) === undefined)).toEqual([]);
    // Reserved, withdrawn, user-assigned: named, and no countries of the standard.
    for (const code of ['EU', 'UK', 'SU', 'YU', 'AN', 'XK', 'UN', 'ZZ', 'AC', 'IC'])
      expect(isCountry(code)).toBe(false);
    expect(codes.filter((code) => isLawgiver(code) && !isCountry(code))).toEqual(['EU']);
  });
});
