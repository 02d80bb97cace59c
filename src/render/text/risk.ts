import type { Report, Risk, RiskTerm } from '../../types.ts';
import { dim, gap, indented, type Line, labelled, wrap } from './layout.ts';
import { table } from './table.ts';
import { cutTo, heading } from './words.ts';

/** The terms that make each number: of a cause that stands twice, the heavier, undecided one makes `possible`. */
function partsOf(terms: readonly RiskTerm[]): { proven: RiskTerm[]; possible: RiskTerm[] } {
  const heaviest = new Map<string, RiskTerm>();
  for (const term of terms) {
    const already = heaviest.get(term.cause);
    if (!already || term.weight > already.weight) heaviest.set(term.cause, term);
  }
  return { proven: terms.filter((term) => term.state === 'holds'), possible: [...heaviest.values()] };
}

/** ` = 100 x (1 - (1-0.45)(1-0.3)^2)`; nothing where the terms do not make the number, so that no wrong sum is shown. */
export function sumWords(total: number, terms: readonly RiskTerm[]): string {
  const left = terms.reduce((product, term) => product * (1 - term.weight), 1);
  if (terms.length === 0 || Math.abs(100 * (1 - left) - total) > 0.51) return '';
  const powers = new Map<number, number>();
  for (const { weight } of terms) powers.set(weight, (powers.get(weight) ?? 0) + 1);
  const factors = [...powers]
    .sort(([a], [b]) => b - a)
    .map(([weight, power]) => `(1-${weight.toFixed(2)})${power > 1 ? `^${power}` : ''}`);
  return ` = 100 x (1 - ${factors.join('')})`;
}

/** Both numbers with the sum that makes them. */
export function sumLines(risk: Risk, width: number, labelWidth: number): Line[] {
  if (risk.terms.length === 0) return [];
  const { proven, possible } = partsOf(risk.terms);
  const line = (label: string, total: number, terms: RiskTerm[]) =>
    labelled([gap(2), label], `${total}${sumWords(total, terms)}`, width, labelWidth);
  return [...line('proven', risk.overall.proven, proven), ...line('possible', risk.overall.possible, possible)];
}

/** Every term: its weight, the number it counts in, its cause and the finding that brought it. */
export function termTable(risk: Risk, width: number, most: number): Line[] {
  if (risk.terms.length === 0) return [];
  const { possible } = partsOf(risk.terms);
  const counts = (term: RiskTerm) =>
    term.state === 'undetermined' ? 'possible' : possible.includes(term) ? 'both' : 'proven';
  const { shown, more } = cutTo(risk.terms, most);
  const rows = shown.map((term) => ({
    cells: [term.weight.toFixed(2), counts(term), term.finding, dim(term.cause)],
  }));
  return [
    ...table(['Weight', 'Counts in', 'Finding', 'Cause (counted once)'], rows, width),
    ...(more ? wrap(more, width) : []),
  ];
}

const TERMS_SHOWN = 8;

/** How the two numbers of the first screen are made. */
export function riskSection({ risk }: Report, width: number): Line[] {
  if (risk.terms.length === 0) return [];
  return [
    heading('RISK', `${risk.overall.proven} proven, ${risk.overall.possible} possible, of 100`),
    ...sumLines(risk, width, 11),
    ...indented(termTable(risk, width - 2, TERMS_SHOWN), 2),
  ];
}

/** What one finding adds to the two numbers. */
export function riskOf(finding: string, { risk }: Pick<Report, 'risk'>, width: number): Line[] {
  const own = risk.terms.filter((term) => term.finding === finding);
  if (own.length === 0) {
    return wrap(
      'It adds nothing: another finding on the same cause weighs as much or more, or its weight is 0.',
      width,
    );
  }
  const lines = own.flatMap((term) =>
    wrap(
      `${term.weight.toFixed(2)} for the cause "${term.cause}", ${
        term.state === 'holds' ? 'in proven and possible' : 'in possible alone, as it is not decided'
      }`,
      width,
    ),
  );
  return [...lines, ...wrap('Of the whole:', width), ...sumLines(risk, width, 11)];
}
