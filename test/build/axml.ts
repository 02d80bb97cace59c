import { androidAttribute, androidNamespace } from '../../src/formats/axml/index.ts';

/** `{ reference }` is a resource (`@0x7f0a0001`), `{ hex }` a number written in hexadecimal. */
export type XmlValue = string | number | boolean | { readonly reference: number } | { readonly hex: number };

export interface XmlDescription {
  readonly name: string;
  /**
   * `android:` names must be in `androidAttribute`; others have no resource id, and no namespace (`package`) but where a
   * prefix says one: `x:name` stands in `http://x.example`.
   */
  readonly attributes?: Readonly<Record<string, XmlValue>>;
  readonly children?: readonly XmlDescription[];
  /** Before its children. */
  readonly text?: string;
}

export interface XmlBuildOptions {
  readonly encoding?: 'utf-8' | 'utf-16';
  /** Bytes of one attribute structure; above 20, zeros follow. */
  readonly attributeSize?: number;
  /** Names of framework attributes are empty strings: only the resource map tells them. */
  readonly blankNames?: boolean;
  /** Framework attributes and the document lack the namespace. */
  readonly dropNamespace?: boolean;
  /** Whole chunks put between the resource map and the first node. */
  readonly extra?: readonly Uint8Array[];
}

const none = 0xffffffff;

/** A compiled XML document as aapt writes it: string pool, resource map, nodes. Layout: AOSP ResourceTypes.h. */
export function buildBinaryXml(root: XmlDescription, options: XmlBuildOptions = {}): Uint8Array {
  const ids = new Map<string, number>();
  const others = new Set<string>(['android', androidNamespace]);
  const collect = (element: XmlDescription): void => {
    others.add(element.name);
    for (const [key, value] of Object.entries(element.attributes ?? {})) {
      if (isAndroid(key)) ids.set(key, resourceId(key));
      else for (const text of foreign(key) ?? [key]) others.add(text);
      if (typeof value === 'string') others.add(value);
    }
    if (element.text !== undefined) others.add(element.text);
    for (const child of element.children ?? []) collect(child);
  };
  collect(root);

  // The names with a resource id come first, in the order of the resource map, and are strings of their own.
  const named = [...ids].sort(([, a], [, b]) => a - b);
  const strings = [...named.map(([key]) => (options.blankNames ? '' : localName(key))), ...others];
  const nameIndex = new Map(named.map(([key], i) => [key, i]));
  const otherIndex = new Map([...others].map((text, i) => [text, named.length + i]));
  const index = (text: string) => otherIndex.get(text)!;

  const node = (type: number, extension: number[], attributes: number[] = []) =>
    chunk(type, words(1, none), [...extension, ...attributes]);
  const nodes: number[][] = [];
  const write = (element: XmlDescription): void => {
    const attributes = Object.entries(element.attributes ?? {}).sort(([a], [b]) => order(a) - order(b));
    const size = options.attributeSize ?? 20;
    const structures = attributes.flatMap(([key, value]) => {
      const [uri = isAndroid(key) && !options.dropNamespace ? androidNamespace : null, own = key] = foreign(key) ?? [];
      const namespace = uri === null ? none : index(uri);
      const raw = typeof value === 'string' ? index(value) : none;
      const name = isAndroid(key) ? nameIndex.get(key)! : index(own);
      const [type, data] = typed(value, index);
      const padding = new Array<number>(size - 20).fill(0);
      return [...words(namespace, name, raw), ...halves(8, type << 8), ...words(data), ...padding];
    });
    const header = [...words(none, index(element.name)), ...halves(20, size, attributes.length, 0, 0, 0)];
    nodes.push(node(0x0102, header, structures));
    if (element.text !== undefined) {
      nodes.push(node(0x0104, [...words(index(element.text)), ...halves(8, 0), ...words(0)]));
    }
    for (const child of element.children ?? []) write(child);
    nodes.push(node(0x0103, words(none, index(element.name))));
  };
  const namespace = words(index('android'), index(androidNamespace));
  if (!options.dropNamespace) nodes.push(node(0x0100, namespace));
  write(root);
  if (!options.dropNamespace) nodes.push(node(0x0101, namespace));

  const map = named.length > 0 ? chunk(0x0180, [], words(...named.map(([, id]) => id))) : [];
  const extra = (options.extra ?? []).flatMap((bytes) => [...bytes]);
  const pool = stringPool(strings, options.encoding ?? 'utf-8');
  return Uint8Array.from(chunk(0x0003, [], [...pool, ...map, ...extra, ...nodes.flat()]));
}

/** ResChunk_header, the rest of the header, the body. */
export function chunk(type: number, header: number[], body: number[]): number[] {
  return [...halves(type, 8 + header.length), ...words(8 + header.length + body.length), ...header, ...body];
}

export function stringPool(strings: readonly string[], encoding: 'utf-8' | 'utf-16'): number[] {
  const offsets: number[] = [];
  const data: number[] = [];
  for (const text of strings) {
    offsets.push(data.length);
    if (encoding === 'utf-16') {
      const units = [...Array(text.length).keys()].map((i) => text.charCodeAt(i));
      const length = text.length > 0x7fff ? [0x8000 | (text.length >> 16), text.length & 0xffff] : [text.length];
      for (const half of [...length, ...units, 0]) data.push(...halves(half));
    } else {
      const bytes = new TextEncoder().encode(text);
      for (const length of [text.length, bytes.length]) {
        if (length > 0x7f) data.push(0x80 | ((length >> 8) & 0x7f), length & 0xff);
        else data.push(length);
      }
      for (const byte of bytes) data.push(byte);
      data.push(0);
    }
  }
  while (data.length % 4 !== 0) data.push(0);
  const flags = encoding === 'utf-8' ? 0x100 : 0;
  const header = words(strings.length, 0, flags, 28 + 4 * strings.length, 0);
  return chunk(0x0001, header, [...words(...offsets), ...data]);
}

/** Res_value: dataType and data. */
export function typed(value: XmlValue, index: (text: string) => number): [type: number, data: number] {
  if (typeof value === 'string') return [0x03, index(value)];
  if (typeof value === 'boolean') return [0x12, value ? none : 0];
  if (typeof value === 'number') return Number.isInteger(value) ? [0x10, value] : [0x04, floatBits(value)];
  return 'reference' in value ? [0x01, value.reference] : [0x11, value.hex];
}

function floatBits(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getUint32(0);
}

function isAndroid(key: string): boolean {
  return key.startsWith('android:');
}

/** Namespace and name of an attribute of another vocabulary. */
function foreign(key: string): [namespace: string, name: string] | null {
  const colon = key.indexOf(':');
  return colon < 0 || isAndroid(key) ? null : [`http://${key.slice(0, colon)}.example`, key.slice(colon + 1)];
}

function localName(key: string): string {
  return key.slice(key.indexOf(':') + 1);
}

function resourceId(key: string): number {
  const id = androidAttribute[localName(key)];
  if (id === undefined) throw new Error(`${key} is not in androidAttribute`);
  return id;
}

/** aapt sorts attributes by resource id, those without behind the rest. */
function order(key: string): number {
  return isAndroid(key) ? resourceId(key) : none;
}

export function halves(...values: number[]): number[] {
  return values.flatMap((value) => [value & 0xff, (value >>> 8) & 0xff]);
}

export function words(...values: number[]): number[] {
  return values.flatMap((value) => halves(value & 0xffff, value >>> 16));
}
