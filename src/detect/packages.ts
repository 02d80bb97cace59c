import type { EntryFeatures } from '../inventory/facts.ts';
import { placeOf } from './instances.ts';
import type { Owners } from './owners.ts';
import { partyOf } from './parties.ts';

/** What shrinkers rename classes into: `a.b.c`. */
export const RENAMED = '(renamed packages)';

/**
 * Companies and foundations below whose name many products stand, each in a package of its own. Not Meta: one library
 * of its (Fresco, the SDK for logins) has ten packages beside those of others.
 */
const houses: ReadonlySet<string> = new Set([
  'com.adobe',
  'com.alibaba',
  'com.amazon',
  'com.amazonaws',
  'com.android',
  'com.baidu',
  'com.github',
  'com.google',
  'com.huawei',
  'com.ibm',
  'com.microsoft',
  'com.samsung',
  'com.squareup',
  'com.tencent',
  'com.twitter',
  'com.yahoo',
  'io.github',
  'org.apache',
  'org.chromium',
  'org.eclipse',
  'org.jetbrains',
]);

/** Labels that say where a product runs and not which it is: `com.google.android.gms`; and those of whoever hosts it. */
const between: ReadonlySet<string> = new Set(['com.google.android', 'com.android']);

/** Top-level names of more than three letters that people turn round in packages; any other such label is a name itself. */
const longTops: ReadonlySet<string> = new Set(
  'aero arpa chat cloud codes coop digital info live media mobi name network online social software studio systems tech tools video'.split(
    ' ',
  ),
);

/**
 * The part of a package by which people name what is in it: `org.webrtc`, `com.google.firebase`, `com.google.android.gms`,
 * `okhttp3`. A first label of up to three letters is a domain's.
 */
export function productOf(name: string): string {
  const labels = name.split('.');
  if (labels.every((label) => label.length <= 2)) return RENAMED;
  const [first = ''] = labels;
  const to = (depth: number) => labels.slice(0, depth).join('.');
  // `androidx`, `kotlinx` and `javax` hold libraries with versions of their own.
  if (first.length > 3 && !(longTops.has(first) && labels.length > 2))
    return ['androidx', 'kotlinx', 'javax'].includes(first) ? to(2) : first;
  if (between.has(to(3))) return to(4);
  // `com.github.user.library`, as JitPack has it.
  if (to(2) === 'com.github') return to(4);
  return houses.has(to(2)) ? to(3) : to(2);
}

/** What the party of a package is called: its product, or as much as the rules say is a vendor's. */
export function calledOf(name: string, owners: Owners): { readonly name: string; readonly vendor: string | null } {
  const short = productOf(name);
  const owner = owners.ofPackage(name);
  // Not more than the rule says is the vendor's: `com.ss.bytertc` is, `com.ss` is not.
  const called = owner !== null && owner.prefix.length > short.length ? owner.prefix : short;
  return { name: called, vendor: owner?.vendor ?? null };
}

/** A product's packages, where they stand, and the hosts of its own domain beside them. */
export interface Product {
  readonly name: string;
  readonly vendor: string | null;
  classes: number;
  readonly paths: Set<string>;
  readonly hosts: Set<string>;
}

/** Packages that nobody knows, over all DEX files, by product. */
export class Packages {
  readonly #products = new Map<string, Product>();
  /** DEX files with such packages. */
  readonly #entries = new Set<EntryFeatures>();
  readonly #owners: Owners;

  constructor(owners: Owners) {
    this.#owners = owners;
  }

  /** @param classes defined directly in the package */
  add(name: string, classes: number, entry: EntryFeatures): void {
    const { name: called, vendor } = calledOf(name, this.#owners);
    let product = this.#products.get(called);
    if (!product) {
      product = { name: called, vendor, classes: 0, paths: new Set(), hosts: new Set() };
      this.#products.set(called, product);
    }
    product.classes += classes;
    product.paths.add(placeOf(entry));
    this.#entries.add(entry);
  }

  /** Each with the hosts that lie in its name turned round: `firebase.google.com` is that of `com.google.firebase`. */
  list(): Product[] {
    for (const { endpoints } of this.#entries) {
      for (const { host } of endpoints) {
        const turned = host.split('.').reverse().join('.');
        const party = partyOf(turned);
        if (party === null) continue;
        const product = this.#products.get(productOf(`${turned}.x`)) ?? this.#products.get(party);
        product?.hosts.add(host);
      }
    }
    return [...this.#products.values()];
  }
}
