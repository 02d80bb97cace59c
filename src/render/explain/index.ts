import { checkOptions } from '../../errors.ts';
import type { Rules } from '../../rules/schema.ts';
import type { Report } from '../../types.ts';
import { join, type TextOptions, widthFor } from '../text/index.ts';
import { type Line, paint, wrap } from '../text/layout.ts';
import { Sources } from '../text/sources.ts';
import { nearest } from './nearest.ts';
import { explainRule, shortRule } from './rule.ts';
import type { Telling } from './telling.ts';
import { type Topic, topics } from './topics.ts';

export interface ExplainOptions extends TextOptions {
  /** A report of these rules: its findings can then be explained with their evidence and arithmetic. */
  readonly report?: Report | null | undefined;
  /** One or two lines for each thing that the word names, in place of all that is known. */
  readonly short?: boolean | undefined;
}

/** `User ID` is `user-id`: reports print words of the rules for people. */
function key(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
}

function named(asked: string, known: readonly Topic[]): Topic[] {
  const wanted = key(asked);
  return wanted === '' ? [] : known.filter(({ names }) => names.some((name) => key(name) === wanted));
}

/** A finding of a report that is not at hand: its rule, and what the rest of the id names. */
function parts(id: string, rules: Rules, known: readonly Topic[]): Topic[] {
  const [ruleId = '', ...names] = id.split('/');
  const asked = [...rules.policies.values()].flatMap((policy) =>
    policy.rules.filter((r) => r.id === ruleId).map((rule) => ({ policy, rule })),
  );
  if (names.length === 0 || asked.length === 0) return [];
  const of = asked.map(
    ({ policy, rule }): Topic => ({
      names: [rule.id],
      tell: (telling) => explainRule(policy, rule, id, telling),
      short: () => shortRule(policy, rule),
    }),
  );
  return [...of, ...names.flatMap((part) => named(part, known))];
}

const LINES = 2;

/** At most two lines. */
function shortened(text: string, width: number): Line[] {
  const lines = wrap(text, width);
  if (lines.length <= LINES) return lines;
  const kept = lines.slice(0, LINES);
  const last = kept[LINES - 1]?.map((piece) => piece.text).join('') ?? '';
  return [...kept.slice(0, -1), ...wrap(`${last.slice(0, width - 2)} …`, width, true).slice(0, 1)];
}

/**
 * Explains what a word of a report or of the rules stands for, as text that ends in a newline: an id (of a finding,
 * policy, rule, SDK, clue, control, advisory, vendor, host, law, list, jurisdiction, runtime), a name, a country, a field
 * of a condition, or a word of a closed list (`cleartext`, `coded`, `zip.orphan-entry`). Case does not matter, nor whether
 * words are joined by blanks or hyphens. What names several things is explained as each.
 * @param options the report that holds a finding; `short`; colour and width
 * @returns null for a word that names nothing; `nearestIds` then says what is close
 * @throws ScanError bad-option for an option that there is not
 */
export function explain(id: string, rules: Rules, options: ExplainOptions = {}): string | null {
  checkOptions('explain', options, { report: true, short: true, colour: true, width: true });
  const report = options.report ?? null;
  const known = [...topics(rules, report)];
  const exact = named(id, known);
  const found = exact.length > 0 ? exact : parts(id, rules, known);
  if (found.length === 0) return null;
  const width = widthFor(options);
  if (options.short === true)
    return paint(
      found.flatMap(({ short }) => shortened(short(), width)),
      options.colour === true,
    );
  const telling: Telling = { rules, report, sources: new Sources(true), width };
  const sections = found.map(({ tell }) => tell(telling));
  return paint(join([...sections, telling.sources.section(width)]), options.colour === true);
}

/** The words most like one that names nothing, the nearest first. */
export function nearestIds(id: string, rules: Rules, report: Report | null = null): string[] {
  return nearest(id, new Set([...topics(rules, report)].flatMap(({ names }) => names)));
}
