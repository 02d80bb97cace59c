import type { DexFile } from './header.ts';
import { decodeMutf8 } from './mutf8.ts';
import { visitTypes } from './tables.ts';

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
    const name = decodeMutf8(bytes, start, end).replaceAll('/', '.');
    const known = packages.get(name);
    if (known === undefined && packages.size >= limit) rest += classes;
    else packages.set(name, (known ?? 0) + classes);
  };
  // type_ids are sorted by descriptor: one package comes in one run, of which one name is decoded.
  let runStart = 0;
  let runEnd = 0;
  let run = 0;
  visitTypes(dex, (_, start, end, defined) => {
    if (!defined) return;
    const packageEnd = prefixEnd(bytes, start + 1, end, depth);
    if (run > 0 && areSame(bytes, runStart, runEnd, start + 1, packageEnd)) {
      run++;
      return;
    }
    if (run > 0) count(runStart, runEnd, run);
    runStart = start + 1;
    runEnd = packageEnd;
    run = 1;
  });
  if (run > 0) count(runStart, runEnd, run);
  return { packages, rest };
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

/** Of five places and not of two slices: it is asked once a class. */
function areSame(bytes: Uint8Array, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false;
  for (let i = 0; i < end - start; i++) if (bytes[start + i] !== bytes[otherStart + i]) return false;
  return true;
}
