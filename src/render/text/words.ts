import type {
  Basis,
  BundleFacts,
  CoverageReason,
  Evidence,
  Finding,
  Ground,
  Level,
  Platform,
  Verdict,
} from '../../types.ts';
import { bold, dim, gap, type Inline, type Line, type Span, type Style, span } from './layout.ts';

/** Words of the report for people: never stronger than what they stand for. */

export const verdictWords: Record<Verdict, readonly [Style, string]> = {
  pass: ['green', 'no finding that this policy reviews, and nothing unread that it would not accept'],
  review: ['yellow', 'there are findings for a person to weigh'],
  inconclusive: ['yellow', 'bytes that could change the answer were not read'],
  reject: ['red', 'a finding holds at or above the level that this policy rejects'],
};

export const levelStyles: Record<Level, Style> = {
  info: 'dim',
  low: 'plain',
  medium: 'cyan',
  high: 'yellow',
  critical: 'red',
};

/** What the gate's verdict means: a pass for which somebody waived findings is no report without any. */
export function gateWords(verdict: Verdict, waived: number): string {
  if (verdict !== 'pass' || waived === 0) return verdictWords[verdict][1];
  return 'what this policy reviews was waived, and nothing is unread that it would not accept';
}

export const basisWords: Record<Basis, string> = {
  observed: 'a capture shows it',
  configured: "constants in the app's own code set it",
  coded: "the SDK's bytes hold the endpoint or template; that it is sent is not shown",
  capable: 'code is there, and the permission where one is needed; that it is used is not shown',
  documented: 'the vendor says so',
  reported: 'it was seen or said of another release or app; that it is so here is not shown',
};

/** What a finding that holds is called: proved by bytes, or only what somebody says. */
export function stateWords({ state, basis }: Pick<Finding, 'state' | 'basis'>): string {
  if (state === 'undetermined') return 'not decided';
  if (basis === 'documented') return 'holds by what the vendor documents';
  if (basis === 'reported') return 'holds by what was seen of published releases';
  if (basis === 'context') return 'holds by what the caller stated';
  return basis === null ? 'holds' : `proved (${basis})`;
}

export const groundLabels: Record<Ground['kind'], string> = {
  bytes: '[bytes]',
  vendor: '[vendor]',
  law: '[law]',
  filing: '[filing]',
  register: '[register]',
  research: '[research]',
  copy: '[copy]',
  press: '[press]',
  context: '[stated]',
  nothing: '[not known]',
};

export const reasonWords: Record<CoverageReason, string> = {
  depth: 'left out by the depth asked for',
  encrypted: 'encrypted',
  malformed: 'malformed',
  budget: 'over a budget',
  missing: 'missing',
  unsupported: 'of a form that is not read yet',
  password: 'behind a password',
};

/** What a report is about, as a label. */
export const subjectLabel = ({ units }: Pick<BundleFacts, 'units'>): 'App' | 'Library' =>
  units[0]?.kind === 'library' ? 'Library' : 'App';

/** Said beside the name of what is no app. */
export const NO_APP = 'not an app: what it would bring into one';

export const platformNames: Record<Platform, string> = { android: 'Android', ios: 'iOS' };

export function number(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

export function size(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  while (value >= 999.5 && units.length > 1) {
    value /= 1000;
    units.shift();
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[0]}`;
}

/** Names longer than this are cut in the middle: no app has them but to fill a screen. */
const LONGEST_NAME = 160;

export function name(text: string): string {
  return text.length <= LONGEST_NAME ? text : `${text.slice(0, 100)}...${text.slice(-(LONGEST_NAME - 103))}`;
}

/** `path@offset`, in bytes from the start of the inflated entry. */
export function place({ path, offset }: { readonly path: string; readonly offset: number | null }): string {
  return offset === null ? name(path) : `${name(path)}@${offset}`;
}

/** Where a piece of evidence begins. */
export function placeOf({ path, spans: [first] }: Pick<Evidence, 'path' | 'spans'>): string {
  return place({ path, offset: first?.offset ?? null });
}

/** A piece of evidence: where, what stands there, and how it was met. */
export function evidenceInline(evidence: Evidence): (string | Span)[] {
  return [span(placeOf(evidence), 'cyan'), ...textInline(evidence)];
}

/** ` "text" = value (how)`; of an entry that is named, that it is the name. */
export function textInline({ text, encoding, spans, how, value }: Evidence): (string | Span)[] {
  const means = value === null ? '' : ` = ${value}`;
  const way = spans.length > 1 ? `${how}, in ${spans.length} pieces` : how;
  return encoding === 'name' ? [`${means} (${way})`] : [` "${text}"${means} (${way})`];
}

/**
 * A list for one screen: the first `most`, then how many more the JSON holds.
 * @param beyond how many more there are that the JSON only counts
 */
export function cutTo<T>(items: readonly T[], most: number, beyond = 0): { shown: readonly T[]; more: Inline | null } {
  // One more line says less than the one item it stands for.
  if (items.length + beyond <= most + 1) return { shown: items, more: beyond === 0 ? null : more(beyond) };
  return { shown: items.slice(0, most), more: more(items.length + beyond - most) };
}

export function more(count: number): Span {
  return dim(`+ ${number(count)} more (see json)`);
}

export function heading(title: string, count?: string): Line {
  return count === undefined ? [bold(title)] : [bold(title), gap(2), span(count)];
}
