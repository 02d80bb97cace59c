import { orderNumbers } from '../releases.ts';
import { all, any, type Truth } from './conditions.ts';

/** Numbers of a release or of a day, the greatest first. */
type Numbers = readonly number[];

interface Comparator {
  readonly sign: '<' | '<=' | '>' | '>=' | '=';
  readonly than: Numbers;
}

/** A range is one of several branches, each of comparators that must all hold; none in a branch is every release. */
export type Range = readonly (readonly Comparator[])[];

const LONGEST = 256;
const VERSION = /^v?(\d{1,6}(?:\.\d{1,6}){0,3})(?:[.+_-].*)?$/s;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * A vendor's version as numbers, all four parts where it has so many: `4.6.2.70`, `v4.2`, `4.6.2-build.1` (what follows the
 * numbers is not compared), or a day, `2024-03-18`. Null for what has no number in front: comparing a guess would be one.
 */
export function numbersOf(raw: string): Numbers | null {
  const text = raw.trim().slice(0, LONGEST);
  const day = DAY.exec(text);
  if (day) return day.slice(1).map(Number);
  const numbers = VERSION.exec(text)?.[1];
  return numbers === undefined ? null : numbers.split('.').map(Number);
}

/** `<3.1.0`, `>=2.0 <3.1.0.5`, `<2.0 || >=3.0 <3.2`, `<2023-12-20`, `*`; null for what is written otherwise. */
export function rangeOf(text: string): Range | null {
  const branches: Comparator[][] = [];
  for (const branch of text.split('||')) {
    const comparators: Comparator[] = [];
    for (const word of branch.split(' ').filter(Boolean)) {
      if (word === '*') continue;
      const [, sign, version = ''] = /^(<=|>=|<|>|=)([\d.-]+)$/.exec(word) ?? [];
      if (sign === undefined || !/^\d{1,6}(\.\d{1,6}){0,3}$|^\d{4}-\d{2}-\d{2}$/.test(version)) return null;
      comparators.push({ sign: sign as Comparator['sign'], than: numbersOf(version)! });
    }
    if (branch.trim() === '') return null;
    branches.push(comparators);
  }
  return branches;
}

/** Whether days are compared: a library that numbers no releases is told by the day of its source. */
export function isOfDays(affected: string): boolean {
  return /\d{4}-\d{2}-\d{2}/.test(affected);
}

/**
 * Whether a version lies in a range. One that ends where the bound goes on may be either: 5.7.6 is any build of it, before
 * 5.7.6.1922 or not.
 */
export function liesIn(version: Numbers, range: Range): Truth {
  return any(range.map((branch) => all(branch.map((comparator) => meets(version, comparator)))));
}

function meets(version: Numbers, { sign, than }: Comparator): Truth {
  const isCut = version.length < than.length && version.every((n, i) => n === than[i]);
  if (isCut && than.slice(version.length).some((n) => n > 0)) return 'unknown';
  const order = orderNumbers(version, than);
  if (sign === '<') return order < 0;
  if (sign === '<=') return order <= 0;
  if (sign === '>') return order > 0;
  return sign === '>=' ? order >= 0 : order === 0;
}

/**
 * Whether an SDK of an unread version lies in a range.
 * @param from the first release that it can be, @param before the first that it cannot; null where nothing bounds it
 */
export function boundsLieIn(from: Numbers | null, before: Numbers | null, range: Range): Truth {
  const possible: Comparator[] = [
    ...(from ? [{ sign: '>=', than: from } as const] : []),
    ...(before ? [{ sign: '<', than: before } as const] : []),
  ];
  return any(
    range.map((branch): Truth => {
      if (isEmpty([...possible, ...branch])) return false;
      return branch.every((comparator) => isEmpty([...possible, negated(comparator)])) ? true : 'unknown';
    }),
  );
}

function negated({ sign, than }: Comparator): Comparator {
  const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '=': '=' } as const;
  return { sign: opposite[sign], than };
}

/** Whether no release meets them all. Between two releases there is always another, so that only bounds that cross do so. */
function isEmpty(comparators: readonly Comparator[]): boolean {
  const lower = comparators.filter(({ sign }) => sign !== '<' && sign !== '<=');
  const upper = comparators.filter(({ sign }) => sign !== '>' && sign !== '>=');
  return lower.some((low) =>
    upper.some((high) => {
      const order = orderNumbers(low.than, high.than);
      return order > 0 || (order === 0 && (low.sign === '>' || high.sign === '<'));
    }),
  );
}
