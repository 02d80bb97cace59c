import { isCountry, isLawgiver, noCountry } from './countries.ts';
import type { Complain } from './problem.ts';

/** Months after which a page, filing or register should be looked at again. */
const STALE = 18;

const artifacts: Readonly<Record<string, RegExp>> = {
  npm: /^npm:(@[^/@\s]+\/)?[^/@\s]+@[^/@\s]+\/\S.*$/,
  maven: /^maven:[^:!\s]+:[^:!\s]+:[^:!\s]+!\S.*$/,
  git: /^git:[^/@\s]+\/[^/@\s]+@[0-9a-f]{40}\/\S.*$/,
};
const FORMS = 'npm:name@version/path, maven:group:artifact:version!path, git:owner/repo@commit/path (40 digits)';

type Json = Readonly<Record<string, unknown>>;

/**
 * Sources, countries and dates, wherever in a file they stand.
 * @param asOf today; null where there is no clock
 */
export function checkFacts(kind: string, rule: object, asOf: string | null, report: Complain): void {
  const stale: Seen[] = [];
  const future: Seen[] = [];
  const tomorrow = asOf === null ? null : dayAfter(asOf);
  const limit = asOf === null ? '' : monthsBefore(asOf, STALE);
  for (const { path, item } of objectsIn(rule)) {
    const at = (field: string) => (path === '' ? field : `${path}.${field}`);
    const { country } = item;
    if (typeof country === 'string') {
      const isKnown = kind === 'jurisdictions' && path === '' ? isLawgiver(country) : isCountry(country);
      if (!isKnown) report(at('country'), noCountry(country));
    }
    const { review } = item;
    if (typeof review === 'string' && asOf !== null && review < asOf) {
      report(at('review'), `was to be read again by ${review}: look whether it still stands`, 'warning');
    }
    const { from, to } = item;
    const isLaw = kind === 'jurisdictions' && typeof item.citation === 'string';
    // What is no longer in force stays as it was.
    if (isLaw && asOf !== null && review === undefined && !(typeof to === 'string' && to <= asOf)) {
      report(at('review'), 'is missing: say by which day this is to be read again', 'warning');
    }
    if (typeof from === 'string' && typeof to === 'string' && to <= from) {
      report(at('to'), `${to} is not after ${from}: it would hold on no day`);
    }
    const { source } = item;
    if (isSource(source)) {
      for (const field of ['published', 'on', 'asOf']) {
        const day = item[field];
        if (typeof day === 'string' && day > source.seen) {
          report(at(field), `${day} lies after the day on which its source was seen (${source.seen})`);
        }
      }
    }
    if (!isSource(item)) continue;
    checkSource(item, at, report);
    // Midnight comes to some a day before it comes to UTC.
    if (tomorrow !== null && item.seen > tomorrow) future.push({ at: at('seen'), seen: item.seen });
    // Bytes with a digest stay what they were.
    if ((item.how ?? 'artifact') !== 'artifact' && item.seen < limit) stale.push({ at: at('seen'), seen: item.seen });
  }
  const latest = mostOf(future, (a, b) => a > b);
  if (latest) report(latest.at, `${latest.seen} lies in the future${more(future)}`);
  const oldest = mostOf(stale, (a, b) => a < b);
  if (!oldest) return;
  const long = `last seen ${oldest.seen}, over ${STALE} months ago`;
  report(oldest.at, `${long}${more(stale)}: look again and set the day`, 'warning');
}

/** The day of a source, and where it stands. */
interface Seen {
  readonly at: string;
  readonly seen: string;
}

/** The first of those furthest one way. */
function mostOf(list: readonly Seen[], further: (a: string, b: string) => boolean): Seen | undefined {
  let most = list[0];
  for (const each of list) if (most && further(each.seen, most.seen)) most = each;
  return most;
}

/** One line for a file: a clock that is wrong, or two years gone by, are not news of each source. */
function more(seen: readonly Seen[]): string {
  if (seen.length < 2) return '';
  return seen.length === 2
    ? ', and so with another source of this file'
    : `, and so with ${seen.length - 1} more sources of this file`;
}

/** A source, or an artifact with what it holds. */
interface Source extends Json {
  readonly how?: string;
  readonly seen: string;
}

function isSource(value: unknown): value is Source {
  if (typeof value !== 'object' || value === null) return false;
  const { how, artifact, seen } = value as Json;
  return (typeof how === 'string' || typeof artifact === 'string') && typeof seen === 'string';
}

function checkSource(source: Source, at: (field: string) => string, report: Complain): void {
  const { published, artifact } = source;
  if (typeof published === 'string' && published > source.seen) {
    report(at('published'), `${published} lies after the day on which it was seen (${source.seen})`);
  }
  if (typeof artifact !== 'string') return;
  const form = artifacts[artifact.slice(0, artifact.indexOf(':'))];
  if (!form?.test(artifact)) report(at('artifact'), `anyone must find it: write ${FORMS}`);
}

/** Every object inside a rule with the path of its field, in the order of the file. */
function* objectsIn(rule: object): Generator<{ path: string; item: Json }> {
  const waiting: [path: string, value: object][] = [['', rule]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [path, value] = next;
    if (!Array.isArray(value)) yield { path, item: value as Json };
    for (const [key, inner] of Object.entries(value).reverse()) {
      if (typeof inner === 'object' && inner !== null) waiting.push([path === '' ? key : `${path}.${key}`, inner]);
    }
  }
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

function monthsBefore(day: string, months: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - months);
  return date.toISOString().slice(0, 10);
}
