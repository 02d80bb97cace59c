import { expect, it } from 'vitest';
import { boundsText, orderReleases } from '../src/releases.ts';

it.each([
  ['4.0', '4.0.0', 0],
  ['4.0', '4.0.1', -1],
  ['4.10', '4.9', 1],
  ['3.1.2_stable', '3.1.2', 0],
  ['v3.1', '3.1', 0],
  ['13.2.0.20058', '13.2', 1],
  ['release', '0', 0],
])('%s to %s: %i', (a, b, sign) => {
  expect(Math.sign(orderReleases(a, b))).toBe(sign);
  expect(Math.sign(orderReleases(b, a)) + sign).toBe(0);
});

it.each([
  ['4.0', null, '4.0 or later'],
  [null, '4.0', 'before 4.0'],
  ['3.1', '4.0', '3.1 or later and before 4.0'],
])('from %s, before %s: %s', (from, before, text) => expect(boundsText({ from, before })).toBe(text));
