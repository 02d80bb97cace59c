import type { Budgets } from '../budgets.ts';
import type { Content, StreamEnd, Streamer } from '../bundle/content.ts';
import { type Entry, innerEntry, type Located } from '../bundle/entry.ts';
import { besideEntries, gapsInside } from '../bundle/gaps.ts';
import { Tail } from '../bundle/tail.ts';
import { windowOf } from '../bundle/windows.ts';
import { attempt } from '../coverage.ts';
import { partOf, partOfName } from '../features/embedded.ts';
import { type ContainerKind, type ContentKind, contentKinds, sniff } from '../features/kinds/index.ts';
import { type Coding, codingOf, isOpened, unpacked } from '../features/packed.ts';
import { isSpelled, shownText } from '../formats/passage.ts';
import { type ByteSource, memorySource, type Runtime } from '../runtime/runtime.ts';
import { MARK, reportText } from '../text.ts';
import type { Piece } from './pieces.ts';
import { SpanReader } from './span-reader.ts';

interface Around {
  readonly runtime: Runtime;
  readonly streamer: Streamer;
  readonly budgets: Budgets;
  readonly pause: () => Promise<void>;
}

/** What content is, by its first bytes. */
interface Told {
  readonly kind: ContentKind;
  readonly coding: Coding | null;
}

/** What there is to compare in one bundle, and what came of it. */
export class Check {
  readonly #pieces: readonly Piece[];
  readonly #around: Around;
  readonly #byPath = new Map<string, Piece[]>();
  /** By which it is told whether pieces lie in an archive of some path. */
  readonly #sortedPaths: readonly string[];
  /** Whether a path was cut for its length: the name of its archive may be cut away with it. */
  readonly #isCut: boolean;
  /** What is wrong with each piece; null for what holds. Left out: no entry of that name was met. */
  readonly #outcome = new Map<Piece, string | null>();
  #nested = 0;
  #entries = 0;

  constructor(pieces: readonly Piece[], around: Around) {
    this.#pieces = pieces;
    this.#around = around;
    for (const piece of pieces) {
      const own = this.#byPath.get(piece.path);
      if (own) own.push(piece);
      else this.#byPath.set(piece.path, [piece]);
    }
    this.#sortedPaths = [...this.#byPath.keys()].sort();
    this.#isCut = this.#sortedPaths.some((path) => path.includes(MARK));
  }

  async entries(entries: readonly Entry[], depth = 0): Promise<void> {
    for (const entry of entries) {
      if (++this.#entries % 1024 === 0) await this.#around.pause();
      const path = reportText(entry.path);
      // Two entries can have one name: a piece holds where it holds in one of them.
      const pieces = (this.#byPath.get(path) ?? []).filter((piece) => this.#outcome.get(piece) !== null);
      const mayBeArchive = this.#hasPiecesIn(`${path}!`) || (this.#isCut && path.length > SHORT);
      const isArchive = mayBeArchive && depth < this.#around.budgets.nesting;
      if (pieces.length === 0 && !isArchive) continue;
      await attempt(
        async () => {
          const { content, beside, close } = await entry.locate();
          try {
            await this.#compare(pieces, content);
            if (isArchive) await this.#descend(path, content, beside, depth + 1);
          } finally {
            close();
          }
        },
        ({ message }) => {
          for (const piece of pieces) {
            if (!this.#outcome.has(piece)) this.#outcome.set(piece, `the entry cannot be read: ${message}`);
          }
        },
      );
    }
  }

  /** Whether the path of some piece begins so. */
  #hasPiecesIn(beginning: string): boolean {
    let low = 0;
    let high = this.#sortedPaths.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sortedPaths[middle]! < beginning) low = middle + 1;
      else high = middle;
    }
    return this.#sortedPaths[low]?.startsWith(beginning) ?? false;
  }

  async #compare(pieces: readonly Piece[], content: Content): Promise<void> {
    const { runtime, streamer, budgets } = this.#around;
    const reader = new SpanReader(pieces.flatMap((piece) => piece.spans));
    const hash = pieces.some(({ entrySha256 }) => entrySha256 !== null) ? runtime.sha256() : null;
    let digest: string | null = null;
    if (hash || pieces.some(({ spans }) => spans.length > 0)) {
      await streamer.stream(content, budgets.entryBytes, (bytes) => {
        hash?.update(bytes);
        reader.push(bytes);
        return true;
      });
      digest = hash?.digest() ?? null;
    }
    for (const piece of pieces) {
      const isSame = piece.entrySha256 === null || piece.entrySha256 === digest;
      this.#outcome.set(piece, problemOf(piece, reader) ?? (isSame ? null : `the entry has sha256 ${digest}`));
    }
  }

  /** Opens what is inside an entry and what stands beside it, told by its bytes, as the scan does. */
  async #descend(path: string, content: Content, beside: Located['beside'], depth: number): Promise<void> {
    const tail = new Tail();
    let kind: ContentKind = contentKinds.empty;
    let coding: Coding | null = null;
    let isFirst = true;
    const whole = await this.#around.streamer.stream(content, this.#around.budgets.entryBytes, (bytes) => {
      if (isFirst) {
        const format = sniff(bytes);
        kind = contentKinds[format];
        coding = codingOf(format, bytes);
      }
      isFirst = false;
      tail.push(bytes);
      return true;
    });
    const isTail = kind.how !== 'container' && kind.isSearched && tail.isZip;
    await this.#inside({ kind, coding }, path, content, depth);
    if (isTail) await this.#inside({ kind: contentKinds.zip, coding: null }, path, content, depth);
    await this.#parts(path, content, depth);
    if (beside) await this.entries(besideEntries(content.source, await beside(whole), path), depth);
  }

  async #inside({ kind, coding }: Told, path: string, content: Content, depth: number): Promise<void> {
    const { streamer, budgets } = this.#around;
    const gaps = kind.how === 'whole' ? kind.gaps : undefined;
    const isPacked = coding !== null && isOpened(coding);
    if (kind.how !== 'container' && !gaps && !isPacked) return;
    if (kind.how === 'container' && content.coding === 'stored')
      return this.#open(kind, windowOf(content), path, depth);
    const { bytes, end } = await streamer.collect(content, budgets.nestedBytes - this.#nested);
    if (end.state !== 'whole') return;
    const source = memorySource(bytes);
    this.#nested += source.size;
    try {
      if (kind.how === 'container') await this.#open(kind, source, path, depth);
      else if (gaps) await this.entries(gapsInside(bytes, gaps(bytes), path), depth);
      if (isPacked) {
        const { runtime } = this.#around;
        const plain = await unpacked(coding, bytes, { runtime, streamer }, budgets.nestedBytes - this.#nested);
        if (plain) await this.entries([innerEntry(`${path}!`, plain.content)], depth);
      }
    } finally {
      this.#nested -= source.size;
    }
  }

  /** What begins inside the content, by the places that the names of the pieces tell. */
  async #parts(path: string, content: Content, depth: number): Promise<void> {
    if (!this.#hasPiecesIn(`${path}!@`)) return;
    const { streamer, budgets } = this.#around;
    const names = new Map<string, NonNullable<ReturnType<typeof partOfName>>>();
    for (const other of this.#byPath.keys()) {
      if (!other.startsWith(`${path}!@`)) continue;
      const part = partOfName(other.slice(path.length));
      if (part) names.set(other.slice(0, path.length + part.end), part);
    }
    for (const [name, part] of names) {
      const inner = await partOf(content, part, streamer, budgets.nestedBytes - this.#nested);
      if (!inner) continue;
      const copied = content.coding === 'stored' ? 0 : inner.length;
      this.#nested += copied;
      await this.entries([innerEntry(name, inner)], depth);
      this.#nested -= copied;
    }
  }

  async #open(kind: ContainerKind, source: ByteSource, path: string, depth: number): Promise<void> {
    const { runtime, streamer, budgets } = this.#around;
    const most = budgets.entries - this.#entries;
    if (most <= 0) return;
    const { entries } = await kind.open(source, path, { runtime, streamer, budgets: { ...budgets, entries: most } });
    let step = entries.next();
    for (let count = 0; !step.done && count < most; count++) {
      await this.entries([step.value], depth);
      step = entries.next(kind === contentKinds.gzip ? await this.#endOf(step.value) : null);
    }
  }

  /** How the content of an entry ends: where the next one begins is told by it. */
  async #endOf(entry: Entry): Promise<StreamEnd> {
    const { content, close } = await entry.locate();
    try {
      return await this.#around.streamer.stream(content, this.#around.budgets.entryBytes, () => true);
    } finally {
      close();
    }
  }

  /** Each piece that does not hold, and why. */
  get failures(): { readonly piece: Piece; readonly why: string }[] {
    return this.#pieces.flatMap((piece) => {
      const outcome = this.#outcome.get(piece);
      if (outcome === null) return [];
      return [{ piece, why: outcome ?? 'the bundle holds no entry of that name' }];
    });
  }
}

/** Characters of an archive's path that no entry inside would have cut away: they take 768 bytes at most. */
const SHORT = 256;

function problemOf({ path, text, encoding, spans }: Piece, reader: SpanReader): string | null {
  if (encoding === 'name') return text === path ? null : 'the name of the entry is another';
  if (!isSpelled(encoding)) return null;
  const bytes = reader.joined(spans);
  if (bytes === null) return 'the entry ends before';
  const there = shownText(bytes, encoding);
  return there === text ? null : `there stands "${there}"`;
}
