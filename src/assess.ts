import { rulesDay } from './check/load.ts';
import { endpointsOf } from './detect/endpoints.ts';
import { detect } from './detect/index.ts';
import { unidentified } from './detect/unidentified.ts';
import { ScanError } from './errors.ts';
import { parseContext } from './given/context.ts';
import type { Reading } from './inventory/reading.ts';
import { advisoriesOf } from './judge/advisories.ts';
import { judge } from './judge/index.ts';
import { assemble } from './report/assemble.ts';
import { decideVerdict } from './report/gate.ts';
import { limitReport } from './report/size.ts';
import type { Policy, Rules } from './rules/schema.ts';
import { trace } from './trace/index.ts';
import type { AddressRegistry, Context, Report } from './types.ts';

/** What a reading is judged by. */
export interface AssessOptions {
  /** Policy id; `store` where left out. */
  readonly policy?: string | undefined;
  /** What no bundle holds: operator, countries of distribution, audience, sector. */
  readonly context?: Context | undefined;
  /** Registry data for the addresses in the bundle's bytes: shown in the report, never judged by. */
  readonly addresses?: AddressRegistry | undefined;
  /** Day to judge by, YYYY-MM-DD; where left out, the newest day on which a rule's source was seen. */
  readonly asOf?: string | undefined;
}

/** The options of a judgement, checked: before anything is read. */
export interface Terms {
  readonly rules: Rules;
  readonly policy: Policy;
  readonly context: Context | null;
  readonly addresses: AddressRegistry | null;
  readonly asOf: string;
}

/** @throws ScanError bad-option, bad-context */
export function termsOf(rules: Rules, options: AssessOptions): Terms {
  const asOf = checkDay(options.asOf ?? rulesDay(rules));
  const policy = rules.policies.get(options.policy ?? 'store');
  if (!policy) {
    throw new ScanError(
      'bad-option',
      `no policy "${options.policy}"; there is ${[...rules.policies.keys()].join(', ')}`,
    );
  }
  const context = options.context === undefined ? null : parseContext(options.context);
  return { rules, policy, context, addresses: options.addresses ?? null, asOf };
}

/** Features ─ detect ─▶ Detections ─ trace ─▶ Flows ─ judge ─▶ Findings ─▶ Report: no byte is read any more. */
export async function assessOn(reading: Reading, terms: Terms): Promise<Report> {
  const { rules, policy, context, addresses, asOf } = terms;
  const { app, units } = reading.bundle;
  const detections = detect(reading.entries, rules, new Set(units.map((unit) => unit.platform)), reading);
  const { manifestRead } = reading;
  const flows = trace({ detections, entries: reading.entries, units, manifestRead }, rules, asOf);
  const { endpoints, coverage: dropped } = endpointsOf(
    reading.entries,
    detections,
    rules,
    reading.budgets.endpoints,
    addresses,
  );
  const coverage = [...reading.coverage, ...dropped];
  const advisories = await advisoriesOf(detections, rules, asOf);
  const unknown = unidentified(reading.entries, rules, app.id);
  const { anomalies } = reading;
  const { findings, risk } = judge(
    { detections, flows, anomalies, unidentified: unknown, coverage, units, advisories },
    { rules, policy, context, asOf },
  );
  const verdict = decideVerdict(findings, coverage, policy, detections);
  const report = assemble({
    ...{ reading, rules, policy, context, addresses, asOf },
    ...{ detections, flows, findings, risk, verdict, endpoints, unidentified: unknown, coverage },
  });
  return limitReport(report);
}

function checkDay(day: string): string {
  const parsed = new Date(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(day)) {
    throw new ScanError('bad-option', `asOf "${day}" is not a day; write YYYY-MM-DD`);
  }
  return day;
}
