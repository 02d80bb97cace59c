import type { Budgets } from '../budgets.ts';
import type { Tail } from '../bundle/tail.ts';
import { MediaPieces } from '../formats/media-pieces.ts';
import { PictureEnd } from '../formats/picture-end.ts';
import type { ContentFormat } from '../types.ts';
import { LEAST_BEHIND } from './behind.ts';
import type { Collector } from './collector.ts';
import { Entropy, LARGE } from './entropy.ts';
import type { ContentKind } from './kinds/index.ts';
import type { NameReader } from './name-reader.ts';
import { packageNames } from './package-names.ts';
import { PageScripts, pageOf } from './page-scripts.ts';
import { type WebDocument, webDocument } from './web-documents.ts';

/** What is known of content before it is searched. */
interface Searched {
  readonly path: string;
  /** Its first bytes, and what they tell. */
  readonly head: Uint8Array;
  readonly format: ContentFormat;
  readonly kind: ContentKind;
  /** Bytes that it has as its container says; negative where that says nothing. */
  readonly claimed: number;
}

/** All that looks at every byte of an entry as it comes by, whether a reader knows its format or not. */
export class Search {
  readonly #into: Collector;
  readonly #budgets: Budgets;
  readonly #tail: Tail;
  /** Bytes that were searched. */
  #length = 0;
  /** Of content that is a page. */
  #page: PageScripts | null = null;
  /** Where the content ends by its own account; of a picture that is told while it streams by. */
  readonly #end: number | null;
  #picture: PictureEnd | null = null;
  /** Of pictures and fonts: where something packed begins in them. */
  #pieces: MediaPieces | null = null;
  /** Of content that no reader knows. */
  #entropy: Entropy | null = null;
  /** Of content that names packages. */
  readonly #names: NameReader | null;
  /** Of a list of plugins, or the settings of a framework for web code. */
  #document: WebDocument | null = null;

  constructor(into: Collector, budgets: Budgets, tail: Tail, { path, head, format, kind, claimed }: Searched) {
    this.#into = into;
    this.#budgets = budgets;
    this.#tail = tail;
    into.facts.begin(format === 'resources');
    if (format === 'text' || format === 'data') {
      const page = pageOf(path, head);
      if (page) this.#page = new PageScripts(into, budgets, page);
    }
    if (format === 'media') {
      this.#picture = PictureEnd.of(head);
      this.#pieces = MediaPieces.of(head);
    }
    this.#end = kind.length?.(head) || null;
    if (format === 'data' && (claimed < 0 || claimed >= LARGE)) this.#entropy = new Entropy();
    this.#names = packageNames(format, path);
    if (format === 'text' || format === 'resources') this.#document = webDocument(path);
  }

  push(bytes: Uint8Array): void {
    const { facts, suspicions } = this.#into;
    facts.bytes(bytes);
    if (suspicions.isFollowing) suspicions.follow(bytes, this.#length);
    this.#length += bytes.length;
    this.#tail.push(bytes);
    this.#page?.push(bytes);
    this.#picture?.push(bytes);
    this.#pieces?.push(bytes);
    this.#entropy?.push(bytes);
    this.#names?.push(bytes);
    this.#document?.push(bytes);
  }

  /** The content has ended. */
  end(): void {
    this.#page?.end();
    this.#into.coverUncompared(this.#into.facts.end());
  }

  /** After the last pass. @param size bytes that the content had */
  finish(size: number): void {
    const into = this.#into;
    into.opaque = this.#entropy?.opaque ?? null;
    if (this.#names) into.addNames(this.#names);
    this.#document?.end(into, this.#budgets);
    const { suspicions } = into;
    const behind = this.#picture ? this.#picture.end : this.#end;
    if (behind !== null && behind + LEAST_BEHIND <= size) suspicions.starts = [behind];
    if (this.#pieces) {
      suspicions.pieces = new Set(this.#pieces.starts);
      suspicions.starts = [...suspicions.pieces, ...suspicions.starts].sort((a, b) => a - b);
    }
  }
}
