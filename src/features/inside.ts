import type { Content, StreamEnd } from '../bundle/content.ts';
import { type Entry, innerEntry } from '../bundle/entry.ts';
import { MOST_GAPS } from '../bundle/gaps.ts';
import { endsAsZip } from '../bundle/tail.ts';
import { windowOf } from '../bundle/windows.ts';
import { attempt } from '../coverage.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import { type ByteSource, memorySource } from '../runtime/runtime.ts';
import type { Collector } from './collector.ts';
import { isPart } from './embedded.ts';
import { embeddedEntries } from './embedded-entries.ts';
import { release } from './held.ts';
import { type ContainerKind, contentKinds } from './kinds/index.ts';
import { type Coding, hasPlainLiterals, holdsSomething, unpacked } from './packed.ts';
import type { Shared } from './pass.ts';

/** What an archive costs in steps, whatever it lists: its end is looked for, and what no entry claims. */
const CONTAINER_STEPS = 128;

/** Takes the features of one entry. */
export type Out = (features: EntryFeatures) => void;

/** An entry around others: what is said of it, how deep it lies, and who takes what is found in it. */
export interface Outer {
  readonly into: Collector;
  readonly nesting: number;
  readonly out: Out;
}

/** Reads an entry inside another one. */
type Extract = (entry: Entry, out: Out, nesting: number) => Promise<StreamEnd | null>;

/** What stands inside entries, each read as an entry of its own; the whole bundle has one budget of them. */
export class Inside {
  readonly #shared: Shared;
  readonly #extract: Extract;
  /** Bytes of the archives inside archives that are open now. */
  #open = 0;
  #entries = 0;
  #gaps = 0;

  constructor(shared: Omit<Shared, 'nestedRoom'>, extract: Extract) {
    this.#shared = { ...shared, nestedRoom: () => this.room };
    this.#extract = extract;
  }

  /** Bytes that an archive inside the bundle may have: those that are open at once share one budget. */
  get room(): number {
    return this.#shared.budgets.nestedBytes - this.#open;
  }

  /** An entry is read, wherever it stands. */
  count(): void {
    this.#entries++;
  }

  /** Runs what needs so many bytes of what is open. */
  async #holding<T>(bytes: number, run: () => Promise<T>): Promise<T> {
    this.#open += bytes;
    try {
      return await run();
    } finally {
      this.#open -= bytes;
    }
  }

  /** Reads gaps like any data, as far as budgets allow. */
  async gaps(gaps: readonly Entry[], { into, nesting, out }: Outer): Promise<void> {
    const { nesting: most } = this.#shared.budgets;
    for (const gap of gaps) {
      if (nesting >= most || ++this.#gaps > MOST_GAPS) {
        const why = nesting < most ? `more than ${MOST_GAPS} gaps` : `nested more than ${most} deep`;
        const detail = `what stands in a gap was not searched: ${why}`;
        into.cover({ state: 'partial', reason: 'budget', offset: gap.position, detail });
        return;
      }
      await this.#extract(gap, out, nesting + 1);
    }
  }

  /** Reads a container that stands in the archive around it byte for byte: there, it takes no memory. */
  stored(kind: ContainerKind, content: Content, outer: Outer): Promise<void> {
    return this.#descend(kind, windowOf(content), outer);
  }

  /** Reads a container that is held, and by nobody after that. */
  async container(kind: ContainerKind, bytes: Uint8Array, outer: Outer): Promise<void> {
    await this.#holding(bytes.length, () => this.#descend(kind, memorySource(bytes), outer));
    release(bytes);
  }

  /** A ZIP that does not begin where the content does. */
  async tail(content: Content, outer: Outer): Promise<void> {
    const zip = contentKinds.zip as ContainerKind;
    if (content.coding === 'stored') return this.stored(zip, content, outer);
    const { bytes, end } = await this.#shared.streamer.collect(content, this.room);
    // What ended before it should was collected to see.
    if (end.state === 'whole') return endsAsZip(bytes) ? this.container(zip, bytes, outer) : undefined;
    const detail = 'a ZIP that ends this content was not read';
    outer.into.cover({ state: 'partial', reason: 'budget', detail });
  }

  /** Reads what packed content holds. What was only tried, and is packed in no way, is said nothing of. */
  packed(coding: Coding, bytes: Uint8Array, { into, nesting, out }: Outer): Promise<void> {
    const { budgets } = this.#shared;
    return this.#holding(bytes.length, async () => {
      const plain = await attempt(
        () => unpacked(coding, bytes, this.#shared, this.room),
        ({ reason, offset, message }) =>
          into.cover({ state: 'partial', reason, offset, detail: `packed with ${coding}: ${message}` }),
      );
      if (plain === null) return;
      const { content, end, isDoubtful, skipped = [] } = plain;
      if (nesting < budgets.nesting) {
        let isBelieved = !isDoubtful;
        const take: Out = (features) => {
          isBelieved ||= holdsSomething(features);
          if (isBelieved) out(features);
        };
        await this.#extract(innerEntry(`${into.path}!`, content), take, nesting + 1);
        if (coding === 'base64') into.suspicions.opened = [{ at: 0, length: end }];
        if (!isBelieved) return;
        into.opaque = null;
        if (hasPlainLiterals(coding)) into.readUnpacked = end;
        into.suspicions.behind = end;
        into.suspicions.starts = [...skipped.map(({ offset }) => offset), end];
        into.suspicions.skipped = skipped;
        return;
      }
      into.opaque = null;
      const detail = `what is packed inside (${coding}) was not read`;
      into.cover({ state: 'partial', reason: 'budget', offset: 0, detail });
    });
  }

  /**
   * Reads what begins inside the content, and proves to be code, an archive or packed.
   * @returns whether an archive was read that goes on to the content's end
   */
  async embedded(content: Content, size: number, { into, nesting, out }: Outer): Promise<boolean> {
    const { budgets, runtime, streamer, nestedRoom } = this.#shared;
    const { suspicions } = into;
    if (suspicions.more > 0) {
      const detail = `${suspicions.more} more places look like code that begins there`;
      into.cover({ state: 'partial', reason: 'budget', detail });
    }
    const around = { streamer, runtime, room: nestedRoom };
    let isReadToEnd = false;
    for await (const { suspicion, entry } of embeddedEntries(into, content, size, around)) {
      const { at, length } = suspicion;
      const kind = suspicion.kind === 'end of zip' ? 'zip' : suspicion.kind;
      // What is packed speaks for itself: many libraries hold their debug information so.
      const isUsual =
        ['packed', 'base64', 'payload'].includes(kind) ||
        (into.format === 'vdex' && kind === 'dex') ||
        // What the engine itself is written in.
        (into.native?.name === 'libhermes.so' && kind === 'hermes');
      if (!isUsual)
        into.anomalies([{ code: 'content.embedded', offset: at, detail: `${length} bytes inside it are ${kind}` }]);
      if (entry && nesting < budgets.nesting) {
        if (kind === 'base64') suspicions.opened = [...suspicions.opened, { at, length }];
        const copied = content.coding === 'stored' ? 0 : size - at;
        const take = suspicions.pieces.has(at) ? described(out) : out;
        await this.#holding(copied, () => this.#extract(entry, take, nesting + 1));
        isReadToEnd ||= kind === 'zip' && at + length === size;
        continue;
      }
      const detail = `${kind} begins inside this content; only its strings were searched`;
      into.cover({ state: 'partial', reason: 'budget', offset: at, detail });
    }
    return isReadToEnd;
  }

  async #descend(kind: ContainerKind, source: ByteSource, { into, nesting, out }: Outer): Promise<void> {
    const { budgets, streamer } = this.#shared;
    const cannot = (detail: string) => into.cover({ state: 'unreadable', reason: 'budget', detail });
    if (nesting >= budgets.nesting) {
      cannot(`archives are nested more than ${budgets.nesting} deep`);
      return;
    }
    if (!streamer.allowance.spend(CONTAINER_STEPS)) {
      cannot('the bundle holds more archives than its size and content allow for');
      return;
    }
    // Entries that share one archive's bytes would multiply.
    const entries = budgets.entries - this.#entries;
    if (entries <= 0) {
      cannot(`the bundle holds more than ${budgets.entries} entries`);
      return;
    }
    const inside = await kind.open(source, into.path, { ...this.#shared, budgets: { ...budgets, entries } });
    for (const line of inside.coverage) into.cover(line);
    if (inside.archive) {
      for (const features of await this.#shared.enter({ path: into.path, source, archive: inside.archive }))
        out(features);
    }
    const isCarved = isPart(into.path);
    into.nested(isCarved ? inside.anomalies.filter(({ code }) => !surroundings.has(code)) : inside.anomalies);
    const isPartial = (detail: string) => into.cover({ state: 'partial', reason: 'budget', detail });
    let step = inside.entries.next();
    for (let count = 0; !step.done; count++) {
      if (count >= entries) {
        isPartial(`the bundle holds more than ${budgets.entries} entries`);
        return;
      }
      const entry = step.value;
      const read = (take: Out) => this.#extract(entry, take, nesting + 1);
      step = inside.entries.next(await (isCarved && entry.unlisted ? ifItIsOne(read, out) : read(out)));
    }
    if (step.value !== null) isPartial(step.value);
  }
}

/** What a picture or font packs is of its kind, unless it is code: a host in a profile of colours is none of the app's. */
const described =
  (out: Out): Out =>
  (features) =>
    out(features.format === 'data' || features.format === 'text' ? { ...features, format: 'media' } : features);

/** What other content around an archive looks like to it, such as documents of an office beside each other in an older one. */
const surroundings: ReadonlySet<string> = new Set([
  'zip.prepended-data',
  'zip.trailing-data',
  'zip.unclaimed-data',
  'zip.second-end-record',
  'zip.orphan-entry',
]);

/** Reads what a local header alone says to be an entry: where that does not come out, and nothing is found, the header was chance. */
async function ifItIsOne(read: (take: Out) => Promise<StreamEnd | null>, out: Out): Promise<StreamEnd | null> {
  const kept: EntryFeatures[] = [];
  const end = await read((features) => kept.push(features));
  const isOther = ({ anomalies }: EntryFeatures) => anomalies.some(({ code }) => code === 'zip.crc-mismatch');
  const isWrong = ({ coverage }: EntryFeatures) =>
    coverage.every((line) => line.state === 'read' || line.reason === 'malformed');
  const isChance = (end?.state !== 'whole' || kept.some(isOther)) && kept.every(isWrong) && !kept.some(holdsSomething);
  if (!isChance) kept.forEach(out);
  return end;
}
