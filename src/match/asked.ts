import type { Wanted } from '../formats/dex/index.ts';
import type { ConstantName, Marks, WantedCode, WantedMember } from '../inventory/taker.ts';
import type { Rules } from '../rules/schema.ts';
import { unfolded } from './byte-trie.ts';
import { selectorsIn, wantedCalls } from './called.ts';
import { compileRules, type Matcher } from './compile.ts';
import { stringMarks } from './dex-strings.ts';
import { PairMarks } from './pair-marks.ts';

/**
 * What rules have readers look for: the same for every reading, and dear to make. Each part is made when first asked for.
 */
export class Asked {
  readonly matcher: Matcher;
  /** Keys of property lists that hold a version. */
  readonly plistKeys: ReadonlySet<string>;
  /** Clues that name a library. */
  readonly libraries: ReadonlySet<string>;
  readonly constants: readonly ConstantName[];
  readonly code: readonly WantedCode[];
  #types: Marks | null = null;
  #strings: Marks | null = null;
  #symbols: Marks | null = null;
  #calls: Wanted | null = null;
  #selectors: ReadonlySet<string> | null = null;

  constructor(matcher: Matcher) {
    this.matcher = matcher;
    this.constants = matcher.versions.flatMap(({ at }) => (at.from === 'field' ? [at] : []));
    this.code = matcher.versions.flatMap(({ at }) =>
      at.from === 'method' || at.from === 'code' ? [{ class: at.class, method: at.method ?? null }] : [],
    );
    this.libraries = new Set(matcher.clues.filter(({ clue }) => clue.kind === 'library').map(({ id }) => id));
    this.plistKeys = new Set(matcher.versions.flatMap(({ at }) => (at.from === 'plist' ? [at.key] : [])));
  }

  get types(): Marks {
    this.#types ??= joined(this.matcher.names('class').marks, { heads: this.matcher.guarded.heads });
    return this.#types;
  }

  get symbols(): Marks {
    this.#symbols ??= joined(this.matcher.names('symbol').marks, this.matcher.guarded.symbolMarks);
    return this.#symbols;
  }

  get strings(): Marks {
    this.#strings ??= stringMarks(this.matcher);
    return this.#strings;
  }

  get members(): readonly WantedMember[] {
    return this.matcher.guarded.members;
  }

  get calls(): Wanted {
    this.#calls ??= wantedCalls(this.matcher.rules);
    return this.#calls;
  }

  get selectors(): ReadonlySet<string> {
    this.#selectors ??= selectorsIn(this.matcher.rules);
    return this.#selectors;
  }
}

const made = new WeakMap<Rules, Asked>();

/** Made once for each set of rules: a process that scans many bundles pays for it once. */
export function askedBy(rules: Rules): Asked {
  let asked = made.get(rules);
  if (!asked) {
    asked = new Asked(compileRules(rules));
    made.set(rules, asked);
  }
  return asked;
}

/** What either marks. */
function joined(one: PairsOf, other: PairsOf): Marks {
  const both = (list: readonly (PairMarks | undefined)[]) => {
    const marks = new PairMarks(unfolded);
    marks.add(list.filter((each) => each !== undefined));
    return marks.table;
  };
  return { heads: both([one.heads, other.heads]), tails: both([one.tails, other.tails]) };
}

interface PairsOf {
  readonly heads: PairMarks;
  readonly tails?: PairMarks;
}
