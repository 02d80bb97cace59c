import type { Allowance } from '../allowance.ts';
import type { Budgets } from '../budgets.ts';
import { byReason, type Problem } from '../coverage.ts';
import type { ImageKind } from '../formats/image.ts';
import type { ByteRange } from '../formats/parsing.ts';
import type {
  CallerHit,
  CallHit,
  DexTypes,
  EntryFeatures,
  LibraryHit,
  LibraryIdentity,
  Linkage,
  NativeFacts,
  OrderHit,
  Scene,
  SelectorHit,
  Slice,
} from '../inventory/facts.ts';
import type { About, EntryTaker, HitKind, Layout, Taker } from '../inventory/taker.ts';
import { reportText, reportTexts } from '../text.ts';
import type { Anomaly, Coverage, CoverageReason, Format, Platform } from '../types.ts';
import { beginsAsCode, behindOther, decoded } from './base64.ts';
import { isOwnBusiness, Suspicions, suspicionOf } from './embedded.ts';
import { HitCounts } from './hit-counts.ts';
import { type NameReader, placedIn } from './name-reader.ts';
import type { Referable } from './referable.ts';

/** Lines about code in base64: more of them say nothing more. */
const MOST_CODED = 3;

export interface Collecting {
  /** Of the entry. */
  readonly path: string;
  readonly container: string | null;
  readonly taker: Taker;
  readonly budgets: Budgets;
  readonly allowance: Allowance;
  /** Told of each class that a DEX defines, and of each library that it asks for. */
  readonly scene?: Pick<Scene, 'defines' | 'asks' | 'appIds'>;
  /** What of the platform somebody wants the users of, of what the app asks for; nothing where it is left out. */
  readonly members?: Taker['members'];
}

/** A line of coverage of the entry: why it was not read whole, and where; nothing said is null. */
export interface Line {
  readonly state: Coverage['state'];
  readonly reason?: CoverageReason | null;
  readonly offset?: number | null;
  readonly detail: string;
  /** True unless said otherwise. */
  readonly matters?: boolean;
}

const nothing: readonly never[] = [];
const none: ReadonlyMap<string, number> = new Map();
const nobody: Pick<Scene, 'defines' | 'asks' | 'appIds'> = { defines: () => {}, asks: () => {}, appIds: [] };

/**
 * Gathers what the extractors find in one entry, within the budgets. What few entries need is made when it is needed, and
 * no entry brings functions of its own: there may be 100,000.
 */
export class Collector implements About {
  readonly path: string;
  readonly container: string | null;
  format: Format = 'data';
  isNative = false;
  #platform: Platform | null = null;
  size = 0;
  sha256: string | null = null;
  arch: string | null = null;
  /** Slices of a fat file, by which a byte's place tells its instruction set. */
  slices: readonly Slice[] = nothing;
  native: NativeFacts | null = null;
  signature: EntryFeatures['signature'] = null;
  linkage: Linkage | null = null;
  entitlements: Uint8Array | null = null;
  identity: LibraryIdentity | null = null;
  /** Where it stands in its unit, as a device has it. */
  place = '';
  /** Dotted name of the class that the entry holds, as its path says. */
  className: string | null = null;
  packages: ReadonlyMap<string, number> = none;
  loads: readonly string[] = nothing;
  libraries: readonly LibraryHit[] = nothing;
  /** Who takes what is read of the entry, and what it wants of a table. */
  readonly facts: EntryTaker;
  readonly wants: Pick<Taker, 'types' | 'symbols' | 'selectors'>;
  readonly scene: Pick<Scene, 'defines' | 'asks' | 'appIds'>;
  readonly members: Taker['members'];
  /** Why not all code was gone through; null where it was. */
  codeUnread: string | null = null;
  calls: readonly CallHit[] = nothing;
  callers: readonly CallerHit[] = nothing;
  orders: readonly OrderHit[] = nothing;
  callsUnread: string | null = null;
  selectors: readonly SelectorHit[] = nothing;
  types: readonly DexTypes[] = nothing;
  /** What may be code that begins inside the content. */
  readonly suspicions = new Suspicions();
  /** Packed bytes before here were read as what they hold. */
  readUnpacked = 0;
  /** Bits per byte of content that nobody can read, and that holds nothing that was read. */
  opaque: number | null = null;
  /** Names that strings of code are looked through for; null for none. */
  referable: Referable | null = null;
  #refersTo: Set<string> | null = null;
  #coded: { readonly offset: number; readonly detail: string }[] | null = null;
  #runsLeft = 0;
  readonly evidencePerClue: number;
  readonly endpoints: number;
  readonly #allowance: Allowance;
  readonly #hitsPerKind: number;
  /** Made at the first hit: most entries have none. */
  #hits: HitCounts | null = null;
  readonly #coverage: Coverage[] = [];
  #anomalies: Anomaly[] | null = null;

  /** Paths that its strings name. */
  get refersTo(): Set<string> {
    this.#refersTo ??= new Set();
    return this.#refersTo;
  }

  constructor({ path, container, taker, budgets, allowance, scene = nobody, members = nothing }: Collecting) {
    // At once: all that is said of the entry repeats it.
    this.path = reportText(path);
    this.container = container;
    this.wants = taker;
    this.scene = scene;
    this.members = members;
    this.#allowance = allowance;
    this.#hitsPerKind = budgets.hitsPerKind;
    this.evidencePerClue = budgets.evidencePerClue;
    this.endpoints = budgets.endpoints;
    this.facts = taker.entry(this.path, this);
  }

  isReadUnpacked(offset: number): boolean {
    return offset < this.readUnpacked;
  }

  /** Steps for work that no hit stands for; false where none are left. */
  get spend(): (steps: number) => boolean {
    const allowance = this.#allowance;
    return (steps) => allowance.spend(steps);
  }

  /** Its first bytes say what it is. */
  begins(
    format: Format,
    { platform, isNative = false }: { readonly platform: Platform | null; readonly isNative?: boolean },
  ) {
    this.format = format;
    this.isNative = isNative;
    this.#platform = platform;
  }

  cover({ state, reason = null, offset = null, detail, matters = true }: Line): void {
    this.#coverage.push({
      path: this.path,
      format: this.format,
      state,
      reason,
      offset,
      detail: reportText(detail),
      matters,
    });
  }

  /** What stands where the system looks for code is none. */
  coverNoCode(): void {
    const detail = `the system loads this as code, and its bytes are no code (${this.format})`;
    this.cover({ state: 'unreadable', reason: 'malformed', offset: 0, detail });
  }

  /** Something that looks like code begins inside the content. */
  embedded(kind: ImageKind, offset: number, head: Uint8Array, coding?: 'base64'): void {
    if (coding) {
      this.#beginsCoded(kind, offset, head, coding);
      return;
    }
    if (isOwnBusiness(kind, head, this.format)) return;
    const suspicion = suspicionOf(kind, offset, head);
    if (suspicion !== null && suspicion.at > 0) this.suspicions.add(suspicion, head);
  }

  /** Its own tables say that it holds content of another kind there. */
  holds({ offset, length }: ByteRange): void {
    this.suspicions.add({ kind: 'payload', at: offset, length }, new Uint8Array(0));
  }

  /** A run of base64 that code, an archive or a packed stream is written in is read as such; of the whole content it is said by its first bytes. */
  beginsAsText(offset: number, seen: Uint8Array): void {
    this.coded(offset, decoded(seen.subarray(0, 1024)), seen);
  }

  coded(offset: number, head: Uint8Array, seen: Uint8Array): void {
    if (!this.#allowance.spend(1)) {
      this.#runsLeft++;
      return;
    }
    const from = beginsAsCode(head) ? 0 : behindOther(seen);
    if (from < 0 || offset + from === 0) return;
    this.suspicions.add({ kind: 'base64', at: offset + from, length: Number.POSITIVE_INFINITY }, seen.subarray(from));
  }

  /** Code in a coding of text: what it is named was searched as it decodes, its tables were not read. */
  #beginsCoded(kind: ImageKind, offset: number, head: Uint8Array, coding: string): void {
    if ((this.#coded?.length ?? 0) >= MOST_CODED || kind === 'packed' || kind === 'end of zip') return;
    if (suspicionOf(kind, offset, head) === null) return;
    this.#coded ??= [];
    this.#coded.push({ offset, detail: `${kind} in ${coding} begins here; only its strings were searched` });
  }

  /** Says so, but of runs that were read. */
  coverCoded(): void {
    for (const { offset, detail } of this.#coded ?? nothing) {
      const isRead = this.suspicions.opened.some(({ at, length }) => offset >= at && offset < at + length);
      if (!isRead) this.cover({ state: 'partial', reason: 'unsupported', offset, detail });
    }
  }

  looks(kind: HitKind): boolean {
    this.#hits ??= new HitCounts();
    return this.#hits.looks(kind, this.#hitsPerKind, this.#allowance);
  }

  /** Says what was counted only: after the last hit, and before it is asked whether all was read. */
  coverOverlooked(): void {
    if (this.#runsLeft > 0) {
      const detail = `${this.#runsLeft} more runs of base64 than its size allows for were not looked into`;
      this.cover({ state: 'partial', reason: 'budget', detail });
      this.#runsLeft = 0;
    }
    const overlooked = this.#hits?.takeOverlooked();
    for (const [kind, count] of overlooked ?? nothing) {
      const detail = `${count} more hits of kind ${kind} were counted and not looked at`;
      this.cover({ state: 'partial', reason: 'budget', detail });
    }
  }

  /** @param uncompared what the search of the bytes says at its end */
  coverUncompared(uncompared: number): void {
    if (uncompared === 0) return;
    const detail = `${uncompared} possible hits of wildcard clues were not compared`;
    this.cover({ state: 'partial', reason: 'budget', detail });
  }

  /** Takes the packages that content names. @param layout of content that was looked through in pieces */
  addNames(names: NameReader, layout?: Layout): void {
    const found = layout ? names.end().map((hit) => placedIn(layout, hit)) : names.end();
    this.libraries = [...this.libraries, ...found];
    if (!names.isFull) return;
    const detail = 'it names more packages, or names them more often, than are listed';
    this.cover({ state: 'partial', reason: 'budget', detail, matters: false });
  }

  /** Problems of one reader: a line for each reason. */
  problems(problems: readonly Problem[]): void {
    for (const { reason, offset, message } of byReason(problems))
      this.cover({ state: 'partial', reason, offset, detail: message });
  }

  anomalies(anomalies: readonly Pick<Anomaly, 'code' | 'offset' | 'detail'>[]): void {
    for (const { code, offset, detail } of anomalies.slice(0, 20)) {
      this.#anomalies ??= [];
      this.#anomalies.push({ code, path: this.path, offset, detail: reportText(detail) });
    }
  }

  /** Of an archive inside, each with a path of its own. */
  nested(anomalies: readonly Anomaly[]): void {
    this.#anomalies = [...(this.#anomalies ?? nothing), ...anomalies];
  }

  /** Whether anything is said of a place in the content, so that its digest is part of the proof. */
  get hasPlaces(): boolean {
    return (
      this.facts.hasPlaces ||
      this.libraries.length + this.calls.length + this.callers.length + this.selectors.length > 0
    );
  }

  get coverage(): readonly Coverage[] {
    return this.#coverage;
  }

  /** Instruction set of the slice a place lies in; what has no place stands under the one being read. */
  archAt(offset: number | null): string | null {
    if (offset === null) return this.arch;
    return this.slices.find((s) => offset >= s.offset && offset < s.offset + s.size)?.arch ?? this.arch;
  }

  finish(): EntryFeatures {
    // What is always there is no text of the app's, or was made fit to be said as it came: an archive has 100,000 entries.
    return this.facts.finish({
      path: this.path,
      format: this.format,
      platform: this.#platform,
      size: this.size,
      sha256: this.sha256,
      opaque: this.opaque,
      coverage: this.#coverage,
      anomalies: this.#anomalies ?? nothing,
      container: this.container && reportText(this.container),
      arch: this.arch && reportText(this.arch),
      slices: this.slices.length === 0 ? this.slices : reportTexts(this.slices),
      native: this.native && reportTexts(this.native),
      signature: this.signature && reportTexts(this.signature),
      packages: this.packages.size === 0 ? this.packages : reportTexts(this.packages),
      loads: this.loads.length === 0 ? this.loads : reportTexts(this.loads),
      libraries: this.libraries,
      // What it loads is asked of the bundle, and never told as it stands.
      linkage: this.linkage,
      entitlements: this.entitlements,
      ...(this.identity === null ? {} : { identity: reportTexts(this.identity) }),
      ...(this.codeUnread === null ? {} : { codeUnread: reportText(this.codeUnread) }),
      ...(this.calls.length === 0 ? {} : { calls: reportTexts(this.calls) }),
      ...(this.selectors.length === 0 ? {} : { selectors: reportTexts(this.selectors) }),
      ...(this.callers.length === 0 ? {} : { callers: reportTexts(this.callers) }),
      ...(this.orders.length === 0 ? {} : { orders: reportTexts(this.orders) }),
      ...(this.callsUnread === null ? {} : { callsUnread: reportText(this.callsUnread) }),
      ...(this.types.length === 0 ? {} : { types: this.types }),
      ...(this.#refersTo !== null && this.#refersTo.size > 0 ? { refersTo: [...this.#refersTo] } : {}),
    });
  }
}
