import type { EndpointHit, Grade, Hit, UseHit, VersionHit } from '../inventory/facts.ts';
import type { About, Taken } from '../inventory/taker.ts';
import { reportText } from '../text.ts';
import type { Passage } from '../types.ts';

const gradeOrder: readonly Grade[] = ['defined', 'declared', 'remote', 'referenced'];

const MOST_VERSIONS = 100;

const none: ReadonlyMap<string, number> = new Map();
const nothing: readonly never[] = [];

/** What the rules met in one entry, within the budgets. */
export class Finds {
  readonly #about: About;
  /** Made at the first: of 100,000 entries most have none. By clue and slice: four slices of a fat file are four instances, and the last must not go short. */
  #hits: Map<string, Hit[]> | null = null;
  #more: Map<string, number> | null = null;
  #versions: VersionHit[] | null = null;
  #endpoints: Map<string, EndpointHit> | null = null;
  #moreEndpoints = 0;
  /** By who refers to what. */
  #uses: Map<string, UseHit> | null = null;

  constructor(about: About) {
    this.#about = about;
  }

  /**
   * @param offset where it was met, which tells the slice; null for the name of the entry
   * @param seen called only for a hit that is kept
   */
  hit(clue: string, grade: Grade, offset: number | null, seen: () => Passage): void {
    const arch = this.#about.archAt(offset);
    const key = `${clue} ${arch ?? ''}`;
    this.#hits ??= new Map();
    const kept = this.#hits.get(key);
    const make = (): Hit => ({ clue, grade, seen: seen(), arch });
    if (!kept) {
      this.#hits.set(key, [make()]);
      return;
    }
    if (kept.length < this.#about.evidencePerClue) {
      kept.push(make());
      return;
    }
    this.#more ??= new Map();
    this.#more.set(clue, (this.#more.get(clue) ?? 0) + 1);
    // A definition says more than a reference: it takes the place of one.
    const weakest = kept.findIndex((hit) => gradeOrder.indexOf(hit.grade) > gradeOrder.indexOf(grade));
    if (weakest >= 0) kept[weakest] = make();
  }

  version(sdk: string, version: string, seen: Passage): void {
    this.#versions ??= [];
    if (this.#versions.length >= MOST_VERSIONS) return;
    this.#versions.push({ sdk, version, seen, arch: this.#about.archAt(null) });
  }

  endpoint(endpoint: Omit<EndpointHit, 'seen'>, seen: () => Passage): void {
    const key = endpoint.url ?? endpoint.host;
    this.#endpoints ??= new Map();
    if (this.#endpoints.has(key)) return;
    if (this.#endpoints.size >= this.#about.endpoints) this.#moreEndpoints++;
    else {
      const { host, url, scheme } = endpoint;
      this.#endpoints.set(key, { host: reportText(host), url: url && reportText(url), scheme, seen: seen() });
    }
  }

  /** The first place of each. */
  use({ guarded, name, by }: Omit<UseHit, 'seen'>, seen: () => Passage): void {
    const key = `${guarded ?? ''}\0${name}\0${by ?? ''}`;
    this.#uses ??= new Map();
    if (this.#uses.has(key)) return;
    this.#uses.set(key, { guarded, name: reportText(name), by: by && reportText(by), seen: seen() });
  }

  namesOnly(): void {
    if (this.#hits === null) return;
    for (const [key, hits] of this.#hits) {
      this.#hits.set(
        key,
        hits.map((hit) => (hit.seen.encoding === 'name' ? { ...hit, grade: 'declared' } : hit)),
      );
    }
  }

  get hasPlaces(): boolean {
    const placed = ({ seen }: Hit | VersionHit) => seen.encoding !== 'name';
    return (
      this.#uses !== null ||
      this.#endpoints !== null ||
      (this.#versions ?? nothing).some(placed) ||
      this.#hitLists().some((h) => h.some(placed))
    );
  }

  /** Whether a clue was met that the test accepts. */
  met(test: (clue: string) => boolean): boolean {
    return this.#hitLists().some(([hit]) => hit !== undefined && test(hit.clue));
  }

  finish(): Taken {
    return {
      hits:
        this.#hits === null
          ? nothing
          : this.#hitLists()
              .flat()
              .map((hit) => this.#placed(hit)),
      moreHits: this.#more ?? none,
      versions: this.#versions === null ? nothing : this.#versions.map((version) => this.#placed(version)),
      // A version of four parts looks like an address; where it was read as the one it is not the other.
      endpoints:
        this.#endpoints === null
          ? nothing
          : [...this.#endpoints.values()].filter(
              (e) => (e.url !== null || !this.#isVersion(e)) && !this.#isReadUnpacked(e),
            ),
      moreEndpoints: this.#moreEndpoints,
      ...(this.#uses === null ? {} : { uses: [...this.#uses.values()] }),
    };
  }

  #hitLists(): Hit[][] {
    return this.#hits === null ? [] : [...this.#hits.values()];
  }

  #isVersion({ host, seen }: EndpointHit): boolean {
    const [span] = seen.spans;
    return (this.#versions ?? nothing).some((v) => v.version === host && v.seen.spans[0]?.offset === span?.offset);
  }

  #isReadUnpacked({ seen }: EndpointHit): boolean {
    const [span] = seen.spans;
    return span !== undefined && this.#about.isReadUnpacked(span.offset);
  }

  /** A thin library's strings may come by before its header said what it is. */
  #placed<T extends Hit | VersionHit>(found: T): T {
    const [span] = found.seen.spans;
    return span === undefined ? found : { ...found, arch: this.#about.archAt(span.offset) };
  }
}
