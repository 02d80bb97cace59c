import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonSchemas } from '../../src/build/schemas.ts';
import * as shapes from '../../src/rules/schema.ts';
import { breaks } from './json-schema.ts';

const folders = { sdk: 'sdks', vendor: 'vendors', jurisdiction: 'jurisdictions', policy: 'policies' } as const;
type Kind = keyof typeof folders;
const kinds = Object.keys(folders) as Kind[];

const schemas = jsonSchemas();
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const namesIn = (folder: string) => readdirSync(new URL(`../../${folder}`, import.meta.url));

describe.each(kinds)('the schema of a %s', (kind) => {
  const files = namesIn(`rules/${folders[kind]}`).filter((name) => name.endsWith('.json'));

  it.each(files)('takes rules/*/%s', (name) => {
    expect(breaks(schemas[kind], read(`rules/${folders[kind]}/${name}`))).toEqual([]);
  });

  it('takes no rule of another kind', () => {
    for (const other of kinds.filter((k) => k !== kind)) {
      const [name] = namesIn(`rules/${folders[other]}`);
      expect(breaks(schemas[kind], read(`rules/${folders[other]}/${name}`)), `${other} ${name}`).not.toEqual([]);
    }
  });

  it('lets a file name it', () => {
    const [name] = files;
    const file = read(`rules/${folders[kind]}/${name}`) as object;
    expect(breaks(schemas[kind], { $schema: 'https://example.com/x', ...file })).toEqual([]);
    expect(breaks(schemas[kind], { $schemata: 'x', ...file })).toEqual([': knows no $schemata']);
  });

  it('says which language it is in, and defines what it refers to and nothing else', () => {
    const schema = schemas[kind];
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
    expect(schema.title).toContain(`rules/${folders[kind]}/<id>.json`);
    const used = [...JSON.stringify(schema).matchAll(/"#\/\$defs\/(\w+)"/g)].map(([, name]) => name);
    expect(Object.keys(schema.$defs ?? {}).sort()).toEqual([...new Set(used)].sort());
  });
});

describe('what our own reader refuses, an editor does', () => {
  const sdk = read('rules/sdks/agora-rtc.json') as Record<'clues' | 'artifacts' | 'takes', object[]>;
  const [clue] = sdk.clues;
  const withClue = (change: object) => breaks(schemas.sdk, { ...sdk, clues: [{ ...clue, ...change }] });
  const source = { how: 'document', url: 'https://example.com/', seen: '2026-01-01' };

  it.each<[string, object, string]>([
    ['two operators', { is: 'x', under: 'y', tail: 'z' }, 'meets 3 of what it must meet one of'],
    ['no operator', { is: undefined, under: undefined, like: undefined, tail: undefined }, 'is no string'],
    ['an unknown kind', { kind: 'klass' }, 'clues.0.kind: is none of class,'],
    ['an unknown field', { kid: 'x' }, 'clues.0: knows no kid'],
    ['a source, which stands in artifacts', { seen: [source] }, 'clues.0: knows no seen'],
  ])('%s', (_, change, what) => {
    expect(withClue(change).join('\n')).toContain(what);
  });

  it('a good clue passes', () => {
    expect(withClue({})).toEqual([]);
  });

  const [artifact] = sdk.artifacts;
  const withArtifact = (change: object) => breaks(schemas.sdk, { ...sdk, artifacts: [{ ...artifact, ...change }] });

  it.each<[string, object, string]>([
    ['an artifact without digest', { sha256: undefined }, 'artifacts.0.sha256: is no string'],
    ['a day that is none', { seen: 'yesterday' }, 'artifacts.0.seen: is no date'],
    ['an offset that is none', { holds: { java: { at: '12' } } }, 'artifacts.0.holds.java.at: is no integer'],
    ['an unknown field of what it holds', { holds: { java: { ta: 1 } } }, 'artifacts.0.holds.java: knows no ta'],
  ])('%s', (_, change, what) => {
    expect(withArtifact(change).join('\n')).toContain(what);
  });

  const withTakes = (change: object) => breaks(schemas.sdk, { ...sdk, takes: [{ ...sdk.takes[0], source: change }] });

  it('a source without what its kind needs', () => {
    expect(withTakes({ ...source, how: 'artifact', artifact: 'x' }).join()).toContain('source: lacks sha256');
    expect(withTakes({ how: 'document', seen: '2026-01-01' }).join()).toContain('source: lacks url');
    expect(withTakes({ ...source, how: 'secondary' }).join()).toContain('source: lacks of');
    expect(withTakes(source)).toEqual([]);
  });

  it('a condition with two operators', () => {
    const policy = read('rules/policies/store.json') as { rules: object[] };
    const when = [{ field: 'data', in: ['camera'], notIn: ['camera'] }];
    const found = breaks(schemas.policy, { ...policy, rules: [{ ...policy.rules[0], when }] });
    expect(found).toEqual(['rules.0.when.0: meets 2 of what it must meet one of']);
  });

  it('every check of the shapes by a function has its counterpart, or is one of those that have none', () => {
    const messages = Object.values(shapes).flatMap((shape) =>
      'pipe' in shape
        ? shape.pipe.flatMap((item) => (item.type === 'check' && 'message' in item ? [item.message] : []))
        : [],
    );
    expect([...new Set(messages)].sort()).toEqual([
      // Bytes of a literal: only `waybill rules check` counts them.
      'a byte clue has at least 8 bytes, with is or like',
      'a call reads an argument',
      'a clue has exactly one of is, under, tail, like',
      'a condition has exactly one operator',
      // Which of four lists is not empty: only `waybill rules check` counts them.
      'a runtime has files, packages, barePackages or modules',
      // What belongs together in a switch: only `waybill rules check` asks, here and below.
      'a switch has reads or means',
      'a switch is a call or a write',
      'a write has no arguments',
      'an artifact needs artifact and sha256, a secondary source url and of, any other source url alone',
      'beside is asked of files',
      'code has packages or files',
      'it has members, strings, classes or symbols',
    ]);
  });
});

/** Whole rule files that documents show, told by the fields that only their kind has. */
const signs: readonly [Kind, string][] = [
  ['sdk', 'clues'],
  ['vendor', 'entities'],
  ['jurisdiction', 'laws'],
  ['policy', 'reject'],
];

describe('rule files that documents show', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'rules/README.md'].filter((page) =>
    existsSync(new URL(`../../${page}`, import.meta.url)),
  );
  const shown = pages.flatMap((page) => {
    const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
    return [...text.matchAll(/```json\n([\s\S]*?)```/g)].flatMap(([, block = '']) => {
      const kind = signs.find(([, field]) => new RegExp(`^ {2}"${field}":`, 'm').test(block))?.[0];
      return kind ? [{ page, kind, block }] : [];
    });
  });

  it.each(shown)('a $kind in $page', ({ kind, block }) => {
    expect(breaks(schemas[kind], JSON.parse(block))).toEqual([]);
  });

  it('are looked for in the documents that there are', () => {
    expect(pages).toContain('rules/README.md');
  });
});
