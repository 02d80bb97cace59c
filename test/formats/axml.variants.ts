import { attribute, type XmlDocument } from '../../src/formats/axml/index.ts';
import { buildBinaryXml, type XmlBuildOptions, type XmlDescription } from '../build/axml.ts';
import { concat } from '../build/zip.ts';

/** The manifest that is tampered with. */
export const control: XmlDescription = {
  name: 'manifest',
  attributes: { 'android:versionCode': 192, 'android:versionName': '8.0.10', package: 'com.clubhouse.app' },
  children: [
    { name: 'uses-sdk', attributes: { 'android:minSdkVersion': 21, 'android:targetSdkVersion': 30 } },
    { name: 'uses-permission', attributes: { 'android:name': 'android.permission.RECORD_AUDIO' } },
    { name: 'uses-permission', attributes: { 'android:name': 'android.permission.INTERNET' } },
    { name: 'application', attributes: { 'android:debuggable': true } },
  ],
};

/** What vetting needs from a manifest. */
export interface Gist {
  readonly package: unknown;
  readonly versionName: unknown;
  readonly permissions: readonly unknown[];
}

export const controlGist: Gist = {
  package: 'com.clubhouse.app',
  versionName: '8.0.10',
  permissions: ['android.permission.RECORD_AUDIO', 'android.permission.INTERNET'],
};

export function gistOf({ root }: XmlDocument): Gist {
  const permissions = root!.children.filter(({ name }) => name === 'uses-permission');
  return {
    package: attribute(root!, 'package')?.value,
    versionName: attribute(root!, 'versionName')?.value,
    permissions: permissions.map((each) => attribute(each, 'name')?.value),
  };
}

/** What a tool of Android makes of a manifest: all of the gist, the permissions not, or nothing. */
export type Reads = 'all' | 'no permissions' | 'nothing';

export interface Tampering {
  readonly name: string;
  readonly bytes: () => Uint8Array;
  /** What Waybill reports. */
  readonly code: string;
  /** Debian's aapt 10.0.0 and aapt2 2.19; axml.variants.oracle.test.ts asks them. */
  readonly aapt: Reads;
  readonly aapt2: Reads;
}

interface Chunk {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Of the first chunk, the string pool. */
const pool = 8;

function chunksOf(bytes: Uint8Array): Chunk[] {
  const words = view(bytes);
  const found: Chunk[] = [];
  for (let offset = pool; offset < bytes.length; offset += found.at(-1)!.size) {
    found.push({ type: words.getUint16(offset, true), offset, size: words.getUint32(offset + 4, true) });
  }
  return found;
}

/** The control after a change in place. */
function changed(change: (words: DataView, chunks: readonly Chunk[]) => void, options?: XmlBuildOptions): Uint8Array {
  const bytes = buildBinaryXml(control, options);
  change(view(bytes), chunksOf(bytes));
  return bytes;
}

/** The control with bytes behind it, counted in by the file's size or not. */
function longer(more: Uint8Array, counted: boolean): Uint8Array {
  const bytes = concat(buildBinaryXml(control), more);
  if (counted) view(bytes).setUint32(4, bytes.length, true);
  return bytes;
}

const countAt = pool + 8;
const junk = Uint8Array.from([0x77, 0x77, 8, 0, 16, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
const otherPool = () => {
  const other = buildBinaryXml({ name: 'decoy' });
  return other.subarray(pool, pool + view(other).getUint32(pool + 4, true));
};

/** The thirteen tamperings that were measured against npm's readers: none of them reads all of these. */
export const tamperings: readonly Tampering[] = [
  {
    name: 'file type 0',
    bytes: () => changed((words) => words.setUint16(0, 0, true)),
    code: 'axml.file-type',
    aapt: 'all',
    aapt2: 'nothing',
  },
  {
    name: 'file type 8',
    bytes: () => changed((words) => words.setUint16(0, 8, true)),
    code: 'axml.file-type',
    aapt: 'all',
    aapt2: 'nothing',
  },
  {
    name: 'a million strings too many',
    bytes: () => changed((words) => words.setUint32(countAt, words.getUint32(countAt, true) + 1_000_000, true)),
    code: 'axml.string-count',
    aapt: 'nothing',
    aapt2: 'nothing',
  },
  {
    name: 'a string count too small',
    bytes: () => changed((words) => words.setUint32(countAt, words.getUint32(countAt, true) - 3, true)),
    code: 'axml.string-count',
    aapt: 'no permissions',
    aapt2: 'no permissions',
  },
  {
    name: 'a string count of 0',
    bytes: () => changed((words) => words.setUint32(countAt, 0, true)),
    code: 'axml.string-count',
    aapt: 'nothing',
    aapt2: 'nothing',
  },
  {
    name: 'trailing bytes',
    bytes: () => longer(new Uint8Array(32).fill(0xee), false),
    code: 'axml.trailing-bytes',
    aapt: 'all',
    aapt2: 'all',
  },
  {
    name: 'attributes of 24 bytes',
    bytes: () => buildBinaryXml(control, { attributeSize: 24 }),
    code: 'axml.attribute-size',
    aapt: 'all',
    aapt2: 'all',
  },
  {
    name: 'a junk chunk before the nodes',
    bytes: () => buildBinaryXml(control, { extra: [junk] }),
    code: 'axml.junk-chunk',
    aapt: 'all',
    aapt2: 'all',
  },
  {
    name: 'another string pool behind the nodes',
    bytes: () => longer(otherPool(), true),
    code: 'axml.second-pool',
    aapt: 'all',
    aapt2: 'all',
  },
  {
    name: 'no namespace',
    bytes: () => buildBinaryXml(control, { dropNamespace: true }),
    code: 'axml.attribute-namespace',
    aapt: 'all',
    aapt2: 'all',
  },
  {
    name: 'blanked attribute names',
    bytes: () => buildBinaryXml(control, { blankNames: true }),
    code: 'axml.attribute-name',
    aapt: 'all',
    aapt2: 'all',
  },
  {
    // String 0 is the name of an attribute, which the resource map tells as well.
    name: 'a bad string offset',
    bytes: () => changed((words) => words.setUint32(pool + 28, 0x7fff_ffff, true)),
    code: 'axml.string-offset',
    aapt: 'all',
    aapt2: 'all',
  },
  {
    name: 'a zero-size end of a namespace',
    bytes: () => changed((words, chunks) => words.setUint32(chunks.at(-1)!.offset + 4, 0, true)),
    code: 'axml.zero-size-chunk',
    aapt: 'all',
    aapt2: 'all',
  },
];
