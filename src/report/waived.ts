import { isDay } from '../asof.ts';
import { ScanError } from '../errors.ts';
import type { Report, Waiver } from '../types.ts';

/** What waivers do to the findings of one report on one day. Those for other apps are in none of the lists. */
export interface Waived {
  /** The day that waivers were held against. */
  readonly today: string;
  /** Findings that a waiver covers on that day. */
  readonly waived: readonly { readonly finding: string; readonly waiver: Waiver }[];
  /** Waivers that had run out by that day, or met no finding: to be taken out. */
  readonly expired: readonly Waiver[];
  readonly unused: readonly Waiver[];
  /** Waivers for findings of a rule that the report's policy does not have: mistyped, as a rule. */
  readonly unknown: readonly Waiver[];
}

/** @throws ScanError bad-waivers where one for this app ends on no day, as none that `parseWaivers` lets through does */
export function applyWaivers(
  report: Pick<Report, 'bundle' | 'findings' | 'policy'>,
  waivers: readonly Waiver[],
  today: string,
  file?: string,
): Waived {
  const own = waivers.filter((waiver) => isFor(waiver, report, file));
  const endless = own.find(({ expires }) => !isDay(expires));
  // Every text that begins with a letter stands behind every day.
  if (endless) {
    const { finding, expires } = endless;
    throw new ScanError('bad-waivers', `the waiver for ${finding}: expires: "${expires}" is no day; write YYYY-MM-DD`);
  }
  const valid = own.filter(({ expires }) => today < expires);
  const inForce = firstOfEach(valid);
  const waived = report.findings.flatMap(({ id }) => {
    const waiver = waiverOf(id, inForce);
    return waiver ? [{ finding: id, waiver }] : [];
  });
  const met = new Set(report.findings.flatMap(({ id }) => coveredBy(id)));
  const rules = new Set(report.policy.rules.map(({ id }) => id));
  const unused: Waiver[] = [];
  const unknown: Waiver[] = [];
  for (const waiver of valid) {
    const { finding } = waiver;
    if (!met.has(finding)) (rules.has(finding.split('/', 1)[0]!) ? unused : unknown).push(waiver);
  }
  return {
    today,
    waived,
    expired: own.filter(({ expires }) => today >= expires),
    unused,
    unknown,
  };
}

/** Whether a waiver is for this app: what it names must be known and so. */
function isFor({ app, version, file }: Waiver, { bundle }: Pick<Report, 'bundle'>, name: string | undefined): boolean {
  return (
    (app === undefined || app === bundle.app.id) &&
    (version === undefined || isLike(version, bundle.app.version)) &&
    (file === undefined || isLike(file, name))
  );
}

/** `*` stands for any characters, or none; everything else for itself. Each piece is looked for once, so that no text hangs it. */
export function isLike(pattern: string, text: string | null | undefined): boolean {
  if (text === null || text === undefined) return false;
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const middle = text.slice(first.length, text.length - last.length);
  let at = 0;
  for (const piece of rest) {
    const found = middle.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}

/** What a waiver may say to cover a finding, by which both are looked up: there may be many of either. */
function coveredBy(id: string): string[] {
  // A `*` stands for the rest of an id behind a `/`, and nowhere else: no waiver covers everything by accident.
  const beginnings = [...id.matchAll(/\//g)].map(({ index }) => `${id.slice(0, index)}/*`);
  return [id, ...beginnings];
}

interface Placed {
  readonly waiver: Waiver;
  readonly place: number;
}

/** By what they say; of several that say the same the first. */
function firstOfEach(waivers: readonly Waiver[]): ReadonlyMap<string, Placed> {
  const first = new Map<string, Placed>();
  waivers.forEach((waiver, place) => {
    if (!first.has(waiver.finding)) first.set(waiver.finding, { waiver, place });
  });
  return first;
}

/** The first of the caller's waivers that covers a finding. */
function waiverOf(id: string, waivers: ReadonlyMap<string, Placed>): Waiver | undefined {
  const covering = coveredBy(id).flatMap((text) => waivers.get(text) ?? []);
  return covering.sort((a, b) => a.place - b.place)[0]?.waiver;
}
