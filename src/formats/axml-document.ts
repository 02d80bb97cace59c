import { type Budgets, } from '../budgets.ts';
import { BudgetError, FormatError } from '../errors.ts';
import type { Anomaly } from '../types.ts';
import { androidAttributeId, androidAttributeName, androidNamespace } from './axml-attributes.ts';
import { StringPool } from './axml-strings.ts';
import { type Problem, Problems } from './problems.ts';

export interface XmlAttribute {
  /** By resource id where that is known, else the document's own string; empty where neither can be read. */
  readonly name: string;
  readonly namespace: string | null;
  readonly resourceId: number | null;
  /** The typed value; null for a reference, a dimension, a fraction, none, and for a string that cannot be read. */
  readonly value: string | number | boolean | null;
  /** The source text, where the compiler kept it. */
  readonly raw: string | null;
  /** Res_value::dataType. */
  readonly type: number;
  /** The resource or theme attribute that the value refers to, such as 0x7f0a0001. */
  readonly reference: number | null;
  /** Of the attribute structure, in bytes from the start of the document. */
  readonly offset: number;
}

export interface XmlElement {
  readonly name: string;
  readonly namespace: string | null;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** Of the start-element chunk, in bytes from the start of the document. */
  readonly offset: number;
}

/**
 * What no compiler writes though the platform, or its kin, reads it; one for each code, at its first place:
 * `axml.file-type`, `axml.file-size`, `axml.trailing-bytes`, `axml.header-size`, `axml.chunk-size`,
 * `axml.zero-size-chunk`, `axml.junk-chunk`, `axml.second-pool`, `axml.string-count`, `axml.string-offset`,
 * `axml.string-length`, `axml.attribute-start`, `axml.attribute-size`, `axml.attribute-name`,
 * `axml.attribute-namespace`, `axml.raw-value`, `axml.second-root`, `axml.unbalanced-end`.
 */
export type XmlAnomaly = Omit<Anomaly, 'path'>;

export interface XmlDocument {
  readonly root: XmlElement | null;
  readonly anomalies: readonly XmlAnomaly[];
  readonly problems: readonly Problem[];
}

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

/** Deeper elements are left out; the platform's own manifests stay below 10, layouts below 40. */
const DEPTH = 128;
const attributeBytes = 20;
const nodeBytes = 16;
const none = 0xffffffff;

/**
 * Reads a document as the installer does: chunk sizes lead from one chunk to the next, all else in a header is a hint.
 * What cannot be read is left out, with a problem.
 * @throws FormatError where the bytes hold no chunk of a binary XML document at all
 */
export function readBinaryXml(bytes: Uint8Array, budgets: Budgets): XmlDocument {
  if (bytes.length < 8) throw new FormatError('too short for binary XML', bytes.length);
  return new Reader(bytes.subarray(0, budgets.documentBytes), budgets).read(bytes.length);
}

/** The attribute of a framework name by resource id, else (other names; no resource map) by name; not by both. */
export function attribute(element: XmlElement, name: string): XmlAttribute | undefined {
  const id = androidAttributeId(name);
  return (
    element.attributes.find((each) => id !== undefined && each.resourceId === id) ??
    element.attributes.find((each) => each.name === name && (id === undefined || each.resourceId === null))
  );
}

interface OpenElement extends XmlElement {
  readonly attributes: XmlAttribute[];
  readonly children: XmlElement[];
}

class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly budgets: Budgets;
  private readonly anomalies = new Map<string, { anomaly: XmlAnomaly; count: number }>();
  private readonly problems = new Problems();
  private strings: StringPool | null = null;
  private resourceIds = { offset: 0, count: 0 };
  private root: OpenElement | null = null;
  private elements = 0;
  private readonly open: OpenElement[] = [];
  private readonly unreadable = new Set<number>();

  constructor(bytes: Uint8Array, budgets: Budgets) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.budgets = budgets;
  }

  read(contentBytes: number): XmlDocument {
    if (contentBytes > this.bytes.length) {
      const { message } = new BudgetError('documentBytes', this.budgets.documentBytes, this.bytes.length);
      this.problems.add(this.bytes.length, message);
    }
    const [start, end] = this.readHeader(contentBytes);
    for (let at = start; at + 8 <= end; ) {
      const size = this.view.getUint32(at + 4, true);
      if (size < 8) {
        this.note(size === 0 ? 'axml.zero-size-chunk' : 'axml.chunk-size', at, `a chunk of ${size} bytes ends the document`);
        break;
      }
      if (size > end - at) {
        this.note('axml.chunk-size', at, `a chunk of ${size} bytes, ${end - at} are left`);
        this.problems.add(at, 'the document ends inside a chunk');
      }
      if (!this.readChunk(this.view.getUint16(at, true), at, Math.min(end, at + size))) break;
      at += size;
    }
    if (!this.strings && !this.root) throw new FormatError('no binary XML', 0);
    if (this.open.length > 0) {
      this.problems.add(this.open.at(-1)!.offset, `${this.open.length} elements are not closed: more may be missing`);
    }
    const anomalies = [...this.anomalies.values()].map(({ anomaly, count }) =>
      count > 1 ? { ...anomaly, detail: `${anomaly.detail} (${count} times)` } : anomaly,
    );
    return { root: this.root, anomalies, problems: this.problems.list };
  }

  /** ResXMLTree::setTo looks at the sizes of the file's header, never at its type. */
  private readHeader(contentBytes: number): [start: number, end: number] {
    const { view, bytes } = this;
    const type = view.getUint16(0, true);
    if (type !== chunk.xml) this.note('axml.file-type', 0, `file type is ${type}, not ${chunk.xml}`);
    const headerSize = view.getUint16(2, true);
    if (headerSize !== 8) this.note('axml.header-size', 2, `file header of ${headerSize} bytes`);
    const size = view.getUint32(4, true);
    const start = headerSize >= 8 && headerSize < bytes.length ? headerSize : 8;
    if (size < start) {
      this.note('axml.file-size', 4, `file size is ${size}`);
      return [start, bytes.length];
    }
    if (size > contentBytes) {
      this.note('axml.file-size', 4, `file size is ${size}, the content has ${contentBytes} bytes`);
      this.problems.add(contentBytes, `the last ${size - contentBytes} bytes are missing`);
    }
    if (size < contentBytes) {
      this.note('axml.trailing-bytes', size, `${contentBytes - size} bytes lie behind the document`);
    }
    return [start, Math.min(size, bytes.length)];
  }

  /** @returns false where the reading has to stop */
  private readChunk(type: number, at: number, end: number): boolean {
    // A pool or map behind the first node has no effect on the platform; of several before it, the last counts.
    const isBeforeNodes = this.elements === 0;
    switch (type) {
      case chunk.stringPool:
        if (this.strings) this.note('axml.second-pool', at, 'another string pool');
        if (end - at < 28) this.problems.add(at, 'the string pool is cut off');
        else if (isBeforeNodes) this.strings = new StringPool(this.bytes, at, end, this.note);
        return true;
      case chunk.resourceMap: {
        const headerSize = Math.max(8, this.view.getUint16(at + 2, true));
        const count = Math.max(0, Math.floor((end - at - headerSize) / 4));
        if (isBeforeNodes) this.resourceIds = { offset: at + headerSize, count };
        return true;
      }
      case chunk.startElement:
        return this.startElement(at, end);
      case chunk.endElement:
        if (this.open.pop() === undefined) this.note('axml.unbalanced-end', at, 'an end without a start');
        return true;
      case chunk.startNamespace:
      case chunk.endNamespace:
      case chunk.cdata:
        return true;
      default:
        this.note('axml.junk-chunk', at, `a chunk of type 0x${type.toString(16)}`);
        return true;
    }
  }

  private startElement(at: number, end: number): boolean {
    if (this.elements++ >= this.budgets.xmlElements) {
      this.problems.add(at, new BudgetError('xmlElements', this.budgets.xmlElements, at).message);
      return false;
    }
    const headerSize = this.view.getUint16(at + 2, true);
    if (headerSize !== nodeBytes) this.note('axml.header-size', at, `element header of ${headerSize} bytes`);
    const extension = at + Math.max(nodeBytes, headerSize);
    const isWhole = extension + 20 <= end;
    if (!isWhole) this.problems.add(at, 'a start of an element is cut off');
    const element: OpenElement = {
      namespace: isWhole ? this.text(extension) : null,
      name: (isWhole ? this.text(extension + 4) : null) ?? '',
      attributes: isWhole ? this.attributes(extension, end) : [],
      children: [],
      offset: at,
    };
    const parent = this.open.at(-1);
    if (this.open.length >= DEPTH) this.problems.add(at, `elements deeper than ${DEPTH} are left out`);
    else if (parent) parent.children.push(element);
    else if (this.root) this.note('axml.second-root', at, 'another root element is left out');
    else this.root = element;
    this.open.push(element);
    return true;
  }

  /** ResXMLTree_attrExt: where the attributes are and how far apart stands in the chunk. */
  private attributes(extension: number, end: number): XmlAttribute[] {
    const start = this.view.getUint16(extension + 8, true);
    const claimedSize = this.view.getUint16(extension + 10, true);
    const count = this.view.getUint16(extension + 12, true);
    if (start !== 20) this.note('axml.attribute-start', extension + 8, `attributes start at ${start}, not 20`);
    if (claimedSize !== attributeBytes) {
      this.note('axml.attribute-size', extension + 10, `attributes have ${claimedSize} bytes, not ${attributeBytes}`);
    }
    const size = Math.max(attributeBytes, claimedSize);
    const attributes: XmlAttribute[] = [];
    for (let i = 0; i < count; i++) {
      const at = extension + start + i * size;
      if (at + attributeBytes > end) {
        this.problems.add(at, `${count - i} of ${count} attributes lie outside their element`);
        break;
      }
      attributes.push(this.attribute(at));
    }
    return attributes;
  }

  private attribute(at: number): XmlAttribute {
    const { view } = this;
    const namespace = this.text(at);
    const nameIndex = view.getUint32(at + 4, true);
    const resourceId =
      nameIndex < this.resourceIds.count ? view.getUint32(this.resourceIds.offset + 4 * nameIndex, true) || null : null;
    const type = view.getUint8(at + 15);
    const data = view.getUint32(at + 16, true);
    const raw = this.text(at + 8);
    const value = this.value(type, data, at + 16);
    if (type === 3 && raw !== null && raw !== value) {
      this.note('axml.raw-value', at, 'the source text of an attribute differs from its value');
    }
    return {
      name: this.attributeName(at, resourceId, namespace),
      namespace,
      resourceId,
      value,
      raw,
      type,
      reference: isReference(type) && data !== 0 ? data : null,
      offset: at,
    };
  }

  private attributeName(at: number, resourceId: number | null, namespace: string | null): string {
    if (resourceId === null) return this.text(at + 4) ?? '';
    const own = this.strings?.at(this.view.getUint32(at + 4, true)) ?? '';
    const known = androidAttributeName(resourceId);
    if (own === '' || (known !== undefined && own !== known)) {
      const shown = `attribute 0x${resourceId.toString(16).padStart(8, '0')}${known === undefined ? '' : ` (${known})`}`;
      this.note('axml.attribute-name', at, own === '' ? `${shown} has no name` : `${shown} has another name`);
    }
    if (resourceId >>> 16 === 0x0101 && namespace !== androidNamespace) {
      this.note('axml.attribute-namespace', at, 'a framework attribute outside its namespace');
    }
    return known ?? own;
  }

  /** Res_value: the meaning of `data` by type. */
  private value(type: number, data: number, at: number): string | number | boolean | null {
    if (type === 0x03) return this.text(at);
    if (type === 0x04) return this.view.getFloat32(at, true);
    if (type === 0x10) return data | 0;
    if (type === 0x12) return data !== 0;
    // Hexadecimal numbers and the four forms of colours.
    if (type === 0x11 || (type >= 0x1c && type <= 0x1f)) return data;
    return null;
  }

  /** The string whose index stands at `at`; one that cannot be read is a problem, told once. */
  private text(at: number): string | null {
    const index = this.view.getUint32(at, true);
    if (index === none) return null;
    const text = this.strings?.at(index) ?? null;
    if (text === null && !this.unreadable.has(index)) {
      this.unreadable.add(index);
      this.problems.add(at, `string ${index} cannot be read`);
    }
    return text;
  }

  private readonly note = (code: string, offset: number, detail: string): void => {
    const known = this.anomalies.get(code);
    if (known) known.count++;
    else this.anomalies.set(code, { anomaly: { code, offset, detail }, count: 1 });
  };
}

/** References and theme attributes, static (1, 2) and dynamic (7, 8). */
function isReference(type: number): boolean {
  return type === 1 || type === 2 || type === 7 || type === 8;
}
