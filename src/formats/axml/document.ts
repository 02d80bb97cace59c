import type { Budgets } from '../../budgets.ts';
import { BudgetError, FormatError } from '../../errors.ts';
import { Problems } from '../problems.ts';
import { XmlAnomalies } from './anomalies.ts';
import { AttributeReader } from './attribute-reader.ts';
import { StringPool } from './strings.ts';
import type { XmlAttribute, XmlDocument, XmlElement } from './types.ts';

const chunk = {
  stringPool: 0x0001,
  xml: 0x0003,
  startNamespace: 0x0100,
  endNamespace: 0x0101,
  startElement: 0x0102,
  endElement: 0x0103,
  cdata: 0x0104,
  resourceMap: 0x0180,
} as const;

/** Deeper elements are left out. */
const DEPTH = 128;
const nodeBytes = 16;

/**
 * Reads a document as the installer does: chunk sizes lead from one chunk to the next, all else in a header is a hint.
 * What cannot be read is left out, with a problem.
 * @throws FormatError where the bytes hold no chunk of a binary XML document at all
 */
export function readBinaryXml(bytes: Uint8Array, budgets: Budgets): XmlDocument {
  if (bytes.length < 8) throw new FormatError('too short for binary XML', bytes.length);
  return new Reader(bytes.subarray(0, budgets.documentBytes), budgets).read(bytes.length);
}

interface OpenElement extends XmlElement {
  readonly attributes: XmlAttribute[];
  readonly children: XmlElement[];
  texts: string[];
}

/** Most elements have none. */
const noTexts: string[] = [];

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #budgets: Budgets;
  readonly #anomalies = new XmlAnomalies();
  readonly #problems = new Problems();
  readonly #attributes: AttributeReader;
  #root: OpenElement | null = null;
  #elements = 0;
  #isTooDeep = false;
  readonly #open: OpenElement[] = [];

  constructor(bytes: Uint8Array, budgets: Budgets) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#budgets = budgets;
    this.#attributes = new AttributeReader(this.#view, this.#anomalies, this.#problems);
  }

  read(contentBytes: number): XmlDocument {
    const isCut = contentBytes > this.#bytes.length;
    if (isCut) {
      this.#problems.failed(new BudgetError('documentBytes', this.#budgets.documentBytes, this.#bytes.length));
    }
    const [start, end] = this.#readHeader(contentBytes);
    // Where the budget cut the document, that is no fault of the chunk's.
    const there = isCut && end === this.#bytes.length ? contentBytes : end;
    for (let at = start; at + 8 <= end; ) {
      const size = this.#view.getUint32(at + 4, true);
      if (size < 8) {
        const code = size === 0 ? 'axml.zero-size-chunk' : 'axml.chunk-size';
        this.#anomalies.add(code, at, `a chunk of ${size} bytes ends the document`);
        break;
      }
      if (size > there - at) {
        this.#anomalies.add('axml.chunk-size', at, `a chunk of ${size} bytes, ${there - at} are left`);
        this.#problems.add(at, 'the document ends inside a chunk');
      }
      if (!this.#readChunk(this.#view.getUint16(at, true), at, Math.min(end, at + size))) break;
      at += size;
    }
    if (!this.#attributes.strings && !this.#root) throw new FormatError('no binary XML', 0);
    if (!this.#root) this.#problems.add(end, 'the document has no element');
    if (this.#open.length > 0 && !isCut && this.#elements <= this.#budgets.xmlElements) {
      this.#problems.add(this.#open.at(-1)!.offset, `elements left open: ${this.#open.length}, more may be missing`);
    }
    return { root: this.#root, anomalies: this.#anomalies.list(), problems: this.#problems.list };
  }

  /** ResXMLTree::setTo looks at the sizes of the file's header, never at its type. */
  #readHeader(contentBytes: number): [start: number, end: number] {
    const view = this.#view;
    const bytes = this.#bytes;
    const type = view.getUint16(0, true);
    if (type !== chunk.xml) this.#anomalies.add('axml.file-type', 0, `file type is ${type}, not ${chunk.xml}`);
    const headerSize = view.getUint16(2, true);
    if (headerSize !== 8) this.#anomalies.add('axml.header-size', 2, `file header of ${headerSize} bytes`);
    const size = view.getUint32(4, true);
    const start = headerSize >= 8 && headerSize < bytes.length ? headerSize : 8;
    if (size < start) {
      this.#anomalies.add('axml.file-size', 4, `file size is ${size}`);
      return [start, bytes.length];
    }
    if (size > contentBytes) {
      this.#anomalies.add('axml.file-size', 4, `file size is ${size}, the content has ${contentBytes} bytes`);
      this.#problems.add(contentBytes, `the last ${size - contentBytes} bytes are missing`);
    }
    if (size < contentBytes) {
      this.#anomalies.add('axml.trailing-bytes', size, `${contentBytes - size} bytes lie behind the document`);
    }
    return [start, Math.min(size, bytes.length)];
  }

  /** @returns false where the reading has to stop */
  #readChunk(type: number, at: number, end: number): boolean {
    // A pool or map behind the first node has no effect on the platform; of several before it, the last counts.
    const isBeforeNodes = this.#elements === 0;
    switch (type) {
      case chunk.stringPool:
        if (this.#attributes.strings) this.#anomalies.add('axml.second-pool', at, 'another string pool');
        if (end - at < 28) this.#problems.add(at, 'the string pool is cut off');
        else if (isBeforeNodes) this.#attributes.strings = new StringPool(this.#bytes, at, end, this.#anomalies);
        return true;
      case chunk.resourceMap: {
        const headerSize = Math.max(8, this.#view.getUint16(at + 2, true));
        const count = Math.max(0, Math.floor((end - at - headerSize) / 4));
        if (isBeforeNodes) this.#attributes.resourceIds = { offset: at + headerSize, count };
        return true;
      }
      case chunk.startElement:
        return this.#startElement(at, end);
      case chunk.endElement:
        if (this.#open.pop() === undefined) this.#anomalies.add('axml.unbalanced-end', at, 'an end without a start');
        return true;
      case chunk.cdata:
        this.#text(at, end);
        return true;
      case chunk.startNamespace:
      case chunk.endNamespace:
        return true;
      default:
        this.#anomalies.add('axml.junk-chunk', at, `a chunk of type 0x${type.toString(16)}`);
        return true;
    }
  }

  #startElement(at: number, end: number): boolean {
    if (this.#elements++ >= this.#budgets.xmlElements) {
      this.#problems.failed(new BudgetError('xmlElements', this.#budgets.xmlElements, at));
      return false;
    }
    const headerSize = this.#view.getUint16(at + 2, true);
    if (headerSize !== nodeBytes) this.#anomalies.add('axml.header-size', at, `element header of ${headerSize} bytes`);
    const extension = at + Math.max(nodeBytes, headerSize);
    const isWhole = extension + 20 <= end;
    if (!isWhole) this.#problems.add(at, 'a start of an element is cut off');
    const element: OpenElement = {
      namespace: isWhole ? this.#attributes.text(extension) : null,
      name: (isWhole ? this.#attributes.text(extension + 4) : null) ?? '',
      attributes: isWhole ? this.#attributes.read(extension, end) : [],
      children: [],
      texts: noTexts,
      offset: at,
    };
    const parent = this.#open.at(-1);
    if (this.#open.length >= DEPTH) this.#tooDeep(at);
    else if (parent) parent.children.push(element);
    else if (this.#root) this.#anomalies.add('axml.second-root', at, 'another root element is left out');
    else this.#root = element;
    this.#open.push(element);
    return true;
  }

  /** ResXMLTree_cdataExt: the string, and what a compiler made of it. */
  #text(at: number, end: number): void {
    const element = this.#open.at(-1);
    const extension = at + Math.max(nodeBytes, this.#view.getUint16(at + 2, true));
    if (!element || extension + 4 > end) return;
    const text = this.#attributes.strings?.at(this.#view.getUint32(extension, true))?.text;
    if (text === undefined) return;
    if (element.texts === noTexts) element.texts = [text];
    else element.texts.push(text);
  }

  #tooDeep(at: number): void {
    if (!this.#isTooDeep) this.#problems.add(at, `elements deeper than ${DEPTH} are left out`, 'budget');
    this.#isTooDeep = true;
  }
}
