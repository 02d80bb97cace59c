import type { Budgets } from '../../budgets.ts';
import { attempt } from '../../coverage.ts';
import type { Parsing } from '../parsing.ts';
import { Problems } from '../problems.ts';
import type { KnownRange } from '../ranges.ts';
import { NameAllowance } from './bytes.ts';
import type { LinkEdit, LoadCommands } from './command.ts';
import { readLoadCommands } from './commands.ts';
import { type MachHeader, readHeader } from './header.ts';
import { Imports, readBinds, readChainedImports } from './imports.ts';
import { objcNames, readClassNames, visitStrings } from './objc.ts';
import { type Piece, type ReadPiece, readPieces } from './pieces.ts';
import { isEncrypted, textRanges } from './sections.ts';
import { readSignature } from './signature.ts';
import { readSymbols, type SymbolTable } from './symbols.ts';
import { readExportTrie } from './trie.ts';
import type { CodeSignature, ExportedName, FatSlice, MachO, MachOVisitor, NamedAt, Section } from './types.ts';

export { readFat } from './fat.ts';
export { isMachO } from './header.ts';
export { CLASS_PREFIX } from './objc.ts';
export { piecesOf } from './trie.ts';
export type * from './types.ts';

// Real files have a few thousand bytes of load commands.
const COMMAND_BYTES = 1024 * 1024;

const CLASS_NAMES = '__objc_classname';
const SELECTORS = '__objc_methname';
const NO_STRINGS = { bytes: new Uint8Array(0), offset: 0 };

/** In the order of worth: where the budget for held bytes runs out, the symbol table is given up first. */
const LINK_EDIT: readonly LinkEdit[] = [
  'signature',
  'fixups',
  'exports',
  'bind',
  'lazyBind',
  'weakBind',
  'symbols',
  'strings',
];

/**
 * Reads one Mach-O: an executable, library or object file, thin or a slice of a fat file or a member of a static
 * archive. Asks for the header, the load commands, and then for all else in ascending order.
 *
 * What lies in FairPlay's range while `cryptid` is not 0 is not interpreted: class names and text ranges of the encrypted
 * sections are absent then. A part that cannot be followed leaves a problem, and what was read of it.
 * @param slice where it stands in the content; an empty `arch` is not compared with the header's
 * @throws FormatError where the slice does not start with a Mach-O header
 */
export function* readMachO(slice: FatSlice, budgets: Budgets, visitor: MachOVisitor = {}): Parsing<MachO> {
  const problems = new Problems();
  const header = readHeader(yield { offset: slice.offset, length: Math.min(32, slice.size) }, slice.offset);
  if (slice.arch !== '' && slice.arch !== header.arch) {
    const message = `the slice is listed as ${slice.arch} and holds ${header.arch}`;
    problems.add(slice.offset, message);
  }
  const base = slice.offset + header.size;
  const there = Math.min(header.commandBytes, Math.max(0, slice.size - header.size));
  const commandBytes = yield { offset: base, length: Math.min(there, COMMAND_BYTES) };
  const claim = `the header claims ${header.commandBytes} bytes of load commands`;
  const isCut = there > COMMAND_BYTES && commandBytes.length === COMMAND_BYTES;
  if (isCut) problems.add(base + COMMAND_BYTES, `${claim}, ${COMMAND_BYTES} are read`, 'budget');
  const held = isCut ? there : commandBytes.length;
  if (held < header.commandBytes) problems.add(base + held, `${claim}, ${held} are there`);
  const commands = readLoadCommands(commandBytes, held, base, header, slice, budgets, problems);
  const pieces = yield* readPieces(wanted(commands, visitor, problems), budgets, problems);
  const known: KnownRange[] = [
    { as: 'header', offset: slice.offset, length: header.size + header.commandBytes },
    ...commands.sections.map(({ offset, length }) => ({ as: 'section', offset, length })),
    ...[...commands.linkEdit].map(([as, range]) => ({ as, ...range })),
  ];
  return { ...interpret(header, commands, pieces, budgets, visitor, problems), known };
}

/** What of the content is needed, in the order of worth. */
function wanted(commands: LoadCommands, visitor: MachOVisitor, problems: Problems): Piece[] {
  const pieces: Piece[] = [];
  for (const section of commands.sections) {
    if (section.length === 0 || isEncrypted(section, commands.encryption)) continue;
    const { offset, length } = section;
    if (section.section === CLASS_NAMES) pieces.push({ kind: 'classNames', offset, length });
    if (section.section === SELECTORS && visitor.selector) pieces.push({ kind: 'selectors', offset, length });
  }
  for (const kind of LINK_EDIT) {
    const range = commands.linkEdit.get(kind);
    if (!range) continue;
    // FairPlay encrypts __TEXT alone: a range that takes these too hides what an encrypted app leaves readable.
    if (isEncrypted(range, commands.encryption)) {
      problems.add(range.offset, `${kind} lies in the encrypted range`);
    } else pieces.push({ kind, ...range });
  }
  return pieces;
}

function interpret(
  header: MachHeader,
  commands: LoadCommands,
  pieces: readonly ReadPiece[],
  budgets: Budgets,
  visitor: MachOVisitor,
  problems: Problems,
): Omit<MachO, 'known'> {
  const { linkEdit, ...said } = commands;
  const exports: ExportedName[] = [];
  const imports = new Imports(said.dylibs, new NameAllowance(budgets));
  const table: SymbolTable = { symbols: [], classes: [] };
  const classNames: NamedAt[] = [];
  const classNameAllowance = new NameAllowance(budgets);
  let signature: CodeSignature | null = null;
  const strings = pieces.find(({ kind }) => kind === 'strings');

  for (const piece of pieces) {
    const { kind, bytes, offset } = piece;
    const read = () => {
      if (kind === 'exports') readExportTrie(bytes, offset, budgets, new NameAllowance(budgets), exports);
      else if (kind === 'bind' || kind === 'weakBind' || kind === 'lazyBind') readBinds(bytes, offset, kind, imports);
      else if (kind === 'fixups') readChainedImports(bytes, offset, header.little, imports);
      else if (kind === 'signature' && !piece.cut) signature = readSignature(bytes, offset, budgets, problems);
      else if (kind === 'classNames') readClassNames(bytes, offset, classNameAllowance, classNames);
      else if (kind === 'selectors' && visitor.selector) visitStrings(bytes, offset, visitor.selector);
      else if (kind === 'symbols') {
        readSymbols(piece, strings ?? NO_STRINGS, header, new NameAllowance(budgets), table, visitor);
      }
    };
    // Parts fail independently; what a part found before stays. That the budget cut one has been said.
    const cut = piece.cut || (kind === 'symbols' && strings?.cut);
    attempt(read, ({ reason }, error) => {
      if (reason === 'budget' || !cut) problems.failed(error);
    });
  }

  const objc = objcNames({ symbols: table.classes, exports, imports: imports.list, section: classNames });
  const plain = ({ length, ...at }: Section): boolean => length > 0 && !isEncrypted({ length, ...at }, said.encryption);
  const selectors = said.sections.filter((section) => section.section === SELECTORS && plain(section));
  return {
    arch: header.arch,
    fileType: header.fileType,
    bits: header.bits,
    ...said,
    exports,
    imports: imports.list,
    symbols: table.symbols,
    objcClasses: objc.classes,
    objcReferences: objc.references,
    selectorRanges: selectors.map(({ offset, length }) => ({ offset, length })),
    textRanges: textRanges(said.sections, said.encryption),
    signature,
    problems: problems.list,
  };
}
