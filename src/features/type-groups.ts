import { type OpenMachO, visitClasses, visitSwiftTypes } from '../formats/macho/index.ts';
import { passageOfName } from '../formats/passage.ts';
import { classGroup, commonWords } from '../inventory/class-group.ts';
import type { LibraryHit } from '../inventory/facts.ts';

const latin1 = new TextDecoder('latin1');

/** Groups of one image beyond which no new one is opened: those of the largest app are some hundred. */
const MOST_GROUPS = 2000;

/** Bytes of a name that are looked at for its group. */
const LONGEST = 64;

/** CocoaPods gives each library that it builds a class of no use but this name, `-` as `_`; those of targets are the app's. */
const pod = /^PodsDummy_(?!Pods(?:_|$))(\w+)$/;

/** Types of one image by what they are called after, and the libraries that its build names by a class. */
export interface TypeGroups {
  readonly groups: ReadonlyMap<string, number>;
  readonly libraries: readonly LibraryHit[];
}

/**
 * How many types one image defines under each name that libraries go by: Swift modules, written with a dot at the end, and
 * what Objective-C classes are called after - a prefix, or the words that all of them begin with.
 */
export function typeGroups(image: OpenMachO): TypeGroups {
  const groups = new Map<string, { types: number; words: string }>();
  const libraries: LibraryHit[] = [];
  const count = (group: string | null, words: string) => {
    if (group === null) return;
    const known = groups.get(group);
    if (!known) {
      if (groups.size < MOST_GROUPS) groups.set(group, { types: 1, words });
      return;
    }
    known.types++;
    if (known.words.length > group.length) known.words = commonWords(known.words, words);
  };
  visitClasses(
    image,
    (bytes, start, end, offset) => {
      const name = latin1.decode(bytes.subarray(start, Math.min(end, start + LONGEST)));
      if (name.startsWith('PodsDummy_')) {
        const [, called] = pod.exec(name) ?? [];
        if (called === undefined || libraries.length >= MOST_GROUPS) return;
        libraries.push({
          name: called,
          version: null,
          seen: passageOfName(name, offset, 'Objective-C class list'),
          kind: 'class',
        });
        return;
      }
      const group = classGroup(name);
      // A prefix in capitals stands for itself.
      count(group, group !== null && /[a-z]/.test(group) ? name : (group ?? ''));
    },
    () => {},
  );
  visitSwiftTypes(
    image,
    (bytes, start, end) => {
      const dot = bytes.subarray(start, Math.min(end, start + LONGEST)).indexOf(46);
      if (dot <= 0) return;
      const module = latin1.decode(bytes.subarray(start, start + dot + 1));
      count(module, module);
    },
    () => {},
  );
  const named = new Map<string, number>();
  for (const { types, words } of groups.values()) named.set(words, (named.get(words) ?? 0) + types);
  return { groups: named, libraries };
}

/** Slices of one file hold the same types: of each group the most that any has. */
export function joinGroups(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  if (one.size === 0) return other;
  const joined = new Map(one);
  for (const [name, types] of other) joined.set(name, Math.max(joined.get(name) ?? 0, types));
  return joined;
}
