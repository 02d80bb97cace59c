import { statSync } from 'node:fs';
import { printable, verify } from '../index.ts';
import { type ExitCode, UsageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { readLines } from './json-file.ts';
import { remark } from './remarks.ts';

/** Bytes of a report file: that of one bundle is half of it at most. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Pieces named; a report of which more do not hold is another bundle's. */
const MOST_NAMED = 1000;

/**
 * `waybill verify REPORT BUNDLE…`: reads every piece of evidence again and names each that does not hold, on stdout.
 * @throws UsageError, InputError, ScanError
 */
export async function verifyCommand(reportPath: string, bundles: readonly string[], io: Io): Promise<ExitCode> {
  const [bundle = ''] = bundles;
  const size = statSync(reportPath, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MOST_BYTES) throw new UsageError(`${reportPath}: ${size} bytes; no report has more than ${MOST_BYTES}`);
  const checked = await verify(readLines(reportPath), bundles, { signal: io.signal });
  const { pieces, holds, decoded, failures } = checked;
  const lines = failures.slice(0, MOST_NAMED).map(({ clue, path, offset, text, why }) => {
    const place = offset === null ? path : `${path}@${offset}`;
    const says = clue === null ? '' : `${clue}: the report says "${text}"; `;
    return printable(`${place}: ${says}${why}`);
  });
  if (failures.length > MOST_NAMED) lines.push(`and ${failures.length - MOST_NAMED} pieces more`);
  if (!checked.bundle.holds) {
    const { found, reported } = checked.bundle;
    lines.unshift(`${printable(bundle)}: another bundle: its sha256 is ${found}, the report's ${reported}`);
  }
  lines.push(`${holds} of ${pieces} pieces hold`);
  if (decoded > 0)
    lines.push(
      `${decoded} more ${decoded === 1 ? 'was' : 'were'} made out of a form that spells no text: of such, digests alone are compared`,
    );
  io.stdout.write(`${lines.join('\n')}\n`);
  if (failures.length === 0 && checked.bundle.holds) return 0;
  io.stderr.write(remark(`${bundle}: the report does not hold`));
  return 1;
}
