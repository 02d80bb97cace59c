import { type Problem, problemOf } from '../coverage.ts';
import type { FormatError } from '../errors.ts';

export type { Problem } from '../coverage.ts';

/** Of each reason: enough to see what is wrong; a hostile file can be wrong a million times. */
const KEPT = 64;

/** Messages may quote the file. */
const LONGEST = 200;

/** Collects problems while one file is read. */
export class Problems {
  readonly list: Problem[] = [];
  readonly #counts = { malformed: 0, missing: 0, budget: 0 };

  add(offset: number, message: string, reason: Problem['reason'] = 'malformed'): void {
    const before = this.#counts[reason]++;
    if (before < KEPT) this.list.push({ offset, message: message.slice(0, LONGEST), reason });
    else if (before === KEPT) this.list.push({ offset, message: 'more problems follow', reason });
  }

  /** A budget that was hit, or a part that failed. `what` names the part. */
  failed(error: FormatError, what = ''): void {
    const { offset, message, reason } = problemOf(error);
    this.add(offset, what === '' ? message : `${what}: ${message}`, reason);
  }
}
