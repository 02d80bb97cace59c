import { type CallHit, type DexTypes, digestOfType, type EntryFeatures, hasDigest } from './facts.ts';

/**
 * Why what one DEX shows may not be all: another one refers to a class whose members were taken to be used in one alone, or
 * defines one whose code or fields were taken to be those of this one. Null where none does.
 */
export function otherDex(
  { relies, follows, dex, elsewhere }: Pick<CallHit, 'relies' | 'follows' | 'dex' | 'elsewhere'>,
  entry: EntryFeatures,
  entries: readonly EntryFeatures[],
): string | null {
  if (elsewhere !== undefined) return elsewhere;
  const [used, taken] = [digestsOf(relies), digestsOf(follows)];
  const isOpen = (types: DexTypes) =>
    used.some((digest) => hasDigest(types.foreign, digest)) || taken.some((digest) => hasDigest(types.defined, digest));
  const here = entry.types?.[dex];
  // Bytes that two entries share are one DEX.
  const isOther = (types: DexTypes) => types !== here;
  const other = entries.find(({ types = [] }) => types.some((each) => isOther(each) && isOpen(each)));
  return other
    ? `${other.path} has to do with the same classes, and what it writes or hands over was not followed`
    : null;
}

/** By which names of classes, dotted, are found in `DexTypes`. */
export const digestsOf = (names: Iterable<string>): readonly number[] =>
  [...names].map((name) => {
    const bytes = new TextEncoder().encode(name.replaceAll('.', '/'));
    return digestOfType(bytes, 0, bytes.length);
  });
