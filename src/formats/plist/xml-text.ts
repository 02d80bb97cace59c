import { FormatError } from '../../errors.ts';
import type { Problems } from '../problems.ts';
import type { Place } from './parsing.ts';
import { TextBuilder } from './units.ts';

export interface Tag {
  readonly kind: 'start' | 'end' | 'empty';
  readonly name: string;
  /** In characters, as `position`. */
  readonly offset: number;
}

/** An attribute; `start` is where its value begins, in characters. */
export interface TagAttribute {
  readonly name: string;
  readonly value: string;
  readonly raw: string;
  readonly start: number;
}

/** The text of an element, and where it stands if it is written as it is read. */
export interface Content {
  readonly text: string;
  readonly place: Place | null;
}

/** The tags of an XML text and the text inside them, in one pass. Attributes, which mean nothing in a property list, are read where they are asked for. */
export class XmlText {
  position = 0;
  readonly #text: string;
  readonly #problems: Problems;

  constructor(text: string, problems: Problems) {
    this.#text = text;
    this.#problems = problems;
  }

  /** The next start, end or empty-element tag; null at the end, or with a problem where no tag can be told. */
  nextTag(): Tag | null {
    for (;;) {
      const less = this.#text.indexOf('<', this.position);
      this.position = less < 0 ? this.#text.length : less;
      if (less < 0) return null;
      const following = this.#text[less + 1];
      if (following !== '!' && following !== '?') return this.#tag(less);
      if (!this.#skipMarkup()) return null;
    }
  }

  /**
   * The text of element `name` up to its end tag: entities and CDATA resolved, comments left out. Null with a problem.
   * Where nobody wants it the tags are checked all the same, and the text is empty.
   */
  content(name: string, wanted: boolean): Content | null {
    const pieces: string[] = [];
    // Where the text stands, as long as it is one piece written as it is read.
    let start = this.position;
    let isPlain = true;
    const take = (from: number, to: number, isMarked: boolean) => {
      if (!wanted || to === from) return;
      const raw = this.#text.slice(from, to);
      const text = isMarked ? raw : this.#resolve(raw);
      isPlain = pieces.length === 0 && text === raw;
      start = from;
      pieces.push(text);
    };
    for (;;) {
      const less = this.#text.indexOf('<', this.position);
      if (less < 0) return this.#stop(`element ${name} has no end`);
      take(this.position, less, false);
      this.position = less;
      if (this.#text.startsWith('<![CDATA[', less)) {
        if (!this.#skipTo(']]>', less + 9)) return null;
        take(less + 9, this.position - 3, true);
      } else if (this.#text.startsWith('<!', less) || this.#text.startsWith('<?', less)) {
        if (!this.#skipMarkup()) return null;
      } else {
        const tag = this.nextTag();
        if (tag?.kind === 'end' && tag.name === name) {
          const text = pieces.join('');
          return { text, place: isPlain ? { offset: start, length: text.length, encoding: null } : null };
        }
        return this.#stop(`another tag inside element ${name}`);
      }
    }
  }

  #stop(message: string): null {
    this.#problems.add(this.position, message);
    return null;
  }

  #tag(less: number): Tag | null {
    const opening = /<(\/?)([^\s<>/="']{1,100})/y;
    opening.lastIndex = less;
    const match = opening.exec(this.#text);
    const end = match ? this.#tagEnd(less + match[0].length) : -1;
    if (!match || end < 0) return this.#stop('a tag that cannot be read');
    this.position = end + 1;
    const kind = match[1] === '/' ? 'end' : this.#text[end - 1] === '/' ? 'empty' : 'start';
    return { kind, name: match[2]!, offset: less };
  }

  /** Index of the `>` that ends a tag or document type: not one inside quotes. */
  #tagEnd(start: number): number {
    let quote = '';
    for (let i = start; i < this.#text.length; i++) {
      const character = this.#text[i]!;
      if (quote !== '') quote = character === quote ? '' : quote;
      else if (character === '"' || character === "'") quote = character;
      else if (character === '>') return i;
      else if (character === '<') return -1;
      // An internal subset could declare entities.
      else if (character === '[') throw new FormatError('a document type with declarations of its own', i);
    }
    return -1;
  }

  /** Passes over a comment, a processing instruction, a CDATA section between elements, or the document type. */
  #skipMarkup(): boolean {
    const text = this.#text;
    const { position } = this;
    if (text.startsWith('<!--', position)) return this.#skipTo('-->', position + 4);
    if (text.startsWith('<?', position)) return this.#skipTo('?>', position + 2);
    if (text.startsWith('<![CDATA[', position)) return this.#skipTo(']]>', position + 9);
    if (!/^<!DOCTYPE\s/.test(text.slice(position, position + 10)))
      throw new FormatError('a declaration that no property list has', position);
    const end = this.#tagEnd(position + 2);
    if (end < 0) this.#stop('a document type without an end');
    else this.position = end + 1;
    return end >= 0;
  }

  #skipTo(mark: string, from: number): boolean {
    const end = this.#text.indexOf(mark, from);
    if (end < 0) this.#stop(`no ${mark} behind`);
    else this.position = end + mark.length;
    return end >= 0;
  }

  /** The attributes of the tag that was read last, in their order: names and `raw` as written, values resolved. */
  attributes({ offset, name }: Tag): TagAttribute[] {
    const found: TagAttribute[] = [];
    const one = /\s+([^\s<>/="']{1,256})\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
    one.lastIndex = offset + 1 + name.length;
    for (let match = one.exec(this.#text); match && one.lastIndex < this.position; match = one.exec(this.#text)) {
      const raw = match[2] ?? match[3] ?? '';
      found.push({ name: match[1]!, value: this.#resolve(raw), raw, start: one.lastIndex - 1 - raw.length });
    }
    return found;
  }

  /** XML's five entities and character references; any other stays as it is written, with a problem. */
  #resolve(text: string): string {
    if (!text.includes('&')) return text;
    // What an entity stands for is never longer than its name.
    const built = new TextBuilder(text.length);
    const entity = /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{1,32}));/y;
    let taken = 0;
    for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', Math.max(at + 1, taken))) {
      entity.lastIndex = at;
      const match = entity.exec(text);
      if (!match) continue;
      const [whole, hex, decimal, name] = match;
      const code = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : ENTITIES.get(name!);
      if (code !== undefined && code <= 0x10ffff) {
        built.add(text, taken, at);
        built.addCodePoint(code);
        taken = at + whole.length;
      } else this.#problems.add(this.position, `entity ${whole} is unknown`);
    }
    built.add(text, taken, text.length);
    return built.toString();
  }
}

const ENTITIES = new Map([
  ['lt', 0x3c],
  ['gt', 0x3e],
  ['amp', 0x26],
  ['quot', 0x22],
  ['apos', 0x27],
]);
