import type { Budgets } from '../../budgets.ts';
import { BudgetError } from '../../errors.ts';
import type { ByteRange, Parsing } from '../parsing.ts';
import type { Problems } from '../problems.ts';
import type { LinkEdit } from './command.ts';

/** One table or section of the file. */
export interface Piece extends ByteRange {
  readonly kind: LinkEdit | 'classes' | 'protocols' | 'selectors' | 'swiftTypes' | 'data';
  /** Where dyld maps it; of a section only. */
  readonly address?: number;
}

export interface ReadPiece extends Piece {
  /** Shorter than `length` where the content ends. */
  readonly bytes: Uint8Array;
  /** Shortened by the budget, to nothing at worst: what then breaks off is no fault of the file's. */
  readonly cut: boolean;
}

/** Pieces this close are asked for together: bytes between them cost less than another request. */
const GAP = 64 * 1024;

/**
 * Reads pieces in ascending order, neighbours in one request.
 * @param pieces in the order of worth: those that `heldBytes` has no room for are shortened, and reported
 * @returns what was read, in ascending order
 */
export function* readPieces(pieces: readonly Piece[], budgets: Budgets, problems: Problems): Parsing<ReadPiece[]> {
  const held: (Piece & Pick<ReadPiece, 'cut'>)[] = [];
  let left = budgets.heldBytes;
  for (const piece of pieces) {
    const length = Math.min(piece.length, left);
    const cut = length < piece.length;
    if (cut) problems.failed(new BudgetError('heldBytes', budgets.heldBytes, piece.offset + length), piece.kind);
    held.push({ ...piece, length, cut });
    // The gap before it may be read too.
    left = Math.max(0, left - length - GAP);
  }
  held.sort((a, b) => a.offset - b.offset);

  const read: ReadPiece[] = [];
  for (let first = 0; first < held.length; ) {
    const { offset } = held[first]!;
    let end = offset;
    let next = first;
    for (; next < held.length && held[next]!.offset <= end + GAP; next++) {
      end = Math.max(end, held[next]!.offset + held[next]!.length);
    }
    const bytes = yield { offset, length: end - offset };
    for (const piece of held.slice(first, next)) {
      const start = piece.offset - offset;
      const part = bytes.subarray(Math.min(start, bytes.length), start + piece.length);
      if (part.length < piece.length) {
        problems.add(offset + bytes.length, `the content ends before the end of ${piece.kind}`);
      }
      read.push({ ...piece, bytes: part });
    }
    first = next;
  }
  return read;
}
