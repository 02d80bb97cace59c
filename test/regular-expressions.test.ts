import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { check } from 'recheck';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));

interface Expression {
  readonly place: string;
  readonly pattern: string;
  readonly flags: string;
}

/** Regular expressions that take more than linear time, and what in the code bounds the text they meet. */
const bounded = new Map([['\\B(?=(\\d{3})+$)', 'render/text-words.ts: the digits of a JavaScript number, 23 at most']]);

/** Every literal, and every `RegExp(…)`: one made of a variable cannot be checked, and comes without a pattern. */
function expressionsOf(file: string, text: string): (Expression | string)[] {
  const found: (Expression | string)[] = [];
  const place = (start: number) => `${file}:${text.slice(0, start).split('\n').length}`;
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, start, regex, callee } = node as {
      readonly type?: string;
      readonly start: number;
      readonly regex?: { readonly pattern: string; readonly flags: string };
      readonly callee?: { readonly name?: string };
    };
    if (regex) found.push({ place: place(start), ...regex });
    else if ((type === 'NewExpression' || type === 'CallExpression') && callee?.name === 'RegExp')
      found.push(`${place(start)}: made at run time`);
    Object.values(node).forEach(walk);
  };
  walk(parseAst(text, { lang: 'ts' }));
  return found;
}

/** Null where the time is in step with the text, whatever it is: decided by automata, not by a clock. */
async function slowness({ pattern, flags }: Omit<Expression, 'place'>): Promise<string | null> {
  const found = await check(pattern, flags, { timeout: 100_000, randomSeed: 1 });
  if (found.status === 'safe') return null;
  return `${found.status}: ${found.status === 'vulnerable' ? found.complexity.summary : found.error.kind}`;
}

describe('regular expressions', () => {
  const all = (readdirSync(src, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => expressionsOf(file, readFileSync(src + file, 'utf8')));
  const expressions = new Map(all.filter((e) => typeof e !== 'string').map((e) => [`/${e.pattern}/${e.flags}`, e]));

  it('stand in the source as literals, so that they can be checked', () => {
    expect(expressions.size).toBeGreaterThan(50);
    expect(all.filter((expression) => typeof expression === 'string')).toEqual([]);
  });

  it('take time in step with the text they meet', { timeout: 300_000 }, async () => {
    const slow = new Map<string, string>();
    for (const expression of expressions.values()) {
      const reason = await slowness(expression);
      if (reason !== null) slow.set(expression.pattern, `${expression.place}: ${reason}`);
    }
    expect([...slow].filter(([pattern]) => !bounded.has(pattern))).toEqual([]);
    // An exception that is none any more is taken off the list.
    expect([...bounded.keys()].filter((pattern) => !slow.has(pattern))).toEqual([]);
  });

  it('that do not are found', async () => {
    for (const pattern of ['^[+-]?(?:\\d+\\.?\\d*|\\.\\d+)$', '\\s+$', '^(\\d+)*$', '(a|a)*b'])
      expect(await slowness({ pattern, flags: '' }), pattern).toMatch(/polynomial|exponential/);
    const made = 'const a = /x+/g; const b = new RegExp(c); const d = RegExp("e");';
    expect(expressionsOf('a.ts', made)).toEqual([
      { place: 'a.ts:1', pattern: 'x+', flags: 'g' },
      'a.ts:1: made at run time',
      'a.ts:1: made at run time',
    ]);
  });
});
