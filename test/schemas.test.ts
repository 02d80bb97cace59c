import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv, type AnySchema, type ValidateFunction } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentSchemas } from '../src/build/document-schemas.ts';
import { stableWords } from '../src/build/word-lists.ts';
import { exitCodes } from '../src/cli/exit-codes.ts';
import { type FileReport, loadRules, render, type ScannedFile, scan } from '../src/index.ts';
import { type BundleDescription, buildBundle } from './build/bundle.ts';
import { folder, type } from './cli/terminal.ts';
import { emptyReport, hostileReport, report } from './render/fixture.ts';

/** What is written is what its schema says, and what the schema does not say is no such document. */

const ajv = new Ajv({ allErrors: true, strict: false });
const schemas = documentSchemas(new URL('../', import.meta.url));
const validators = Object.fromEntries(
  Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema as AnySchema)]),
);
const golden = new URL('golden/clubhouse/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, golden), 'utf8'));

function wrong(name: string, value: unknown): unknown {
  const validate = validators[name] as ValidateFunction;
  return validate(value) ? null : validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const here = folder();
const [agora, text] = [here.path('agora.ipa'), here.path('a \u202e text')];
beforeAll(() => {
  writeFileSync(agora, buildBundle(read('bundle.json') as BundleDescription));
  writeFileSync(text, 'no bundle');
});
afterAll(here.remove);

describe('report', () => {
  it.each([
    ['golden', read('report.json')],
    ['made up', report],
    ['empty', emptyReport],
    ['hostile', hostileReport],
  ])('a report is one: %s', (_name, of) => {
    expect(wrong('report', JSON.parse(render(of, 'json')))).toBe(null);
  });

  it.each([
    ['with another field', { ...report, extra: 1 }],
    ['without its flows', { ...report, flows: undefined }],
    ['with a level that there is not', { ...report, policy: { ...report.policy, reject: 'worst' } }],
    ['of another schema', { ...report, schema: '1.0.0' }],
  ])('no report %s', (_name, of) => {
    expect(wrong('report', JSON.parse(JSON.stringify(of)))).not.toBe(null);
  });
});

describe('scan', () => {
  const waivers = () => {
    const all = ['identifiers-in-clear/*', 'none/such', 'linkable-identifiers/agora'].map((finding, i) => ({
      ...{ finding, by: 'me', reason: 'settled with the maker' },
      expires: i === 2 ? '2020-01-01' : '2099-01-01',
    }));
    writeFileSync(here.path('waivers.json'), JSON.stringify({ waivers: all }));
    return ['--waivers', here.path('waivers.json')];
  };
  const of = async (...words: string[]) => {
    const { stdout } = await type(['scan', ...words]);
    return stdout;
  };

  it('one file, with what the gate decided: waived with reason, run out, unused', async () => {
    const one = JSON.parse(await of(agora, '-o', 'json', ...waivers())) as FileReport;
    expect(wrong('scan', one)).toBe(null);
    expect(one.file).toBe('agora.ipa');
    expect(one.gate.waived[0]).toEqual({
      ...{ finding: 'identifiers-in-clear/agora/room-id', by: 'me', reason: 'settled with the maker' },
      expires: '2099-01-01',
    });
    expect([one.gate.expired.length, one.gate.unused.length, one.gate.unknown.length]).toEqual([1, 0, 1]);
    expect(wrong('scan', one.report)).not.toBe(null);
  });

  it('a file that is none: an error with its code, on stdout and in a file', async () => {
    const failed = JSON.parse(
      await of(text, '-o', 'json', '-o', `ndjson=${here.path('{name}.ndjson')}`),
    ) as ScannedFile;
    expect(wrong('scan', failed)).toBe(null);
    expect(failed).toMatchObject({ file: 'a \u202e text', error: { code: 'not-a-bundle', exitCode: 65 } });
    expect(JSON.parse(readFileSync(`${text}.ndjson`, 'utf8'))).toEqual(failed);
  });

  it('several: a list, and a line each', async () => {
    const list = JSON.parse(await of(agora, text, agora, '-o', 'json')) as ScannedFile[];
    expect(wrong('scan', list)).toBe(null);
    const lines = (await of(agora, text, agora, '-o', 'ndjson')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(list);
    expect(lines[1]).not.toMatch(/[^\x20-\x7e]/);
    expect(
      wrong(
        'scan',
        list.map((each) => ({ ...each, gate: 0 })),
      ),
    ).not.toBe(null);
  });

  it('in the library a report alone, unless its file is named', async () => {
    const bare = await scan(agora, { asOf: '2021-02-12' });
    expect(JSON.parse(render(bare, 'json'))).toEqual(bare);
    expect(JSON.parse(render(bare, 'ndjson'))).toEqual(bare);
    const named = JSON.parse(render(bare, 'json', { file: 'a.ipa' }));
    expect([wrong('scan', named), named.report, named.gate.exitCode]).toEqual([null, bare, 1]);
  });
});

describe('what a caller hands in', () => {
  it.each([
    ['context', read('context.json'), true],
    ['context', {}, true],
    ['context', { $schema: './context.schema.json' }, true],
    ['context', [], false],
    ['context', { operator: {} }, false],
    ['context', { distribution: { offered: [] } }, false],
    ['context', { distribution: { offered: ['Germany'] } }, false],
    ['context', { operater: { name: 'One' } }, false],
    ['waivers', { waivers: [] }, true],
    ['waivers', { waivers: [{ finding: 'a/b', reason: 'because we can', by: 'me', expires: '2030-01-01' }] }, true],
    ['waivers', { waivers: [{ finding: 'a/b', reason: 'because we can', by: 'me' }] }, false],
    ['configuration', { failOn: 'medium', output: ['json=a.json', 'text'], quiet: true, addresses: true }, true],
    ['configuration', { accept: 'encrypted', rules: 'my-rules', $schema: 'x' }, true],
    ['configuration', { failOn: 'worst' }, false],
    ['configuration', { accept: [] }, false],
    ['configuration', { 'fail-on': 'high' }, false],
    ['configuration', { config: 'other.json' }, false],
  ])('%s %j: %s', (name, value, isOne) => {
    expect(wrong(name, value) === null).toBe(isOne);
  });
});

describe('words.json', () => {
  const rules = loadRules();
  const { lists, ...rest } = stableWords(rules);
  const known = Object.values(lists).map(({ words }) => new Set(Object.keys(words)));

  /** Where a schema names all that may stand in a field. */
  function listed(schema: unknown): unknown[][] {
    if (typeof schema !== 'object' || schema === null) return [];
    const { enum: members, const: only } = schema as { enum?: unknown[]; const?: unknown };
    return [
      ...(members ? [members] : []),
      ...(only === undefined ? [] : [[only]]),
      ...Object.values(schema).flatMap(listed),
    ];
  }

  it.each(['report', 'scan'])('has a list of every word that a field may have by the schema of a %s', (name) => {
    const fields = listed(schemas[name]).filter((words) => words.some((word) => typeof word === 'string'));
    expect(fields.length).toBeGreaterThan(25);
    const missed = fields.filter(
      (words) => !known.some((list) => words.every((word) => word === null || list.has(word as string))),
    );
    // The number of the schema itself.
    expect(missed).toEqual([['2.0.0']]);
  });

  it('has the rules of every policy that ships, and every exit code, each with a sentence', () => {
    for (const policy of rules.policies.values()) {
      expect(Object.keys(rest.rules[policy.id]!)).toEqual(policy.rules.map(({ id }) => id));
    }
    expect(Object.keys(rest.exitCodes)).toEqual(exitCodes.map(([code]) => String(code)));
    const meanings = [
      ...Object.values(lists).map(({ words }) => words),
      ...Object.values(rest.rules),
      rest.exitCodes,
    ].flatMap((words) => Object.values(words));
    expect(meanings.filter((means) => !/^\S.{3,}$/s.test(means) || /\{|undefined/.test(means))).toEqual([]);
  });
});
