import type { EntryFeatures } from '../inventory/facts.ts';
import { order } from '../order.ts';
import { orderReleases } from '../releases.ts';
import type { Rules } from '../rules/schema.ts';
import type { BuiltOf, Detection, Evidence } from '../types.ts';
import { isWithin } from './bounds.ts';

/** Releases listed of one SDK: a build resolves one. */
const MOST = 8;

interface Named {
  readonly name: string;
  readonly version: string;
  readonly evidence: Evidence;
}

/**
 * What the build names by the Maven coordinates that rules know as an SDK's. A release that was read in its bytes stands:
 * they are what is aboard, and a list says what was resolved. Where none was read, the one release that the build names is
 * the version of every instance that is no part of another SDK. Both are said.
 */
export function withBuiltOf(
  detections: readonly Detection[],
  entries: readonly EntryFeatures[],
  rules: Rules,
): Detection[] {
  const named = namedIn(entries);
  if (named.size === 0) return [...detections];
  return detections.map((detection) => {
    const { products } = detection;
    const coordinates = products.length === 1 ? (rules.sdks.get(products[0]!)?.maven ?? []) : [];
    const found = coordinates.flatMap((name) => named.get(name) ?? []).sort(byNameAndVersion);
    if (found.length === 0) return detection;
    const read = [...new Set(detection.instances.flatMap(({ version }) => version ?? []))];
    const builtOf = found.slice(0, MOST).map(({ name, version, evidence }): BuiltOf => {
      const agrees = read.length === 0 ? null : read.every((each) => isSameRelease(each, version));
      return { name, version, agrees, evidence };
    });
    return { ...(read.length === 0 ? withVersion(detection, found) : detection), builtOf };
  });
}

/** The release that all of what the build names agrees on, where nothing aboard contradicts it. */
function withVersion(detection: Detection, [first, ...others]: readonly Named[]): Detection {
  const { versionBounds, scored, sdk } = detection;
  if (!first || !scored || others.some(({ version }) => version !== first.version)) return detection;
  const { version } = first;
  if (versionBounds && !isWithin(version, versionBounds)) return detection;
  const versionAt: Evidence = { ...first.evidence, clue: `${sdk}/version`, kind: 'version' };
  const instances = detection.instances.map((each) => (each.within === null ? { ...each, version, versionAt } : each));
  return { ...detection, instances, version: instances.every((each) => each.version === version) ? version : null };
}

/** `4.2.6` is `4.2.6.12`, or `4.2.6-rc`, told in less. */
function isSameRelease(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  return (long.startsWith(short) && !/^\d/.test(long.slice(short.length))) || orderReleases(one, other) === 0;
}

/** By coordinates: what files of the build name with a version, each version once. */
function namedIn(entries: readonly EntryFeatures[]): ReadonlyMap<string, readonly Named[]> {
  const found = new Map<string, Named[]>();
  for (const { path, sha256, libraries } of entries) {
    for (const { kind, name, version, seen } of libraries) {
      if (version === null) continue;
      const known = found.get(name) ?? [];
      if (known.some((each) => each.version === version)) continue;
      known.push({ name, version, evidence: { clue: 'library', kind, path, ...seen, entrySha256: sha256 } });
      found.set(name, known);
    }
  }
  return found;
}

const byNameAndVersion = (a: Named, b: Named) => order(a.name, b.name) || order(a.version, b.version);
