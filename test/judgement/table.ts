import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { type Context, levels, type Report, verdicts } from '../../src/types.ts';
import { TwinCase } from '../rules/twin-schema.ts';

/**
 * The judgement table: kinds of app, each under the policies, with the verdict that a sensible expert gives and why. One
 * file for each app in `apps/`; a person can read it.
 */

/** The day of every cell. */
export const asOf = '2026-12-01';

/** What the caller states; a cell names one. */
export const contexts = {
  /** Nothing. */
  none: {},
  /** A US operator, offered in the United States and not in China. */
  us: {
    operator: { name: 'Example Inc.', country: 'US' },
    distribution: { offered: ['US'], notOffered: ['CN'] },
  },
  /** An operator and users in China. */
  cn: { operator: { name: 'Example (Shenzhen) Co., Ltd.', country: 'CN' }, distribution: { offered: ['CN'] } },
  /** A German operator, offered in Germany and France. */
  eu: { operator: { name: 'Beispiel GmbH', country: 'DE' }, distribution: { offered: ['DE', 'FR'] } },
} satisfies Record<string, Context>;

const Text = v.pipe(v.string(), v.minLength(1));

const Cell = v.strictObject({
  policy: v.picklist(['store', 'us-data-security', 'eu-transfer']),
  context: v.picklist(['none', 'us', 'cn', 'eu']),
  verdict: v.picklist(verdicts),
  /** Every finding of level low and above: its id → level, and `?` where it is a question. */
  findings: v.record(Text, v.pipe(v.string(), v.regex(/^(low|medium|high|critical)\??$/))),
  /** The argument, in one line. */
  why: v.pipe(Text, v.maxLength(300)),
});
export type Cell = v.InferOutput<typeof Cell>;

const App = v.strictObject({
  /** The row in research's table of judgements. */
  row: Text,
  app: Text,
  /** Where what stands in `aboard` was read. */
  quoted: v.array(
    v.strictObject({ artifact: Text, sha256: v.pipe(v.string(), v.hexadecimal()), note: v.optional(Text) }),
  ),
  /** The artifacts that the same cells are tried on by `npm run test:oracles`; none where no client fetches them. */
  real: v.array(Text),
  aboard: TwinCase,
  cells: v.array(Cell),
});
export type App = v.InferOutput<typeof App> & { readonly id: string };

const folder = new URL('apps/', import.meta.url);

/** @throws Error naming the file and the field */
export function readApps(): App[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => {
    const result = v.safeParse(App, JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
    if (result.success) return { ...result.output, id: name.slice(0, -'.json'.length) };
    const [issue] = result.issues;
    throw new Error(`test/judgement/apps/${name}: ${v.getDotPath(issue) ?? '(whole file)'}: ${issue.message}`);
  });
}

/** What a cell says of a report. */
export function cellOf({ verdict, findings }: Report): Pick<Cell, 'verdict' | 'findings'> {
  const counted = findings.filter(({ level }) => levels.indexOf(level) >= levels.indexOf('low'));
  return {
    verdict,
    findings: Object.fromEntries(
      counted.map(({ id, level, state }) => [id, state === 'holds' ? level : `${level}?`]).sort(),
    ),
  };
}
