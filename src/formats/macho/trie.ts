import type { Budgets } from '../../budgets.ts';
import { BudgetError, FormatError } from '../../errors.ts';
import type { ByteRange } from '../parsing.ts';
import { Cursor, Faults, NAME_BYTES, type NameAllowance, nulAfter, text } from './bytes.ts';
import type { ExportedName, TrieEdge } from './types.ts';

const EXPORT_SYMBOL_FLAGS_REEXPORT = 0x08;

/** A node whose children are still to be walked. */
interface Frame {
  /** Where its next child is written. */
  at: number;
  children: number;
  /** Bytes of the name up to this node. */
  readonly prefix: number;
  readonly edge: TrieEdge | null;
}

/**
 * Walks an export trie: a node has its terminal part, a count of children, and for each child a label and the offset
 * of its node (llvm: MachOObjectFile.cpp, ExportEntry::pushNode).
 * @param bytes the trie
 * @param base where it starts in the content
 * @param found every name is added here, so that what was read stays when the walk ends early
 * @throws FormatError where a branch could not be followed; the other branches are in `found`
 */
export function readExportTrie(
  bytes: Uint8Array,
  base: number,
  budgets: Budgets,
  names: NameAllowance,
  found: ExportedName[],
): void {
  const cursor = new Cursor(bytes);
  const name = new Uint8Array(NAME_BYTES);
  const seen = new Uint8Array((bytes.length + 7) >> 3);
  const faults = new Faults('a branch of the export trie cannot be followed');
  const frames: Frame[] = [];
  let nodes = 0;
  let walked = 0;
  const limit = 2 * bytes.length + NAME_BYTES; // what damage makes it look at in vain counts too

  const enter = (node: number, prefix: number, from: number, edge: TrieEdge | null): void => {
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
    if (size < 0 || children >= bytes.length) {
      faults.add(base + node);
      return;
    }
    if (size > 0) {
      const flags = cursor.uleb();
      names.room(found.length, base + node);
      names.spend(prefix, base + node);
      const reexport = flags > 0 && (flags & EXPORT_SYMBOL_FLAGS_REEXPORT) !== 0;
      found.push({ name: text(name, 0, prefix), offset: base + node, edge, reexport });
    }
    walked += children + 1 - node;
    frames.push({ at: children + 1, children: bytes[children]!, prefix, edge });
  };

  if (bytes.length > 0) enter(0, 0, 0, null);
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    if (frame.children === 0) {
      frames.pop();
      continue;
    }
    frame.children--;
    const end = nulAfter(bytes, frame.at, bytes.length);
    const prefix = frame.prefix + end - frame.at;
    // No two nodes share bytes in a real trie; where they do, the same bytes could be walked again and again.
    walked += end < 0 ? NAME_BYTES : end + 1 - frame.at;
    if (walked > limit) throw new FormatError('the nodes of the export trie overlap', base + frame.at);
    if (end < 0 || prefix > NAME_BYTES) {
      faults.add(base + frame.at);
      frame.children = 0;
      continue;
    }
    // A piece without bytes is no part of the name: a chain of pieces is then no longer than the name.
    const length = end - frame.at;
    const edge = length === 0 ? frame.edge : { before: frame.edge, offset: base + frame.at, length };
    for (let from = frame.at, to = frame.prefix; from < end; ) name[to++] = bytes[from++]!;
    cursor.at = end + 1;
    const child = cursor.uleb();
    frame.at = cursor.at;
    enter(child, prefix, frame.at, edge);
  }
  faults.raise();
}

/**
 * Where a name of the trie stands, in order.
 * @param skip bytes of it to leave out at its beginning
 */
export function piecesOf(edge: TrieEdge | null, skip = 0): ByteRange[] {
  const pieces: ByteRange[] = [];
  for (let each = edge; each; each = each.before) pieces.push({ offset: each.offset, length: each.length });
  let left = skip;
  return pieces.reverse().flatMap(({ offset, length }) => {
    const skipped = Math.min(left, length);
    left -= skipped;
    return length > skipped ? [{ offset: offset + skipped, length: length - skipped }] : [];
  });
}
