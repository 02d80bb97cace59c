import type { EntryFeatures } from '../inventory/facts.ts';
import type { Needs, Sdk } from '../rules/schema.ts';
import type { ClueHit } from './clue-hits.ts';

/** Names of types in one image from which not all may have been kept (`features/type-groups.ts`). */
const MANY_NAMES = 1000;

/**
 * Holds what is aboard against the `needs` of a rule. An SDK of a real release has its native code aboard, or, where that
 * comes later, its classes: anything of either is enough. What is left is a class or two that anyone can write.
 * @returns what is missing, in words; null where nothing is, or where no class of it is defined
 */
export function lackOf(sdk: Sdk, met: readonly ClueHit[], entries: readonly EntryFeatures[]): string | null {
  const { needs } = sdk;
  // A library may bear any name: what it exports, or a text in it, tells it as well.
  if (!needs || met.some(isNativeCode)) return null;
  const classes = met.filter(isClassAlone);
  const ofImages = classes.filter(({ entry }) => entry.format === 'macho');
  const others = classes.filter(({ entry }) => entry.format !== 'macho');
  const lacks = [
    ...(ofImages.length > 0 ? [lackOfTypes(needs, ofImages, entries)] : []),
    ...(others.length > 0 ? [lackOfClasses(needs, others, entries)] : []),
  ];
  // Where both platforms have classes, enough on one is enough.
  const [first = null] = lacks;
  return first === null || lacks.includes(null) ? null : `stub or remnant: ${sdk.name} ${first}`;
}

/** A class that a DEX, a class file or an image of iOS defines: by itself it is a name and no more. */
export function isClassAlone({ clue, hit, entry }: ClueHit): boolean {
  return clue.kind === 'class' && hit.grade === 'defined' && entry.format !== 'elf';
}

/** Anything of ELF, and of Mach-O what is there besides the names of classes. */
function isNativeCode(met: ClueHit): boolean {
  const { format } = met.entry;
  return format === 'elf' || (format === 'macho' && met.hit.grade === 'defined' && met.clue.kind !== 'class');
}

function lackOfClasses(
  { under, classes: least, library }: Needs,
  classes: readonly ClueHit[],
  entries: readonly EntryFeatures[],
): string | null {
  if (least === undefined) return null;
  if (entries.some(({ native }) => native !== null && library.includes(native.name))) return null;
  const own = new Set(classes.map(({ hit }) => hit.seen.text)).size;
  const found = Math.max(classesCalled(entries, under, '.', false), own);
  if (found >= least) return null;
  const native = library.length === 0 ? 'its native library' : library.join(' or ');
  return `needs ${least} classes or ${native}; ${counted(found, 'class', 'classes')} found, and no native code of it`;
}

function lackOfTypes({ ios }: Needs, classes: readonly ClueHit[], entries: readonly EntryFeatures[]): string | null {
  if (!ios || classes.some(({ entry }) => entry.packages.size >= MANY_NAMES)) return null;
  const own = new Set(classes.map(({ hit }) => hit.seen.text.replace(/^_OBJC_CLASS_\$_/, ''))).size;
  const found = Math.max(classesCalled(entries, ios.called, '', true), own);
  if (found >= ios.types) return null;
  const names = ios.called.map((name) => `${name}…`).join(' or ');
  return `needs ${ios.types} types called ${names} or a text of its own; ${counted(found, 'type', 'types')} found, and no text of it`;
}

/** Classes of packages below these names, or called after them. */
function classesCalled(
  entries: readonly EntryFeatures[],
  names: readonly string[],
  border: string,
  isImage: boolean,
): number {
  let count = 0;
  for (const { format, packages } of entries) {
    if ((format === 'macho') !== isImage) continue;
    for (const [name, classes] of packages) {
      if (names.some((top) => name === top || name.startsWith(top + border))) count += classes;
    }
  }
  return count;
}

const counted = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;
