import { deflateRawSync } from 'node:zlib';
import { buildCertificate } from '../build/der.ts';
import { buildPairs, buildScheme } from '../build/signing.ts';
import { type BuildEntry, type BuildOptions, buildZip, concat, extraField, fields } from '../build/zip.ts';
import { apk, emptyDex, manifest, type Payload, type Place, utf8 } from './place.ts';

const other = utf8('an ordinary text of an ordinary asset, '.repeat(4));
const asset = (change: Partial<BuildEntry> = {}): BuildEntry => ({ name: 'assets/a.txt', data: other, ...change });

/** How an archive is made around a payload: the entries that say so, and what stands around them. */
type Shape = (payload: Uint8Array) => { entries: readonly BuildEntry[]; options?: BuildOptions };

const sizes = (size: number, compressedSize = size) => ({ size, compressedSize });
const both = (fieldsOf: BuildEntry['local']) => ({ local: fieldsOf ?? null, central: fieldsOf ?? null });

/** Bytes that the directory does not lead to, or that no reader of it takes for content. */
const room: Readonly<Record<string, Shape>> = {
  'bytes before the archive, counted in': (bytes) => ({ entries: [], options: { prepend: { bytes, fixed: true } } }),
  'bytes before the archive': (bytes) => ({ entries: [], options: { prepend: { bytes, fixed: false } } }),
  'between entries': (before) => ({ entries: [asset(), asset({ name: 'assets/b.txt', before })] }),
  'before the directory': (bytes) => ({
    entries: [asset({ method: 0, raw: concat(other, bytes), ...both(sizes(other.length)) })],
  }),
  'local extra field': (bytes) => ({ entries: [asset({ local: { extra: extraField(0xcafe, bytes) } })] }),
  'central extra field': (bytes) => ({ entries: [asset({ central: { extra: extraField(0xcafe, bytes) } })] }),
  'extra field that is no record': (bytes) => ({ entries: [asset({ local: { extra: bytes } })] }),
  'alignment padding': (bytes) => ({
    entries: [asset({ method: 0, local: { extra: extraField(0xd935, concat(fields([2, 4]), bytes)) } })],
  }),
  'ZIP64 extra field': (bytes) => ({ entries: [asset({ central: { extra: extraField(1, bytes) } })] }),
  'comment of an entry': (comment) => ({ entries: [asset({ central: { comment } })] }),
  'comment of the archive': (comment) => ({ entries: [], options: { comment } }),
  'behind the end record': (append) => ({ entries: [], options: { append } }),
  'between directory and end record': (afterDirectory) => ({ entries: [], options: { afterDirectory } }),
  'where a data descriptor may be': (before) => ({
    entries: [asset({ descriptor: true }), asset({ name: 'assets/b.txt', before })],
  }),
  'behind the claimed size of a stored entry': (bytes) => ({
    entries: [
      asset({ method: 0, raw: concat(other, bytes), ...both(sizes(other.length)) }),
      asset({ name: 'assets/z' }),
    ],
  }),
  'behind the end of the deflate stream': (bytes) => ({
    entries: [asset({ raw: concat(deflateRawSync(other), bytes) })],
  }),
  'behind the claimed size of a deflated entry': (bytes) => ({
    entries: [asset({ raw: deflateRawSync(concat(other, bytes)), ...both({ size: other.length }) })],
  }),
  'an entry of no size that has content': (bytes) => ({
    entries: [{ name: 'assets/a', data: bytes, ...both({ size: 0, compressedSize: 0 }) }, asset()],
  }),
};

/** Content that an entry does hold, called something else. */
const disguised: Readonly<Record<string, Shape>> = {
  'a plain asset': (data) => ({ entries: [{ name: 'assets/a.bin', data }] }),
  'a directory with content, deflated': (data) => ({ entries: [{ name: 'assets/d/', data }] }),
  'a directory with content, stored': (data) => ({ entries: [{ name: 'assets/d/', data, method: 0 }] }),
  'a directory by its attributes': (data) => ({
    entries: [{ name: 'assets/d', data, central: { externalAttributes: 0x10, versionMadeBy: 20 } }],
  }),
  'a symbolic link': (data) => ({
    entries: [{ name: 'assets/l', data, method: 0, central: { externalAttributes: 0xa1ff0000, versionMadeBy: 0x31e } }],
  }),
  'the first of two of one name': (data) => ({ entries: [{ name: 'assets/a.txt', data }, asset()] }),
  'the second of two of one name': (data) => ({ entries: [asset(), { name: 'assets/a.txt', data }] }),
  'an entry that no directory names, stored': (data) => ({
    entries: [{ name: 'assets/o', data, method: 0, central: null }, asset()],
  }),
  'an entry that no directory names, deflated': (data) => ({
    entries: [asset(), { name: 'assets/o', data, central: null }],
  }),
  'ZIP64 sizes': (data) => ({ entries: [{ name: 'assets/a', data, zip64: true }], options: { zip64: true } }),
  'said to be encrypted': (data) => ({ entries: [{ name: 'assets/e', data, ...both({ flags: 1 }) }] }),
  'said to be encrypted in the directory': (data) => ({
    entries: [{ name: 'assets/e', data, central: { flags: 1 } }],
  }),
  'an unknown method': (data) => ({ entries: [{ name: 'assets/m', data, method: 0, ...both({ method: 99 }) }] }),
  'an unknown method in the directory': (data) => ({
    entries: [{ name: 'assets/m', data, method: 0, central: { method: 0x4242 } }],
  }),
  'stored by the directory, deflated by itself': (data) => ({
    entries: [{ name: 'assets/m', data, central: { method: 0 } }],
  }),
  'another name in the directory': (data) => ({ entries: [{ name: 'assets/m', data, central: { name: 'assets/n' } }] }),
  'an absolute name': (data) => ({ entries: [{ name: '/data/a', data }] }),
  'a name that leads out': (data) => ({ entries: [{ name: 'assets/../../a', data }] }),
  'no name': (data) => ({ entries: [{ name: '', data }] }),
  'a name with a NUL': (data) => ({ entries: [{ name: 'assets/a.png\0.dex', data }] }),
  'a name of a picture': (data) => ({ entries: [{ name: 'res/drawable/a.png', data }] }),
  'a name in META-INF': (data) => ({ entries: [{ name: 'META-INF/com/a.version', data }] }),
  'a wrong CRC': (data) => ({ entries: [{ name: 'assets/a.bin', data, ...both({ crc32: 1 }) }] }),
};

const certificate = buildCertificate({ subject: [['CN', 'maker']] });
const pairs =
  (id: number, value: Uint8Array): Shape =>
  () => ({
    entries: [],
    options: { signingBlock: buildPairs([buildScheme('v2', [[certificate]]), { id, value }]) },
  });
const signing: Readonly<Record<string, Shape>> = {
  'a pair of an unknown id': (bytes) => pairs(0x1234, bytes)(bytes),
  'verity padding': (bytes) => pairs(0x42726577, bytes)(bytes),
  'the pair of v3, which it is not': (bytes) => pairs(0xf05368c0, bytes)(bytes),
  'behind the pairs': (bytes) => ({
    entries: [],
    options: { signingBlock: concat(buildPairs([{ id: 1, value: new Uint8Array(4) }]), bytes) },
  }),
};

const places = (format: string, shapes: Readonly<Record<string, Shape>>): Place[] =>
  Object.entries(shapes).map(([name, shape]) => ({
    format,
    name,
    platform: 'android' as const,
    build: ({ bytes }: Payload) => {
      const { entries, options } = shape(bytes);
      return apk(entries, options);
    },
  }));

/** A ZIP64 end record may be longer than its fields (APPNOTE 4.3.14.2): room for data of one's own. */
const zip64End: Place = {
  format: 'ZIP',
  name: 'behind the fields of the ZIP64 end record',
  platform: 'android',
  build({ bytes }) {
    const plain = apk([], { zip64: true });
    const at = plain.length - 22 - 20 - 56;
    const whole = concat(plain.subarray(0, at + 56), bytes, plain.subarray(at + 56));
    new DataView(whole.buffer).setBigUint64(at + 4, BigInt(44 + bytes.length), true);
    return whole;
  },
};

/** The same archive inside the APK, `depth` times; stored or deflated. */
function nested(shape: Shape, payload: Uint8Array, depth: number, method: 0 | 8): Uint8Array {
  const { entries, options } = shape(payload);
  let bytes = buildZip([asset(), ...entries.map((each) => ({ ...each }))], options);
  for (let level = 1; level < depth; level++) bytes = buildZip([{ name: 'n.zip', data: bytes, method }]);
  return apk([{ name: 'assets/n.zip', data: bytes, method }]);
}

const inside: readonly Place[] = [1, 2, 3].flatMap((depth) =>
  ([0, 8] as const).flatMap((method) =>
    Object.entries({ ...room, ...disguised }).map(([name, shape]) => ({
      format: `ZIP in ${depth}`,
      name: `${name}, ${method === 0 ? 'stored' : 'deflated'}`,
      platform: 'android' as const,
      build: ({ bytes }: Payload) => nested(shape, bytes, depth, method),
    })),
  ),
);

const manifestTwice: Place = {
  format: 'ZIP',
  name: 'the second manifest',
  platform: 'android',
  build: ({ bytes }) =>
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'AndroidManifest.xml', data: bytes },
      { name: 'classes.dex', data: emptyDex },
    ]),
};

export const zipPlaces: readonly Place[] = [
  ...places('ZIP', room),
  ...places('ZIP', disguised),
  ...places('signing block', signing),
  zip64End,
  manifestTwice,
  ...inside,
];
