import { cluesOf } from '../rules/clues.ts';
import { type HostOwners, hostOwners } from '../rules/hosts.ts';
import type { Rules } from '../rules/schema.ts';
import type { FeatureKind } from '../types.ts';
import { BytePatterns } from './byte-patterns.ts';
import type { CompiledClue, CompiledVersion } from './clues.ts';
import { GuardedNames } from './guarded.ts';
import { HostMatcher } from './host-matcher.ts';
import { NameMatcher, type NameTest } from './name-matcher.ts';

/** All rule packs in one. The parts are built when first asked for: a scan of names never pays for the byte filter. */
export interface Matcher {
  /** In the order of SDK ids, so that indices do not depend on the order of files. */
  readonly clues: readonly CompiledClue[];
  readonly versions: readonly CompiledVersion[];
  /** Reports indices in `clues`. */
  names(kind: FeatureKind): NameMatcher;
  /** For DEX strings: reports indices in `versions` of `like` rules that the string begins with. */
  readonly versionStrings: NameMatcher;
  readonly hosts: HostMatcher;
  readonly ownerOf: HostOwners;
  readonly guarded: GuardedNames;
  readonly rules: Rules;
  /** @throws ScanError `bad-rules`: a literal is too short or too long to search for */
  readonly bytes: BytePatterns;
}

export function compileRules(rules: Rules): Matcher {
  const clues = [...cluesOf(rules).values()].map((clue, index): CompiledClue => ({ index, ...clue }));
  const versions: CompiledVersion[] = [];
  for (const sdk of [...rules.sdks.keys()].sort()) {
    const rule = rules.sdks.get(sdk)!;
    for (const at of rule.versions) versions.push({ index: versions.length, sdk, at });
  }
  const names = new Map<FeatureKind, NameMatcher>();
  let byKind: Map<FeatureKind, CompiledClue[]> | null = null;
  let versionStrings: NameMatcher | null = null;
  let hosts: HostMatcher | null = null;
  let bytes: BytePatterns | null = null;
  let guarded: GuardedNames | null = null;
  return {
    rules,
    clues,
    versions,
    ownerOf: hostOwners(rules),
    names(kind) {
      let matcher = names.get(kind);
      if (!matcher) {
        byKind ??= parted(clues);
        matcher = new NameMatcher(kind, nameTests(byKind.get(kind) ?? []));
        names.set(kind, matcher);
      }
      return matcher;
    },
    get versionStrings() {
      versionStrings ??= new NameMatcher('string', versionTests(versions));
      return versionStrings;
    },
    get hosts() {
      hosts ??= new HostMatcher(rules.vendors);
      return hosts;
    },
    get guarded() {
      guarded ??= new GuardedNames(rules);
      return guarded;
    },
    get bytes() {
      bytes ??= new BytePatterns(clues, versions, this.hosts.hosts);
      return bytes;
    },
  };
}

/** Each kind has a matcher of its own: all clues are gone through once. */
function parted(clues: readonly CompiledClue[]): Map<FeatureKind, CompiledClue[]> {
  const parts = new Map<FeatureKind, CompiledClue[]>();
  for (const clue of clues) {
    const part = parts.get(clue.clue.kind);
    if (part) part.push(clue);
    else parts.set(clue.clue.kind, [clue]);
  }
  return parts;
}

function nameTests(clues: readonly CompiledClue[]): NameTest[] {
  const tests: NameTest[] = [];
  for (const { index, clue } of clues) {
    for (const operator of ['is', 'under', 'tail', 'like'] as const) {
      const value = clue[operator];
      if (value !== undefined) tests.push({ operator, value, id: index });
    }
  }
  return tests;
}

/**
 * What stands before the version begins the string, byte for byte: as a glob its `*` would be a wildcard, and one at the
 * start has every string of a DEX compared.
 */
function versionTests(versions: readonly CompiledVersion[]): NameTest[] {
  return versions.flatMap(({ index, at }): NameTest[] => {
    if (at.from !== 'like') return [];
    const before = at.like.slice(0, at.like.indexOf('{version}'));
    return [
      before === '' ? { operator: 'like', value: at.like, id: index } : { operator: 'is', value: before, id: index },
    ];
  });
}
