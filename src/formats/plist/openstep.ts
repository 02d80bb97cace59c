import { BudgetError, FormatError } from '../../errors.ts';
import type { PlistParsing } from './parsing.ts';
import { TextBuilder } from './units.ts';
import type { PlistValue } from './value.ts';

interface Container {
  /** The text itself: a file of strings has no braces around its pairs. */
  readonly isText?: boolean;
  readonly array: PlistValue[] | null;
  readonly map: Map<string, PlistValue> | null;
  key: string;
}

/**
 * Reads an OpenStep property list: `{ key = value; }`, `( a, b )`, `<0fbd77>`, "quoted" and plain strings (Apple,
 * "Old-Style ASCII Property Lists"). The `plist` package reads this form by unbounded recursion into plain objects.
 * @throws FormatError at the first thing that does not fit
 * @throws BudgetError `plistObjects`, `allPlistObjects`, `plistDepth`
 */
export function readOpenStepPlist(text: string, reading: PlistParsing): PlistValue {
  return readFrom(text, [], reading);
}

/**
 * Reads a file of strings: the pairs of a dictionary without its braces (Apple, "Resource Programming Guide", String
 * Resources). A key alone is its own value.
 * @throws FormatError, BudgetError as `readOpenStepPlist`
 */
export function readOpenStepStrings(text: string, reading: PlistParsing): PlistValue {
  return readFrom(text, [{ array: null, map: new Map(), key: '', isText: true }], reading);
}

function readFrom(text: string, open: Container[], reading: PlistParsing): PlistValue {
  const { budgets, problems } = reading;
  let at = skipBlank(text, 0);
  for (;;) {
    // A value starts here, or the container is at its end.
    const container = open.at(-1);
    let value: PlistValue;
    const character = text[at];
    if (container?.isText && container.key === '' && at >= text.length) return container.map;
    if (container && !container.isText && character === (container.map ? '}' : ')')) {
      open.pop();
      value = container.map ?? container.array;
      at++;
    } else {
      reading.count(1, at);
      if (container?.map && container.key === '') {
        const key = readString(text, at);
        at = skipBlank(text, key.end);
        if (container.isText && text[at] === ';') {
          if (reading.wanted(key.value)) container.map.set(key.value, key.value);
          at = skipBlank(text, at + 1);
          continue;
        }
        if (text[at] !== '=') throw new FormatError('a key without "="', at);
        // A mark in front, so that an empty key is not "no key".
        container.key = `=${key.value}`;
        at = skipBlank(text, at + 1);
        continue;
      }
      if (character === '{' || character === '(') {
        if (open.length >= budgets.plistDepth) throw new BudgetError('plistDepth', budgets.plistDepth, at);
        open.push({ array: character === '(' ? [] : null, map: character === '{' ? new Map() : null, key: '' });
        at = skipBlank(text, at + 1);
        continue;
      }
      const leaf = character === '<' ? readData(text, at) : readString(text, at);
      value = leaf.value;
      at = leaf.end;
    }
    at = skipBlank(text, at);
    const outer = open.at(-1);
    if (!outer) {
      if (at < text.length) throw new FormatError('text behind the property list', at);
      return value;
    }
    if (outer.array) outer.array.push(value);
    else {
      const key = outer.key.slice(1);
      if (open.length > 1 || reading.wanted(key)) {
        if (outer.map!.has(key)) problems.add(at, `key ${key} is there twice: the last one counts`);
        outer.map!.set(key, value);
      }
      outer.key = '';
    }
    const separator = outer.map ? ';' : ',';
    if (text[at] === separator) at = skipBlank(text, at + 1);
    else if (text[at] !== (outer.map ? '}' : ')')) throw new FormatError(`no "${separator}" behind a value`, at);
  }
}

/** Blanks, `// …` and comments between slash and asterisk. */
function skipBlank(text: string, start: number): number {
  const blank = /\s*/y;
  let at = start;
  for (;;) {
    blank.lastIndex = at;
    blank.test(text);
    at = blank.lastIndex;
    const mark = text.startsWith('//', at) ? '\n' : text.startsWith('/*', at) ? '*/' : null;
    if (mark === null) return at;
    const end = text.indexOf(mark, at + 2);
    at = end < 0 ? text.length : end + mark.length;
  }
}

function readString(text: string, start: number): { value: string; end: number } {
  const quote = text[start];
  if (quote !== '"' && quote !== "'") {
    const plain = /[A-Za-z0-9_$/:.-]+/y;
    plain.lastIndex = start;
    const match = plain.exec(text);
    if (!match) throw new FormatError('a value is missing', start);
    return { value: match[0], end: plain.lastIndex };
  }
  let built: TextBuilder | null = null;
  let from = start + 1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === quote) {
      if (!built) return { value: text.slice(from, i), end: i + 1 };
      built.add(text, from, i);
      return { value: built.toString(), end: i + 1 };
    }
    if (text[i] !== '\\') continue;
    built ??= new TextBuilder(endOfString(text, quote, i) - start);
    built.add(text, from, i);
    const escaped = /[Uu]([0-9a-fA-F]{4})|([0-7]{1,3})|./sy;
    escaped.lastIndex = i + 1;
    const match = escaped.exec(text);
    if (!match) break;
    const code = match[1] ? Number.parseInt(match[1], 16) : match[2] ? Number.parseInt(match[2], 8) & 0xff : null;
    const character = ESCAPES.get(match[0]) ?? match[0];
    if (code === null) built.add(character, 0, character.length);
    else built.addCodePoint(code);
    from = escaped.lastIndex;
    i = from - 1;
  }
  throw new FormatError('a string without an end', start);
}

/** The quote that ends a string, from an escape in it on; the end of the text where there is none. */
function endOfString(text: string, quote: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, text.length);
}

const ESCAPES = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

function readData(text: string, start: number): { value: Uint8Array; end: number } {
  const end = text.indexOf('>', start);
  const digits = end < 0 ? '' : text.slice(start + 1, end).replace(/\s+/g, '');
  if (end < 0 || digits.length % 2 === 1 || /[^0-9a-fA-F]/.test(digits))
    throw new FormatError('data that is not hexadecimal', start);
  const value = Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
  return { value, end: end + 1 };
}
