import type { Budgets } from '../budgets.ts';
import type { Image } from '../bundle/libraries.ts';
import type { EntryFeatures, Hit, Linkage, NativeFacts } from '../inventory/facts.ts';
import { reportText } from '../text.ts';
import type { Anomaly, Coverage } from '../types.ts';
import { CoverageLog } from './coverage-log.ts';

/**
 * Kept for the whole bundle. Entries may share their bytes, so that a small file can bring the same find any number of
 * times; no app comes near.
 */
const HITS = 200_000;
const VERSIONS = 50_000;
/** Characters of the names of packages, and 64 for each: those of a hundred times 2,000. */
const PACKAGES = 20_000_000;
/** Times the endpoints of a report: most are met more than once. */
const ENDPOINTS = 20;

/** Characters of the names that Mach-O files ask to be loaded, and 64 for each: some hundred times those of a large app. */
const LINKAGE = 16_000_000;

/** Hits kept for one clue once there are HITS: a flood of one SDK does not hide another. */
const HITS_OF_CLUE = 200;

/** Anomalies of one kind that are listed by place. */
const ANOMALIES_OF_CODE = 64;

/** Names of libraries by files of the build, and of those that native files ask for: some ten times those of a large app. */
const NAMED = 20_000;

/** References to what needs permissions: a hundred times those of a large app. */
const USES = 50_000;

/** Bytes from which a script is listed: those of a web SDK are larger. */
const LARGE_SCRIPT = 50_000;

const nothing: readonly never[] = [];

/** What the entries of a bundle say together. An entry that says nothing costs nothing but its count. */
export class GatheredFeatures {
  readonly #entries: { readonly position: number; readonly features: EntryFeatures }[] = [];
  readonly #images: { readonly position: number; readonly image: Image }[] = [];
  readonly coverage = new CoverageLog();
  readonly #endpointsKept: number;
  readonly #anomalies: Anomaly[] = [];
  readonly #codes = new Map<string, { count: number; readonly first: Anomaly }>();
  readonly #hitsOf = new Map<string, number>();
  #hits = 0;
  #versions = 0;
  #endpoints = 0;
  #packages = 0;
  #linkage = 0;
  #named = 0;
  #uses = 0;
  readonly #dropped = { hits: 0, versions: 0, packages: 0, libraries: 0 };

  constructor(budgets: Budgets) {
    this.#endpointsKept = ENDPOINTS * budgets.endpoints;
  }

  addAnomalies(anomalies: readonly Anomaly[]): void {
    for (const anomaly of anomalies) this.#anomaly(anomaly);
  }

  /** As they stand in the container, in whatever order they were read. */
  get entries(): EntryFeatures[] {
    return this.#entries.sort((a, b) => a.position - b.position).map(({ features }) => features);
  }

  /** Every Mach-O, and what it asks the system to load; in the order of the container as well. */
  get images(): Image[] {
    return this.#images.sort((a, b) => a.position - b.position).map(({ image }) => image);
  }

  /** @param position in the container, of what stands in it; what a document declares comes before */
  add(entry: EntryFeatures, position = -1): void {
    this.coverage.addAll(entry.coverage, position);
    this.addAnomalies(entry.anomalies);
    if (entry.linkage) this.#images.push({ position, image: this.#image(entry.path, entry.linkage) });
    const native = entry.native ?? scriptOf(entry);
    if (native === null && !saysSomething(entry)) return;
    const { hits, moreHits } = this.#someHits(entry);
    const versions = this.#someVersions(entry.versions);
    const packages = this.#somePackages(entry.packages);
    const keeps = this.#endpoints + entry.endpoints.length <= this.#endpointsKept;
    if (keeps) this.#endpoints += entry.endpoints.length;
    const endpoints = keeps ? entry.endpoints : nothing;
    const moreEndpoints = entry.moreEndpoints + (keeps ? 0 : entry.endpoints.length);
    const rest = { coverage: nothing, anomalies: nothing, linkage: null, entitlements: null };
    const named = this.#someNames(entry);
    const uses = this.#someUses(entry);
    const features = { ...entry, ...rest, native, hits, moreHits, versions, packages, endpoints, moreEndpoints };
    this.#entries.push({ position, features: { ...features, ...named, ...uses } });
  }

  /** Anomalies of the entries, and one line for each kind of which there were more. */
  get anomalies(): readonly Anomaly[] {
    const rest = [...this.#codes.values()].filter(({ count }) => count > ANOMALIES_OF_CODE);
    return [
      ...this.#anomalies,
      ...rest.map(({ first, count }) => ({
        ...first,
        path: null,
        detail: `${count - ANOMALIES_OF_CODE} more of the kind, in other entries`,
      })),
    ];
  }

  /** What was met and not kept: it could be what tells one SDK from another. */
  get dropped(): Coverage[] {
    return Object.entries(this.#dropped)
      .filter(([, count]) => count > 0)
      .map(([what, count]) => ({
        path: '(all entries)',
        format: 'features',
        state: 'partial',
        reason: 'budget',
        offset: null,
        detail: `${count} ${what} more were met than are kept for one bundle`,
        matters: true,
      }));
  }

  #anomaly(anomaly: Anomaly): void {
    const known = this.#codes.get(anomaly.code);
    if (known) known.count++;
    else this.#codes.set(anomaly.code, { count: 1, first: anomaly });
    if ((known?.count ?? 1) <= ANOMALIES_OF_CODE) this.#anomalies.push(anomaly);
  }

  #image(path: string, linkage: Linkage): Image {
    const names = [...linkage.loads.keys(), ...linkage.rpaths];
    const size = names.reduce((sum, name) => sum + name.length + 64, 0);
    if (this.#linkage + size > LINKAGE) {
      this.#dropped.libraries += linkage.loads.size;
      return { path, loads: new Map(), rpaths: new Set() };
    }
    this.#linkage += size;
    return { path, ...linkage };
  }

  #someVersions(versions: EntryFeatures['versions']): EntryFeatures['versions'] {
    if (this.#versions + versions.length > VERSIONS) {
      this.#dropped.versions += versions.length;
      return nothing;
    }
    this.#versions += versions.length;
    return versions;
  }

  #somePackages(packages: EntryFeatures['packages']): EntryFeatures['packages'] {
    let size = 0;
    for (const name of packages.keys()) size += name.length + 64;
    if (this.#packages + size > PACKAGES) {
      this.#dropped.packages += packages.size;
      return new Map();
    }
    this.#packages += size;
    return packages;
  }

  #someNames({ loads, libraries, linkage }: EntryFeatures): Pick<EntryFeatures, 'loads' | 'libraries'> {
    // What an app carries itself is asked for by `@rpath/…`; all else is the system's.
    const asked = linkage ? [...linkage.loads.keys()].filter((name) => name.startsWith('@')) : loads;
    const size = asked.length + libraries.length;
    if (this.#named + size > NAMED) {
      this.#dropped.libraries += size;
      return { loads: nothing, libraries: nothing };
    }
    this.#named += size;
    return { loads: asked.map((name) => reportText(name.slice(name.lastIndexOf('/') + 1))), libraries };
  }

  #someUses({ uses = nothing }: EntryFeatures): Pick<EntryFeatures, 'uses' | 'codeUnread'> | null {
    this.#uses += uses.length;
    if (uses.length === 0 || this.#uses <= USES) return null;
    return { uses: nothing, codeUnread: `more references than the ${USES} that are kept for one bundle` };
  }

  #someHits({ hits, moreHits }: EntryFeatures): Pick<EntryFeatures, 'hits' | 'moreHits'> {
    const kept: Hit[] = [];
    for (const hit of hits) {
      const already = this.#hitsOf.get(hit.clue) ?? 0;
      if (this.#hits >= HITS && already >= HITS_OF_CLUE) continue;
      this.#hitsOf.set(hit.clue, already + 1);
      this.#hits++;
      kept.push(hit);
    }
    if (kept.length === hits.length) return { hits, moreHits };
    this.#dropped.hits += hits.length - kept.length;
    return { hits: kept, moreHits };
  }
}

/** A large script: what a web SDK comes as. Its name says what it is, since any text can be one. */
function scriptOf({ path, format, size }: EntryFeatures): NativeFacts | null {
  const isScript = format === 'hermes' || (format === 'text' && /\.(?:[cm]?js|jsx|jsbundle|bundle)$/.test(path));
  if (size < LARGE_SCRIPT || !isScript) return null;
  return { kind: 'script', name: path.slice(path.lastIndexOf('/') + 1), main: false };
}

function saysSomething(entry: EntryFeatures): boolean {
  return (
    entry.hits.length > 0 ||
    entry.moreHits.size > 0 ||
    entry.versions.length > 0 ||
    entry.endpoints.length > 0 ||
    entry.moreEndpoints > 0 ||
    entry.packages.size > 0 ||
    entry.libraries.length > 0 ||
    entry.opaque !== null ||
    entry.refersTo !== undefined ||
    entry.uses !== undefined ||
    entry.codeUnread !== undefined ||
    entry.signature !== null
  );
}
