import type { Allowance } from '../allowance.ts';
import { type HitKind, hitSteps } from '../inventory/taker.ts';

/** Hits of each kind that were looked at in one entry, and that were counted only. */
export class HitCounts {
  readonly #looked = new Map<HitKind, number>();
  #overlooked: Map<HitKind, number> | null = null;

  /** Whether one more may be looked at: of each kind so many, and as long as there is anything to spend. */
  looks(kind: HitKind, most: number, allowance: Allowance): boolean {
    const looked = this.#looked.get(kind) ?? 0;
    if (looked < most && allowance.spend(hitSteps[kind])) {
      this.#looked.set(kind, looked + 1);
      return true;
    }
    this.#overlooked ??= new Map();
    this.#overlooked.set(kind, (this.#overlooked.get(kind) ?? 0) + 1);
    return false;
  }

  /** What was counted only since it was asked last. */
  takeOverlooked(): ReadonlyMap<HitKind, number> | null {
    const overlooked = this.#overlooked;
    this.#overlooked = null;
    return overlooked;
  }
}
