import type { Budgets } from '../budgets.ts';
import type { Linkage } from '../bundle/libraries.ts';
import { byReason, type Problem } from '../coverage.ts';
import { reportText, reportTexts } from '../text.ts';
import type { Anomaly, Coverage, CoverageReason } from '../types.ts';
import type { EndpointHit, EntryFeatures, Grade, Hit, NativeFacts, VersionHit } from './features.ts';

const gradeOrder: readonly Grade[] = ['defined', 'declared', 'referenced'];

/** Formats that are code themselves: a second image inside is their own business (a DEX in a library's data). */
const codeFormats: ReadonlySet<string> = new Set(['elf', 'macho', 'ar', 'dex']);

/** Bytes of the longest text kept of what a clue met. */
const TEXT = 200;

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
  linkage: Linkage | null = null;
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
    // At once: all that is said of the entry repeats it.
    this.path = reportText(path);
    this.container = container;
    this.#budgets = budgets;
  }

  /** `text` is called only for a hit that is kept. */
  hit(clue: number, grade: Grade, offset: number | null, text: () => string): void {
    const arch = this.#archAt(offset);
    const key = `${clue} ${arch ?? ''}`;
    const kept = this.#hits.get(key);
    const make = (): Hit => ({ clue, grade, offset, text: shorten(text()), arch });
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

  version(sdk: string, version: string, offset: number | null, text: string): void {
    if (this.#versions.length < 100) {
      this.#versions.push({ sdk, version, offset, text: shorten(text), arch: this.arch });
    }
  }

  endpoint(endpoint: EndpointHit): void {
    const key = endpoint.url ?? endpoint.host;
    if (this.#endpoints.has(key)) return;
    if (this.#endpoints.size >= this.#budgets.endpoints) this.#moreEndpoints++;
    else this.#endpoints.set(key, endpoint);
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
        hits.map((hit) => (hit.offset === null ? { ...hit, grade: 'declared' } : hit)),
      );
    }
  }

  /** Problems of one reader: a line for each reason. */
  problems(problems: readonly Problem[]): void {
    for (const { reason, offset, message } of byReason(problems)) this.cover('partial', reason, offset, message);
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
    const placed = (found: { readonly offset: number | null }) => found.offset !== null;
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
    return found.offset === null ? found : { ...found, arch: this.#archAt(found.offset) };
  }

  finish(): EntryFeatures {
    return reportTexts({
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
        (e) => e.url !== null || !this.#versions.some((v) => v.offset === e.offset && v.version === e.host),
      ),
      moreEndpoints: this.#moreEndpoints,
      native: this.native,
      signature: this.signature,
      linkage: this.linkage,
      packages: this.packages,
      coverage: this.#coverage,
      anomalies: this.#anomalies,
    });
  }
}

/** Short, and a copy: V8 lets a slice of a string table keep the whole table in memory for as long as the report lives. */
function shorten(text: string): string {
  return ` ${reportText(text, TEXT)}`.slice(1);
}
