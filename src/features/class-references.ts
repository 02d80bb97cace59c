import type { Working } from '../allowance.ts';
import { type ClassFile, type Reference, visitReferences } from '../formats/java-class/index.ts';
import { meaning, passageAt } from '../formats/passage.ts';
import type { CallerHit } from '../inventory/facts.ts';
import type { Taker, WantedMember } from '../inventory/taker.ts';
import type { Collector } from './collector.ts';

/** Who the class is, as references are told of it. */
export interface Referring {
  /** Dotted. */
  readonly name: string;
  /** As packages are counted. */
  readonly package: string;
}

/** References and callers kept of one class: a large one has some dozens. */
const MOST = 256;

/**
 * Hands over what of the platform a class refers to, and whom of the SDKs it calls. The evidence is the constant: a pool
 * names what some code of the class uses. With which values is not followed, and said where anybody asks.
 */
export function* handOverReferences(
  file: ClassFile,
  by: Referring,
  { calls }: Pick<Taker, 'calls'>,
  into: Collector,
): Working<void> {
  const members = membersOf(into.members);
  const packages = packagesOf(calls.packages);
  if (members !== 'every' && members.size === 0 && packages.size === 0) return;
  const callers: CallerHit[] = [];
  const called = new Map<string, string | null>();
  const own = packageAround(by.name, packages);
  let count = 0;
  const visit = (found: Reference): void => {
    if (isMember(found, members) && ++count <= MOST) {
      const { kind, class: owner, name } = found;
      into.facts.use({ kind, class: owner, name, by: by.package }, () => seenAt(file, found, by, verbs[kind]));
    }
    if (found.kind !== 'method' || found.class === null || callers.length >= MOST) return;
    let around = called.get(found.class);
    if (around === undefined) {
      around = packageAround(found.class, packages);
      called.set(found.class, around);
      // The first place in a class says who calls whom.
      if (around === null || around === own) return;
      const name = `${found.class}.${found.name}`;
      const seen = seenAt(file, found, by, verbs.method);
      callers.push({ kind: 'call', package: around, by: by.name, called: name, seen });
    }
  };
  yield* visitReferences(file, visit);
  if (count > MOST) into.codeUnread ??= `${count - MOST} references to the platform more than ${MOST} were met`;
  if (callers.length === 0) return;
  into.callers = callers;
  into.callsUnread ??= 'with which values a Java class file calls is not followed';
}

const verbs: Readonly<Record<Reference['kind'], string>> = { method: 'calls', field: 'reads', string: 'loads' };

function seenAt({ bytes }: ClassFile, { class: owner, name, start, end }: Reference, by: Referring, verb: string) {
  const what = owner === null ? name : `${owner}.${name}`;
  const place = passageAt(bytes.subarray(start, end), start, 'mutf-8', 'constant pool of a Java class');
  return meaning(place, `${by.name} ${verb} ${what}`);
}

type Names = ReadonlyMap<string | null, ReadonlySet<string>>;

/** One list serves all classes of a scan. */
const grouped = new WeakMap<readonly WantedMember[], Names>();

function membersOf(members: Taker['members']): Names | 'every' {
  if (members === 'every') return members;
  let names = grouped.get(members);
  if (!names) {
    const classes = new Map<string | null, Set<string>>();
    for (const { class: owner, name } of members) {
      const known = classes.get(owner);
      if (known) known.add(name);
      else classes.set(owner, new Set([name]));
    }
    names = classes;
    grouped.set(members, names);
  }
  return names;
}

function isMember({ class: owner, name }: Reference, members: Names | 'every'): boolean {
  if (members === 'every') return true;
  const names = members.get(owner);
  if (!names) return false;
  if (owner !== null || names.has(name)) return names.has(name);
  // A string of which any is wanted that begins so.
  for (const each of names) if (each.endsWith('*') && name.startsWith(each.slice(0, -1))) return true;
  return false;
}

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

function packagesOf(packages: readonly string[]): ReadonlySet<string> {
  let set = sets.get(packages);
  if (!set) {
    set = new Set(packages);
    sets.set(packages, set);
  }
  return set;
}

/** Labels of a package that somebody asks for: real ones have half as many. */
const MOST_LABELS = 12;

/** The longest of these packages, or classes with those nested in them, that a class stands in; null for none. */
function packageAround(name: string, packages: ReadonlySet<string>): string | null {
  let found: string | null = null;
  const border = /[.$]|$/g;
  for (let labels = 0; labels < MOST_LABELS; labels++) {
    const end = border.exec(name)?.index ?? name.length;
    const around = name.slice(0, end);
    if (packages.has(around)) found = around;
    if (end === name.length) break;
  }
  return found;
}
