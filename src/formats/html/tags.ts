import { APOSTROPHE, BANG, DASH, EQUALS, endsName, GREATER, isLetter, isSpace, LESS, QUOTE, SLASH } from './bytes.ts';
import { ForeignContent } from './foreign.ts';
import { RawText } from './raw-text.ts';

/** The value of an attribute as it stands, without its quotes, and its place. */
export interface Attribute {
  /** Its first bytes, where it is not whole. */
  readonly raw: Uint8Array;
  readonly isWhole: boolean;
  readonly at: number;
}

export type TagName = 'script' | 'link' | 'base';

export interface Tag {
  readonly name: TagName;
  readonly attributes: ReadonlyMap<string, Attribute>;
}

const wantedTags: ReadonlySet<string> = new Set<TagName>(['script', 'link', 'base']);
const wantedAttributes = new Set(['src', 'href', 'xlink:href', 'rel', 'as']);

/** Elements whose content is text, up to their own end tag; `noscript` where scripts run (13.2.6.4.4). */
const rawElements = new Set('script style textarea title xmp iframe noembed noframes noscript'.split(' '));

/** Longer names are none that anybody asks for. */
const LONGEST_NAME = 16;

type State = (byte: number, at: number) => void;

/**
 * The tags of a page that load something, as it streams by: a byte at a time, holding one value and nothing else, so that
 * a million unclosed elements cost what their bytes cost. The states are those of HTML, 13.2.5 ("Tokenization").
 */
export class TagReader {
  readonly #isXml: boolean;
  readonly #longest: number;
  readonly #found: (tag: Tag) => void;
  readonly #raw = new RawText();
  readonly #foreign = new ForeignContent();
  #state: State;
  #dashes = 0;
  #isEnd = false;
  #tag = '';
  #attributes = new Map<string, Attribute>();
  #name = '';
  /** Value of an attribute that is wanted; its bytes up to the longest. */
  #value: number[] | null = null;
  #valueAt = 0;
  #position = 0;

  /** @param longest bytes that are kept of a value */
  constructor(found: (tag: Tag) => void, { isXml, longest }: { isXml: boolean; longest: number }) {
    this.#found = found;
    this.#isXml = isXml;
    this.#longest = longest;
    this.#state = this.#data;
  }

  push(bytes: Uint8Array): void {
    const { length } = bytes;
    for (let i = 0; i < length; i++) {
      // Text is most of a page, and nothing in it matters but the next tag.
      if (this.#state === this.#data || (this.#state === this.#rawText && this.#raw.isPlain)) {
        i = bytes.indexOf(LESS, i);
        if (i < 0) break;
      }
      this.#state(bytes[i]!, this.#position + i);
    }
    this.#position += length;
  }

  #data: State = (byte) => {
    if (byte === LESS) this.#state = this.#tagOpen;
  };

  #tagOpen: State = (byte, at) => {
    this.#isEnd = false;
    if (isLetter(byte)) this.#beginTag(byte);
    else if (byte === SLASH) this.#state = this.#endTagOpen;
    else if (byte === BANG) this.#state = this.#markup;
    else if (byte === 0x3f) this.#state = this.#bogus;
    else this.#again(this.#data, byte, at);
  };

  #endTagOpen: State = (byte, at) => {
    this.#isEnd = true;
    if (isLetter(byte)) this.#beginTag(byte);
    else this.#again(this.#bogus, byte, at);
  };

  #markup: State = (byte, at) => {
    if (byte === DASH) this.#state = this.#markupDash;
    else if (byte === 0x5b && (this.#isXml || this.#foreign.isOpen)) this.#state = this.#cdata;
    else this.#again(this.#bogus, byte, at);
  };

  #markupDash: State = (byte, at) => {
    if (byte === DASH) this.#state = this.#commentStart;
    else this.#again(this.#bogus, byte, at);
  };

  #bogus: State = (byte) => {
    if (byte === GREATER) this.#state = this.#data;
  };

  /** `<!-->` and `<!--->` are comments too. */
  #commentStart: State = (byte, at) => {
    if (byte === DASH) this.#state = this.#commentStartDash;
    else this.#comments(0, byte, at);
  };

  #commentStartDash: State = (byte, at) => {
    this.#comments(byte === DASH ? 1 : 0, byte, at);
  };

  #comments(dashes: number, byte: number, at: number): void {
    this.#dashes = dashes;
    if (byte === GREATER) this.#state = this.#data;
    else this.#again(this.#comment, byte, at);
  }

  #comment: State = (byte) => {
    if (byte === DASH) {
      this.#dashes++;
      return;
    }
    if (this.#dashes >= 2 && byte === GREATER) this.#state = this.#data;
    else if (this.#dashes >= 2 && byte === BANG) this.#state = this.#commentBang;
    this.#dashes = 0;
  };

  #commentBang: State = (byte) => {
    this.#state = byte === GREATER ? this.#data : this.#comment;
    this.#dashes = byte === DASH ? 1 : 0;
  };

  #cdata: State = (byte) => {
    if (byte === 0x5d) this.#dashes++;
    else {
      if (byte === GREATER && this.#dashes >= 2) this.#state = this.#data;
      this.#dashes = 0;
    }
  };

  #beginTag(byte: number): void {
    this.#tag = lower(byte);
    this.#attributes = new Map();
    this.#name = '';
    this.#state = this.#tagName;
  }

  #tagName: State = (byte, at) => {
    if (endsName(byte)) this.#again(this.#beforeAttribute, byte, at);
    else if (this.#tag.length <= LONGEST_NAME) this.#tag += lower(byte);
  };

  #beforeAttribute: State = (byte) => {
    if (isSpace(byte)) return;
    if (byte === SLASH) this.#state = this.#selfClosing;
    else if (byte === GREATER) this.#endTag(false);
    else {
      this.#name = lower(byte);
      this.#state = this.#attributeName;
    }
  };

  #selfClosing: State = (byte, at) => {
    if (byte === GREATER) this.#endTag(true);
    else this.#again(this.#beforeAttribute, byte, at);
  };

  #attributeName: State = (byte, at) => {
    if (endsName(byte)) this.#again(this.#afterAttributeName, byte, at);
    else if (byte === EQUALS) this.#state = this.#beforeValue;
    else if (this.#name.length <= LONGEST_NAME) this.#name += lower(byte);
  };

  #afterAttributeName: State = (byte, at) => {
    if (isSpace(byte)) return;
    if (byte === EQUALS) this.#state = this.#beforeValue;
    else {
      // Without a value it is empty, and the first of a name counts.
      this.#beginValue(at);
      this.#endValue();
      this.#again(this.#beforeAttribute, byte, at);
    }
  };

  #beginValue(at: number): void {
    const isWanted = wantedTags.has(this.#tag) && wantedAttributes.has(this.#name) && !this.#attributes.has(this.#name);
    this.#value = isWanted ? [] : null;
    this.#valueAt = at;
  }

  #beforeValue: State = (byte, at) => {
    if (isSpace(byte)) return;
    this.#beginValue(at + 1);
    if (byte === QUOTE) this.#state = this.#doubleQuoted;
    else if (byte === APOSTROPHE) this.#state = this.#singleQuoted;
    else {
      this.#valueAt = at;
      this.#again(byte === GREATER ? this.#beforeAttribute : this.#unquoted, byte, at);
    }
  };

  #doubleQuoted: State = (byte) => this.#quoted(byte, QUOTE);
  #singleQuoted: State = (byte) => this.#quoted(byte, APOSTROPHE);

  #quoted(byte: number, end: number): void {
    if (byte === end) {
      this.#endValue();
      // A quote that another attribute follows at once is no reason to read it otherwise.
      this.#state = this.#beforeAttribute;
    } else this.#append(byte);
  }

  #unquoted: State = (byte, at) => {
    if (isSpace(byte) || byte === GREATER) {
      this.#endValue();
      this.#again(this.#beforeAttribute, byte, at);
    } else this.#append(byte);
  };

  #append(byte: number): void {
    if (this.#value && this.#value.length <= this.#longest) this.#value.push(byte);
  }

  #endValue(): void {
    if (!this.#value) return;
    const raw = Uint8Array.from(this.#value.slice(0, this.#longest));
    this.#attributes.set(this.#name, { raw, isWhole: raw.length === this.#value.length, at: this.#valueAt });
    this.#value = null;
  }

  #endTag(isSelfClosing: boolean): void {
    const name = this.#tag;
    this.#state = this.#data;
    if (this.#isEnd) this.#foreign.close(name);
    else {
      if (wantedTags.has(name)) this.#found({ name: name as TagName, attributes: this.#attributes });
      this.#open(name, isSelfClosing);
    }
  }

  #open(name: string, isSelfClosing: boolean): void {
    if (this.#isXml || !this.#foreign.open(name, isSelfClosing)) return;
    if (name === 'plaintext') this.#state = () => {};
    else if (rawElements.has(name)) {
      this.#raw.begin(name);
      this.#state = this.#rawText;
    }
  }

  #rawText: State = (byte, at) => {
    if (!this.#raw.push(byte)) return;
    this.#isEnd = true;
    this.#beginTag(0x20);
    this.#again(this.#beforeAttribute, byte, at);
  };

  /** The same byte in another state. */
  #again(state: State, byte: number, at: number): void {
    this.#state = state;
    state(byte, at);
  }
}

function lower(byte: number): string {
  return String.fromCharCode(byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte);
}
