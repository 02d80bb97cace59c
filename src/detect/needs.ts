import type { EntryFeatures } from '../inventory/facts.ts';
import type { Sdk } from '../rules/schema.ts';
import type { ClueHit } from './clue-hits.ts';

/**
 * Holds what is aboard against the `needs` of a rule. An SDK of a real release has its native code aboard, or, where that
 * comes later, its classes: anything of either is enough. What is left is a class or two that anyone can write.
 * @returns what is missing, in words; null where nothing is, or where nothing of it is defined in a DEX
 */
export function lackOf(sdk: Sdk, met: readonly ClueHit[], entries: readonly EntryFeatures[]): string | null {
  const { needs } = sdk;
  if (!needs) return null;
  const classes = met.filter(isClassOfDex);
  if (classes.length === 0) return null;
  // A library may bear any name: what it exports, or a text in it, tells it as well.
  if (met.some(({ entry }) => entry.format === 'elf' || entry.format === 'macho')) return null;
  if (entries.some(({ native }) => native !== null && needs.library.includes(native.name))) return null;
  const found = Math.max(classesUnder(needs.under, entries), new Set(classes.map(({ hit }) => hit.seen.text)).size);
  if (found >= needs.classes) return null;
  const library = needs.library.length === 0 ? 'its native library' : needs.library.join(' or ');
  const those = `${found} class${found === 1 ? '' : 'es'}`;
  return `stub or remnant: ${sdk.name} needs ${needs.classes} classes or ${library}; ${those} found, and no native code of it`;
}

/** A class that a DEX or a class file defines. */
export function isClassOfDex({ clue, hit, entry }: ClueHit): boolean {
  return clue.kind === 'class' && hit.grade === 'defined' && entry.format !== 'elf' && entry.format !== 'macho';
}

function classesUnder(under: readonly string[], entries: readonly EntryFeatures[]): number {
  let count = 0;
  for (const { format, packages } of entries) {
    if (format === 'macho') continue;
    for (const [name, classes] of packages) {
      if (under.some((top) => name === top || name.startsWith(`${top}.`))) count += classes;
    }
  }
  return count;
}
