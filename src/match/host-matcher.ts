import { hostsOf, IPV4, type OwnedHost } from '../rules/hosts.ts';
import type { Vendor } from '../rules/schema.ts';
import { ByteTrie, foldOf } from './byte-trie.ts';
import { dartLength } from './dart-string.ts';
import { beginsEscaped, endsEscaped } from './escaped.ts';
import { PairMarks } from './pair-marks.ts';
import { beginsPoolString } from './pool-string.ts';

const DOT = 0x2e;
const nothing = new Uint8Array(0);

/** Bytes of a label, or of the template of one: `vocs%d`, `{region}`, `${zone}`, `*`. */
const label = new Uint8Array(256);
for (const character of '-_%*{}$') label[character.charCodeAt(0)] = 1;
label.fill(1, 0x30, 0x3a).fill(1, 0x41, 0x5b).fill(1, 0x61, 0x7b);

/** Which vendor runs a host: a rule's host name owns itself and every name below it, an IPv4 address only itself. */
export class HostMatcher {
  /** Every host of every vendor, in the order of vendor ids. */
  readonly hosts: readonly OwnedHost[];
  readonly #suffixes: ByteTrie;
  /** Last two bytes of every host. */
  readonly tails: PairMarks;
  readonly #isAddress: readonly boolean[];
  #bytes: Uint8Array = nothing;
  #start = 0;
  #best = -1;
  #bestAt = 0;

  constructor(vendors: ReadonlyMap<string, Vendor>) {
    this.hosts = hostsOf(vendors);
    this.#isAddress = this.hosts.map(({ host }) => IPV4.test(host.host));
    const encoder = new TextEncoder();
    const hosts = this.hosts.map(({ host }) => encoder.encode(host.host));
    this.tails = new PairMarks(lowerCase);
    this.tails.tails(hosts);
    this.#suffixes = new ByteTrie(
      hosts.map((host) => host.reverse()),
      lowerCase,
    );
  }

  /** Index in `hosts`, or -1, for bytes that are a host name and nothing else. Allocates nothing. */
  matchBytes(bytes: Uint8Array, start: number, end: number): number {
    if (end <= start) return -1;
    this.#bytes = bytes;
    this.#start = start;
    this.#best = -1;
    this.#bestAt = end;
    this.#suffixes.walk(bytes, end - 1, start - 1, -1, this.#onSuffix);
    // A matcher outlives the reading: what it holds on to would be a whole DEX.
    this.#bytes = nothing;
    if (this.#best === -1) return -1;
    for (let i = start; i < this.#bestAt; i++) if (!label[bytes[i]!] && bytes[i] !== DOT) return -1;
    return this.#best;
  }

  readonly #onSuffix = (value: number, after: number): void => {
    const whole = after < this.#start;
    if (!whole && (this.#bytes[after] !== DOT || this.#isAddress[value])) return;
    if (this.#best !== -1 && after + 1 === this.#bestAt) return;
    this.#best = value;
    this.#bestAt = after + 1;
  };
}

/** Host names are compared without regard to case. */
const lowerCase = foldOf((byte) => (byte >= 0x41 && byte < 0x5b ? byte + 0x20 : null));

const ascii = new TextDecoder();

/** RFC 1035, 2.3.4. Templates are held to it too. */
const LONGEST_HOST = 253;

/**
 * The whole host name around a literal that was met at `at`, and where it stands in the window: `vocs%d.agora.io` around
 * `agora.io`. Null where the
 * literal is a part of other labels (`notagora.io`, `agora.iox`) or the domain of a mail address. It may be another name altogether
 * (`agora.io.example.com`): ask whose it is.
 */
export function hostAround(
  window: Uint8Array,
  at: number,
  length: number,
): { readonly host: string; readonly start: number; readonly end: number } | null {
  let start = at;
  let end = at + length;
  const begins = () => beginsEscaped(window, start) || beginsPoolString(window, start);
  const ends = () => !label[window[end] ?? 0] || endsEscaped(window, end);
  if (label[window[start - 1] ?? 0] && !begins()) return null;
  while (at - start < LONGEST_HOST && window[start - 1] === DOT && label[window[start - 2] ?? 0]) {
    start -= 2;
    while (at - start < LONGEST_HOST && label[window[start - 1] ?? 0] && !begins()) start--;
  }
  if (!ends() && !endsDart(window, start, end)) return null;
  while (end - start < LONGEST_HOST && window[end] === DOT && label[window[end + 1] ?? 0]) {
    end += 2;
    while (end - start < LONGEST_HOST && !ends()) end++;
  }
  if (end - start > LONGEST_HOST || window[start - 1] === 0x40) return null;
  return { host: ascii.decode(window.subarray(start, end)), start, end };
}

/** Whether a string of compiled Dart code ends there, though more seems to follow. */
function endsDart(window: Uint8Array, start: number, end: number): boolean {
  let last = end;
  while (last - start < LONGEST_HOST && label[window[last] ?? 0]) last++;
  return start + dartLength(window, start, last - start) === end;
}
