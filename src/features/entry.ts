import type { Budgets } from '../budgets.ts';
import { type Content, overall, type StreamEnd, type Streamer } from '../bundle/content.ts';
import { type Entry, repeatKey } from '../bundle/entry.ts';
import { besideEntries, gapsInside } from '../bundle/gaps.ts';
import { Tail } from '../bundle/tail.ts';
import { attempt } from '../coverage.ts';
import type { EntryFeatures, Scene } from '../inventory/facts.ts';
import type { Taker } from '../inventory/taker.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Depth } from '../types.ts';
import { Collector } from './collector.ts';
import { Held } from './held.ts';
import { Inside, type Out, type Outer } from './inside.ts';
import { kindOf } from './kinds/index.ts';
import { PASSES, Pass, type Shared, type Visit } from './pass.ts';
import { isLoadedInVain, matchName } from './path.ts';
import type { Referable } from './referable.ts';
import { Buffers } from './stream-reading.ts';
import { asTwin, byDigest, byPlace, type Identity, type Twin, Twins } from './twins.ts';

/** What an entry costs in steps, whatever it holds: a header is read, a name is matched, a line is written. */
const ENTRY_STEPS = 24;

const none: readonly never[] = [];

export interface Extracting {
  readonly taker: Taker;
  readonly runtime: Runtime;
  readonly streamer: Streamer;
  readonly budgets: Budgets;
  readonly depth: Depth;
  readonly scene: Scene;
  readonly enter: Shared['enter'];
  /** Entries that strings of code are looked through for; null where nothing asks who refers to them. */
  readonly referable: Referable | null;
}

/** One per scan: holds what all entries share, and counts what they use up together. */
export class Extractor {
  readonly #shared: Shared;
  readonly #scene: Scene;
  readonly #referable: Referable | null;
  readonly #members: Taker['members'];
  readonly #twins = new Twins();
  readonly #held: Held;
  readonly #inside: Inside;

  constructor({ scene, referable, ...around }: Extracting) {
    this.#scene = scene;
    this.#referable = referable;
    const { members } = around.taker;
    this.#members =
      members === 'every' ? members : members.filter(({ asked }) => asked.some((each) => scene.hasPermission(each)));
    this.#held = new Held(around.budgets.heldBytes);
    const shared = {
      ...around,
      tail: new Tail(),
      isLoadedInVain: (path: string, kind: Parameters<Shared['isLoadedInVain']>[1]) =>
        isLoadedInVain(path, kind, scene),
      hold: this.#held.hold,
      buffers: new Buffers(),
    };
    this.#inside = new Inside(shared, (entry, out, nesting) => this.extract(entry, out, nesting));
    this.#shared = { ...shared, nestedRoom: () => this.#inside.room };
  }

  get #left(): number {
    return this.#shared.streamer.allowance.bytesLeft;
  }

  /**
   * Reads one entry and what is nested in it, and hands out the features of each: one by one, since an archive may hold
   * as many again. Never throws for what the entry holds: that becomes coverage.
   * @returns how its content ended; null where it was not read
   */
  async extract(entry: Entry, out: Out, nesting = 0): Promise<StreamEnd | null> {
    this.#inside.count();
    const { streamer, taker, budgets } = this.#shared;
    const { allowance } = streamer;
    if (allowance.isTurn) await streamer.turn();
    const container = containerOf(entry.path, this.#scene);
    const about = { path: entry.path, container, taker, budgets, allowance };
    const into = new Collector({ ...about, scene: this.#scene, members: this.#members });
    into.size = entry.size;
    into.referable = this.#referable;
    matchName(entry.path, this.#scene, into);
    if (!allowance.spend(ENTRY_STEPS)) {
      const detail = 'the bundle holds more entries than its size and content allow for';
      into.cover({ state: 'unreadable', reason: 'budget', detail });
      const features = into.finish();
      // Tens of thousands of names that nobody looked behind are a line of coverage, not pieces of code.
      out(features.hits.length > 0 ? features : { ...features, native: null });
      return null;
    }
    // It is searched at every depth that reads at all.
    const isDocument = this.#scene.isDocument(entry.path);
    const isRepeated = this.#shared.depth !== 'names' && this.#scene.isRepeated(entry);
    let twin: Twin | undefined;
    let shared: Identity | null = null;
    const outer: Outer = { into, nesting, out };
    const end = await attempt(
      async () => {
        const { content, anomalies, beside, close } = await entry.locate();
        try {
          into.anomalies(anomalies);
          let ended: StreamEnd | null = null;
          if (entry.overlaps && this.#shared.depth !== 'names') shared = byPlace(content);
          else if (isRepeated && this.#twins.mayHave(repeatKey(entry))) {
            ended = await this.#hashed(content, (sha256) => {
              shared = byDigest(sha256);
            });
          }
          twin = shared === null ? undefined : this.#twins.of(shared);
          if (twin) this.#asTwin(twin.features, entry, into, isDocument);
          const end = twin ? (ended ?? twin.end) : await this.#read(content, entry, outer, { isDocument, isRepeated });
          const ranges = end && beside ? beside(end) : none;
          const gaps = besideEntries(content.source, ranges instanceof Promise ? await ranges : ranges, into.path);
          // What stands beside bytes that several claim is claimed by them as well.
          const { overlaps = false } = entry;
          if (gaps.length > 0) {
            await this.#inside.gaps(overlaps ? gaps.map((gap) => ({ ...gap, overlaps })) : gaps, outer);
          }
          return end;
        } finally {
          close();
        }
      },
      ({ reason, offset, message }) => into.cover({ state: 'unreadable', reason, offset, detail: message }),
    );
    into.coverOverlooked();
    const features = into.finish();
    if (isRepeated && !twin && features.sha256 !== null && end?.state === 'whole') {
      shared = byDigest(features.sha256);
      this.#twins.claimed(repeatKey(entry));
    }
    if (shared && !twin) this.#twins.remember(shared, features, end);
    out(twin ? asTwin(features, twin.features) : features);
    return twin ? null : end;
  }

  /** Says of an entry what its name means, where its bytes were read at another place. */
  #asTwin(twin: EntryFeatures, entry: Entry, into: Collector, isDocument: boolean): void {
    const kind = kindOf(twin.format);
    into.begins(twin.format, kind);
    if (!kind.isCode) into.facts.namesOnly();
    if (this.#shared.isLoadedInVain(entry.path, kind)) into.coverNoCode();
    const detail = 'bytes that another entry has as well, read there';
    if (!isDocument) into.cover({ state: 'read', detail, matters: false });
  }

  async #read(
    content: Content,
    entry: Entry,
    outer: Outer,
    { isDocument, isRepeated }: Omit<Visit, 'entry'>,
  ): Promise<StreamEnd | null> {
    const { into } = outer;
    if (this.#shared.depth === 'names') {
      into.format = 'unread';
      into.cover({ state: 'skipped', reason: 'depth', detail: 'only names were read at depth names' });
      return null;
    }
    const { streamer, taker, budgets } = this.#shared;
    if (this.#left <= 0) {
      into.cover({ state: 'unreadable', reason: 'budget', detail: overall(streamer.allowance) });
      return null;
    }
    const pass = new Pass(this.#shared, content, into, { entry, isDocument, isRepeated });
    const { entryBytes } = budgets;
    const end = await streamer.stream(content, entryBytes, (bytes) => pass.push(bytes));
    pass.end();
    for (let again = 1; pass.wantsAgain && again < PASSES && this.#left > 0; again++) {
      await streamer.stream(content, entryBytes, (bytes) => pass.pushAgain(bytes));
      pass.endAgain();
    }
    pass.finish(end);
    const { kind, held, endsLikeZip } = pass;
    let gaps: readonly Entry[] = [];
    if (kind.how === 'whole' && held) {
      await attempt(
        async () => {
          const work = kind.extract(held, taker, into);
          if (work) await streamer.run(work);
          gaps = gapsInside(held, kind.gaps?.(held) ?? [], into.path);
        },
        ({ reason, offset, message }) => into.cover({ state: 'unreadable', reason, offset, detail: message }),
      );
    }
    if (into.sha256 === null && into.hasPlaces) into.sha256 = await this.#digest(content, pass, end);
    if (kind.how === 'container' || held !== null) await this.#open(content, pass, outer);
    // What was packed with brotli, say, was read by now.
    if (pass.unread !== null && into.suspicions.behind === 0) {
      const detail = `a script or page is loaded by this name, and it is ${pass.unread}: only its strings were searched`;
      into.cover({ state: 'partial', reason: 'unsupported', offset: 0, detail });
    }
    if (gaps.length > 0) await this.#inside.gaps(gaps, outer);
    const isReadToEnd =
      end.state === 'whole' && !into.suspicions.isEmpty && (await this.#inside.embedded(content, end.bytes, outer));
    if ((endsLikeZip ?? end.state === 'whole') && !isReadToEnd) await this.#inside.tail(content, outer);
    into.coverCoded();
    into.coverOverlooked();
    // Of a document it has been said.
    if (into.coverage.length === 0 && !isDocument) into.cover({ state: 'read', detail: kind.read });
    return end;
  }

  /** Reads what the content is a container or a packing of. */
  async #open(content: Content, { kind, held, coding }: Pass, outer: Outer): Promise<void> {
    if (kind.how === 'container' && content.coding === 'stored') await this.#inside.stored(kind, content, outer);
    else if (held === null) return;
    else if (kind.how === 'container') await this.#inside.container(kind, this.#held.handOver(held), outer);
    else if (coding !== null) await this.#inside.packed(coding, this.#held.handOver(held), outer);
  }

  /** The content of an entry once more, until the next is asked for; null where it does not come whole, or is too large to be held. */
  async again(entry: Entry): Promise<Uint8Array | null> {
    const { streamer, budgets } = this.#shared;
    const { content, close } = await entry.locate();
    try {
      let length = 0;
      const end = await streamer.stream(content, Math.min(budgets.entryBytes, budgets.heldBytes), (bytes) => {
        this.#held.hold(length + bytes.length).set(bytes, length);
        length += bytes.length;
        return true;
      });
      return end.state === 'whole' ? this.#held.hold(length).subarray(0, length) : null;
    } finally {
      close();
    }
  }

  /** Inflates content for its digest alone, which is told where it comes whole. */
  async #hashed(content: Content, tell: (sha256: string) => void): Promise<StreamEnd> {
    const { streamer, runtime, budgets } = this.#shared;
    const hash = runtime.sha256();
    const end = await streamer.stream(content, budgets.entryBytes, (bytes) => {
      hash.update(bytes);
      return true;
    });
    if (end.state === 'whole') tell(hash.digest());
    return end;
  }

  /** Digest of content that was not hashed on its way: a DEX is still held, anything else is read once more. */
  async #digest(content: Content, pass: Pass, end: StreamEnd): Promise<string | null> {
    if (end.state !== 'whole') return null;
    const { streamer, runtime, budgets } = this.#shared;
    if (end.sha256 !== null) {
      // As if it had been read again: what a budget allows must not hang on how busy a core was.
      if (!pass.held) streamer.allowance.inflate(end.bytes);
      return end.sha256;
    }
    const hash = runtime.sha256();
    if (pass.held) hash.update(pass.held);
    else {
      const again = await streamer.stream(content, budgets.entryBytes, (bytes) => {
        hash.update(bytes);
        return true;
      });
      if (again.state !== 'whole') return null;
    }
    return hash.digest();
  }
}

/** Nearest framework, extension or nested archive around an entry; null for the app itself. */
function containerOf(path: string, scene: Scene): string | null {
  const bang = path.lastIndexOf('!');
  const { root, container } = scene.unitOf(path) ?? { root: '', container: null };
  const inner = path.slice(root.length);
  const match = /^(.*\.(?:framework|appex|bundle|app))\//.exec(inner);
  if (match && bang < root.length) return root + match[1];
  return bang < root.length ? container : path.slice(0, bang);
}
