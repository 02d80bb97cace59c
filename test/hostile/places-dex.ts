import { buildDex, signDex } from '../build/dex.ts';
import { buildJavaClass } from '../build/java-class.ts';
import { concat } from '../build/zip.ts';
import { apk, type Payload, type Place } from './place.ts';

type Wrap = (bytes: Uint8Array) => Uint8Array;

const plain = () => buildDex({ classes: [{ name: 'org.example.Main', methods: ['onCreate'] }], strings: ['a word'] });
const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset);
const aligned = (bytes: Uint8Array) => concat(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));

/** The DEX with bytes behind its tables, which its sizes count in. @param link whether the header calls them link data */
function grown(bytes: Uint8Array, link: boolean): Uint8Array {
  const own = aligned(plain());
  const file = concat(own, aligned(bytes));
  const header = view(file);
  header.setUint32(32, file.length, true);
  if (link) {
    header.setUint32(44, file.length - own.length, true);
    header.setUint32(48, own.length, true);
  } else header.setUint32(104, header.getUint32(104, true) + file.length - own.length, true);
  signDex(file);
  return file;
}

/** Offsets from `from` on moved by `by`: header, string_ids, map; there is no class data in this one to move. */
function beforeData(bytes: Uint8Array): Uint8Array {
  const own = buildDex({ classes: [{ name: 'org.example.Main' }] });
  const hole = aligned(bytes);
  const start = view(own).getUint32(108, true);
  const file = concat(own.subarray(0, start), hole, own.subarray(start));
  const header = view(file);
  const move = (at: number) => header.setUint32(at, header.getUint32(at, true) + hole.length, true);
  for (const at of [32, 52, 104]) move(at);
  const [strings, table] = [header.getUint32(56, true), header.getUint32(60, true)];
  for (let i = 0; i < strings; i++) move(table + 4 * i);
  const map = header.getUint32(52, true);
  for (let i = header.getUint32(map, true) - 1; i >= 0; i--) {
    const at = map + 4 + 12 * i + 8;
    if (header.getUint32(at, true) >= start) move(at);
  }
  signDex(file);
  return file;
}

const dex: Readonly<Record<string, Wrap>> = {
  'the link section': (bytes) => grown(bytes, true),
  'behind the map, inside the data': (bytes) => grown(bytes, false),
  'a hole before the data': beforeData,
  'behind file_size': (bytes) => concat(plain(), bytes),
};

/** A class of no attributes ends in their number: one of them that no reader asks for. */
function attribute(bytes: Uint8Array): Uint8Array {
  const own = buildJavaClass({ name: 'org.example.A', fields: [{ name: 'V', value: 'x' }] });
  const head = new Uint8Array(8);
  // Any Utf8 constant may name it: the first of the pool.
  view(head).setUint16(0, 1);
  view(head).setUint16(2, 1);
  view(head).setUint32(4, bytes.length);
  return concat(own.subarray(0, -2), head, bytes);
}

const classes: Readonly<Record<string, Wrap>> = {
  'an attribute of the class': attribute,
  'behind the class': (bytes) => concat(buildJavaClass({ name: 'org.example.A' }), bytes),
};

const constants: Place = {
  format: 'Java class',
  name: 'a constant that is never used',
  platform: 'android',
  textOnly: true,
  build: ({ text = '' }) =>
    apk([{ name: 'a/A.class', data: buildJavaClass({ name: 'org.example.A', fields: [{ name: 'V', value: text }] }) }]),
};

const strings: Place = {
  format: 'DEX',
  name: 'a string that no code uses',
  platform: 'android',
  textOnly: true,
  build: ({ text = '' }) => apk([{ name: 'classes.dex', data: buildDex({ strings: [text] }) }]),
};

export const dexPlaces: readonly Place[] = [
  ...Object.entries(dex).map(([name, wrap]) => ({
    format: 'DEX',
    name,
    platform: 'android' as const,
    build: ({ bytes }: Payload) => apk([{ name: 'classes.dex', data: wrap(bytes) }]),
  })),
  ...Object.entries(classes).map(([name, wrap]) => ({
    format: 'Java class',
    name,
    platform: 'android' as const,
    build: ({ bytes }: Payload) => apk([{ name: 'a/A.class', data: wrap(bytes) }]),
  })),
  constants,
  strings,
];
