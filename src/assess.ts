import { Pace } from './allowance.ts';
import { isDay } from './asof.ts';
import { withBuiltOf } from './detect/built-of.ts';
import { unseenCalls, withCallers } from './detect/callers.ts';
import { endpointsOf } from './detect/endpoints.ts';
import { detect } from './detect/index.ts';
import { namedLibraries } from './detect/libraries.ts';
import { listedAboard } from './detect/listed.ts';
import { isDetection, isParty, permissionUse, withOnlyUses } from './detect/permission-use.ts';
import { withComponentVendors } from './detect/surface.ts';
import { withUncalled } from './detect/uncalled.ts';
import { unidentified } from './detect/unidentified.ts';
import { ScanError } from './errors.ts';
import { parseContext } from './given/context.ts';
import { isLibrary } from './inventory/library.ts';
import type { Reading } from './inventory/reading.ts';
import { advisoriesOf } from './judge/advisories.ts';
import { judge } from './judge/index.ts';
import { some } from './judge/words.ts';
import { order } from './order.ts';
import { assemble } from './report/assemble.ts';
import { decideVerdict } from './report/gate.ts';
import { limitReport } from './report/size.ts';
import { rulesDay } from './rules/day.ts';
import { rulesOn } from './rules/hosts.ts';
import type { Policy, Rules } from './rules/schema.ts';
import type { Runtime } from './runtime/runtime.ts';
import { withHanded } from './trace/handed.ts';
import { vendorHosts } from './trace/hosts.ts';
import { trace } from './trace/index.ts';
import type { AddressRegistry, Context, Detection, PermissionUse, Report, Unidentified, Unit } from './types.ts';

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

/** For whoever refuses others. */
export const assessOptions = { policy: true, context: true, addresses: true, asOf: true } as const;

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
  return { rules: rulesOn(rules, asOf), policy, context, addresses: options.addresses ?? null, asOf };
}

/** Features ─ detect ─▶ Detections ─ trace ─▶ Flows ─ judge ─▶ Findings ─▶ Report: no byte is read any more. */
export async function assessOn(reading: Reading, terms: Terms, { breathe }: Pick<Runtime, 'breathe'>): Promise<Report> {
  const pace = new Pace(breathe);
  const { rules, policy, context, addresses, asOf } = terms;
  const { app, units } = reading.bundle;
  const { entries, manifestRead } = reading;
  const met = await pace.run(detect(entries, rules, new Set(units.map((unit) => unit.platform)), reading));
  await pace.turn();
  const built = withBuiltOf(met, entries, rules);
  await pace.turn();
  const listing = unidentified(entries, {
    rules,
    appId: app.id,
    folders: reading.containers,
    ownModules: new Set(units.map(({ path }) => moduleOf(path))),
  });
  const listed = await pace.run(listing);
  await pace.turn();
  const aboard = { entries, appId: app.id, folders: reading.containers };
  const calling = { ...aboard, detections: built, coverage: reading.coverage, unidentified: listed.unidentified };
  const called = withCallers(calling, rules);
  await pace.turn();
  const unseen = unseenCalls(calling, rules);
  await pace.turn();
  const uncalled = withUncalled(called, { ...calling, units, unseen, named: reading.named }, rules);
  const detections = withHanded(uncalled, { entries }, rules);
  await pace.turn();
  const traced = { detections, entries, units, manifestRead, unseen, appId: app.id, addresses };
  const flows = await pace.run(trace(traced, rules, asOf));
  await pace.turn();
  const named = { entries, detections, most: reading.budgets.endpoints, addresses };
  const { endpoints, coverage: dropped } = await pace.run(endpointsOf(named, rules));
  const coverage = [...reading.coverage, ...dropped];
  const advisories = await advisoriesOf(detections, rules, asOf, new Set(units.map((unit) => unit.platform)));
  await pace.turn();
  const asked = askedOf(units, rules);
  const used = permissionUse({ ...aboard, detections, asked, coverage, unidentified: listed.unidentified }, rules);
  const uses = isLibrary(units) ? ofLibrary(used, units) : used;
  const unknown = { ...listed, unidentified: withOnlyUses(listed.unidentified, uses, isParty) };
  await pace.turn();
  const { anomalies } = reading;
  const hosts = vendorHosts({ detections, entries: reading.entries, units }, rules);
  await pace.turn();
  const found = {
    detections,
    flows,
    hosts,
    anomalies,
    unidentified: unknown.unidentified,
    coverage,
    units,
    advisories,
  };
  const { notices, ...judged } = await pace.run(judge(found, { rules, policy, context, asOf }));
  await pace.turn();
  const verdict = decideVerdict(judged.findings, coverage, policy, detections);
  const report = assemble({
    ...{ reading, rules, policy, context, addresses, asOf },
    bundle: withComponentVendors(reading.bundle, rules),
    ...{ flows, ...judged, notices, endpoints, coverage, ...unknown },
    detections: withOnlyUses(detections, uses, isDetection),
    permissionUse: uses,
    verdict: withScope(verdict, detections, unknown.unidentified, rules),
    libraries: namedLibraries(reading.entries),
    listed: listedAboard(entries, reading.bundle, rules, asOf),
  });
  await pace.turn();
  return pace.run(limitReport(report));
}

/** Permissions of which is told who can use them: what the app asks for; of a library, whatever an app around it may ask for. */
function askedOf(units: readonly Unit[], rules: Rules): ReadonlySet<string> {
  // Another app inside the bundle asks for its own, if it is ever installed.
  const own = units.filter(({ kind }) => kind !== 'nested');
  if (!isLibrary(units)) return new Set(own.flatMap((unit) => unit.app.permissions));
  const guarded = [...rules.permissions.values()].flatMap((each) => each.guarded);
  return new Set(guarded.flatMap(({ permissions }) => permissions));
}

/** What its code can use, whether it asks for it or not; that nobody else can is nothing to be said without the app. */
function ofLibrary(uses: readonly PermissionUse[], units: readonly Unit[]): PermissionUse[] {
  const declared = new Set(units.flatMap((unit) => unit.app.permissions));
  const open = 'what else is in an app that takes this library in is not known';
  return uses
    .filter(({ permission, users }) => users.length > 0 || declared.has(permission))
    .map((use) => ({ ...use, only: null, open }));
}

/** The Swift module of an app's folder: its name with underscores for all that no identifier has. */
function moduleOf(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.[a-z]+$/, '')
    .replace(/\W/g, '_');
}

/** What a pass is a pass of: the SDKs that the rules know, and not every third party aboard. */
function withScope(
  verdict: ReturnType<typeof decideVerdict>,
  detections: readonly Detection[],
  unidentified: readonly Unidentified[],
  rules: Rules,
): ReturnType<typeof decideVerdict> {
  if (verdict.verdict !== 'pass') return verdict;
  const found = detections.filter(({ scored }) => scored).length;
  const others = unidentified.filter(({ kind, vendor }) => kind !== 'content' && vendor === null).length;
  const named = [...new Set(unidentified.flatMap(({ vendor }) => vendor ?? []))].sort(order);
  const known = `${found === 0 ? 'none' : found} of the ${rules.sdks.size} real-time, messaging and push SDKs known`;
  // Code of a vendor that is known, in a product that is not.
  const products =
    named.length === 0
      ? ''
      : `; other code by the names of ${some(named.map((id) => rules.vendors.get(id)?.name ?? id))}`;
  return {
    ...verdict,
    reasons: [`${known}; ${others} piece${others === 1 ? '' : 's'} of code that no rule knows${products}`],
  };
}

function checkDay(day: string): string {
  if (!isDay(day)) throw new ScanError('bad-option', `asOf "${day}" is not a day; write YYYY-MM-DD`);
  return day;
}
