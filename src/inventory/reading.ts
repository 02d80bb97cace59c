import type { Budgets } from '../budgets.ts';
import type { Anomaly, BundleFacts, Coverage, Depth } from '../types.ts';
import type { EntryFeatures } from './facts.ts';

/** A framework or extension, by its property list. */
export interface Folder {
  readonly path: string;
  readonly bundleId: string | null;
  /** CFBundleShortVersionString. */
  readonly version: string | null;
}

/** Everything that a bundle's bytes say, as far as its taker wanted to know: what the pure stages work on. */
export interface Reading {
  readonly bundle: BundleFacts;
  readonly depth: Depth;
  /** What it was read within. */
  readonly budgets: Budgets;
  /** False where the app's own document could not be read: no permission is then known to be absent. */
  readonly manifestRead: boolean;
  /** Classes and keys that manifests name: components, and what `meta-data` is called (Android). */
  readonly named: readonly string[];
  /** What the frameworks and extensions in it call themselves. */
  readonly containers: readonly Folder[];
  readonly entries: readonly EntryFeatures[];
  readonly coverage: readonly Coverage[];
  readonly anomalies: readonly Anomaly[];
  readonly notices: readonly string[];
  /** What it cost, by which it was held to the law of `Allowance`. */
  readonly spent: { readonly inflated: number; readonly steps: number };
}
