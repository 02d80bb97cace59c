import type { DexFile } from './header.ts';
import { decodeMutf8 } from './mutf8.ts';
import { descriptorRange, visitTypes } from './tables.ts';

/**
 * Classes defined here, counted by package in dotted form, at most `depth` labels deep (`io.agora.rtc`; `` is the
 * default package). Past `limit` packages, the classes of further ones are only counted, in `rest`.
 */
export function definedPackages(
  dex: DexFile,
  depth = 3,
  limit = 2000,
): { readonly packages: ReadonlyMap<string, number>; readonly rest: number } {
  const { bytes } = dex;
  const packages = new Map<string, number>();
  let rest = 0;
  const count = (start: number, end: number, classes: number): void => {
    const name = dotted(bytes, start, end);
    const known = packages.get(name);
    if (known === undefined && packages.size >= limit) rest += classes;
    else packages.set(name, (known ?? 0) + classes);
  };
  // type_ids are sorted by descriptor: one package comes in one run, of which one name is decoded.
  let runStart = 0;
  let runEnd = 0;
  let isDeep = false;
  let run = 0;
  visitTypes(dex, (_, start, end, defined) => {
    if (!defined) return;
    const length = runEnd - runStart;
    const border = start + 1 + length;
    // A package of all labels goes on where its bytes and a border stand: nearly every class ends here.
    if (isDeep && border < end && bytes[border] === 0x2f && areSame(bytes, runStart, start + 1, length)) {
      run++;
      return;
    }
    const packageEnd = prefixEnd(bytes, start + 1, end, depth);
    if (run > 0 && packageEnd === border && areSame(bytes, runStart, start + 1, length)) {
      run++;
      return;
    }
    if (run > 0) count(runStart, runEnd, run);
    runStart = start + 1;
    runEnd = packageEnd;
    isDeep = labelsOf(bytes, runStart, runEnd) === depth;
    run = 1;
  });
  if (run > 0) count(runStart, runEnd, run);
  return { packages, rest };
}

/** The package of a class, as `definedPackages` counts it; the default one where its name cannot be read. */
export function packageOf(dex: DexFile, type: number, depth: number): string {
  const range = descriptorRange(dex, type);
  if (range === null) return '';
  const start = range.start + 1;
  return dotted(dex.bytes, start, prefixEnd(dex.bytes, start, range.end, depth));
}

/** Bytes of a package that is counted by name: those that begin alike are one. No folder of a source has a longer one. */
const LONGEST_PACKAGE = 255;

/** The end of the first `depth` labels that are packages; `start` where the class is in none. */
function prefixEnd(bytes: Uint8Array, start: number, end: number, depth: number): number {
  let last = start;
  const most = start + LONGEST_PACKAGE;
  for (let at = start, labels = 0; at < end && labels < depth; at++) {
    if (at > most) return most;
    if (bytes[at] !== 0x2f) continue;
    last = at;
    labels++;
  }
  return last;
}

/** From the end: packages of one maker differ there. */
function areSame(bytes: Uint8Array, start: number, other: number, length: number): boolean {
  for (let i = length - 1; i >= 0; i--) if (bytes[start + i] !== bytes[other + i]) return false;
  return true;
}

function labelsOf(bytes: Uint8Array, start: number, end: number): number {
  let labels = end > start ? 1 : 0;
  for (let at = start; at < end; at++) if (bytes[at] === 0x2f) labels++;
  return labels;
}

/** As decodeMutf8 has it, without a detour for ASCII. */
function dotted(bytes: Uint8Array, start: number, end: number): string {
  let name = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === 0 || byte >= 0x80) return decodeMutf8(bytes, start, end).replaceAll('/', '.');
    name += byte === 0x2f ? '.' : String.fromCharCode(byte);
  }
  return name;
}
