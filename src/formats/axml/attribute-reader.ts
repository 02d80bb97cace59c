import type { Problems } from '../problems.ts';
import type { XmlAnomalies } from './anomalies.ts';
import { androidAttributeId, androidAttributeName, androidNamespace } from './attributes.ts';
import type { PoolString, StringPool } from './strings.ts';
import type { XmlAttribute } from './types.ts';

const attributeBytes = 20;
const none = 0xffffffff;

/** Reads what a start element holds, by the string pool and resource map that came before it. */
export class AttributeReader {
  strings: StringPool | null = null;
  /** The resource map: ids of the first strings of the pool. */
  resourceIds = { offset: 0, count: 0 };
  readonly #view: DataView;
  readonly #anomalies: XmlAnomalies;
  readonly #problems: Problems;
  readonly #unreadable = new Set<number>();

  constructor(view: DataView, anomalies: XmlAnomalies, problems: Problems) {
    this.#view = view;
    this.#anomalies = anomalies;
    this.#problems = problems;
  }

  /** ResXMLTree_attrExt: where the attributes are and how far apart stands in the chunk. */
  read(extension: number, end: number): XmlAttribute[] {
    const start = this.#view.getUint16(extension + 8, true);
    const claimedSize = this.#view.getUint16(extension + 10, true);
    const count = this.#view.getUint16(extension + 12, true);
    if (start !== 20)
      this.#anomalies.add('axml.attribute-start', extension + 8, `attributes start at ${start}, not 20`);
    if (claimedSize !== attributeBytes) {
      const detail = `attributes have ${claimedSize} bytes, not ${attributeBytes}`;
      this.#anomalies.add('axml.attribute-size', extension + 10, detail);
    }
    const size = Math.max(attributeBytes, claimedSize);
    const attributes: XmlAttribute[] = [];
    for (let i = 0; i < count; i++) {
      const at = extension + start + i * size;
      if (at + attributeBytes > end) {
        this.#problems.add(at, `${count - i} of ${count} attributes lie outside their element`);
        break;
      }
      attributes.push(this.#attribute(at));
    }
    return attributes;
  }

  #attribute(at: number): XmlAttribute {
    const view = this.#view;
    const namespace = this.text(at);
    const nameIndex = view.getUint32(at + 4, true);
    const resourceId =
      nameIndex < this.resourceIds.count ? view.getUint32(this.resourceIds.offset + 4 * nameIndex, true) || null : null;
    const name = this.#attributeName(at, resourceId, namespace);
    const type = view.getUint8(at + 15);
    const data = view.getUint32(at + 16, true);
    const source = this.#string(at + 8);
    const raw = source?.text ?? null;
    const string = type === 0x03 ? this.#string(at + 16) : null;
    const value = string ? string.text : this.#value(type, data, at + 16);
    if (type === 3 && raw !== null && raw !== value) {
      this.#anomalies.add('axml.raw-value', at, 'the source text of an attribute differs from its value');
    }
    return {
      name,
      namespace,
      resourceId: resourceId ?? this.#idWithoutMap(name, namespace),
      value,
      raw,
      place: (string ?? source)?.place ?? null,
      type,
      reference: isReference(type) && data !== 0 ? data : null,
      offset: at,
    };
  }

  #attributeName(at: number, resourceId: number | null, namespace: string | null): string {
    if (resourceId === null) {
      if (namespace === androidNamespace) {
        this.#anomalies.add('axml.attribute-id', at, 'a framework attribute without resource id');
      }
      return this.text(at + 4) ?? '';
    }
    if (resourceId >>> 16 === 0x0101 && namespace !== androidNamespace) {
      this.#anomalies.add('axml.attribute-namespace', at, 'a framework attribute outside its namespace');
    }
    const known = androidAttributeName(resourceId);
    if (known === undefined) {
      const own = this.text(at + 4) ?? '';
      if (own === '') {
        this.#anomalies.add('axml.attribute-name', at, `attribute 0x${resourceId.toString(16)} has no name`);
      }
      return own;
    }
    // A string that cannot be read is no loss here.
    const own = this.strings?.at(this.#view.getUint32(at + 4, true))?.text ?? null;
    if (own !== null && own !== known) {
      const detail = `the name of android:${known} is ${own === '' ? 'blank' : 'another'}`;
      this.#anomalies.add('axml.attribute-name', at, detail);
    }
    return known;
  }

  /** A document without a resource map has names alone: some tools write such, though no device finds what they mean. */
  #idWithoutMap(name: string, namespace: string | null): number | null {
    if (this.resourceIds.count > 0 || namespace !== androidNamespace) return null;
    return androidAttributeId(name) ?? null;
  }

  /** Res_value: the meaning of `data` by type, but for a string. */
  #value(type: number, data: number, at: number): number | boolean | null {
    if (type === 0x04) return this.#view.getFloat32(at, true);
    if (type === 0x10) return data | 0;
    if (type === 0x12) return data !== 0;
    // Hexadecimal numbers, the four forms of colours, and what else lies between the first and the last kind of integer.
    if (type > 0x10 && type <= 0x1f) return data;
    return null;
  }

  /** The string whose index stands at `at`; one that cannot be read is a problem, told once. */
  text(at: number): string | null {
    return this.#string(at)?.text ?? null;
  }

  #string(at: number): PoolString | null {
    const index = this.#view.getUint32(at, true);
    if (index === none) return null;
    const found = this.strings?.at(index) ?? null;
    if (found === null && !this.#unreadable.has(index)) {
      this.#unreadable.add(index);
      this.#problems.add(at, `string ${index} cannot be read`);
    }
    return found;
  }
}

/** References and theme attributes, static (1, 2) and dynamic (7, 8). */
function isReference(type: number): boolean {
  return type === 1 || type === 2 || type === 7 || type === 8;
}
