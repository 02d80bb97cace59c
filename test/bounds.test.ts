import { expect, it } from 'vitest';
import { loadRules, render } from '../src/index.ts';
import type { Clue, VersionAt } from '../src/rules/schema.ts';
import { type BundleDescription, buildBundle } from './build/bundle.ts';
import { scan } from './build/verified.ts';
import { rulesOf } from './rules/rules-of.ts';

const strong = { kind: 'class', strength: 'strong' } as const;
const clues: Clue[] = [
  { ...strong, id: 'old', is: 'com.example.old.Engine', until: '4.0' },
  { ...strong, id: 'new', under: 'com.example.engine', since: '4.0' },
  { ...strong, id: 'newer', is: 'com.example.engine.Screen', since: '4.2', until: '5.0' },
  { ...strong, id: 'listed', is: 'com.example.engine.Weak', strength: 'weak' },
];
const versions = [
  { from: 'field', class: 'com.example.BuildConfig', field: 'VERSION', parts: [2, 4], not: [] },
] as unknown as VersionAt[];
const [sdk] = rulesOf({ sdk: { clues, versions } }).sdks.values();
const rules = { ...loadRules(), sdks: new Map([['sdk', { ...sdk!, vendor: 'agora' }]]) };

async function found(classes: string[], version: string | null = null, references: string[] = []) {
  const fields = version === null ? [] : [{ name: 'com.example.BuildConfig', version }];
  const files: BundleDescription['files'] = {
    'AndroidManifest.xml': { axml: { name: 'manifest', attributes: { package: 'org.example' }, children: [] } },
    'classes.dex': {
      dex: {
        classes: [
          ...classes.map((name) => ({ name })),
          ...fields.map(({ name, version }) => ({ name, staticFields: [{ name: 'VERSION', value: version }] })),
        ],
        references,
      },
    },
  };
  const report = await scan(buildBundle({ files }), { rules });
  const [detection] = report.detections;
  const { version: read, versionBounds } = detection!;
  const { from = null, before = null, clues: by = [] } = versionBounds ?? {};
  return { read, from, before, by, text: render(report, 'text') };
}

it('what is defined aboard bounds the version', async () => {
  expect(await found(['com.example.old.Engine'])).toMatchObject({ read: null, from: null, before: '4.0' });
  expect(await found(['com.example.engine.A'])).toMatchObject({ from: '4.0', before: null, by: ['sdk/new'] });
  const both = await found(['com.example.engine.A', 'com.example.engine.Screen']);
  expect(both).toMatchObject({ from: '4.2', before: '5.0', by: ['sdk/newer'] });
});

it('the report says it, with the place', async () => {
  const { text } = await found(['com.example.engine.A']);
  expect(text).toContain('not read; 4.0 or later');
  expect(text.replace(/\s+/g, ' ')).toContain('by what is aboard: class at classes.dex');
});

it('what is only named bounds nothing', async () => {
  expect(await found(['com.example.engine.A'], null, ['com.example.old.Engine'])).toMatchObject({
    from: '4.0',
    before: null,
  });
});

it('two copies bound nothing', async () => {
  const copies = ['com.example.old.Engine', 'com.example.engine.A'];
  expect(await found(copies)).toMatchObject({ from: null, before: null, by: [] });
});

it('a version that the bounds contradict is not kept, and they are not either', async () => {
  expect(await found(['com.example.engine.A'], '4.1.0')).toMatchObject({ read: '4.1.0', from: '4.0' });
  expect(await found(['com.example.engine.A'], '1.2.6')).toMatchObject({ read: null, from: null, before: null });
});
