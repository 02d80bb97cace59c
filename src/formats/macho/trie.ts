import type { Budgets } from '../../budgets.ts';
import { BudgetError, FormatError } from '../../errors.ts';
import type { ByteRange } from '../parsing.ts';
import { Cursor, Faults, NAME_BYTES, type NameAllowance, nulAfter } from './bytes.ts';
import type { VisitExport } from './types.ts';

const EXPORT_SYMBOL_FLAGS_REEXPORT = 0x08;

/** A node on the way to the one that is looked at. One object for each depth, used again and again. */
interface Frame {
  /** Where its next child is written. */
  at: number;
  children: number;
  /** Bytes of the name up to this node. */
  prefix: number;
  /** Where the last piece of that name stands. */
  piece: number;
  pieceLength: number;
}

export interface ExportTrie {
  readonly bytes: Uint8Array;
  /** Where it starts in the content. */
  readonly base: number;
  readonly budgets: Budgets;
  readonly names: NameAllowance;
}

/**
 * Walks an export trie: a node has its terminal part, a count of children, and for each child a label and the offset
 * of its node (llvm: MachOObjectFile.cpp, ExportEntry::pushNode).
 * @param visit is handed every name, so that what was read stays when the walk ends early
 * @throws FormatError where a branch could not be followed; the other branches were visited
 */
export function readExportTrie({ bytes, base, budgets, names }: ExportTrie, visit: VisitExport): void {
  const cursor = new Cursor(bytes);
  const name = new Uint8Array(NAME_BYTES);
  const seen = new Uint8Array((bytes.length + 7) >> 3);
  const faults = new Faults('a branch of the export trie cannot be followed');
  const frames: Frame[] = [];
  let depth = 0;
  let nodes = 0;
  let walked = 0;
  const limit = 2 * bytes.length + NAME_BYTES; // what damage makes it look at in vain counts too
  const pieces = (skip: number) => piecesOf(frames, depth, base, skip);

  /** For each node, and so without an object. `piece`: where the last one of the name of `prefix` bytes stands. */
  const enter = (node: number, prefix: number, from: number, piece: number, pieceLength: number): void => {
    // A trie has one way to each node: a second one is a cycle or a hostile file's way to repeat names.
    if (node < 0 || node >= bytes.length || seen[node >> 3]! & (1 << (node & 7))) {
      faults.add(base + from);
      return;
    }
    seen[node >> 3]! |= 1 << (node & 7);
    if (++nodes > budgets.trieNodes) throw new BudgetError('trieNodes', budgets.trieNodes, base + node);
    cursor.at = node;
    const size = cursor.uleb();
    const children = cursor.at + size;
    // Only pieces without bytes lead deeper than a name is long, and no linker writes those.
    if (size < 0 || children >= bytes.length || depth > NAME_BYTES) {
      faults.add(base + node);
      return;
    }
    frames[depth] ??= { at: 0, children: 0, prefix: 0, piece: 0, pieceLength: 0 };
    const frame = frames[depth++]!;
    frame.at = children + 1;
    frame.children = bytes[children]!;
    frame.prefix = prefix;
    frame.piece = piece;
    frame.pieceLength = pieceLength;
    if (size > 0) {
      const flags = cursor.uleb();
      names.count(base + node);
      names.spend(prefix, base + node);
      const isReexport = flags > 0 && (flags & EXPORT_SYMBOL_FLAGS_REEXPORT) !== 0;
      visit(name, 0, prefix, base + node, isReexport, pieces);
    }
    walked += children + 1 - node;
  };

  if (bytes.length > 0) enter(0, 0, 0, 0, 0);
  while (depth > 0) {
    const frame = frames[depth - 1]!;
    if (frame.children === 0) {
      depth--;
      continue;
    }
    frame.children--;
    const { at } = frame;
    const end = nulAfter(bytes, at, bytes.length);
    const prefix = frame.prefix + end - at;
    // No two nodes share bytes in a real trie; where they do, the same bytes could be walked again and again.
    walked += end < 0 ? NAME_BYTES : end + 1 - at;
    if (walked > limit) throw new FormatError('the nodes of the export trie overlap', base + at);
    if (end < 0 || prefix > NAME_BYTES) {
      faults.add(base + at);
      frame.children = 0;
      continue;
    }
    for (let from = at, to = frame.prefix; from < end; ) name[to++] = bytes[from++]!;
    cursor.at = end + 1;
    const child = cursor.uleb();
    frame.at = cursor.at;
    // A piece without bytes is no part of the name: behind the last child there is nothing to come back for.
    const isSame = end === at && frame.children === 0;
    if (isSame) depth--;
    enter(child, prefix, cursor.at, isSame ? frame.piece : at, isSame ? frame.pieceLength : end - at);
  }
  faults.raise();
}

/** Where the name at the end of a way stands, in order, without `skip` bytes at its beginning. */
function piecesOf(frames: readonly Frame[], depth: number, base: number, skip: number): ByteRange[] {
  const pieces: ByteRange[] = [];
  let left = skip;
  for (let i = 0; i < depth; i++) {
    const { piece, pieceLength } = frames[i]!;
    const skipped = Math.min(left, pieceLength);
    left -= skipped;
    if (pieceLength > skipped) pieces.push({ offset: base + piece + skipped, length: pieceLength - skipped });
  }
  return pieces;
}
