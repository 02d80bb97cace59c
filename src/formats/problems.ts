/** One part of a file that could not be read; the rest of the result stands. */
export interface Problem {
  /** Bytes from the start of the content. */
  readonly offset: number;
  readonly message: string;
}

/** Enough to see what is wrong; a hostile file can be wrong a million times. */
const KEPT = 64;

/** Messages may quote the file. */
const LONGEST = 200;

/** Collects problems while one file is read. */
export class Problems {
  readonly list: Problem[] = [];

  add(offset: number, message: string): void {
    if (this.list.length < KEPT) this.list.push({ offset, message: message.slice(0, LONGEST) });
    else if (this.list.length === KEPT) this.list.push({ offset, message: 'more problems follow' });
  }
}
