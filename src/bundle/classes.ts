import { decodeMutf8 } from '../formats/dex/mutf8.ts';
import type { Coverage } from '../types.ts';

/** A class that a document of the app names to be started. */
export interface RequiredClass {
  /** Dotted, `$` for nested ones. */
  readonly name: string;
  /** What it is there for, in words. */
  readonly role: string;
  /** Whether the app starts with it, and cannot without. */
  readonly starts: boolean;
  /** Whether its package is the app's own. */
  readonly isOwn: boolean;
}

/** Names told; the rest is counted. */
const NAMED = 4;

/** Looks out for the classes that documents name, as DEX files go by, and says which of them none defines. */
export class RequiredClasses {
  /** By name as a descriptor has it; those that were met are gone. */
  readonly #absent: Map<string, RequiredClass>;
  readonly #marks = new Uint8Array(0x1_0000);
  /** Of the app's own code. */
  readonly #own: number;

  constructor(required: readonly RequiredClass[]) {
    // Of two of a name the first, as the more important ones come.
    this.#absent = new Map([...required].reverse().map((each) => [each.name.replaceAll('.', '/'), each]));
    this.#own = [...this.#absent.values()].filter(({ isOwn }) => isOwn).length;
    const encoder = new TextEncoder();
    for (const name of this.#absent.keys()) {
      const bytes = encoder.encode(name);
      this.#marks[markOf(bytes, 0, bytes.length)] = 1;
    }
  }

  /** A DEX defines `Lio/agora/rtc/RtcEngine;`, as it stands in `bytes`. */
  defines(bytes: Uint8Array, start: number, end: number): void {
    if (this.#marks[markOf(bytes, start + 1, end - 1)] === 0 || this.#absent.size === 0) return;
    this.#absent.delete(decodeMutf8(bytes, start + 1, end - 1));
  }

  get absent(): readonly RequiredClass[] {
    return [...this.#absent.values()].reverse();
  }

  /**
   * Tells what the app cannot be whole without: what it starts with, and its own code where half of that is not there.
   * Less is what developers leave behind in a manifest.
   */
  get isMissed(): (each: RequiredClass) => boolean {
    const isHollow = this.absent.filter(({ isOwn }) => isOwn).length * 2 >= this.#own;
    return ({ starts, isOwn }) => starts || (isOwn && isHollow);
  }
}

/**
 * Classes that Android is told to start and no DEX aboard defines: their code comes from elsewhere, as that of packed
 * apps does. What was left in a manifest and may as well be dead is said without leaving the answer open.
 */
export function missingClasses(classes: RequiredClasses): Coverage[] {
  const { absent, isMissed } = classes;
  return [true, false].flatMap((matters): Coverage[] => {
    const some = absent.filter((each) => isMissed(each) === matters);
    if (some.length === 0) return [];
    const shown = some.slice(0, NAMED).map(({ name, role }) => `${role} ${name}`);
    const more = some.length > NAMED ? `, and ${some.length - NAMED} more` : '';
    const detail = `the manifest names what no DEX aboard defines: ${shown.join(', ')}${more}`;
    const place = { path: 'AndroidManifest.xml', format: 'manifest', offset: null } as const;
    return [{ ...place, state: 'partial', reason: 'missing', detail, matters }];
  });
}

/** Two bytes of a name that the thousands of others in a DEX rarely share: its length and what it ends in. */
function markOf(bytes: Uint8Array, start: number, end: number): number {
  return (((end - start) * 31 + bytes[end - 2]! * 7) & 0xff) * 256 + bytes[end - 1]!;
}
