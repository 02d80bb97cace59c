import type { Budgets } from '../../budgets.ts';
import { BudgetError, FormatError } from '../../errors.ts';
import { type Tag, type TagAttribute, XmlText } from '../plist/xml-text.ts';
import { Problems } from '../problems.ts';
import { androidAttributeId, androidNamespace } from './attributes.ts';
import type { XmlAttribute, XmlDocument, XmlElement } from './types.ts';

/** Elements of a manifest that people write: a large one has some hundreds, and all are read in one go. */
const MOST_ELEMENTS = 10_000;

/** Deeper elements are left out, as of a compiled document. */
const DEPTH = 128;

/** Res_value::dataType of a string. */
const STRING = 3;

const utf8 = new TextDecoder();

/**
 * Reads a manifest as people and build tools write it (an AAR's): XML 1.0 in UTF-8, as the same elements that a compiled
 * one has. Framework attributes get their resource ids by their names; place holders (`${applicationId}`) stay as written.
 * @throws FormatError where the bytes are no XML in UTF-8, or declare entities
 */
export function readTextXml(bytes: Uint8Array, budgets: Budgets): XmlDocument {
  // No XML has one, and every other encoding of Unicode has many.
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw new FormatError('no XML in UTF-8', nul);
  const problems = new Problems();
  const text = new XmlText(latin1(bytes), problems);
  const open: Building[] = [];
  let root: Building | null = null;
  const most = Math.min(MOST_ELEMENTS, budgets.xmlElements);
  let count = 0;
  for (let tag = text.nextTag(); tag; tag = text.nextTag()) {
    if (tag.kind === 'end') {
      if (open.pop()?.written !== tag.name) {
        problems.add(tag.offset, `an end of <${tag.name.slice(0, 40)}> where none is open`);
        break;
      }
      continue;
    }
    if (++count > most) {
      problems.failed(new BudgetError('xmlElements', most, tag.offset));
      break;
    }
    const parent = open.at(-1);
    const attributes = text.attributes(tag);
    const prefixes = prefixesOf(attributes, parent?.prefixes ?? NO_PREFIXES);
    if (prefixes.size > MOST_PREFIXES) problems.add(tag.offset, 'more namespaces than any manifest has', 'budget');
    const element = elementOf(tag, attributes, prefixes);
    if (parent && open.length >= DEPTH)
      problems.add(tag.offset, `elements deeper than ${DEPTH} are left out`, 'budget');
    else if (parent) parent.children.push(element);
    else if (root) problems.add(tag.offset, 'another root element is left out');
    else root = element;
    if (tag.kind === 'start') open.push(element);
  }
  if (root === null) throw new FormatError('no XML in UTF-8', 0);
  if (open.length > 0 && problems.list.length === 0) problems.add(bytes.length, `elements left open: ${open.length}`);
  return { root, anomalies: [], problems: problems.list };
}

interface Building extends XmlElement {
  readonly children: XmlElement[];
  /** The name as it stands in the tags. */
  readonly written: string;
  /** Namespaces by their prefixes. */
  readonly prefixes: ReadonlyMap<string, string>;
}

const NO_PREFIXES: ReadonlyMap<string, string> = new Map();

/** Prefixes in one place: a copy is made where an element declares some, and a manifest has two or three. */
const MOST_PREFIXES = 32;

/** Those of the element: what it declares, and what those around it do. */
function prefixesOf(
  attributes: readonly TagAttribute[],
  around: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const own = attributes.filter(({ name }) => name.startsWith('xmlns:'));
  if (own.length === 0 || around.size > MOST_PREFIXES) return around;
  const prefixes = new Map(around);
  for (const { name, value } of own.slice(0, MOST_PREFIXES + 1))
    prefixes.set(name.slice('xmlns:'.length), decoded(value));
  return prefixes;
}

function elementOf(tag: Tag, attributes: readonly TagAttribute[], prefixes: ReadonlyMap<string, string>): Building {
  const own = split(tag.name, prefixes);
  return {
    ...own,
    written: tag.name,
    prefixes,
    attributes: attributes.filter(({ name }) => !/^xmlns(?::|$)/.test(name)).map((each) => attributeOf(each, prefixes)),
    children: [],
    texts: [],
    offset: tag.offset,
  };
}

function attributeOf(
  { name: written, value, raw, start }: TagAttribute,
  prefixes: ReadonlyMap<string, string>,
): XmlAttribute {
  const { name, namespace } = split(written, prefixes);
  const text = decoded(value);
  return {
    name,
    namespace,
    resourceId: namespace === androidNamespace ? (androidAttributeId(name) ?? null) : null,
    value: text,
    raw: text,
    // What an entity stands for stands nowhere.
    place: value === raw ? { start, end: start + raw.length, encoding: 'mutf-8' } : null,
    type: STRING,
    reference: null,
    offset: start,
  };
}

/** The local name and the namespace that its prefix stands for; a prefix that nothing declares is none. */
function split(written: string, prefixes: ReadonlyMap<string, string>) {
  const colon = written.indexOf(':');
  const namespace = colon < 0 ? null : (prefixes.get(written.slice(0, colon)) ?? null);
  return { name: decoded(written.slice(colon + 1)), namespace };
}

/** A character for each byte, so that places in the text are places in the bytes: all of XML's own marks are ASCII. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

/** The text that those bytes spell; a character that a reference stands for may be beyond them. */
function decoded(text: string): string {
  if (/^[\0-\x7f]*$/.test(text) || /[^\0-\xff]/.test(text)) return text;
  return utf8.decode(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}
