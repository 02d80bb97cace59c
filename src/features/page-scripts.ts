import type { Budgets } from '../budgets.ts';
import { withoutReferences } from '../formats/html/references.ts';
import { type Attribute, type Tag, TagReader } from '../formats/html/tags.ts';
import { meaning, passageAt } from '../formats/passage.ts';
import type { Collector } from './collector.ts';
import { baseOf, remoteUrl, scriptNames } from './script-url.ts';

/** What the URL of a script costs in steps: it is taken apart, and its names are looked up. */
const SCRIPT_STEPS = 8;

type Unit = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * Whether content is a page, by its name or by how it begins, and how its text is spelled: UTF-16 by its mark, or, as XML
 * allows, by the zero beside its first `<`. Null for what is none.
 */
export function pageOf(path: string, head: Uint8Array): { readonly unit: Unit; readonly isXml: boolean } | null {
  const isNamed = /\.x?html?$|\.xht$/i.test(path);
  // Of nearly all content the first byte says it.
  if (!isNamed && !mayBegin(head)) return null;
  const unit = unitOf(head);
  let start = '';
  for (let i = 0; i < Math.min(head.length, 512); i++) {
    const byte = head[i]!;
    if (byte !== 0 && byte < 0x80) start += String.fromCharCode(byte);
  }
  start = start.trimStart();
  if (!isNamed && !/^<(?:!doctype\s+html|html|head|body|script|meta|base)[\s/>]/i.test(start)) return null;
  return { unit, isXml: start.startsWith('<?xml') || /\.xht(?:ml)?$/i.test(path) };
}

/** Whether `<` is the first that stands there, but for blanks and what is no ASCII. */
function mayBegin(head: Uint8Array): boolean {
  for (let i = 0; i < Math.min(head.length, 512); i++) {
    const byte = head[i]!;
    if (byte !== 0 && byte < 0x80 && byte !== 0x20 && (byte < 9 || byte > 13)) return byte === 0x3c;
  }
  return false;
}

function unitOf([first, second]: Uint8Array): Unit {
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c) ? 'utf-16be' : 'utf-8';
}

/** Scripts that a page fetches from elsewhere, handed over by what they are called. */
export class PageScripts {
  readonly #into: Collector;
  readonly #budgets: Budgets;
  readonly #unit: Unit;
  readonly #tags: TagReader;
  #base: URL | null = null;
  #hasBase = false;
  #scripts = 0;
  #tooMany = 0;
  #tooLong = 0;
  #odd = -1;

  constructor(into: Collector, budgets: Budgets, { unit, isXml }: { unit: Unit; isXml: boolean }) {
    this.#into = into;
    this.#budgets = budgets;
    this.#unit = unit;
    this.#tags = new TagReader((tag) => this.#tag(tag), { isXml, longest: budgets.scriptUrlBytes });
  }

  push(bytes: Uint8Array): void {
    this.#tags.push(this.#unit === 'utf-8' ? bytes : this.#narrow(bytes));
  }

  end(): void {
    const { pageScripts, scriptUrlBytes } = this.#budgets;
    const of = (count: number, detail: string) => {
      if (count > 0) this.#into.cover({ state: 'partial', reason: 'budget', detail: `${count} ${detail}` });
    };
    of(this.#tooMany, `scripts of the page beyond ${pageScripts}, or what its size allows for, were not looked at`);
    of(this.#tooLong, `URLs of scripts longer than ${scriptUrlBytes} bytes were not looked at`);
  }

  /** One byte for each unit of UTF-16; 0x1a for what is no Latin-1, as in no URL that a rule asks for. */
  #narrow(bytes: Uint8Array): Uint8Array {
    const low = this.#unit === 'utf-16le' ? 0 : 1;
    const carried = this.#odd;
    const length = bytes.length + (carried < 0 ? 0 : 1);
    const at = (i: number) => (carried < 0 ? bytes[i]! : i === 0 ? carried : bytes[i - 1]!);
    const narrow = new Uint8Array(length >> 1);
    for (let i = 0; i < narrow.length; i++) narrow[i] = at(2 * i + 1 - low) === 0 ? at(2 * i + low) : 0x1a;
    this.#odd = length % 2 === 1 ? at(length - 1) : -1;
    return narrow;
  }

  #tag({ name, attributes }: Tag): void {
    const text = (attribute: string) => textOf(attributes.get(attribute));
    if (name === 'base') {
      const href = text('href');
      if (href === null || this.#hasBase) return;
      this.#hasBase = true;
      this.#base = baseOf(href);
      return;
    }
    if (name === 'link' && !isLoading(text('rel'), text('as'))) return;
    // In SVG it is a link that names the script.
    const names = name === 'link' ? ['href'] : ['src', 'href', 'xlink:href'];
    const found = names.map((one) => attributes.get(one)).find((one) => one !== undefined);
    if (found !== undefined) this.#script(found);
  }

  #script(found: Attribute): void {
    const value = textOf(found) ?? '';
    // Such a script stands in the page itself, and is searched with it.
    if (value === '' || /^(?:data|blob|javascript):/i.test(value)) return;
    if (!found.isWhole) {
      this.#tooLong++;
      return;
    }
    if (this.#scripts >= this.#budgets.pageScripts || !this.#into.spend(SCRIPT_STEPS)) {
      this.#tooMany++;
      return;
    }
    this.#scripts++;
    const url = remoteUrl(value, this.#base);
    if (url === null) return;
    for (const name of scriptNames(url)) {
      const seen = () => meaning(this.#passage(found), name);
      this.#into.facts.name('script', name, 'remote', this.#placeOf(found), seen);
    }
  }

  #placeOf({ at }: Attribute): number {
    return this.#unit === 'utf-8' ? at : 2 * at;
  }

  /** The value as it stands in the page. */
  #passage(found: Attribute) {
    let bytes = found.raw;
    if (this.#unit !== 'utf-8') {
      const low = this.#unit === 'utf-16le' ? 0 : 1;
      const wide = new Uint8Array(2 * bytes.length);
      bytes.forEach((byte, i) => {
        wide[2 * i + low] = byte;
      });
      bytes = wide;
    }
    return passageAt(bytes, this.#placeOf(found), this.#unit, 'script that a page loads');
  }
}

/** `<link rel=modulepreload>`, and `rel=preload` or `prefetch` of a script. */
function isLoading(rel: string | null, as: string | null): boolean {
  const kinds = (rel ?? '').toLowerCase().split(/\s+/);
  if (kinds.includes('modulepreload')) return true;
  return (kinds.includes('preload') || kinds.includes('prefetch')) && as?.toLowerCase() === 'script';
}

const latin1 = new TextDecoder('latin1');

function textOf(attribute: Attribute | undefined): string | null {
  return attribute ? withoutReferences(latin1.decode(attribute.raw)).trim() : null;
}
