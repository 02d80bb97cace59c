import type { Budgets } from '../../budgets.ts';
import { attempt } from '../../coverage.ts';
import { FormatError } from '../../errors.ts';
import type { Parsing } from '../parsing.ts';
import type { Problems } from '../problems.ts';
import { NameAllowance } from './bytes.ts';
import type { LoadCommands } from './command.ts';
import type { MachHeader } from './header.ts';
import { Image } from './image.ts';
import { NameList } from './name-list.ts';
import { noObjcNames, type ObjcNames, readObjc } from './objc.ts';
import type { Piece, ReadPiece } from './pieces.ts';
import { pointerReader } from './pointers.ts';
import { isEncrypted } from './sections.ts';
import { readSwift, type SwiftNames } from './swift.ts';
import type { Section } from './types.ts';

/** Names of the classes and types of one file. */
export interface TypeNames {
  readonly objc: ObjcNames;
  readonly swift: SwiftNames;
}

const LISTS: ReadonlyMap<string, Piece['kind']> = new Map([
  ['__objc_classlist', 'classes'],
  ['__objc_protolist', 'protocols'],
  ['__swift5_types', 'swiftTypes'],
  // Of the protocols that the file defines; its records are those of types.
  ['__swift5_protos', 'swiftTypes'],
  ['__objc_selrefs', 'selectors'],
] as const);

/**
 * Where linkers put what the lists lead to, so that it is at hand in one pass. What lies elsewhere, or in a larger
 * section, is asked for by its address.
 */
const LED_TO: readonly (readonly [section: string, most: number])[] = [
  ['__objc_data', Number.POSITIVE_INFINITY],
  ['__objc_const', Number.POSITIVE_INFINITY],
  ['__objc_classname', Number.POSITIVE_INFINITY],
  ['__objc_methtype', 8 * 1024 * 1024],
  ['__data', 8 * 1024 * 1024],
];
const SWIFT_LED_TO: typeof LED_TO = [
  ['__constg_swiftt', Number.POSITIVE_INFINITY],
  ['__got', Number.POSITIVE_INFINITY],
  ['__const', 8 * 1024 * 1024],
];
/** lld merges the names of classes into it, and older compilers of Swift put them there. */
const STRINGS: typeof LED_TO = [['__cstring', 8 * 1024 * 1024]];

const SELECTORS_LED_TO: typeof LED_TO = [['__objc_methname', 8 * 1024 * 1024]];

/**
 * Sections that name the types of a file, and those that they lead to.
 * @param selectors whether the selectors that its code refers to are asked for
 */
export function typeSections(
  { sections, encryption }: LoadCommands,
  { fileType }: MachHeader,
  selectors: boolean,
): Piece[] {
  // In an object file what they lead to is told by relocations; its symbols name its classes.
  if (fileType === 'object') return [];
  const plain = sections.filter((section) => section.length > 0 && !isEncrypted(section, encryption));
  const lists = plain.flatMap((section) => {
    const kind = LISTS.get(section.section);
    return kind && (selectors || kind !== 'selectors') ? [pieceOf(section, kind)] : [];
  });
  if (lists.length === 0) return [];
  const isSwift = lists.some(({ kind }) => kind === 'swiftTypes');
  const isNamed = plain.some(({ section }) => section === '__objc_classname');
  const most = new Map([
    ...LED_TO,
    ...(isSwift ? SWIFT_LED_TO : []),
    ...(isSwift || !isNamed ? STRINGS : []),
    ...(selectors ? SELECTORS_LED_TO : []),
  ]);
  const data = plain.filter(({ section, segment, length }) => {
    // Constants of C++ lie in segments of data, and are many.
    return length <= (most.get(section) ?? 0) && (section !== '__const' || segment === '__TEXT');
  });
  return [...lists, ...data.map((section) => pieceOf(section, 'data'))];
}

function pieceOf({ offset, length, address }: Section, kind: Piece['kind']): Piece {
  return { kind, offset, length, address };
}

interface Tables {
  readonly header: MachHeader;
  readonly commands: LoadCommands;
  readonly pieces: readonly ReadPiece[];
  readonly budgets: Budgets;
  readonly problems: Problems;
}

/** Reads the names; what cannot be followed is one of `problems`. */
export function* readTypes({ header, commands, pieces, budgets, problems }: Tables): Parsing<TypeNames> {
  const objc = noObjcNames();
  const swift: SwiftNames = { modules: new NameList(), types: new NameList() };
  const lists = pieces.filter(({ kind }) => kind === 'classes' || kind === 'protocols' || kind === 'selectors');
  const types = pieces.filter(({ kind }) => kind === 'swiftTypes');
  if (lists.length + types.length === 0) return { objc, swift };
  const { segments, encryption, linkEdit } = commands;
  const image = new Image(
    segments,
    pieces.filter(({ kind }) => kind === 'data'),
    encryption,
  );
  const names = new NameAllowance(budgets);
  const { little } = header;
  const pointer = attempt(
    () => {
      const fixups = pieces.find(({ kind }) => kind === 'fixups') ?? null;
      const [first] = lists;
      if (!fixups && first && linkEdit.has('fixups')) {
        throw new FormatError('without the chained fixups no pointer can be read', first.offset);
      }
      const start = segments.find(({ segment }) => segment === '__TEXT')?.address ?? segments[0]?.address ?? 0;
      return pointerReader(header, fixups, start);
    },
    (_, error) => {
      // Selectors that cannot be followed hide no class.
      if (lists.some(({ kind }) => kind !== 'selectors')) problems.failed(error, 'Objective-C classes');
    },
  );
  const size = header.bits === 64 ? 8 : 4;
  return {
    objc:
      pointer && lists.length > 0
        ? yield* readObjc({ pieces: lists, image, size, little, pointer, names, problems })
        : objc,
    swift: types.length > 0 ? yield* readSwift({ lists: types, image, little, size, pointer, names, problems }) : swift,
  };
}
