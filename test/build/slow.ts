/** Whether every case is tried: `npm run test:slow`, which CI runs too. `npm test` tries the first of the same cases. */
export const isSlow = process.env.WAYBILL_TESTS === 'slow';

export function cases(all: number, few: number): number {
  return isSlow ? all : few;
}
