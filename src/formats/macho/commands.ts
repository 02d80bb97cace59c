import type { Budgets } from '../../budgets.ts';
import { BudgetError } from '../../errors.ts';
import type { ByteRange } from '../parsing.ts';
import { viewOf } from './bytes.ts';
import { Command, type LinkEdit, type LoadCommands, type Surroundings } from './command.ts';
import { readDylib, readDylibVersions, sourceVersion, systemVersion } from './dylibs.ts';
import type { MachHeader } from './header.ts';
import { readSections, readSegment } from './sections.ts';
import type { Dylib } from './types.ts';

type Read = (command: Command, found: LoadCommands) => void;

// PLATFORM_* from 1
const PLATFORMS = [
  'macos',
  'ios',
  'tvos',
  'watchos',
  'bridgeos',
  'maccatalyst',
  'iossimulator',
  'tvossimulator',
  'watchossimulator',
  'driverkit',
  'visionos',
  'visionossimulator',
];

function linkEdit(kind: LinkEdit, { offset, length }: ByteRange, command: Command, found: LoadCommands): void {
  if (length === 0) return;
  // The first counts. Reading all would let a file have one table read once for each of its load commands.
  if (found.linkEdit.has(kind)) command.report(`a second load command for ${kind} is not read`);
  else found.linkEdit.set(kind, command.range(offset, length, kind));
}

/** An offset and the size that follows it. */
function rangeAt(command: Command, field: number): ByteRange {
  return { offset: command.u32(field), length: command.u32(field + 4) };
}

/** @param fields where each kind has its offset, which its size follows */
function linkEdits(fields: readonly (readonly [LinkEdit, number])[]): Read {
  return (command, found) => {
    for (const [kind, at] of fields) linkEdit(kind, rangeAt(command, at), command, found);
  };
}

const dyldInfo = linkEdits([
  ['bind', 16],
  ['weakBind', 24],
  ['lazyBind', 32],
  ['exports', 40],
]);

const segment: Read = (command, found) => {
  found.segments.push(readSegment(command));
  const missing = readSections(command, found.sections);
  if (missing > 0) command.report(`a segment claims ${missing} sections more than its command holds`);
};

const dylib =
  (kind: Dylib['kind']): Read =>
  (command, found) => {
    found.dylibs.push(readDylib(command, kind));
  };

const platform = (name: string | null): Read => {
  // LC_BUILD_VERSION has the platform first, where LC_VERSION_MIN_* has the version.
  const at = name === null ? 12 : 8;
  return (command, found) => {
    const number = command.u32(8);
    const sdk = command.u32(at + 4);
    found.platform ??= {
      name: name ?? PLATFORMS[number - 1] ?? `platform-${number}`,
      minos: systemVersion(command.u32(at)),
      sdk: sdk === 0 ? null : systemVersion(sdk),
    };
  };
};

const encryption: Read = (command, found) => {
  const { offset, length } = command.range(command.u32(8), command.u32(12), 'the encrypted range');
  if (found.encryption) command.report('a second load command tells of an encrypted range');
  if (!found.encryption?.id) found.encryption = { offset, size: length, id: command.u32(16) };
};

const symbolTable: Read = (command, found) => {
  const { offset, length } = rangeAt(command, 8);
  linkEdit('symbols', { offset, length: length * (command.bits === 64 ? 16 : 12) }, command, found);
  linkEdit('strings', rangeAt(command, 16), command, found);
};

const uuid: Read = (command, found) => {
  const hex = Array.from(command.bytes.subarray(8, 24), (byte) => byte.toString(16).padStart(2, '0'));
  const groups = [hex.slice(0, 4), hex.slice(4, 6), hex.slice(6, 8), hex.slice(8, 10), hex.slice(10)];
  found.uuid ??= groups
    .map((group) => group.join(''))
    .join('-')
    .toUpperCase();
};

const rpath: Read = (command, found) => {
  const path = command.string(8);
  if (path !== null) found.rpaths.push(path);
};

const id: Read = (command, found) => {
  found.id ??= readDylibVersions(command);
};

const source: Read = (command, found) => {
  found.sourceVersion ??= sourceVersion(...command.halves(8));
};

/**
 * The commands that are read, each with the least size its fields need (mach-o/loader.h). Those with the top bit,
 * LC_REQ_DYLD, are not the same command without it: dyld does not know that one, and so it must not stand in for this.
 */
const COMMANDS: ReadonlyMap<number, readonly [name: string, least: number, read: Read]> = new Map([
  [0x1, ['LC_SEGMENT', 56, segment]],
  [0x2, ['LC_SYMTAB', 24, symbolTable]],
  [0xc, ['LC_LOAD_DYLIB', 24, dylib('load')]],
  [0xd, ['LC_ID_DYLIB', 24, id]],
  [0x8000_0018, ['LC_LOAD_WEAK_DYLIB', 24, dylib('weak')]],
  [0x19, ['LC_SEGMENT_64', 72, segment]],
  [0x1b, ['LC_UUID', 24, uuid]],
  [0x8000_001c, ['LC_RPATH', 12, rpath]],
  [0x1d, ['LC_CODE_SIGNATURE', 16, linkEdits([['signature', 8]])]],
  [0x8000_001f, ['LC_REEXPORT_DYLIB', 24, dylib('reexport')]],
  [0x20, ['LC_LAZY_LOAD_DYLIB', 24, dylib('lazy')]],
  [0x21, ['LC_ENCRYPTION_INFO', 20, encryption]],
  [0x22, ['LC_DYLD_INFO', 48, dyldInfo]],
  [0x8000_0022, ['LC_DYLD_INFO_ONLY', 48, dyldInfo]],
  [0x8000_0023, ['LC_LOAD_UPWARD_DYLIB', 24, dylib('upward')]],
  [0x24, ['LC_VERSION_MIN_MACOSX', 16, platform('macos')]],
  [0x25, ['LC_VERSION_MIN_IPHONEOS', 16, platform('ios')]],
  [0x2a, ['LC_SOURCE_VERSION', 16, source]],
  [0x2c, ['LC_ENCRYPTION_INFO_64', 24, encryption]],
  [0x2f, ['LC_VERSION_MIN_TVOS', 16, platform('tvos')]],
  [0x30, ['LC_VERSION_MIN_WATCHOS', 16, platform('watchos')]],
  [0x32, ['LC_BUILD_VERSION', 20, platform(null)]],
  [0x8000_0033, ['LC_DYLD_EXPORTS_TRIE', 16, linkEdits([['exports', 8]])]],
  [0x8000_0034, ['LC_DYLD_CHAINED_FIXUPS', 16, linkEdits([['fixups', 8]])]],
]);

/** The load commands of a file. */
export interface CommandList extends Surroundings {
  /** The commands alone, as many as are read. */
  readonly bytes: Uint8Array;
  /** Bytes that they take in the content. */
  readonly room: number;
  /** Where they start in the content. */
  readonly base: number;
  readonly header: MachHeader;
  readonly budgets: Budgets;
}

/** Follows the load commands; nothing is thrown. */
export function readLoadCommands(list: CommandList): LoadCommands {
  const { bytes, room, base, header, budgets, problems } = list;
  const found: LoadCommands = {
    dylibs: [],
    rpaths: [],
    segments: [],
    sections: [],
    linkEdit: new Map(),
    id: null,
    uuid: null,
    platform: null,
    sourceVersion: null,
    encryption: null,
  };
  const view = viewOf(bytes);
  // Commands that the budget left out are no fault of the header's.
  const isCut = bytes.length < room;
  const claimed = Math.min(header.commands, budgets.loadCommands);
  let at = 0;
  let count = 0;
  while (count < claimed && at + 8 <= bytes.length) {
    const size = view.getUint32(at + 4, header.little);
    if (size < 8 || at + size > room) {
      problems.add(base + at, `load command ${count} has an impossible size of ${size}`);
      break;
    }
    if (at + size > bytes.length) break;
    const command = new Command(bytes.subarray(at, at + size), base + at, list);
    const known = COMMANDS.get(command.kind);
    if (known && size < known[1]) command.report(`${known[0]} is cut short`);
    else known?.[2](command, found);
    at += size;
    count++;
  }
  if (count === budgets.loadCommands && count < header.commands) {
    problems.failed(new BudgetError('loadCommands', count, base + at));
  } else if (count < header.commands && !isCut) {
    problems.add(base + at, `the header claims ${header.commands} load commands, ${count} can be read`);
  }
  return found;
}
