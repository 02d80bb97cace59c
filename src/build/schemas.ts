import { mkdirSync, writeFileSync } from 'node:fs';
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { Difference } from '../diff/shape.ts';
import * as shapes from '../rules/schema.ts';
import { documentSchemas } from './document-schemas.ts';
import { rulesIn } from './pack.ts';
import { stableWords } from './word-lists.ts';

const { Sdk, Vendor, Jurisdiction, Policy, Runtimes, Permissions, Listed, Category, ...parts } = shapes;

/** What is written → its shape and what an editor calls it. */
const kinds = {
  sdk: { shape: Sdk, title: 'An SDK: rules/sdks/<id>.json' },
  vendor: { shape: Vendor, title: 'A vendor: rules/vendors/<id>.json' },
  jurisdiction: { shape: Jurisdiction, title: 'A jurisdiction: rules/jurisdictions/<id>.json' },
  policy: { shape: Policy, title: 'A policy: rules/policies/<id>.json' },
  runtimes: { shape: Runtimes, title: 'Runtimes: rules/runtimes/<id>.json' },
  diff: { shape: Difference, title: 'What changed between two reports: waybill diff OLD NEW -o json' },
  listed: { shape: Listed, title: 'SDKs on a published list: rules/listed/<id>.json' },
  category: { shape: Category, title: 'A category of SDKs: rules/categories/<id>.json' },
  permissions: { shape: Permissions, title: 'What needs permissions: rules/permissions/<id>.json' },
} as const;

function exactlyOne(...fields: readonly string[]): JsonSchema {
  return { oneOf: fields.map((field) => ({ required: [field] })) };
}

/** What the shapes check by a function, in the words of JSON Schema. */
const checks: Readonly<Record<string, JsonSchema>> = {
  Clue: exactlyOne('is', 'under', 'tail', 'like'),
  Condition: exactlyOne('in', 'notIn', 'atLeast', 'below', 'before', 'outside'),
  Runtime: { dependencies: { beside: ['files'] } },
  Source: {
    if: { properties: { how: { const: 'artifact' } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { required: ['artifact', 'sha256'] },
    else: {
      required: ['url'],
      if: { properties: { how: { const: 'secondary' } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: ['of'] },
    },
  },
};

/** The shapes of rule files as JSON Schema (draft 7, which every editor reads), by kind. */
export function jsonSchemas(): Record<keyof typeof kinds, JsonSchema> {
  const schemas = Object.entries(kinds).map(([kind, { shape, title }]) => [kind, jsonSchema(shape, title)]);
  return Object.fromEntries(schemas) as Record<keyof typeof kinds, JsonSchema>;
}

function jsonSchema(shape: GenericSchema, title: string): JsonSchema {
  const { $schema, properties, $defs, ...rest } = toJsonSchema(shape, {
    // What a person writes: a field with a default may be left out.
    typeMode: 'input',
    definitions: parts,
    ignoreActions: ['check'],
  });
  const definitions = used({ properties, ...rest }, $defs ?? {});
  for (const [name, check] of Object.entries(checks)) {
    const part = definitions[name];
    if (typeof part === 'object') definitions[name] = { ...part, ...check };
  }
  // A rule file may name its schema.
  const named = { $schema: { type: 'string' }, ...properties } as const;
  return { ...($schema ? { $schema } : {}), title, ...rest, properties: named, $defs: definitions };
}

type Part = JsonSchema | boolean;

/** The definitions that a schema refers to, and those that they refer to. */
function used(schema: JsonSchema, all: Readonly<Record<string, Part>>): Record<string, Part> {
  const found = new Map<string, Part>();
  const waiting: Part[] = [schema];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [, name = ''] of JSON.stringify(next).matchAll(/"\$ref":"#\/\$defs\/(\w+)"/g)) {
      const part = all[name];
      if (part === undefined || found.has(name)) continue;
      found.set(name, part);
      waiting.push(part);
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Writes `schemas/<kind>.schema.json`, and `schemas/words.json`. */
export function writeSchemas(dist: URL, root: URL): void {
  const folder = new URL('schemas/', dist);
  mkdirSync(folder, { recursive: true });
  const write = (name: string, value: unknown) =>
    writeFileSync(new URL(name, folder), `${JSON.stringify(value, null, 2)}\n`);
  for (const [kind, schema] of Object.entries({ ...jsonSchemas(), ...documentSchemas(root) })) {
    write(`${kind}.schema.json`, schema);
  }
  write('words.json', stableWords(rulesIn(new URL('rules/', root))));
}
