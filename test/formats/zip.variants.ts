import { type BuildEntry, type BuildOptions, buildZip, concat, extraField, fields } from '../build/zip.ts';

/** One way to tamper with an APK: what Android's libziparchive does with it, and what our reader reports. */
export interface Variant {
  readonly name: string;
  /** Of libziparchive 29, as `aapt dump xmltree` shows it; a comment says where a device differs. */
  readonly android: 'accepts' | 'rejects';
  /** Every code, of the directory and of all entries' local headers, sorted and without repeats. */
  readonly codes: readonly string[];
  /** Names that the installer sees. */
  readonly entries: readonly string[];
  readonly orphans?: readonly string[];
  readonly bytes: Uint8Array;
}

const utf8 = new TextEncoder();
const junk = (length: number) => new Uint8Array(length).fill(0x5a);
const endRecord = (count: number, size: number, offset: number, comment: number) =>
  fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, comment]);

const NAMES = ['AndroidManifest.xml', 'classes.dex', 'assets/a.txt'];

/** The variants of research/formats.md 1.2 (rows that name several are split), then more of the kind. */
export function variants(manifest: Uint8Array): Variant[] {
  const dex: BuildEntry = { name: 'classes.dex', data: concat(utf8.encode('dex\n035\0'), junk(200)), method: 0 };
  const text: BuildEntry = { name: 'assets/a.txt', data: 'some text, some text, some text' };
  const plain: BuildEntry = { name: 'AndroidManifest.xml', data: manifest };
  const both = (fields: NonNullable<BuildEntry['local']>) => ({ local: fields, central: fields });
  const list: Variant[] = [];
  const add = (
    name: string,
    android: Variant['android'],
    codes: readonly string[],
    first: Partial<BuildEntry>,
    rest: { options?: BuildOptions; more?: BuildEntry[]; entries?: string[]; orphans?: string[] } = {},
  ) => {
    const more = rest.more ?? [];
    list.push({
      name,
      android,
      codes,
      entries: rest.entries ?? [...NAMES, ...more.map((entry) => String(entry.name))],
      ...(rest.orphans ? { orphans: rest.orphans } : {}),
      bytes: buildZip([{ ...plain, ...first }, dex, text, ...more], rest.options),
    });
  };

  add('control', 'accepts', [], {});
  add('encryption flag set, data plain', 'accepts', ['zip.encryption-flag'], both({ flags: 1 }));
  // aapt of Android 10 gives up here; a device maps the raw bytes (AssetsProvider.cpp).
  add('method 0x1c5d in both headers, data stored', 'rejects', ['zip.unknown-method'], {
    method: 0,
    ...both({ method: 0x1c5d }),
  });
  add('method 0x1c5d, data stored, compressed size made up', 'rejects', ['zip.bad-size', 'zip.unknown-method'], {
    method: 0,
    ...both({ method: 0x1c5d, compressedSize: 0x00ff_ffff }),
  });
  add('made-up method in the local header only', 'accepts', ['zip.local-header-mismatch'], {
    local: { method: 0x1c5d },
  });
  add(
    'made-up method in the directory only, data deflated',
    'accepts',
    ['zip.local-header-mismatch', 'zip.unknown-method'],
    { central: { method: 0x1c5d } },
  );
  add(
    'duplicate manifest in the directory',
    'rejects',
    ['zip.duplicate-name'],
    {},
    {
      more: [{ name: 'AndroidManifest.xml', data: 'another manifest' }],
    },
  );
  add(
    'junk prepended, offsets fixed',
    'rejects',
    ['zip.prepended-data'],
    {},
    {
      options: { prepend: { bytes: junk(100), fixed: true } },
    },
  );
  add(
    'junk prepended, offsets not fixed',
    'rejects',
    ['zip.prepended-data'],
    {},
    {
      options: { prepend: { bytes: junk(100), fixed: false } },
    },
  );
  // libziparchive 29 knows no ZIP64; that of Android 14 reads it.
  add('ZIP64 end record', 'rejects', ['zip.zip64'], {}, { options: { zip64: true } });
  add('ZIP64 sizes of an entry', 'rejects', ['zip.zip64'], { zip64: true });
  add('local header with another name', 'rejects', ['zip.local-header-mismatch'], {
    local: { name: 'AndroidManifest.xmm' },
  });
  add('local header with other sizes', 'rejects', ['zip.local-header-mismatch'], {
    local: { size: 5, compressedSize: 4 },
  });
  add('local header with another CRC', 'rejects', ['zip.local-header-mismatch'], { local: { crc32: 1 } });
  add('wrong CRC in both headers', 'accepts', [], both({ crc32: 0x1234_5678 }));
  add(
    'empty end record inside the comment',
    'rejects',
    ['zip.second-end-record'],
    {},
    {
      options: { comment: concat(junk(50), endRecord(0, 0, 0, 0)) },
    },
  );
  add(
    'end record inside the comment that does not reach the end',
    'rejects',
    ['zip.second-end-record'],
    {},
    {
      options: { comment: concat(junk(50), endRecord(1, 46, 0, 0), junk(9)) },
    },
  );
  add(
    'directory AndroidManifest.xml/ beside the file',
    'accepts',
    ['zip.directory-named-as-file'],
    {},
    {
      more: [{ name: 'AndroidManifest.xml/', data: '', method: 0 }],
    },
  );
  add(
    'directory name classes.dex/ with content',
    'accepts',
    ['zip.directory-with-data'],
    {},
    {
      more: [{ name: 'classes.dex/', data: 'content' }],
    },
  );
  for (const name of ['../../x', '/abs', 'a\\..\\b']) {
    add(`hostile name ${name}`, 'accepts', ['zip.hostile-name'], {}, { more: [{ name, data: 'x' }] });
  }
  add('name with NUL', 'rejects', ['zip.hostile-name'], {}, { more: [{ name: 'a\0b', data: 'x' }] });
  add(
    'name that is not UTF-8',
    'rejects',
    ['zip.not-utf8'],
    {},
    {
      more: [{ name: Uint8Array.of(0x61, 0xff, 0x62), data: 'x' }],
      entries: [...NAMES, 'a\ufffdb'],
    },
  );
  add('empty name', 'accepts', ['zip.hostile-name'], {}, { more: [{ name: '', data: 'x' }] });
  add('1 kB of trailing bytes', 'rejects', ['zip.trailing-data'], {}, { options: { append: junk(1024) } });
  add('version needed 25.5', 'accepts', [], both({ versionNeeded: 255 }));
  add('end record of disk 7', 'accepts', ['zip.disk-number'], {}, { options: { end: { disk: 7 } } });
  add(
    'entry count too small',
    'accepts',
    ['zip.entry-count'],
    {},
    {
      options: { end: { count: 2 } },
      entries: NAMES.slice(0, 2),
      orphans: NAMES.slice(2),
    },
  );
  add('entry count too big', 'rejects', ['zip.entry-count'], {}, { options: { end: { count: 9 } } });
  add(
    'malformed extra field',
    'accepts',
    ['zip.bad-extra-field'],
    both({ extra: fields([2, 0xcafe], [2, 999], [1, 1]) }),
  );
  add('uncompressed size too small in both headers', 'rejects', [], both({ size: 10 }));
  add(
    'local entry that the directory omits',
    'accepts',
    ['zip.orphan-entry'],
    {},
    {
      more: [{ name: 'hidden.dex', data: 'dex\n035 of the hidden kind', central: null }],
      entries: NAMES,
      orphans: ['hidden.dex'],
    },
  );
  return [...list, ...structural(plain, dex, text)];
}

/** What no one entry's fields can show. */
function structural(manifest: BuildEntry, dex: BuildEntry, text: BuildEntry): Variant[] {
  const hidden = buildZip([{ name: 'hidden.dex', data: 'hidden' }]);
  const second = buildZip([manifest, dex, text], { comment: new Uint8Array(0) });
  const headerOfDex = second.length;
  return [
    {
      name: 'two entries that share one local header',
      android: 'accepts',
      codes: ['zip.local-header-mismatch', 'zip.overlapping-entries'],
      entries: [...NAMES, 'copy'],
      bytes: buildZip([
        manifest,
        dex,
        text,
        { name: 'copy', data: text.data, local: null, central: { headerOffset: 0 } },
      ]),
    },
    {
      name: 'offset of a local header outside the entries',
      android: 'rejects',
      codes: ['zip.bad-offset'],
      entries: [...NAMES, 'far'],
      bytes: buildZip([
        manifest,
        dex,
        text,
        { name: 'far', data: '', local: null, central: { headerOffset: headerOfDex } },
      ]),
    },
    {
      name: 'bytes between directory and end record',
      android: 'accepts',
      codes: ['zip.directory-gap'],
      entries: NAMES,
      bytes: buildZip([manifest, dex, text], { afterDirectory: junk(40) }),
    },
    {
      name: 'a whole archive put before the archive',
      android: 'rejects',
      codes: ['zip.orphan-entry', 'zip.prepended-data', 'zip.second-end-record', 'zip.unclaimed-data'],
      entries: NAMES,
      orphans: ['hidden.dex'],
      bytes: buildZip([manifest, dex, text], { prepend: { bytes: hidden, fixed: false } }),
    },
    {
      name: 'stored entry whose sizes differ',
      android: 'accepts',
      codes: ['zip.size-mismatch'],
      entries: [...NAMES, 'stored'],
      bytes: buildZip([
        manifest,
        dex,
        text,
        { name: 'stored', data: 'abcdef', method: 0, local: { size: 3 }, central: { size: 3 } },
      ]),
    },
    {
      name: 'bytes between entries',
      android: 'accepts',
      codes: ['zip.unclaimed-data'],
      entries: NAMES,
      bytes: buildZip([manifest, { ...dex, before: junk(64) }, text]),
    },
    {
      name: 'other alignment record, ignored',
      android: 'accepts',
      codes: [],
      entries: NAMES,
      bytes: buildZip([{ ...manifest, local: { extra: extraField(0xd935, new Uint8Array(60)) } }, dex, text]),
    },
  ];
}
