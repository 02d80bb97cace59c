import { androidAttribute, androidNamespace } from '../../src/formats/axml/index.ts';
import type { XmlDescription, XmlValue } from './axml.ts';

/** Writes messages of protobuf (protobuf.dev, "Encoding"): a field is its number and its value. */
export type ProtoField = readonly [number: number, value: Uint8Array | string | number | readonly ProtoField[]];

const utf8 = new TextEncoder();

export function varint(value: number): number[] {
  const bytes: number[] = [];
  // A negative int32 is sent as its 64 bits.
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

/** A number becomes a varint, a list a message inside. */
export function message(...fields: readonly ProtoField[]): Uint8Array {
  const parts = fields.flatMap(([number, value]) => {
    if (typeof value === 'number') return [...varint(number * 8), ...varint(value)];
    const bytes =
      typeof value === 'string' ? utf8.encode(value) : value instanceof Uint8Array ? value : message(...value);
    return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
  });
  return Uint8Array.from(parts);
}

const namespaces: Readonly<Record<string, string>> = {
  android: androidNamespace,
  dist: 'http://schemas.android.com/apk/distribution',
};

/** An XmlNode of aapt2's Resources.proto. Attributes as `buildBinaryXml` takes them; `dist:` is that of modules. */
export function buildProtoXml(root: XmlDescription): Uint8Array {
  return message(...node(root));
}

function node({ name, attributes = {}, children = [], text }: XmlDescription): readonly ProtoField[] {
  const [local = '', prefix] = name.split(':').reverse();
  const parts: ProtoField[] = [
    ...(prefix === undefined ? [] : [[2, namespaces[prefix] ?? prefix] satisfies ProtoField]),
    [3, local],
    ...Object.entries(attributes).map(([key, value]): ProtoField => [4, attribute(key, value)]),
    ...(text === undefined ? [] : [[5, [[2, text]]] satisfies ProtoField]),
    ...children.map((child): ProtoField => [5, node(child)]),
  ];
  return [[1, parts]];
}

function attribute(key: string, value: XmlValue): readonly ProtoField[] {
  const [prefix = '', local = ''] = key.includes(':') ? key.split(':') : ['', key];
  const id = prefix === 'android' ? androidAttribute[local] : undefined;
  const raw = typeof value === 'object' ? '@ref' : String(value);
  return [
    ...(prefix === '' ? [] : [[1, namespaces[prefix] ?? `http://${prefix}.example`] satisfies ProtoField]),
    [2, local],
    [3, raw],
    ...(id === undefined ? [] : [[5, id] satisfies ProtoField]),
    ...(typeof value === 'string' ? [] : [[6, item(value)] satisfies ProtoField]),
  ];
}

/** Item: a text, a number, a flag or a reference. */
function item(value: XmlValue): readonly ProtoField[] {
  if (typeof value === 'string') return [[2, [[1, value]]]];
  if (typeof value === 'boolean') return [[7, [[8, Number(value)]]]];
  if (typeof value === 'number') return [[7, [[6, value]]]];
  return 'reference' in value ? [[1, [[2, value.reference]]]] : [[7, [[7, value.hex]]]];
}

export interface ProtoType {
  /** From 1, as in a resource id 0x7fTTEEEE. */
  readonly id: number;
  /** By entry: value by locale, `` for the default; `bag` for a style. */
  readonly entries: readonly (Readonly<Record<string, XmlValue>> | 'bag')[];
}

/** A ResourceTable of one package, 0x7f. */
export function buildProtoTable(types: readonly ProtoType[]): Uint8Array {
  const typeOf = ({ id, entries }: ProtoType): readonly ProtoField[] => [
    [1, [[1, id]]],
    [2, `type${id}`],
    ...entries.map((entry, i): ProtoField => {
      const values: readonly ProtoField[] =
        entry === 'bag'
          ? [[6, [[2, [[5, [[1, [[2, '']]]]]]]]]]
          : Object.entries(entry).map(([locale, value]): ProtoField => {
              const config: readonly ProtoField[] = locale === '' ? [] : [[3, locale]];
              return [
                6,
                [
                  [1, config],
                  [2, [[4, item(value)]]],
                ],
              ];
            });
      return [3, [[1, i === 0 ? [] : [[1, i]]], [2, `entry${i}`], ...values]];
    }),
  ];
  return message([2, [[1, [[1, 0x7f]]], [2, 'org.example'], ...types.map((type): ProtoField => [3, typeOf(type)])]]);
}

/** AppDependencies of bundletool's app_dependencies.proto: `group:artifact:version`; what is no such has no coordinates. */
export function buildDependencies(...libraries: readonly string[]): Uint8Array {
  return message(
    ...libraries.map((library): ProtoField => {
      const [group = '', artifact = '', version] = library.split(':');
      const digest: ProtoField = [2, [[1, new Uint8Array(32).fill(7)]]];
      if (version === undefined) return [1, [digest]];
      return [
        1,
        [
          [
            1,
            [
              [1, group],
              [2, artifact],
              [5, version],
            ],
          ],
          digest,
        ],
      ];
    }),
    [2, [[2, 1]]],
  );
}

const deliveries = ['', 'at install', 'on demand', 'right after install'];

/** A BuildApksResult of bundletool, as `toc.pb` holds it: modules with their packages, asset packs apart. */
export function buildSetTable(
  id: string,
  modules: readonly { name: string; delivery?: string; paths: readonly string[]; isAssetPack?: boolean }[],
): Uint8Array {
  const sets = modules.map(({ name, delivery = '', paths, isAssetPack = false }): ProtoField => {
    const when = deliveries.indexOf(delivery);
    const set: readonly ProtoField[] = [
      [1, [[1, name], ...(when > 0 ? [[isAssetPack ? 4 : 6, when] satisfies ProtoField] : [])]],
      ...paths.map(
        (path): ProtoField => [
          2,
          [
            [1, []],
            [2, path],
            [3, [[1, '']]],
          ],
        ],
      ),
    ];
    return isAssetPack
      ? [3, set]
      : [
          1,
          [
            [1, []],
            [2, set],
          ],
        ];
  });
  return message(...sets, [2, [[2, '1.18.2']]], [4, id]);
}
