import { type OpenMachO, visitClasses, visitSwiftTypes } from '../formats/macho/index.ts';
import { classGroup } from '../inventory/class-group.ts';

const latin1 = new TextDecoder('latin1');

/** Groups of one image beyond which no new one is opened: those of the largest app are some hundred. */
const MOST_GROUPS = 2000;

/** Bytes of a name that are looked at for its group. */
const LONGEST = 64;

/**
 * How many types one image defines under each name that libraries go by: Swift modules, written with a dot at the end, and
 * what Objective-C classes are called after.
 */
export function typeGroups(image: OpenMachO): ReadonlyMap<string, number> {
  const groups = new Map<string, number>();
  const count = (name: string | null) => {
    if (name === null) return;
    const known = groups.get(name);
    if (known !== undefined || groups.size < MOST_GROUPS) groups.set(name, (known ?? 0) + 1);
  };
  visitClasses(
    image,
    (bytes, start, end) => count(classGroup(latin1.decode(bytes.subarray(start, Math.min(end, start + LONGEST))))),
    () => {},
  );
  visitSwiftTypes(
    image,
    (bytes, start, end) => {
      const dot = bytes.subarray(start, Math.min(end, start + LONGEST)).indexOf(46);
      if (dot > 0) count(latin1.decode(bytes.subarray(start, start + dot + 1)));
    },
    () => {},
  );
  return groups;
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
