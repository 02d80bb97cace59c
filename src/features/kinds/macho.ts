import type { Budgets } from '../../budgets.ts';
import { joinLinkage, linkageOf } from '../../bundle/libraries.ts';
import { attempt } from '../../coverage.ts';
import { isArchive } from '../../formats/ar.ts';
import { machoLength } from '../../formats/image.ts';
import {
  type DylibVersions,
  type FatSlice,
  isMachO,
  type OpenMachO,
  readFat,
  readMachO,
} from '../../formats/macho/index.ts';
import type { Parsing } from '../../formats/parsing.ts';
import { packedValue, passageOfName } from '../../formats/passage.ts';
import type { Grade } from '../../inventory/facts.ts';
import type { Anomaly } from '../../types.ts';
import type { Collector } from '../collector.ts';
import { matchNames } from '../macho-names.ts';
import { selectorsOf } from '../macho-selectors.ts';
import { joinGroups, typeGroups } from '../type-groups.ts';
import { extractArchive } from './ar.ts';
import type { ContentKind } from './kind.ts';

/** Thin or fat; a slice of a fat file may be a static library. */
export const macho: ContentKind = {
  is: isMachO,
  length: (head) => (head[0] === 0xcf ? machoLength(head) : 0),
  platform: 'ios',
  isCode: true,
  isNative: true,
  isSearched: true,
  read: 'load commands, symbols, class names, and every byte for strings',
  how: 'tables',
  kept: (size) => size,
  extract: extractMachO,
};

function* extractMachO(size: number, budgets: Budgets, into: Collector): Parsing<void> {
  const fat = yield* readFat(size, budgets);
  into.problems(fat.problems);
  into.slices = fat.slices;
  for (const slice of fat.slices) {
    into.arch = slice.arch;
    // One unreadable slice leaves the others readable.
    yield* attempt(
      () => extractSlice(slice, budgets, into),
      ({ reason, offset, message }) =>
        into.cover({ state: 'unreadable', reason, offset, detail: `${slice.arch} slice: ${message}` }),
    );
  }
  into.arch = fat.slices.length === 1 ? (fat.slices[0]?.arch ?? null) : null;
}

function* extractSlice(slice: FatSlice, budgets: Budgets, into: Collector): Parsing<void> {
  const head = yield { offset: slice.offset, length: 8, releases: 'all' };
  if (isArchive(head)) yield* extractArchive(slice.size, budgets, into, slice.offset);
  else {
    const { selectors } = into.wants;
    extractImage(yield* readMachO(slice, budgets, selectors === 'every' || selectors.size > 0), slice, into);
  }
}

function extractImage(image: OpenMachO, slice: FatSlice, into: Collector): void {
  if (image.signature) into.signature ??= { teamId: image.signature.teamId };
  into.entitlements ??= image.signature?.entitlements ?? null;
  into.linkage = joinLinkage(into.linkage, linkageOf(image, into.path));
  const library = ({ name, at }: DylibVersions, grade: Grade) => {
    if (!at) return;
    const seen = () => passageOfName(name, at.name, 'load command');
    into.facts.name('library', libraryName(name), grade, at.name, seen);
  };
  if (image.id) library(image.id, 'defined');
  const { name = null, builds = [] } = into.identity ?? {};
  into.identity = {
    name: name ?? (image.id && libraryName(image.id.name)),
    builds: image.uuid === null ? builds : [...builds, image.uuid],
  };
  for (const dylib of image.dylibs) library(dylib, 'referenced');
  if (into.native?.main) into.anomalies(otherPlatform(image, slice));
  matchNames(image, into.facts, into.wants);
  into.selectors = [...into.selectors, ...selectorsOf(image, into.wants.selectors)];
  const { groups, libraries } = typeGroups(image);
  into.packages = joinGroups(into.packages, groups);
  // Slices name the same ones.
  if (into.libraries.length === 0) into.libraries = libraries;
  into.problems(image.problems);
  for (const { name, current, at } of [...(image.id ? [image.id] : []), ...image.dylibs]) {
    if (at)
      into.facts.dylib(libraryName(name), current, () => packedValue(at.packed, at.current, current, 'load command'));
  }
  const { encryption } = image;
  if (encryption && encryption.id !== 0) {
    into.cover({
      state: 'unreadable',
      reason: 'encrypted',
      offset: encryption.offset,
      detail:
        `${slice.arch}: ${encryption.size} bytes of code and strings are encrypted (FairPlay, cryptid ${encryption.id}); ` +
        'class names, selectors and URLs there cannot be read',
    });
  }
}

/** What an app is built for that no device of its users runs. */
const elsewhere: Readonly<Record<string, string>> = {
  iossimulator: 'the simulator of iOS',
  maccatalyst: 'macOS (Mac Catalyst)',
  macos: 'macOS',
  driverkit: 'DriverKit',
  tvos: 'tvOS',
  tvossimulator: 'the simulator of tvOS',
  visionos: 'visionOS',
  visionossimulator: 'the simulator of visionOS',
  watchossimulator: 'the simulator of watchOS',
};

/** Says what a main executable is built for where that is no iPhone, iPad or watch (LC_BUILD_VERSION, LC_VERSION_MIN_*). */
function otherPlatform({ platform, arch }: OpenMachO, slice: FatSlice): Pick<Anomaly, 'code' | 'offset' | 'detail'>[] {
  // Before Xcode 10 a build for the simulator was told by its instruction set alone.
  const isOldSimulator = platform?.name === 'ios' && (arch === 'x86_64' || arch === 'i386');
  const name = isOldSimulator ? 'iossimulator' : (platform?.name ?? 'ios');
  if (name === 'ios' || name === 'watchos') return [];
  const where = elsewhere[name] ?? `another system (${name})`;
  const detail = `the ${arch} code is built for ${where}: what users of iOS are given may be another build`;
  return [{ code: 'macho.platform', offset: slice.offset, detail }];
}

/** `X.framework` for a framework's binary, the file name for any other library. */
export function libraryName(path: string): string {
  // No regular expression: one that starts anywhere looks from every place of a long name to its end.
  const ending = '.framework/';
  for (let at = path.indexOf(ending); at >= 0; at = path.indexOf(ending, at + ending.length)) {
    const start = at === 0 ? 0 : path.lastIndexOf('/', at - 1) + 1;
    if (start < at) return path.slice(start, at + ending.length - 1);
  }
  return path.slice(path.lastIndexOf('/') + 1);
}
