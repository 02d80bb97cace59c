import type { LibraryHit } from '../inventory/facts.ts';

/** Who is handed what the map decodes to. */
interface Names {
  push(bytes: Uint8Array): void;
  end(): readonly LibraryHit[];
  readonly isFull: boolean;
}

const latin1 = new TextDecoder('latin1');

/** A map of sources that stands in a script in base64, decoded while it streams by. */
export class InlineMap {
  readonly #names: Names;
  /** Characters that make no whole group of four yet. */
  #rest = '';
  #hasEnded = false;

  constructor(names: Names) {
    this.#names = names;
  }

  /** The next bytes of the script: the map ends with the first that is no base64. */
  push(bytes: Uint8Array): void {
    if (this.#hasEnded) return;
    const text = latin1.decode(bytes);
    const [run = ''] = /^[A-Za-z0-9+/]*/.exec(text) ?? [];
    this.#hasEnded = run.length < text.length;
    const all = this.#rest + run;
    const whole = all.length - (all.length % 4);
    this.#rest = all.slice(whole);
    this.#names.push(Uint8Array.from(atob(all.slice(0, whole)), (character) => character.charCodeAt(0)));
  }

  end(): readonly LibraryHit[] {
    return this.#names.end();
  }

  get isFull(): boolean {
    return this.#names.isFull;
  }
}
