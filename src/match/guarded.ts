import type { UseOf, WantedMember } from '../inventory/taker.ts';
import type { Rules } from '../rules/schema.ts';
import { unfolded } from './byte-trie.ts';
import { NameMatcher, type NameTest } from './name-matcher.ts';
import { PairMarks } from './pair-marks.ts';

/** What the rules say needs permissions, by the names that code refers to it by. */
export class GuardedNames {
  /** What code of a DEX may refer to, with the permissions without which nobody asks. */
  readonly members: readonly WantedMember[];
  /** Symbols as native code has them: reports places in `#symbols`. */
  readonly #matcher: NameMatcher;
  readonly #symbols: { readonly guarded: string; readonly name: string }[] = [];
  readonly #named = new Set<string>();
  /** By class and name, or string: ids of what it is of. */
  readonly #members = new Map<string, string[]>();
  readonly #beginnings: { readonly text: string; readonly guarded: string }[] = [];
  readonly #classes = new Map<string, string[]>();
  /** First two bytes of the classes. */
  readonly heads = new PairMarks(unfolded);

  constructor({ permissions }: Pick<Rules, 'permissions'>) {
    const wanted = new Map<string, { class: string | null; name: string; asked: Set<string> }>();
    const want = (owner: string | null, name: string, asked: readonly string[]) => {
      const key = keyOf(owner, name);
      const known = wanted.get(key);
      if (known) for (const each of asked) known.asked.add(each);
      else wanted.set(key, { class: owner, name, asked: new Set(asked) });
    };
    const symbols: NameTest[] = [];
    const encoder = new TextEncoder();
    for (const { platform, guarded } of permissions.values()) {
      for (const { id, permissions: asked, members, strings, classes, symbols: own } of guarded) {
        for (const permission of asked) {
          if (platform !== 'android') continue;
          this.#named.add(permission);
          want(null, permission, [permission]);
        }
        for (const member of members) {
          const dot = member.lastIndexOf('.');
          const [owner, name] = [member.slice(0, dot), member.slice(dot + 1)];
          want(owner, name, asked);
          push(this.#members, keyOf(owner, name), id);
        }
        for (const string of strings) {
          want(null, string, asked);
          if (string.endsWith('*')) this.#beginnings.push({ text: string.slice(0, -1), guarded: id });
          else push(this.#members, keyOf(null, string), id);
        }
        for (const name of classes) push(this.#classes, name, id);
        this.heads.heads(classes.map((name) => encoder.encode(name)));
        for (const name of own) {
          // Mach-O has an underscore before the names of C.
          symbols.push({ operator: 'is', value: platform === 'ios' ? `_${name}` : name, id: this.#symbols.length });
          this.#symbols.push({ guarded: id, name });
        }
      }
    }
    this.#matcher = new NameMatcher('symbol', symbols);
    this.members = [...wanted.values()].map((each) => ({ ...each, asked: [...each.asked] }));
  }

  get symbolMarks(): { readonly heads: PairMarks; readonly tails: PairMarks } {
    return this.#matcher.marks;
  }

  /** Calls `met` with each that a reference of a DEX is to; with null for the name of a permission. */
  visit({ kind, class: owner, name }: UseOf, met: (guarded: string | null, name: string) => void): void {
    const called = owner === null ? name : `${owner}.${name}`;
    if (kind === 'string' && this.#named.has(name)) met(null, name);
    for (const guarded of this.#members.get(keyOf(owner, name)) ?? []) met(guarded, called);
    if (kind !== 'string') return;
    for (const { text, guarded } of this.#beginnings) if (name.startsWith(text)) met(guarded, called);
  }

  /** Ids of what a class of the system's is of. */
  ofClass(name: string): readonly string[] {
    return this.#classes.get(name) ?? none;
  }

  visitSymbol(bytes: Uint8Array, start: number, end: number, met: (guarded: string, name: string) => void): void {
    this.#matcher.matchBytes(bytes, start, end, (id) => {
      const { guarded, name } = this.#symbols[id]!;
      met(guarded, name);
    });
  }
}

const none: readonly string[] = [];

const keyOf = (owner: string | null, name: string) => `${owner ?? ''}\0${name}`;

function push(map: Map<string, string[]>, key: string, value: string): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
