import type { Evidence } from '../../types.ts';
import { bold, indented, type Line, labelled, wrap } from '../text/layout.ts';
import { name } from '../text/words.ts';

const PROOFS = 200;

/** Pieces of evidence by number, each once, for the appendix. */
export class Proofs {
  readonly #numbers = new Map<string, number>();
  readonly #pieces: Evidence[] = [];
  #left = 0;

  /** `A3`; null where the appendix is full. */
  number(piece: Evidence): string | null {
    const key = JSON.stringify([piece.path, piece.spans, piece.text]);
    let index = this.#numbers.get(key);
    if (index === undefined) {
      if (this.#pieces.length === PROOFS) {
        this.#left++;
        return null;
      }
      index = this.#pieces.push(piece);
      this.#numbers.set(key, index);
    }
    return `A${index}`;
  }

  section(width: number): Line[] {
    if (this.#pieces.length === 0) return [];
    return [
      [bold('APPENDIX A: PROOF')],
      ...wrap('Paths are inside the file; bytes are counted from 0 in the content of the entry, unpacked.', width),
      ...this.#pieces.flatMap((piece, i) => [
        [],
        ...labelled(`A${i + 1}`, name(piece.path), width, 6),
        ...pieceLines(piece, width),
      ]),
      ...(this.#left > 0 ? [[], ...wrap(`and ${this.#left} more, which the JSON report holds`, width)] : []),
    ];
  }
}

function pieceLines({ text, encoding, spans, how, value, entrySha256 }: Evidence, width: number): Line[] {
  const [first, ...more] = spans;
  const pieces = more.length > 0 ? `, the first of ${more.length + 1} pieces` : '';
  const where = first ? `byte ${first.offset}, ${first.length} bytes${pieces} (${how})` : `(${how})`;
  return indented(
    [
      ...(encoding === 'name' ? wrap(`the name of the entry ${where}`, width - 6) : wrap(where, width - 6)),
      ...(encoding === 'name' ? [] : wrap(`"${text}"${value === null ? '' : ` = ${value}`}`, width - 6)),
      ...(entrySha256 === null ? [] : wrap(`SHA-256 of the entry: ${entrySha256}`, width - 6)),
    ],
    6,
  );
}
