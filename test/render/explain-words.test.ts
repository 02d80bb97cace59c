import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { countryCodes, countryOf } from '../../src/countries.ts';
import { explain, loadRules, nearestIds, type Report } from '../../src/index.ts';
import { useWords } from '../../src/judge/hosts.ts';
import { dataList } from '../../src/judge/words.ts';
import { topics } from '../../src/render/explain/topics.ts';
import { wordLists } from '../../src/render/explain/words/index.ts';
import { paint } from '../../src/render/text/layout.ts';
import { Sources } from '../../src/render/text/sources.ts';
import { groundLabels, reasonWords, stateWords } from '../../src/render/text/words.ts';
import { fieldWords } from '../../src/rules/field-words.ts';
import * as types from '../../src/types.ts';

const rules = loadRules();
const WIDTH = 80;
const known = [...topics(rules, null)];
const keys = new Set(known.flatMap(({ names }) => names.map(key)));

function key(name: string): string {
  return name.toLowerCase().replace(/[\s_]+/g, '-');
}

/** Every constant of types.ts that is a list: what is added there is asked for here. */
const constants = Object.entries<unknown>(types).filter((entry): entry is [string, readonly string[]] =>
  Array.isArray(entry[1]),
);

it('types.ts keeps its closed lists as constants', () => {
  expect(constants.length).toBeGreaterThan(30);
  const folder = new URL('../../src/types/', import.meta.url);
  const text = readdirSync(folder)
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('');
  const inline = [...text.matchAll(/^ {2}readonly (\w+)\??: \n?(?:[ |]*'[^']+'){2,}/gm)].map(([line]) => line.trim());
  // Of a claim a part of the bases; words of code that no report has.
  expect(inline.sort()).toEqual([
    "readonly basis: 'documented' | 'reported'",
    "readonly found: 'sdk' | 'texts' | 'named' | 'none'",
    "readonly phase: 'open' | 'read' | 'judge'",
    "readonly seat?: 'incorporated' | 'headquartered'",
  ]);
});

it.each(constants)('%s: each word has a meaning, and is one that the code has', (_, members) => {
  const lists = wordLists.filter((list) => list.members === members);
  expect(lists).toHaveLength(1);
  expect(Object.keys(lists[0]!.words).sort()).toEqual([...members].sort());
  for (const word of members) expect(lists[0]!.words[word], word).toMatch(/^\S.{3,}\.$/s);
});

it('every closed list can be asked for by its own name, and names are no list’s twice', () => {
  const ids = wordLists.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const list of wordLists) {
    const text = explain(list.id, rules, { width: WIDTH })!;
    expect(text, list.id).toContain(`WORDS  ${list.id}: `);
    for (const word of list.members) expect(text, list.id).toContain(word);
  }
});

const named: readonly [string, readonly string[]][] = [
  ['SDKs', [...rules.sdks.values()].flatMap(({ id, name, family }) => [id, name, ...(family ? [family] : [])])],
  ['clues', [...rules.sdks.values()].flatMap(({ id, clues }) => clues.map((clue) => `${id}/${clue.id}`))],
  [
    'controls',
    [...rules.sdks.values()].flatMap(({ controls }) => controls.flatMap(({ name, calls }) => [name, ...calls])),
  ],
  ['advisories', [...rules.sdks.values()].flatMap(({ advisories }) => advisories.map(({ id }) => id))],
  ['vendors', [...rules.vendors.values()].flatMap(({ id, name }) => [id, name])],
  ['companies', [...rules.vendors.values()].flatMap(({ entities }) => entities.map(({ name }) => name))],
  ['hosts', [...rules.vendors.values()].flatMap(({ hosts }) => hosts.map(({ host }) => host))],
  ['jurisdictions', [...rules.jurisdictions.values()].flatMap(({ id, name, country }) => [id, name, country])],
  ['laws', [...rules.jurisdictions.values()].flatMap(({ laws }) => laws.flatMap(({ id, title }) => [id, title]))],
  ['lists', [...rules.jurisdictions.values()].flatMap(({ lists }) => lists.flatMap(({ id, title }) => [id, title]))],
  ['policies', [...rules.policies.values()].flatMap(({ id, name }) => [id, name])],
  ['policy rules', [...rules.policies.values()].flatMap((policy) => policy.rules.map(({ id }) => id))],
  ['runtimes', [...rules.runtimes.values()].flatMap(({ runtimes }) => runtimes.flatMap(({ id, name }) => [id, name]))],
  ['published lists', [...rules.listed.values()].flatMap(({ id, name }) => [id, name])],
  ['fields', types.subjects.flatMap((over) => Object.keys(fieldWords(over)))],
  ['countries', countryCodes.flatMap((code) => [code, countryOf(code)])],
  [
    'what conditions compare with',
    [...rules.policies.values()]
      .flatMap((policy) =>
        policy.rules.flatMap(({ when }) =>
          when.flatMap((c) => [...(c.in ?? []), ...(c.notIn ?? []), ...(c.outside ?? []), c.atLeast, c.below]),
        ),
      )
      .filter((value) => value !== undefined),
  ],
  ['data in running text', types.dataKinds.map((kind) => dataList([kind]))],
  ['uses of hosts in running text', Object.values(useWords)],
  ['reasons in running text', Object.values(reasonWords)],
  ['labels of grounds', Object.values(groundLabels).map((label) => label.slice(1, -1))],
  [
    'states in running text',
    types.findingStates.map((state) => stateWords({ state, basis: 'coded' }).replace(/ \(coded\)$/, '')),
  ],
];

it.each(named)('knows all %s', (_, words) => {
  expect(words.length).toBeGreaterThan(0);
  expect([...new Set(words)].filter((word) => !keys.has(key(word)))).toEqual([]);
});

it('a name that is added without being explained is missed', () => {
  expect(keys.has(key('zip.no-such-anomaly'))).toBe(false);
  expect(explain('zip.no-such-anomaly', rules)).toBeNull();
});

it('explains everything calmly: in 80 columns, but for words that cannot be broken, and says who says it', () => {
  for (const { names, tell } of known) {
    const lines = paint(tell({ rules, report: null, sources: new Sources(true), width: WIDTH }), false).split('\n');
    expect(lines[0], names[0]).toMatch(/^[A-Z]+ {2}\S/);
    for (const line of lines.slice(1)) {
      if (line.length > WIDTH) expect(line.trim(), names[0]).not.toMatch(/\s\S+\s/);
    }
  }
});

it('--short: one or two lines for each thing that a word names', () => {
  for (const { names, short } of known) {
    const text = short();
    expect(text, names[0]).toMatch(/^\S+.*? \(.+\): \S|^\S.*: \S/);
    expect(text, names[0]).not.toMatch(/\{|undefined|\n/);
  }
  for (const [word, meanings] of [
    ['coded', 1],
    ['high', 2],
    ['agora-rtc', 1],
    ['store', 1],
    ['us-1260h', 1],
  ] as const) {
    const lines = explain(word, rules, { width: WIDTH, short: true })!.trimEnd().split('\n');
    expect(lines.length, word).toBeGreaterThanOrEqual(meanings);
    expect(lines.length, word).toBeLessThanOrEqual(2 * meanings);
    for (const line of lines) expect(line.length, word).toBeLessThanOrEqual(WIDTH);
  }
  const long = 'cn-intelligence-law';
  expect(explain(long, rules, { width: 60, short: true })!.trimEnd().split('\n')).toHaveLength(2);
});

it.each([
  ['Coded', 'WORD  coded'],
  ['user ID', 'WORD  user-id'],
  ['not decided', 'WORD  undetermined'],
  ['zip.orphan-entry', 'WORD  zip.orphan-entry: anomaly'],
  ['Sweden', 'COUNTRY  Sweden (SE)'],
  ['kz', 'COUNTRY  Kazakhstan (KZ)'],
  ['china', 'JURISDICTION  cn: China (CN)'],
  ['recipient.foreign', 'FIELD  recipient.foreign'],
  ['us-28cfr202-countries', 'LIST  us-28cfr202-countries'],
  ['Agora, Inc.', 'VENDOR  agora'],
  ['qos.agoralab.co', 'HOST  qos.agoralab.co'],
  ['enableEncryption', 'CONTROL  agora-rtc/media-encryption'],
])('%s is explained as %s', (word, heading) => {
  expect(explain(word, rules)).toContain(heading);
});

it.each([
  ['codde', 'coded'],
  ['cleer-text', 'cleartext'],
  ['swedn', 'Sweden'],
  ['zip.orphan-entri', 'zip.orphan-entry'],
  ['recipient.foriegn', 'recipient.foreign'],
])('near %s is %s', (asked, near) => expect(nearestIds(asked, rules)).toContain(near));

const golden = new URL('../golden/', import.meta.url);
const reports = readdirSync(golden, { withFileTypes: true })
  .filter((item) => item.isDirectory())
  .map(
    ({ name }) => [name, JSON.parse(readFileSync(new URL(`${name}/report.json`, golden), 'utf8')) as Report] as const,
  );

describe.each(reports)('report %s', (_, report) => {
  /** Fields of a report whose values are words. */
  const fields = new Set([
    ...['level', 'state', 'axis', 'basis', 'data', 'protection', 'kind', 'how', 'confidence', 'presence', 'role'],
    ...['country', 'countries', 'reason', 'format', 'code', 'encoding', 'sdk', 'sdks', 'rule', 'vendor', 'recipient'],
    ...[
      'scheme',
      'depth',
      'verdict',
      'platform',
      'clue',
      'open',
      'serves',
      'finding',
      'products',
      'candidates',
      'in',
      'out',
    ],
  ]);
  const own = new Set([...topics(rules, report)].flatMap(({ names }) => names.map(key)));

  it('has no word that explain does not know', () => {
    const missed = new Set<string>();
    const seen: string[] = [];
    const walk = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [name, inner] of Object.entries(value)) {
        const words = Array.isArray(inner) ? inner : [inner];
        for (const word of words) {
          if (typeof word === 'object') walk(word, Array.isArray(inner) ? name : name);
          else if (typeof word === 'string' && fields.has(name) && path !== 'stated') {
            // The scheme of an address is no word of ours, nor is what evidence of a key or a place adds behind a comma.
            if (name === 'scheme' && path === 'endpoints') continue;
            if (name === 'reason' && path !== 'coverage') continue;
            seen.push(word);
            const plain = name === 'how' ? word.split(',')[0]! : word;
            if (!own.has(key(plain))) missed.add(`${path}.${name}: ${word}`);
          }
        }
      }
    };
    walk(report, '');
    expect(seen.length).toBeGreaterThan(100);
    expect([...missed]).toEqual([]);
  });

  it('agrees with explain on every level', () => {
    for (const finding of report.findings) {
      const text = explain(finding.id, rules, { report, width: 400 })!;
      expect(text).toMatch(new RegExp(`^FINDING  .*\n {2}${finding.level.toUpperCase()} `));
      const rule = explain(finding.rule, rules, { width: 400 })!;
      const section = rule
        .split('\n\n')
        .find((part) => part.startsWith(`RULE  ${finding.rule}, of the policy ${report.policy.id}\n`))!;
      const row =
        finding.state === 'holds'
          ? 'then'
          : { governance: 'governance', context: 'not stated', bundle: 'not known' }[finding.open!];
      expect(section, `${finding.id} ${row}`).toMatch(new RegExp(`^ {2}${row} +${finding.level}\\b`, 'm'));
    }
  });
});

it('explain of a rule prints the levels that its policy gives', () => {
  for (const policy of rules.policies.values()) {
    for (const rule of policy.rules) {
      const section = explain(rule.id, rules, { width: 400 })!
        .split('\n\n')
        .find((part) => part.startsWith(`RULE  ${rule.id}, of the policy ${policy.id}\n`))!;
      expect(section).toMatch(new RegExp(`^ {2}then +${rule.level}\\b`, 'm'));
      expect(section).toMatch(new RegExp(`^ {2}not known +${rule.undetermined}\\b`, 'm'));
    }
  }
});
