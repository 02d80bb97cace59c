import type { Budgets } from '../../budgets.ts';
import { attempt } from '../../coverage.ts';
import type { Parsing } from '../parsing.ts';
import { Problems } from '../problems.ts';
import type { LinkEdit, LoadCommands } from './command.ts';
import { readLoadCommands } from './commands.ts';
import { type MachHeader, readHeader } from './header.ts';
import { type Piece, type ReadPiece, readPieces } from './pieces.ts';
import { isEncrypted, textRanges } from './sections.ts';
import { readSignature } from './signature.ts';
import { readTypes, typeSections } from './type-lists.ts';
import type { CodeSignature, FatSlice } from './types.ts';
import type { OpenMachO } from './visits.ts';

export { readFat } from './fat.ts';
export { isMachO } from './header.ts';
export { CLASS_PREFIX, isClassSymbol } from './objc.ts';
export type * from './types.ts';
export {
  type OpenMachO,
  visitClasses,
  visitExports,
  visitImports,
  visitSelectors,
  visitSwiftTypes,
  visitSymbols,
  visitVariables,
} from './visits.ts';

// Real files have a few thousand bytes of load commands.
const COMMAND_BYTES = 1024 * 1024;

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
 * archive. Its names are handed over by visits, in place. Asks for the header, the load commands, and then for all else in ascending order.
 *
 * What lies in FairPlay's range while `cryptid` is not 0 is not interpreted: class names and text ranges of the encrypted
 * sections are absent then. A part that cannot be followed leaves a problem, and what was read of it.
 * @param slice where it stands in the content; an empty `arch` is not compared with the header's
 * @param selectors whether `visitSelectors` will be asked
 * @throws FormatError where the slice does not start with a Mach-O header
 */
export function* readMachO(slice: FatSlice, budgets: Budgets, selectors = false): Parsing<OpenMachO> {
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
  const list = { bytes: commandBytes, room: held, base, header, slice, budgets, problems };
  const commands = readLoadCommands(list);
  const { linkEdit: _, ...said } = commands;
  const pieces = yield* readPieces(wanted(commands, header, selectors, problems), budgets, problems);
  const types = yield* readTypes({ header, commands, pieces, budgets, problems });
  return {
    arch: header.arch,
    fileType: header.fileType,
    bits: header.bits,
    ...said,
    tables: { header, pieces, budgets, problems, types },
    textRanges: textRanges(said.sections, said.encryption),
    signature: signatureOf(pieces, budgets, problems),
    problems: problems.list,
  };
}

function signatureOf(pieces: readonly ReadPiece[], budgets: Budgets, problems: Problems): CodeSignature | null {
  const piece = pieces.find(({ kind }) => kind === 'signature');
  if (!piece || piece.cut) return null;
  return attempt(
    () => readSignature(piece.bytes, piece.offset, budgets, problems),
    (_, error) => problems.failed(error),
  );
}

/** What of the content is needed, in the order of worth. */
function wanted(commands: LoadCommands, header: MachHeader, selectors: boolean, problems: Problems): Piece[] {
  const pieces = typeSections(commands, header, selectors);
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
