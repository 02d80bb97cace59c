import * as v from 'valibot';
import { ScanError } from '../errors.ts';
import type { Waiver } from '../types.ts';

const Line = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(500));
const WaiverShape = v.strictObject({
  finding: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9-]+(\/[A-Za-z0-9._-]+)*(\/\*)?$/, 'a finding is its id, or the beginning of one up to "/*"'),
  ),
  reason: v.pipe(Line, v.minLength(10, 'a reason of at least ten characters, for whoever reads it in a year')),
  by: Line,
  expires: v.pipe(v.string(), v.isoDate('a date is YYYY-MM-DD')),
});
/** What a file of waivers holds. */
export const WaiversShape = v.strictObject({ waivers: v.array(WaiverShape) });

/** Checks a waiver file: `{ "waivers": [{ finding, reason, by, expires }] }`. @throws ScanError bad-waivers */
export function parseWaivers(value: unknown): Waiver[] {
  const result = v.safeParse(WaiversShape, value, { abortEarly: true });
  if (result.success) return result.output.waivers;
  const [issue] = result.issues;
  throw new ScanError('bad-waivers', `waivers: ${v.getDotPath(issue) ?? '(whole)'}: ${issue.message}`);
}
