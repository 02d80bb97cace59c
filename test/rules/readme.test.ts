import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { placeholders } from '../../src/judge/words.ts';
import { notKnown } from '../../src/rules/field-words.ts';
import {
  Advisory,
  Artifact,
  Claim,
  Clue,
  Condition,
  ControlRule,
  Entity,
  Host,
  Jurisdiction,
  Law,
  NamedList,
  Policy,
  PolicyRule,
  Runtime,
  Runtimes,
  Sdk,
  Source,
  Takes,
  Vendor,
  VersionAt,
} from '../../src/rules/schema.ts';
import { axes, dataKinds, featureKinds } from '../../src/types.ts';
import { parseTwin, SdkTwin } from './twin-schema.ts';

const readme = readFileSync(new URL('../../rules/README.md', import.meta.url), 'utf8');
const code = new Set([...readme.matchAll(/`([^`]+)`/g)].map((m) => m[1]!));
const words = new Set([...code].flatMap((text) => text.match(/\w+/g) ?? []));

/** Names of the fields of a shape, through `pipe` and `variant`. */
function fieldsOf(shape: unknown): string[] {
  const { entries, pipe, options } = shape as { entries?: object; pipe?: unknown[]; options?: unknown[] };
  return entries ? Object.keys(entries) : [...(options ?? []), ...(pipe?.slice(0, 1) ?? [])].flatMap(fieldsOf);
}

test.each(
  Object.entries({
    Source,
    Clue,
    VersionAt,
    Claim,
    ControlRule,
    Advisory,
    Takes,
    Artifact,
    Sdk,
    Entity,
    Host,
    Vendor,
    Law,
    NamedList,
    Jurisdiction,
    Condition,
    PolicyRule,
    Policy,
    Runtime,
    Runtimes,
  }),
)('rules/README.md names every field of %s', (_, shape) => {
  const fields = fieldsOf(shape);
  expect(fields.length).toBeGreaterThan(1);
  expect(fields.filter((field) => !words.has(field))).toEqual([]);
});

test('it names every kind of data and of clue, every axis and placeholder', () => {
  const named = [...dataKinds, ...featureKinds, ...axes, ...placeholders.map((name) => `{${name}}`)];
  expect(named.filter((name) => !code.has(name))).toEqual([]);
});

test('the fields that it lists for conditions are fields that can be asked', () => {
  const rows = [...readme.matchAll(/^\| (any|flow|detection|advisory|anomaly|bundle) +\| ((?:`[^`]+` +)+)\|/gm)];
  expect(rows.length).toBeGreaterThan(15);
  for (const [, over, fields] of rows) {
    for (const [, field] of fields!.matchAll(/`([^`]+)`/g)) {
      const asked = over === 'any' ? 'bundle' : (over as PolicyRule['over']);
      expect(notKnown(asked, field!), `${field} of ${over}`).toBeDefined();
    }
  }
});

test('its twin is one', () => {
  const [, twin] = /```json\n([\s\S]*?)```/.exec(readme)!;
  expect(parseTwin(SdkTwin, 'rules/README.md', twin!).hit).toHaveLength(1);
});
