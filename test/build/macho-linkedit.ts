import type { MachOExport, MachOImport, MachOSymbol } from './macho-types.ts';
import { Writer } from './macho-writer.ts';

interface TrieNode {
  readonly children: Map<string, TrieNode>;
  terminal: { address: number } | { reexport: number } | null;
}

/** Splits names over a tree whose edges are their common beginnings. */
function insert(node: TrieNode, name: string, terminal: TrieNode['terminal']): void {
  if (name === '') {
    node.terminal = terminal;
    return;
  }
  for (const [label, child] of node.children) {
    let common = 0;
    while (common < label.length && common < name.length && label[common] === name[common]) common++;
    if (common === 0) continue;
    if (common < label.length) {
      node.children.delete(label);
      const middle: TrieNode = { children: new Map([[label.slice(common), child]]), terminal: null };
      node.children.set(label.slice(0, common), middle);
      insert(middle, name.slice(common), terminal);
    } else insert(child, name.slice(common), terminal);
    return;
  }
  node.children.set(name, { children: new Map(), terminal });
}

function writeNode(node: TrieNode, offsets: ReadonlyMap<TrieNode, number>): Uint8Array {
  const terminal = new Writer();
  if (node.terminal && 'reexport' in node.terminal) terminal.uleb(0x08).uleb(node.terminal.reexport).string('');
  else if (node.terminal) terminal.uleb(0).uleb(node.terminal.address);
  const writer = new Writer().uleb(terminal.length).bytes(terminal.done()).u8(node.children.size);
  for (const [label, child] of node.children) writer.string(label).uleb(offsets.get(child) ?? 0);
  return writer.done();
}

export function exportTrie(exports: readonly MachOExport[], address: number): Uint8Array {
  if (exports.length === 0) return new Uint8Array(0);
  const root: TrieNode = { children: new Map(), terminal: null };
  for (const { name, reexport } of exports) insert(root, name, reexport ? { reexport } : { address });
  const nodes: TrieNode[] = [root];
  for (let i = 0; i < nodes.length; i++) nodes.push(...nodes[i]!.children.values());
  // Offsets are ULEBs whose length depends on the offsets: repeat until none moves.
  const offsets = new Map<TrieNode, number>();
  for (let moved = true; moved; ) {
    moved = false;
    let at = 0;
    for (const node of nodes) {
      moved ||= offsets.get(node) !== at;
      offsets.set(node, at);
      at += writeNode(node, offsets).length;
    }
  }
  const writer = new Writer();
  for (const node of nodes) writer.bytes(writeNode(node, offsets));
  return writer.align(8).done();
}

const POINTER = 1;
const FLAT_LOOKUP = -2;

/** Places of the imports' libraries among the load commands, from 1; unknown ones are looked up everywhere. */
function ordinalOf(library: string | null, dylibs: readonly string[]): number {
  const index = library === null ? -1 : dylibs.indexOf(library);
  return index < 0 ? FLAT_LOOKUP : index + 1;
}

/** Bind opcodes for pointers from `slot` on in segment `segment`, each `pointer` bytes long. */
export function bindOpcodes(
  imports: readonly MachOImport[],
  table: 'bind' | 'weak' | 'lazy',
  dylibs: readonly string[],
  segment: number,
  slot: number,
  pointer: number,
): Uint8Array {
  if (imports.length === 0) return new Uint8Array(0);
  const writer = new Writer();
  imports.forEach(({ name, library }, index) => {
    const ordinal = ordinalOf(library, dylibs);
    if (table !== 'weak') {
      if (ordinal < 0) writer.u8(0x30 | (ordinal & 0xf));
      else if (ordinal < 16) writer.u8(0x10 | ordinal);
      else writer.u8(0x20).uleb(ordinal);
    }
    writer.u8(0x40).string(name);
    if (table !== 'lazy') writer.u8(0x50 | POINTER);
    writer.u8(0x70 | segment).uleb((slot + index) * pointer);
    writer.u8(0x90);
    if (table === 'lazy') writer.u8(0);
  });
  return writer.u8(0).align(8).done();
}

interface ChainedFormats {
  /** DYLD_CHAINED_IMPORT and its relatives. */
  readonly format: 1 | 2 | 3;
  readonly segments: number;
  /** Of the pointers in the second segment. */
  readonly pointers: number | undefined;
}

/** LC_DYLD_CHAINED_FIXUPS data without chains: `mach-o/fixup-chains.h`. */
export function chainedFixups(
  imports: readonly MachOImport[],
  dylibs: readonly string[],
  { format, segments, pointers }: ChainedFormats,
): Uint8Array {
  const names = new Writer().u8(0);
  const table = new Writer();
  for (const { name, library } of imports) {
    const ordinal = ordinalOf(library, dylibs);
    const at = names.length;
    names.string(name);
    if (format === 3) table.u32(ordinal & 0xffff, at).u64(0);
    else table.u32((ordinal & 0xff) | (at << 9));
    if (format === 2) table.u32(0);
  }
  const starts = new Writer().u32(segments);
  const own = 4 + 4 * segments;
  for (let i = 0; i < segments; i++) starts.u32(i === 1 && pointers !== undefined ? own : 0);
  if (pointers !== undefined) {
    // dyld_chained_starts_in_segment: size, page_size, pointer_format, segment_offset, max_valid_pointer, page_count
    starts
      .u32(24)
      .u32(0x4000 | (pointers << 16))
      .u64(0)
      .u32(0, 0);
  }
  starts.align(8);
  const first = 32 + starts.length;
  const pool = first + table.length;
  const header = new Writer().u32(0, 32, first, pool, imports.length, format, 0).align(8);
  return header.bytes(starts.done()).bytes(table.done()).bytes(names.done()).align(8).done();
}

export function symbolTable(
  symbols: readonly MachOSymbol[],
  bits: 32 | 64,
  address: number,
): { entries: Uint8Array; strings: Uint8Array } {
  const entries = new Writer();
  const strings = new Writer().u8(0x20).u8(0);
  for (const { name, defined = true, external = true, stab = false } of symbols) {
    const at = strings.length;
    strings.string(name);
    const type = stab ? 0x24 : (defined ? 0x0e : 0) | (external ? 1 : 0);
    entries
      .u32(at)
      .u8(type)
      .u8(defined ? 1 : 0)
      .u8(0)
      .u8(defined ? 0 : 1);
    if (bits === 64) entries.u64(defined ? address : 0);
    else entries.u32(defined ? address : 0);
  }
  return { entries: entries.done(), strings: strings.align(8).done() };
}

/** A SuperBlob with a code directory (version 0x20200, one zero hash) and entitlements. */
export function codeSignature(
  identifier: string,
  teamId: string | undefined,
  entitlements: Uint8Array | undefined,
): Uint8Array {
  const names = new Writer(false).string(identifier);
  const team = teamId === undefined ? 0 : 52 + names.length;
  if (teamId !== undefined) names.string(teamId);
  const hash = 52 + names.length;
  const directory = new Writer(false).u32(0xfade0c02, hash + 32, 0x20200, 0, hash, 52, 0, 1, 0);
  directory.u8(32).u8(2).u8(0).u8(12).u32(0, 0, team).bytes(names.done()).bytes(new Uint8Array(32));
  const blobs = [{ slot: 0, bytes: directory.done() }];
  if (entitlements) {
    const blob = new Writer(false).u32(0xfade7171, 8 + entitlements.length).bytes(entitlements);
    blobs.push({ slot: 5, bytes: blob.done() });
  }
  let at = 12 + blobs.length * 8;
  const index = new Writer(false);
  const body = new Writer(false);
  for (const { slot, bytes } of blobs) {
    index.u32(slot, at);
    body.bytes(bytes);
    at += bytes.length;
  }
  return new Writer(false).u32(0xfade0cc0, at, blobs.length).bytes(index.done()).bytes(body.done()).align(16).done();
}
