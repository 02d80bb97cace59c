/** Steps for a reader, as many as are given, and how many it asked for: it may ask after the last, and must not go on. */
export class Spending {
  steps = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  readonly spend = (count: number): boolean => {
    this.steps += count;
    return this.steps < this.#most;
  };
}
