import type { Budgets } from '../../budgets.ts';
import { attempt } from '../../coverage.ts';
import type { Problems } from '../problems.ts';
import { NameAllowance } from './bytes.ts';
import type { MachHeader } from './header.ts';
import { Imports, readBinds, readChainedImports } from './imports.ts';
import type { ReadPiece } from './pieces.ts';
import { readSymbols } from './symbols.ts';
import { readExportTrie } from './trie.ts';
import type { TypeNames } from './type-lists.ts';
import type { MachO, VisitExport, VisitImport, VisitName, VisitSymbol } from './types.ts';

/** A Mach-O that was read, with the tables that hold its names: the visits hand those over, and keep none. */
export interface OpenMachO extends MachO {
  readonly tables: Tables;
}

interface Tables {
  readonly header: MachHeader;
  readonly pieces: readonly ReadPiece[];
  readonly budgets: Budgets;
  readonly problems: Problems;
  readonly types: TypeNames;
}

/** Names may share their tails, and so be longer together than the bytes that they stand in. */
const SHARED = 4;
/** In a trie they share their beginnings: those of real libraries come to a few times its bytes. */
const SHARED_IN_TRIE = 64;
const ROOM = 64 * 1024;

const NO_STRINGS = { bytes: new Uint8Array(0), offset: 0, cut: false };

/** The export trie's names in trie order. */
export function visitExports({ tables }: OpenMachO, visit: VisitExport): void {
  each(tables, ['exports'], ({ bytes, offset }) => {
    const names = new NameAllowance(tables.budgets, SHARED_IN_TRIE * bytes.length + ROOM);
    readExportTrie({ bytes, base: offset, budgets: tables.budgets, names }, visit);
  });
}

/**
 * External symbols and those that define a class, in table order, without debugging entries.
 * @param locals visits all others as well
 */
export function visitSymbols({ tables }: OpenMachO, visit: VisitSymbol, locals = false): void {
  const stringTable = tables.pieces.find(({ kind }) => kind === 'strings') ?? NO_STRINGS;
  const names = new NameAllowance(tables.budgets, SHARED * stringTable.bytes.length + ROOM);
  const shared = { stringTable, layout: tables.header, names, locals };
  const read = (table: ReadPiece) => readSymbols({ table, ...shared }, visit);
  each(tables, ['symbols'], read, stringTable.cut);
}

/**
 * From the bind tables or the chained fixups, where one name may come several times. Object files have none: see
 * `visitSymbols`. Weak lookup also lists names that this very file defines, as C++ inline functions, so that one copy can
 * win over all files.
 */
export function visitImports({ tables, dylibs }: OpenMachO, visit: VisitImport): void {
  const kinds: readonly ReadPiece['kind'][] = ['bind', 'weakBind', 'lazyBind', 'fixups'];
  const size = tables.pieces.reduce((sum, { kind, bytes }) => sum + (kinds.includes(kind) ? bytes.length : 0), 0);
  const imports = new Imports(dylibs, new NameAllowance(tables.budgets, SHARED * size + ROOM), visit);
  each(tables, kinds, ({ kind, bytes, offset }) => {
    if (kind === 'fixups') readChainedImports(bytes, offset, tables.header.little, imports);
    else if (kind === 'bind' || kind === 'weakBind' || kind === 'lazyBind') readBinds(bytes, offset, kind, imports);
  });
}

/** Objective-C classes that the file defines, and protocols, whoever defines them. */
export function visitClasses({ tables: { types } }: OpenMachO, visitClass: VisitName, visitProtocol: VisitName): void {
  types.objc.classes.visit(visitClass);
  types.objc.protocols.visit(visitProtocol);
}

/** Types of the instance variables of its Objective-C classes: `@"UIView"`, `@"UIView<Drawn>"`, `@"<Drawn>"`, `B`, `{CGRect=…}`. */
export function visitVariables({ tables: { types } }: OpenMachO, visit: VisitName): void {
  types.objc.variables.visit(visit);
}

/** Swift types that the file defines, as `Module.Outer.Type`, and their modules. */
export function visitSwiftTypes({ tables: { types } }: OpenMachO, visitType: VisitName, visitModule: VisitName): void {
  types.swift.types.visit(visitType);
  types.swift.modules.visit(visitModule);
}

/** Selectors that the code refers to, to send a message or to hand them on, each once; where they were asked for. */
export function visitSelectors({ tables: { types } }: OpenMachO, visit: VisitName): void {
  types.objc.selectors.visit(visit);
}

/** Parts fail independently; what a part handed on before stays. That the budget cut one has been said. */
function each(
  { pieces, problems }: Tables,
  kinds: readonly ReadPiece['kind'][],
  read: (piece: ReadPiece) => void,
  isCut = false,
): void {
  for (const piece of pieces) {
    if (!kinds.includes(piece.kind)) continue;
    attempt(
      () => read(piece),
      ({ reason }, error) => {
        if (reason === 'budget' || !(piece.cut || isCut)) problems.failed(error);
      },
    );
  }
}
