import type { Budgets } from '../budgets.ts';
import type { Anomaly, Coverage, CoverageReason, Passage } from '../types.ts';
import type { EndpointHit, EntryFeatures, Grade, Hit, NativeFacts, VersionHit } from './features.ts';

const gradeOrder: readonly Grade[] = ['defined', 'declared', 'referenced'];

/** Formats that are code themselves: a second image inside is their own business (a DEX in a library's data). */
const codeFormats: ReadonlySet<string> = new Set(['elf', 'macho', 'ar', 'dex']);

/** Gathers what the extractors find in one entry, within the budgets. */
export class Collector {
  readonly path: string;
  readonly container: string | null;
  format = 'data';
  size = 0;
  sha256: string | null = null;
  arch: string | null = null;
  /** Slices of a fat file, by which a byte's place tells its instruction set. */
  slices: readonly { readonly arch: string; readonly offset: number; readonly size: number }[] = [];
  native: NativeFacts | null = null;
  signature: EntryFeatures['signature'] = null;
  /** Dotted name of the class that the entry holds, as its path says. */
  className: string | null = null;
  packages: ReadonlyMap<string, number> = new Map();
  readonly #budgets: Budgets;
  /** By clue and slice: four slices of a fat file are four instances, and the last must not go short. */
  readonly #hits = new Map<string, Hit[]>();
  readonly #more = new Map<number, number>();
  readonly #versions: VersionHit[] = [];
  readonly #endpoints = new Map<string, EndpointHit>();
  #moreEndpoints = 0;
  #embedded = 0;
  readonly #coverage: Coverage[] = [];
  readonly #anomalies: Anomaly[] = [];

  constructor(path: string, container: string | null, budgets: Budgets) {
    this.path = path;
    this.container = container;
    this.#budgets = budgets;
  }

  /**
   * @param offset where it was met, which tells the slice; null for the name of the entry
   * @param seen called only for a hit that is kept
   */
  hit(clue: number, grade: Grade, offset: number | null, seen: () => Passage): void {
    const arch = this.#archAt(offset);
    const key = `${clue} ${arch ?? ''}`;
    const kept = this.#hits.get(key);
    const make = (): Hit => ({ clue, grade, seen: seen(), arch });
    if (!kept) {
      this.#hits.set(key, [make()]);
      return;
    }
    if (kept.length < this.#budgets.evidencePerClue) {
      kept.push(make());
      return;
    }
    this.#more.set(clue, (this.#more.get(clue) ?? 0) + 1);
    // A definition says more than a reference: it takes the place of one.
    const weakest = kept.findIndex((hit) => gradeOrder.indexOf(hit.grade) > gradeOrder.indexOf(grade));
    if (weakest >= 0) kept[weakest] = make();
  }

  version(sdk: string, version: string, seen: Passage): void {
    if (this.#versions.length < 100) this.#versions.push({ sdk, version, seen, arch: this.arch });
  }

  endpoint(endpoint: Omit<EndpointHit, 'seen'>, seen: () => Passage): void {
    const key = endpoint.url ?? endpoint.host;
    if (this.#endpoints.has(key)) return;
    if (this.#endpoints.size >= this.#budgets.endpoints) this.#moreEndpoints++;
    else this.#endpoints.set(key, { ...endpoint, seen: seen() });
  }

  cover(
    state: Coverage['state'],
    reason: CoverageReason | null,
    offset: number | null,
    detail: string,
    matters = true,
  ) {
    this.#coverage.push({ path: this.path, format: this.format, state, reason, offset, detail, matters });
  }

  /** A code image begins inside content of another kind: its strings were searched, its tables were not read. */
  embedded(format: string, offset: number): void {
    if (offset === 0 || this.#embedded >= 3 || codeFormats.has(this.format)) return;
    this.#embedded++;
    this.cover(
      'partial',
      'unsupported',
      offset,
      `a ${format} image begins inside this content; only its strings were searched`,
    );
  }

  /** The content is no code: what the name alone said is declared and not defined. */
  namesOnly(): void {
    for (const [key, hits] of this.#hits) {
      this.#hits.set(
        key,
        hits.map((hit) => (hit.seen.encoding === 'name' ? { ...hit, grade: 'declared' } : hit)),
      );
    }
  }

  /** Problems of one reader as one line: the first says where, the number says how many. */
  problems(problems: readonly { readonly offset: number; readonly message: string }[]): void {
    const [first] = problems;
    if (!first) return;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    this.cover('partial', 'malformed', first.offset, first.message + more);
  }

  anomalies(anomalies: readonly Pick<Anomaly, 'code' | 'offset' | 'detail'>[]): void {
    for (const { code, offset, detail } of anomalies.slice(0, 20)) {
      this.#anomalies.push({ code, path: this.path, offset, detail });
    }
  }

  get coverage(): readonly Coverage[] {
    return this.#coverage;
  }

  /** Whether anything was found at a place in the content, so that its digest is part of the proof. */
  get hasPlaces(): boolean {
    const placed = ({ seen }: Hit | VersionHit) => seen.encoding !== 'name';
    return (
      this.#endpoints.size > 0 || this.#versions.some(placed) || [...this.#hits.values()].some((h) => h.some(placed))
    );
  }

  /** Whether a clue was met that the test accepts. */
  met(test: (clue: number) => boolean): boolean {
    return [...this.#hits.values()].some(([hit]) => hit !== undefined && test(hit.clue));
  }

  /** Instruction set of the slice a place lies in; what has no place stands under the one being read. */
  #archAt(offset: number | null): string | null {
    if (offset === null) return this.arch;
    return this.slices.find((s) => offset >= s.offset && offset < s.offset + s.size)?.arch ?? this.arch;
  }

  /** A thin library's strings may come by before its header said what it is. */
  #placed<T extends Hit | VersionHit>(found: T): T {
    const [span] = found.seen.spans;
    return span === undefined ? found : { ...found, arch: this.#archAt(span.offset) };
  }

  finish(): EntryFeatures {
    return {
      path: this.path,
      format: this.format,
      size: this.size,
      sha256: this.sha256,
      arch: this.arch,
      architectures: this.slices.length > 0 ? this.slices.map((s) => s.arch) : this.arch === null ? [] : [this.arch],
      container: this.container,
      hits: this.#hits.size === 0 ? [] : [...this.#hits.values()].flat().map((hit) => this.#placed(hit)),
      moreHits: this.#more,
      versions: this.#versions.map((version) => this.#placed(version)),
      // A version of four parts looks like an address; where it was read as the one it is not the other.
      endpoints: [...this.#endpoints.values()].filter(
        (e) =>
          e.url !== null ||
          !this.#versions.some((v) => v.version === e.host && v.seen.spans[0]?.offset === e.seen.spans[0]?.offset),
      ),
      moreEndpoints: this.#moreEndpoints,
      native: this.native,
      signature: this.signature,
      packages: this.packages,
      coverage: this.#coverage,
      anomalies: this.#anomalies,
    };
  }
}
