import { parse } from 'plist';
import type { Budgets } from '../budgets.ts';
import { BudgetError, FormatError } from '../errors.ts';
import type { PlistValue } from './plist-value.ts';
import { type Tag, XmlText } from './plist-xml-text.ts';
import type { Problems } from './problems.ts';

/**
 * Reads an XML property list. The `plist` package parses it, but never sees the file's own text: it would recurse without
 * bound, refuse a file for one key, cut keys at a comment, round integers, and its XML parser writes to the console. One
 * linear pass checks the file and writes it anew in a form in which nothing can go wrong: known elements, one text each,
 * strings and keys in JSON notation, printable ASCII only.
 * @throws FormatError for DTDs and where there is no value @throws BudgetError `plistObjects`, `plistDepth`
 */
export function readXmlPlist(text: string, budgets: Budgets, problems: Problems): PlistValue {
  const canonical = new XmlRewriter(text, budgets, problems).rewrite();
  return fromPackage(parse(canonical), problems);
}

/** Undoes the notation of `XmlRewriter`. Recursion is as deep as the rewriter let it become. */
function fromPackage(value: ReturnType<typeof parse>, problems: Problems): PlistValue {
  // Integers that a number cannot hold come as strings without quotes.
  if (typeof value === 'string') return value.startsWith('"') ? JSON.parse(value) : BigInt(value);
  if (Array.isArray(value)) return value.map((element) => fromPackage(element, problems));
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array || value instanceof Date) return value;
  const map = new Map<string, PlistValue>();
  for (const [numbered, element] of Object.entries(value)) {
    const key: string = JSON.parse(numbered.slice(numbered.indexOf('"')));
    if (map.has(key)) problems.add(0, `key ${key} is there twice: the last one counts`);
    map.set(key, fromPackage(element, problems));
  }
  // How NSKeyedArchiver's references look in XML (CFPropertyList.c, CF$UID).
  const uid = map.size === 1 ? map.get('CF$UID') : undefined;
  return typeof uid === 'number' && uid >= 0 ? { uid } : map;
}

const LEAVES = new Set(['string', 'integer', 'real', 'date', 'data', 'true', 'false']);
/** The package and its XML parser recurse: a budget set higher than this would reach the end of the call stack. */
const DEEPEST = 256;

interface Container {
  readonly element: string;
  /** In a dictionary, the key whose value is awaited. */
  key: string | null;
}

class XmlRewriter {
  private readonly text: XmlText;
  private readonly budgets: Budgets;
  private readonly problems: Problems;
  private readonly depth: number;
  private readonly output: string[] = ['<plist>'];
  private readonly open: Container[] = [];
  private objects = 0;
  private keys = 0;
  private done = false;

  constructor(text: string, budgets: Budgets, problems: Problems) {
    this.text = new XmlText(text, problems);
    this.budgets = budgets;
    this.problems = problems;
    this.depth = Math.min(budgets.plistDepth, DEEPEST);
  }

  rewrite(): string {
    while (!this.done && this.step());
    if (!this.done) this.problems.add(this.text.position, 'the property list breaks off here');
    else if ((this.text.nextTag()?.name ?? 'plist') !== 'plist')
      this.problems.add(this.text.position, 'more than one value: the first one counts');
    while (this.open.length > 0) this.close();
    if (this.output.length === 1) throw new FormatError('the property list holds no value', this.text.position);
    this.output.push('</plist>');
    return this.output.join('');
  }

  /** Takes one tag, comment or declaration; false where nothing follows or nothing that follows can be read. */
  private step(): boolean {
    const tag = this.text.nextTag();
    if (tag === null) return false;
    if (tag.name === 'plist') return true;
    if (tag.kind === 'end') {
      const container = this.open.at(-1);
      if (container?.element !== tag.name) return false;
      this.close();
      return true;
    }
    if (tag.name === 'dict' || tag.name === 'array') {
      if (!this.admit()) return this.skip(tag);
      if (this.open.length >= this.depth) throw new BudgetError('plistDepth', this.depth, tag.offset);
      this.output.push(`<${tag.name}>`);
      this.open.push({ element: tag.name, key: null });
      if (tag.kind === 'empty') this.close();
      return true;
    }
    if (tag.name !== 'key' && !LEAVES.has(tag.name)) {
      this.problems.add(tag.offset, `element ${shown(tag.name)} is unknown`);
      return this.skip(tag);
    }
    const content = tag.kind === 'empty' ? '' : this.text.content(tag.name);
    if (content === null) return false;
    if (tag.name === 'key') this.key(content);
    else if (this.admit()) this.output.push(this.leaf(tag.name, content, tag.offset));
    if (this.open.length === 0 && this.output.length > 1) this.done = true;
    return true;
  }

  /** Whether a value may stand here; writes the key that it belongs to. */
  private admit(): boolean {
    this.count();
    const container = this.open.at(-1);
    if (container?.element !== 'dict') return true;
    if (container.key === null) {
      this.problems.add(this.text.position, 'a value without a key');
      return false;
    }
    this.output.push(container.key);
    container.key = null;
    return true;
  }

  private count(): void {
    this.objects++;
    if (this.objects > this.budgets.plistObjects)
      throw new BudgetError('plistObjects', this.budgets.plistObjects, this.text.position);
  }

  private key(content: string): void {
    this.count();
    const container = this.open.at(-1);
    if (container?.element !== 'dict') {
      this.problems.add(this.text.position, 'a key outside a dictionary');
      return;
    }
    this.valueForKey(container);
    // Numbered: a key that is there twice, that looks like an index or is called `__proto__` is a key like any other.
    container.key = `<key>${this.keys++}${quoted(content)}</key>`;
  }

  private valueForKey(container: Container): void {
    if (container.key === null) return;
    this.problems.add(this.text.position, 'a key without a value');
    this.output.push(container.key, '<string>""</string>');
    container.key = null;
  }

  private close(): void {
    const container = this.open.pop()!;
    this.valueForKey(container);
    this.output.push(`</${container.element}>`);
    if (this.open.length === 0) this.done = true;
  }

  /** Passes over an element that has no place, with all it holds. */
  private skip(tag: Tag): boolean {
    let depth = tag.kind === 'start' ? 1 : 0;
    while (depth > 0) {
      const next = this.text.nextTag();
      if (next === null) return false;
      if (next.kind === 'start') depth++;
      else if (next.kind === 'end') depth--;
    }
    return true;
  }

  private leaf(element: string, content: string, offset: number): string {
    const value = leafText(element, content);
    if (value !== null) return value;
    this.problems.add(offset, `${element} ${shown(content)} is malformed: kept as a string`);
    return `<string>${quoted(content)}</string>`;
  }
}

/** A leaf as the package reads it without loss; null where the content does not fit the element. */
function leafText(element: string, content: string): string | null {
  const text = content.trim();
  switch (element) {
    case 'string':
      return `<string>${quoted(content)}</string>`;
    case 'integer': {
      // 128 bits at most; CoreFoundation takes hexadecimal too.
      const match = /^([+-]?)(0[xX][0-9a-fA-F]{1,32}|\d{1,39})$/.exec(text);
      if (!match) return null;
      const value = BigInt(match[2]!) * (match[1] === '-' ? -1n : 1n);
      return Number.isSafeInteger(Number(value)) ? `<integer>${value}</integer>` : `<string>${value}</string>`;
    }
    case 'real': {
      const name = /^([+-]?)(?:inf(?:inity)?|(nan))$/i.exec(text);
      if (name) return `<real>${name[2] ? 'NaN' : `${name[1] === '-' ? '-' : ''}Infinity`}</real>`;
      return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? `<real>${text}</real>` : null;
    }
    case 'date':
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) || Number.isNaN(Date.parse(text))) return null;
      return `<date>${text}</date>`;
    case 'data': {
      const base64 = text.replace(/[\s=]+/g, '');
      return /[^A-Za-z0-9+/]/.test(base64) || base64.length % 4 === 1 ? null : `<data>${base64}</data>`;
    }
    default:
      return `<${element}/>`;
  }
}

/** JSON notation in printable ASCII without characters that mean something in XML. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[&<>\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
