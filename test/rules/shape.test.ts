import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** How SDK files are written: a rule is read by its lines. `npm run rules:format` writes them so. */
const folder = new URL('../../rules/sdks/', import.meta.url);
const fields = [
  ...[
    '$schema',
    'id',
    'name',
    'vendor',
    'family',
    'category',
    'service',
    'clues',
    'need',
    'versions',
    'maven',
    'contains',
  ],
  ...['needs', 'takes', 'parameters', 'controls', 'api', 'claims', 'advisories', 'artifacts'],
];
/** Whose members stand on a line each, however long. */
const rows = ['clues', 'versions', 'holds', 'areas', 'arguments', 'reads'];
const WIDTH = 120;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function onOneLine(value: unknown): string {
  if (!isObject(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  const members = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${onOneLine(inner)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** @param before what stands before the value on its line, the indentation too */
function laidOut(value: unknown, key: string, before: string): string {
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value);
  const line = onOneLine(value);
  const plain = Array.isArray(value) && !value.some(isObject) && before.length + line.length < WIDTH;
  if (plain || members.length === 0) return line;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const indent = ' '.repeat(before.search(/\S|$/));
  const lines = members.map(([name, inner]) => {
    const start = `${indent}  ${Array.isArray(value) ? '' : `${JSON.stringify(name)}: `}`;
    return start + (rows.includes(key) ? onOneLine(inner) : laidOut(inner, name, start));
  });
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

describe.each(readdirSync(folder))('%s', (name) => {
  const file = fileURLToPath(new URL(name, folder));
  const rule = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

  it('has the rule first, a clue on each line, and what proves it last (npm run rules:format)', async () => {
    const inOrder = fields.flatMap((field) => (Object.hasOwn(rule, field) ? [[field, rule[field]]] : []));
    expect(inOrder).toHaveLength(Object.keys(rule).length);
    await expect(`${laidOut(Object.fromEntries(inOrder), '', '')}\n`).toMatchFileSnapshot(file);
  });
});
