import { BudgetError, FormatError } from '../../errors.ts';
import type { Place, PlistParsing, Stepping } from './parsing.ts';
import type { PlistValue } from './value.ts';
import { type Content, type Tag, XmlText } from './xml-text.ts';

/**
 * Reads an XML property list in one linear pass, with a stack of its own: depth costs a frame, never the call stack.
 * Values of keys that nobody wants are passed over: their tags are checked and counted, and nothing of them is made.
 * @throws FormatError for DTDs and where there is no value
 * @throws BudgetError `plistObjects`, `allPlistObjects`, `plistDepth`
 */
export function readXmlPlist(text: string, reading: PlistParsing): Stepping<PlistValue> {
  return new XmlPlist(text, reading).read();
}

/** Tags between two moments in which the reading can be left. */
const TAGS = 2048;

const LEAVES = new Set(['string', 'integer', 'real', 'date', 'data', 'true', 'false']);

/** An array or dictionary whose end is still to come. */
interface Container {
  readonly element: string;
  readonly array: PlistValue[] | null;
  readonly map: Map<string, PlistValue> | null;
  /** Whether anything of it is kept. */
  readonly wanted: boolean;
  /** In a dictionary, the key whose value is awaited. */
  key: Content | null;
}

class XmlPlist {
  readonly #text: XmlText;
  readonly #reading: PlistParsing;
  readonly #open: Container[] = [];
  #root: PlistValue | undefined;

  constructor(text: string, reading: PlistParsing) {
    this.#text = new XmlText(text, reading.problems);
    this.#reading = reading;
  }

  *read(): Stepping<PlistValue> {
    for (let tags = 1; this.#root === undefined && this.#step(); tags++) if (tags % TAGS === 0) yield TAGS;
    if (this.#root === undefined) this.#problem('the property list breaks off here');
    else if ((this.#text.nextTag()?.name ?? 'plist') !== 'plist')
      this.#problem('more than one value: the first one counts');
    while (this.#open.length > 0) this.#close();
    if (this.#root === undefined) throw new FormatError('the property list holds no value', this.#text.position);
    return this.#root;
  }

  /** Takes one tag, comment or declaration; false where nothing follows or nothing that follows can be read. */
  #step(): boolean {
    const tag = this.#text.nextTag();
    if (tag === null) return false;
    if (tag.kind !== 'end') this.#reading.count(1, tag.offset);
    if (tag.name === 'plist') return true;
    if (tag.kind === 'end') {
      const container = this.#open.at(-1);
      if (container?.element !== tag.name) return false;
      this.#close();
      return true;
    }
    if (tag.name === 'dict' || tag.name === 'array') {
      if (!this.#hasPlace()) return this.#skip(tag);
      const { plistDepth } = this.#reading.budgets;
      if (this.#open.length >= plistDepth) throw new BudgetError('plistDepth', plistDepth, tag.offset);
      const isMap = tag.name === 'dict';
      const wanted = this.#isWanted();
      this.#open.push({
        element: tag.name,
        array: isMap ? null : [],
        map: isMap ? new Map() : null,
        wanted,
        key: null,
      });
      if (tag.kind === 'empty') this.#close();
      return true;
    }
    if (tag.name !== 'key' && !LEAVES.has(tag.name)) {
      this.#problem(`element ${shown(tag.name)} is unknown`, tag.offset);
      return this.#skip(tag);
    }
    const wanted = tag.name === 'key' ? (this.#open.at(-1)?.wanted ?? true) : this.#isWanted();
    const content = tag.kind === 'empty' ? { text: '', place: null } : this.#text.content(tag.name, wanted);
    if (content === null) return false;
    if (tag.name === 'key') this.#key(content);
    else if (this.#hasPlace())
      this.#put(
        wanted ? this.#leaf(tag.name, content.text, tag.offset) : null,
        tag.name === 'string' ? content.place : null,
      );
    return true;
  }

  #problem(message: string, offset = this.#text.position): void {
    this.#reading.problems.add(offset, message);
  }

  /** Whether a value may stand here. */
  #hasPlace(): boolean {
    const container = this.#open.at(-1);
    if (!container?.map || container.key !== null) return true;
    this.#problem('a value without a key');
    return false;
  }

  /** Whether the value that stands here is kept. */
  #isWanted(): boolean {
    const container = this.#open.at(-1);
    if (!container?.wanted) return container === undefined;
    return this.#open.length > 1 || container.key === null || this.#reading.wanted(container.key.text);
  }

  #put(value: PlistValue, place: Place | null): void {
    const container = this.#open.at(-1);
    if (!container) {
      this.#root = value;
      return;
    }
    if (!this.#isWanted()) {
      container.key = null;
      return;
    }
    if (!container.map) {
      container.array!.push(value);
      return;
    }
    const { text: key, place: keyPlace } = container.key!;
    container.key = null;
    if (container.map.has(key)) this.#problem(`key ${key} is there twice: the last one counts`);
    container.map.set(key, value);
    if (this.#open.length === 1) this.#reading.places.set(key, { key: keyPlace, value: place });
  }

  #key(content: Content): void {
    const container = this.#open.at(-1);
    if (!container?.map) {
      this.#problem('a key outside a dictionary');
      return;
    }
    this.#valueForKey(container);
    container.key = content;
  }

  #valueForKey(container: Container): void {
    if (container.key === null) return;
    this.#problem('a key without a value');
    this.#put('', null);
  }

  #close(): void {
    const container = this.#open.at(-1)!;
    this.#valueForKey(container);
    this.#open.pop();
    const { array, map } = container;
    // How NSKeyedArchiver's references look in XML (CFPropertyList.c, CF$UID).
    const uid = map?.size === 1 ? map.get('CF$UID') : undefined;
    this.#put(typeof uid === 'number' && uid >= 0 ? { uid } : (map ?? array), null);
  }

  /** Passes over an element that has no place, with all it holds. */
  #skip(tag: Tag): boolean {
    let depth = tag.kind === 'start' ? 1 : 0;
    while (depth > 0) {
      const next = this.#text.nextTag();
      if (next === null) return false;
      if (next.kind !== 'end') this.#reading.count(1, next.offset);
      if (next.kind === 'start') depth++;
      else if (next.kind === 'end') depth--;
    }
    return true;
  }

  #leaf(element: string, content: string, offset: number): PlistValue {
    const value = leafValue(element, content);
    if (value !== undefined) return value;
    this.#problem(`${element} ${shown(content)} is malformed: kept as a string`, offset);
    return content;
  }
}

/** Undefined where the content does not fit the element. */
function leafValue(element: string, content: string): PlistValue | undefined {
  const text = content.trim();
  switch (element) {
    case 'string':
      return content;
    case 'integer': {
      // 128 bits at most; CoreFoundation takes hexadecimal too.
      const match = /^([+-]?)(0[xX][0-9a-fA-F]{1,32}|\d{1,39})$/.exec(text);
      if (!match) return undefined;
      const value = BigInt(match[2]!) * (match[1] === '-' ? -1n : 1n);
      const rounded = Number(value);
      return Number.isSafeInteger(rounded) ? rounded : value;
    }
    case 'real': {
      const name = /^([+-]?)(?:inf(?:inity)?|(nan))$/i.exec(text);
      if (name) return name[2] ? Number.NaN : name[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
      return REAL.test(text) ? Number(text) : undefined;
    }
    case 'date': {
      const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? new Date(text) : null;
      return date && !Number.isNaN(date.getTime()) ? date : undefined;
    }
    case 'data': {
      const base64 = text.replace(/[\s=]+/g, '');
      if (/[^A-Za-z0-9+/]/.test(base64) || base64.length % 4 === 1) return undefined;
      return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    }
    default:
      return element === 'true';
  }
}

/** Only one way leads through any text: two runs of digits side by side would be tried in every division. */
export const REAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
