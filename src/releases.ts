import type { VersionBounds } from './types.ts';

/** Numbers joined by dots, of a release: `4.0` is before `4.0.1`, and is `4.0.0`. What follows the numbers is not compared. */
export function orderReleases(a: string, b: string): number {
  return orderNumbers(numbersOf(a), numbersOf(b));
}

/** The same of numbers, the greatest first: what is missing is 0. */
export function orderNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `4.0 or later`, `before 4.0`, `3.1 or later and before 4.0`. */
export function boundsText({ from, before }: Pick<VersionBounds, 'from' | 'before'>): string {
  const words = [from === null ? [] : `${from} or later`, before === null ? [] : `before ${before}`].flat();
  return words.join(' and ');
}

const LONGEST_RELEASE = 64;

function numbersOf(release: string): number[] {
  const numbers = /^v?(\d+(?:\.\d+)*)/.exec(release.slice(0, LONGEST_RELEASE))?.[1] ?? '';
  return numbers.split('.').map(Number);
}
