import type { Budgets } from '../budgets.ts';
import { type Content, overall, type StreamEnd, type Streamer, windowOf } from '../bundle/content.ts';
import { type Entry, innerEntry } from '../bundle/entry.ts';
import { besideEntries, gapsInside, MOST_GAPS } from '../bundle/gaps.ts';
import { Tail } from '../bundle/tail.ts';
import { attempt } from '../coverage.ts';
import type { EntryFeatures, Scene } from '../inventory/facts.ts';
import type { Taker } from '../inventory/taker.ts';
import { type ByteSource, memorySource, type Runtime } from '../runtime/runtime.ts';
import type { Depth } from '../types.ts';
import { Collector } from './collector.ts';
import { embeddedEntries } from './embedded.ts';
import { type ContainerKind, contentKinds, kindOf } from './kinds/index.ts';
import { type Coding, holdsSomething, unpacked } from './packed.ts';
import { PASSES, Pass, type Shared } from './pass.ts';
import { isLoadedInVain, matchName } from './path.ts';
import type { Referable } from './referable.ts';
import { Buffers } from './stream-reading.ts';
import { asTwin, type Twin, Twins } from './twins.ts';

/** Takes the features of one entry. */
type Out = (features: EntryFeatures) => void;

/** What an entry costs in steps, whatever it holds: a header is read, a name is matched, a line is written. */
const ENTRY_STEPS = 24;

/** One per scan: holds what all entries share, and counts what they use up together. */
export class Extractor {
  readonly #shared: Shared;
  readonly #scene: Scene;
  readonly #twins = new Twins();
  #held = new Uint8Array(0);
  /** Bytes of the archives inside archives that are open now. */
  #nested = 0;
  readonly #referable: Referable | null;
  #entries = 0;
  #gaps = 0;

  constructor(
    taker: Taker,
    runtime: Runtime,
    streamer: Streamer,
    budgets: Budgets,
    depth: Depth,
    scene: Scene & { readonly referable?: Referable },
  ) {
    this.#scene = scene;
    this.#referable = scene.referable ?? null;
    this.#shared = {
      taker,
      runtime,
      streamer,
      budgets,
      depth,
      tail: new Tail(),
      isLoadedInVain: (path, kind) => isLoadedInVain(path, kind, scene),
      hold: (length) => this.#hold(length),
      buffers: new Buffers(),
      nestedRoom: () => budgets.nestedBytes - this.#nested,
    };
  }

  get #left(): number {
    return this.#shared.streamer.allowance.bytesLeft;
  }

  /**
   * Reads one entry and what is nested in it, and hands out the features of each: one by one, since an archive may hold
   * as many again. Never throws for what the entry holds: that becomes coverage.
   * @param isDocument whether it is searched at every depth that reads at all
   * @returns how its content ended; null where it was not read
   */
  async extract(entry: Entry, out: Out, nesting = 0, isDocument = false): Promise<StreamEnd | null> {
    this.#entries++;
    const { streamer } = this.#shared;
    await streamer.turn();
    const into = new Collector(
      entry.path,
      containerOf(entry.path, this.#scene),
      this.#shared.taker,
      this.#shared.budgets,
      streamer.allowance,
    );
    into.size = entry.size;
    into.referable = this.#referable;
    matchName(entry.path, this.#scene, into);
    if (!streamer.allowance.spend(ENTRY_STEPS)) {
      into.cover('unreadable', 'budget', null, 'the bundle holds more entries than its size and content allow for');
      out(into.finish());
      return null;
    }
    let twin: Twin | undefined;
    let shared: Content | null = null;
    const end = await attempt(
      async () => {
        const { content, anomalies, beside, close } = await entry.locate();
        try {
          into.anomalies(anomalies);
          if (entry.overlaps && this.#shared.depth !== 'names') {
            twin = this.#twins.of(content);
            shared = content;
          }
          if (twin) this.#asTwin(twin.features, entry, into, isDocument);
          const end = twin ? twin.end : await this.#read(content, entry, into, nesting, out, isDocument);
          if (end && beside) {
            const gaps = besideEntries(content.source, await beside(end), into.path);
            // What stands beside bytes that several claim is claimed by them as well.
            const { overlaps = false } = entry;
            await this.#each(overlaps ? gaps.map((gap) => ({ ...gap, overlaps })) : gaps, into, nesting, out);
          }
          return end;
        } finally {
          close();
        }
      },
      ({ reason, offset, message }) => into.cover('unreadable', reason, offset, message),
    );
    into.coverOverlooked();
    const features = into.finish();
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
    if (!isDocument) into.cover('read', null, null, 'bytes that another entry has as well, read there', false);
  }

  /** Reads gaps like any data, as far as budgets allow. */
  async #each(gaps: readonly Entry[], into: Collector, nesting: number, out: Out): Promise<void> {
    const { nesting: most } = this.#shared.budgets;
    for (const gap of gaps) {
      if (nesting >= most || ++this.#gaps > MOST_GAPS) {
        const why = nesting < most ? `more than ${MOST_GAPS} gaps` : `nested more than ${most} deep`;
        into.cover('partial', 'budget', gap.position, `what stands in a gap was not searched: ${why}`);
        return;
      }
      await this.extract(gap, out, nesting + 1);
    }
  }

  async #read(
    content: Content,
    entry: Entry,
    into: Collector,
    nesting: number,
    out: Out,
    isDocument: boolean,
  ): Promise<StreamEnd | null> {
    if (this.#shared.depth === 'names') {
      into.format = 'unread';
      into.cover('skipped', 'depth', null, 'only names were read at depth names', true);
      return null;
    }
    if (this.#left <= 0) {
      into.cover('unreadable', 'budget', null, overall(this.#shared.streamer.allowance));
      return null;
    }
    const pass = new Pass(this.#shared, content, entry, into, isDocument);
    const { entryBytes } = this.#shared.budgets;
    const end = await this.#shared.streamer.stream(content, entryBytes, (bytes) => pass.push(bytes));
    pass.end();
    for (let again = 1; pass.wantsAgain && again < PASSES && this.#left > 0; again++) {
      await this.#shared.streamer.stream(content, entryBytes, (bytes) => pass.pushAgain(bytes));
      pass.endAgain();
    }
    pass.finish(end);
    const { kind, held, endsLikeZip } = pass;
    let gaps: readonly Entry[] = [];
    if (kind.how === 'whole' && held) {
      attempt(
        () => {
          kind.extract(held, this.#shared.taker, into);
          gaps = gapsInside(held, kind.gaps?.(held) ?? [], into.path);
        },
        ({ reason, offset, message }) => into.cover('unreadable', reason, offset, message),
      );
    }
    if (into.sha256 === null && into.facts.hasPlaces) into.sha256 = await this.#digest(content, pass, end);
    if (kind.how === 'container' && content.coding === 'stored') {
      // It stands in the archive around it byte for byte: read there, it takes no memory.
      await this.#descend(kind, windowOf(content), into, nesting, out);
    } else if (kind.how === 'container' && held) {
      const { length } = held;
      this.#nested += length;
      try {
        await this.#descend(kind, memorySource(this.#handOver(held)), into, nesting, out);
      } finally {
        this.#nested -= length;
      }
    } else if (pass.held && pass.coding !== null) {
      await this.#unpack(pass.coding, this.#handOver(pass.held), into, nesting, out);
    }
    await this.#each(gaps, into, nesting, out);
    const isReadToEnd = end.state === 'whole' && (await this.#readEmbedded(content, end.bytes, into, nesting, out));
    if (endsLikeZip && !isReadToEnd) await this.#openTail(content, into, nesting, out);
    into.coverOverlooked();
    // Of a document it has been said.
    if (into.coverage.length === 0 && !isDocument) into.cover('read', null, null, kind.read);
    return end;
  }

  /** A ZIP that does not begin where the content does. */
  async #openTail(content: Content, into: Collector, nesting: number, out: Out): Promise<void> {
    const zip = contentKinds.zip as ContainerKind;
    if (content.coding === 'stored') return this.#descend(zip, windowOf(content), into, nesting, out);
    const { bytes, end } = await this.#shared.streamer.collect(content, this.#shared.nestedRoom());
    if (end.state !== 'whole') {
      into.cover('partial', 'budget', null, 'a ZIP that ends this content was not read');
      return;
    }
    this.#nested += bytes.length;
    try {
      await this.#descend(zip, memorySource(bytes), into, nesting, out);
    } finally {
      this.#nested -= bytes.length;
    }
  }

  /** Digest of content that was not hashed on its way: a DEX is still held, anything else is read once more. */
  async #digest(content: Content, pass: Pass, end: StreamEnd): Promise<string | null> {
    if (end.state !== 'whole') return null;
    if (end.sha256 !== null) {
      // As if it had been read again: what a budget allows must not hang on how busy a core was.
      if (!pass.held) this.#shared.streamer.allowance.inflate(end.bytes);
      return end.sha256;
    }
    const hash = this.#shared.runtime.sha256();
    if (pass.held) hash.update(pass.held);
    else {
      const again = await this.#shared.streamer.stream(content, this.#shared.budgets.entryBytes, (bytes) => {
        hash.update(bytes);
        return true;
      });
      if (again.state !== 'whole') return null;
    }
    return hash.digest();
  }

  #hold(length: number): Uint8Array {
    if (this.#held.length < length) {
      // Most ask for all their room at once; what outgrows it, by steps that are copied a few times in all.
      const step = Math.min(this.#shared.budgets.heldBytes, Math.ceil(this.#held.length * 1.25));
      const grown = new Uint8Array(Math.max(length, step));
      grown.set(this.#held);
      this.#held = grown;
    }
    return this.#held;
  }

  /** What is held, for an archive that is read entry by entry: the buffer itself where it is full of it, else a copy. */
  #handOver(bytes: Uint8Array): Uint8Array {
    if (bytes.length * 2 < this.#held.length) return bytes.slice();
    this.#held = new Uint8Array(0);
    return bytes;
  }

  /** Reads what packed content holds. What was only tried, and is packed in no way, is said nothing of. */
  async #unpack(coding: Coding, bytes: Uint8Array, into: Collector, nesting: number, out: Out): Promise<void> {
    const { budgets, runtime, streamer } = this.#shared;
    this.#nested += bytes.length;
    try {
      const plain = await attempt(
        () => unpacked(coding, bytes, { runtime, streamer }, this.#shared.nestedRoom()),
        ({ reason, offset, message }) => into.cover('partial', reason, offset, `packed with ${coding}: ${message}`),
      );
      if (plain === null) return;
      const { content, end, isDoubtful } = plain;
      let isBelieved = !isDoubtful;
      const take: Out = (features) => {
        isBelieved ||= holdsSomething(features);
        if (isBelieved) out(features);
      };
      if (nesting >= budgets.nesting) {
        into.cover('partial', 'budget', 0, `what is packed inside (${coding}) was not read`);
        return;
      }
      await this.extract(innerEntry(`${into.path}!`, content), take, nesting + 1);
      if (!isBelieved) return;
      into.opaque = null;
      into.suspicions.behind = end;
    } finally {
      this.#nested -= bytes.length;
    }
  }

  /**
   * Reads what begins inside the content, and proves to be code, an archive or packed.
   * @returns whether an archive was read that goes on to the content's end
   */
  async #readEmbedded(content: Content, size: number, into: Collector, nesting: number, out: Out): Promise<boolean> {
    const { budgets, runtime, streamer, nestedRoom } = this.#shared;
    const { suspicions } = into;
    if (suspicions.more > 0) {
      into.cover('partial', 'budget', null, `${suspicions.more} more places look like code that begins there`);
    }
    const around = { streamer, runtime, room: nestedRoom };
    let isReadToEnd = false;
    for await (const { suspicion, entry } of embeddedEntries(into, content, size, around)) {
      const { at, length } = suspicion;
      const kind = suspicion.kind === 'end of zip' ? 'zip' : suspicion.kind;
      // What is packed speaks for itself: many libraries hold their debug information so.
      if (kind !== 'packed')
        into.anomalies([{ code: 'content.embedded', offset: at, detail: `${length} bytes inside it are ${kind}` }]);
      if (entry && nesting < budgets.nesting) {
        const copied = content.coding === 'stored' ? 0 : size - at;
        this.#nested += copied;
        try {
          await this.extract(entry, out, nesting + 1);
        } finally {
          this.#nested -= copied;
        }
        isReadToEnd ||= kind === 'zip' && at + length === size;
        continue;
      }
      const detail = `${kind} begins inside this content; only its strings were searched`;
      into.cover('partial', 'budget', at, detail);
    }
    return isReadToEnd;
  }

  /** Reads a container inside the bundle. */
  async #descend(kind: ContainerKind, source: ByteSource, into: Collector, nesting: number, out: Out): Promise<void> {
    const { budgets } = this.#shared;
    if (nesting >= budgets.nesting) {
      into.cover('unreadable', 'budget', null, `archives are nested more than ${budgets.nesting} deep`);
      return;
    }
    // Entries that share one archive's bytes would multiply: the whole bundle has one budget of them.
    const entries = budgets.entries - this.#entries;
    if (entries <= 0) {
      into.cover('unreadable', 'budget', null, `the bundle holds more than ${budgets.entries} entries`);
      return;
    }
    const inside = await kind.open(source, into.path, { ...this.#shared, budgets: { ...budgets, entries } });
    for (const line of inside.coverage) into.cover(line.state, line.reason, line.offset, line.detail, line.matters);
    into.nested(inside.anomalies);
    let step = inside.entries.next();
    for (let count = 0; !step.done; count++) {
      if (count >= entries) {
        into.cover('partial', 'budget', null, `the bundle holds more than ${budgets.entries} entries`);
        return;
      }
      step = inside.entries.next(await this.extract(step.value, out, nesting + 1));
    }
    if (step.value !== null) into.cover('partial', 'budget', null, step.value);
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
