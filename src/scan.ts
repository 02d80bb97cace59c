import { advisoriesOf } from './advisories.ts';
import { type Budgets, defaultBudgets } from './budgets.ts';
import type { ScanSource } from './bundle/open.ts';
import { parseContext } from './context.ts';
import { unidentified } from './detect/unidentified.ts';
import { detect } from './detect.ts';
import { endpointsOf } from './endpoints.ts';
import { ScanError } from './errors.ts';
import { decideVerdict } from './gate.ts';
import { judge } from './judge.ts';
import type { Platform } from './platform/platform.ts';
import { readBundle } from './read.ts';
import { assemble } from './report.ts';
import { limitReport } from './report-size.ts';
import { compileRules } from './rules/compile.ts';
import { rulesDay } from './rules/load.ts';
import type { Rules } from './rules/schema.ts';
import { trace } from './trace.ts';
import type { AddressRegistry, Context, Depth, Progress, Report } from './types.ts';

export interface ScanOptions {
  /** Rules to judge by; the ones that ship with the package where left out. */
  readonly rules?: Rules | undefined;
  /** Policy id; `store` where left out. */
  readonly policy?: string | undefined;
  /** What no bundle holds: operator, countries of distribution, audience, sector. */
  readonly context?: Context | undefined;
  /** Registry data for the addresses in the bundle's bytes: shown in the report, never judged by. */
  readonly addresses?: AddressRegistry | undefined;
  /** Day to judge by, YYYY-MM-DD; where left out, the newest day on which a rule's source was seen. */
  readonly asOf?: string | undefined;
  /** How much is read; `deep` (every byte) where left out. */
  readonly depth?: Depth | undefined;
  readonly budgets?: Partial<Budgets> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** source ─ open ─▶ Bundle ─ extract ─▶ Features ─ detect ─▶ Detections ─ trace ─▶ Flows ─ judge ─▶ Findings ─▶ Report */
export async function scanWith(
  platform: Platform,
  source: ScanSource,
  rules: Rules,
  options: ScanOptions = {},
): Promise<Report> {
  const asOf = checkDay(options.asOf ?? rulesDay(rules));
  const policy = rules.policies.get(options.policy ?? 'store');
  if (!policy) {
    throw new ScanError(
      'bad-option',
      `no policy "${options.policy}"; there is ${[...rules.policies.keys()].join(', ')}`,
    );
  }
  const context = options.context === undefined ? null : parseContext(options.context);
  const depth = checkDepth(options.depth ?? 'deep');
  const budgets = checkBudgets({ ...defaultBudgets, ...options.budgets });
  const matcher = compileRules(rules);

  const read = await readBundle(source, {
    platform,
    budgets,
    depth,
    matcher,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  options.onProgress?.({ phase: 'judge', done: read.bundle.size, total: read.bundle.size });

  const mobile = read.bundle.platform;
  const app = read.bundle.app;
  const detections = detect(read.entries, matcher, rules, mobile);
  const manifestRead = !read.app.coverage.some((line) => line.matters && line.state === 'unreadable');
  const flows = trace({ detections, entries: read.entries, app, manifestRead, platform: mobile }, matcher, rules, asOf);
  const addresses = options.addresses ?? null;
  const { endpoints, coverage: dropped } = endpointsOf(
    read.entries,
    detections,
    matcher,
    rules,
    budgets.endpoints,
    addresses,
  );
  const coverage = [...read.coverage, ...dropped];
  const advisories = await advisoriesOf(detections, rules, asOf);
  const unknown = unidentified(read.entries, matcher, app.id);
  const { findings, risk } = judge(
    {
      detections,
      flows,
      anomalies: read.anomalies,
      unidentified: unknown,
      coverage,
      app,
      platform: mobile,
      advisories,
    },
    rules,
    policy,
    context,
    asOf,
  );
  const verdict = decideVerdict(findings, coverage, policy, detections);
  const report = assemble(
    {
      read,
      asOf,
      depth,
      rules,
      policy,
      context,
      addresses,
      detections,
      flows,
      findings,
      risk,
      verdict,
      endpoints,
      unidentified: unknown,
      coverage,
    },
    platform.sha256(),
  );
  return limitReport(report);
}

function checkDay(day: string): string {
  const parsed = new Date(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(day)) {
    throw new ScanError('bad-option', `asOf "${day}" is not a day; write YYYY-MM-DD`);
  }
  return day;
}

function checkDepth(depth: Depth): Depth {
  const depths: readonly Depth[] = ['names', 'standard', 'deep'];
  if (depths.includes(depth)) return depth;
  throw new ScanError('bad-option', `no depth "${depth}"; there is ${depths.join(', ')}`);
}

/** A budget of zero would mean "read nothing" and look like "no limit": refused. */
function checkBudgets(budgets: Budgets): Budgets {
  for (const [name, value] of Object.entries(budgets)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new ScanError('bad-option', `budget ${name} is ${value}; a budget is a whole number of at least 1`);
    }
  }
  return budgets;
}
