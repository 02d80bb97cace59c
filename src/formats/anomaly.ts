import type { AnomalyCode } from '../types.ts';

/**
 * Bytes that differ from what an ordinary tool writes, though they can be read: a trick, or its look-alike.
 * `offset` counts from the start of the content that was read; `entry` is a name from the file (escape it when shown).
 */
export interface FormatAnomaly {
  /** Stable, such as `zip.orphan-entry`. */
  readonly code: AnomalyCode;
  readonly offset: number;
  readonly entry: string | null;
  readonly detail: string;
}

/** Anomalies kept for one code; a file with 200,000 equal tricks is one statement, not 200,000. */
const KEPT_PER_CODE = 64;

const none: readonly never[] = [];

/** Collects anomalies; past `KEPT_PER_CODE` of one code, the rest is only counted. */
export class AnomalyLog {
  /** Made when there is one: each entry of an archive has a log, and hardly any an anomaly. */
  #kept: FormatAnomaly[] | null = null;
  #counts: Map<AnomalyCode, number> | null = null;
  #firstDropped: Map<AnomalyCode, number> | null = null;

  add(code: AnomalyCode, offset: number, entry: string | null, detail: string): void {
    this.#counts ??= new Map();
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    this.#kept ??= [];
    if (count <= KEPT_PER_CODE) this.#kept.push({ code, offset, entry, detail });
    else if (count === KEPT_PER_CODE + 1) {
      this.#firstDropped ??= new Map();
      this.#firstDropped.set(code, offset);
    }
  }

  /** What was added, in that order, then one line for each code that had more than was kept. */
  list(): readonly FormatAnomaly[] {
    if (this.#kept === null) return none;
    if (this.#firstDropped === null) return this.#kept;
    const rest: FormatAnomaly[] = [];
    for (const [code, offset] of this.#firstDropped) {
      const more = (this.#counts?.get(code) ?? 0) - KEPT_PER_CODE;
      rest.push({ code, offset, entry: null, detail: `${more} more of the kind` });
    }
    return [...this.#kept, ...rest];
  }
}
