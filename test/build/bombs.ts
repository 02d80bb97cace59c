import { brotliCompressSync, crc32, deflateRawSync, gzipSync, constants as zlib } from 'node:zlib';
import type { Rules } from '../../src/index.ts';
import { buildAssemblyStore } from './assembly-store.ts';
import { buildBinaryXml } from './axml.ts';
import { buildDex } from './dex.ts';
import { buildCode } from './dex-code.ts';
import { buildHermes } from './hermes.ts';
import { buildIl2cpp } from './il2cpp.ts';
import { xalz } from './lz4.ts';
import { bzip2, zstandardOf } from './packing.ts';
import { buildPlist } from './plist.ts';
import { type BuildEntry, buildZip, concat, fields } from './zip.ts';

/**
 * Small inputs that ask for much work, each by another mechanism: what the law (src/allowance.ts) is measured on, by
 * `npm run law` in CPU and memory and by test/hostile/law.test.ts in bytes and steps.
 */
const MiB = 1024 * 1024;
const text = (value: string) => new TextEncoder().encode(value);
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

/** So much of a text, over and over. */
export function flood(value: string | Uint8Array, size: number): Uint8Array {
  const unit = typeof value === 'string' ? text(value) : value;
  if (unit.length === 0) throw new Error('nothing to repeat');
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += unit.length) bytes.set(unit.subarray(0, Math.min(unit.length, size - at)), at);
  return bytes;
}

const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } });

/** An APK of these entries, packed as hard as zlib can. */
function apk(files: readonly BuildEntry[]): Uint8Array {
  return buildZip([{ name: 'AndroidManifest.xml', data: manifest }, ...files.map(packed)]);
}

function packed(entry: BuildEntry): BuildEntry {
  if (entry.method === 0 || entry.raw || entry.local === null) return entry;
  const data = typeof entry.data === 'string' ? text(entry.data) : entry.data;
  // Only the headers' sizes and CRC come from `data`.
  return { ...entry, data, raw: deflateRawSync(data, { level: 6 }) };
}

const brotli = (data: Uint8Array) =>
  new Uint8Array(brotliCompressSync(data, { params: { [zlib.BROTLI_PARAM_QUALITY]: 1 } }));

/** A window of 64 KiB, and metadata of no bytes, a byte for each; no end. */
function smallBlocks(count: number): Uint8Array {
  const bytes = flood(Uint8Array.of(0x06), count);
  bytes[0] = 0x0c;
  return bytes;
}

const one = (name: string, data: Uint8Array | string) => apk([{ name, data }]);

/** Entries of these names with the bytes of the first one. */
export function sharing(names: readonly string[], data: Uint8Array): Uint8Array {
  const [first = 'a', ...others] = names;
  const raw = deflateRawSync(data, { level: 6 });
  const shared = { size: data.length, compressedSize: raw.length, crc32: crc32(data), headerOffset: 0 };
  return buildZip([
    { name: first, data, raw },
    ...others.map((name) => ({ name, data: '', raw, local: null, central: shared })),
    { name: 'AndroidManifest.xml', data: manifest },
  ]);
}

/** Stored entries of which each begins behind the one before and all end at the same place: their data overlaps in part. */
export function staggered(count: number, size: number): Uint8Array {
  const headers = times(count, (i): BuildEntry => {
    const sizes = { size: size + 36 * (count - i), compressedSize: size + 36 * (count - i) };
    return { name: String(i).padStart(6, '0'), data: '', method: 0, local: sizes, central: sizes };
  });
  return buildZip([...headers, { name: 'AndroidManifest.xml', data: flood('some noise ', size), method: 0 }]);
}

/** An archive whose entries are, but for a few bytes, the archive itself: each level of it lists as many again. */
export function quine(count: number): Uint8Array {
  const local = times(count, (i) => ({ name: `${i}.zip`, data: '', method: 0 as const }));
  const size = buildZip(local).length;
  return buildZip(
    local.map((entry, i) => {
      // A local header of 30 bytes and the name stands before the data.
      const left = size - i * 36;
      return { ...entry, local: { size: left, compressedSize: left }, central: { size: left, compressedSize: left } };
    }),
  );
}

/** A local header (APPNOTE 4.3.7) that claims so many deflated bytes, and no content. */
const localHeader = (size: number) =>
  concat(
    fields([4, 0x04034b50], [2, 20], [2, 0], [2, 8], [4, 0], [4, 9], [4, size], [4, size], [2, 1], [2, 0]),
    text('a'),
  );

/** Base64 of base64, as often as it takes to that size. */
function layers(size: number): Uint8Array {
  let bytes = buildDex({ classes: [{ name: 'a.B' }] });
  while (bytes.length < size) bytes = text(Buffer.from(bytes).toString('base64'));
  return bytes;
}

const nested = (entries: readonly BuildEntry[]) => one('a.zip', buildZip(entries));

/** Every value of a kind of clue or version that is searched for in bytes, one beside the other. */
function wanted(rules: Rules, of: (sdk: Rules['sdks'] extends ReadonlyMap<string, infer S> ? S : never) => string[]) {
  return [...rules.sdks.values()].flatMap(of);
}

/** `part`: 4 makes each a quarter of what its name says: what is held in proportion is held of less as well. */
export function bombs(rules: Rules, part = 1): Readonly<Record<string, () => Uint8Array>> {
  const hosts = [...rules.vendors.values()].flatMap((vendor) => vendor.hosts.map(({ host }) => host));
  const strings = wanted(rules, (sdk) => sdk.clues.flatMap((c) => (c.kind === 'string' && c.is ? [c.is] : [])));
  const libraries = wanted(rules, (sdk) => sdk.clues.flatMap((c) => (c.kind === 'library' && c.is ? [c.is] : [])));
  const classes = wanted(rules, (sdk) => sdk.clues.flatMap((c) => (c.kind === 'class' && c.is ? [c.is] : [])));
  const anchors = wanted(rules, (sdk) => sdk.versions.flatMap((at) => (at.from === 'near' ? [at.anchor] : [])));
  const versions = wanted(rules, (sdk) => sdk.versions.flatMap((at) => (at.from === 'like' ? [at.like] : [])));
  const host = hosts[0]!;
  const long = 'n'.repeat(60_000);
  const size = (whole: number) => Math.ceil(whole / part);
  return {
    'zeros-64MiB': () => one('a.bin', new Uint8Array(64 * MiB)),
    'zeros-4-of-64MiB': () => apk(times(4, (i) => ({ name: `${i}.bin`, data: new Uint8Array(64 * MiB) }))),
    'shared-64MiB-hosts-by-99': () =>
      sharing(
        times(99, (i) => `${i}.js`),
        flood(`"${host}" `, size(64 * MiB)),
      ),
    'shared-archive-by-99': () =>
      sharing(
        times(99, (i) => `${i}.zip`),
        buildZip(times(300, (i) => ({ name: `${i}.js`, data: `fetch("https://h${i}.example.com/")` }))),
      ),
    'staggered-2000': () => staggered(2000, size(4 * MiB)),
    'quine-60': () => apk([{ name: 'a.zip', data: quine(60), method: 0 }]),
    'hosts-64MiB': () => one('a.js', flood(`${hosts.map((h) => `"${h}"`).join('')}`, size(64 * MiB))),
    'hosts-32-of-2MiB': () =>
      apk(times(32, (i) => ({ name: `${i}.js`, data: flood(`"${hosts[i] ?? host}" `, size(2 * MiB)) }))),
    'urls-64MiB': () => one('a.js', flood(times(9000, (i) => `https://h${i}.example.com/ `).join(''), size(64 * MiB))),
    'urls-joined-16MiB': () => one('a.js', flood('https://a.io/', size(16 * MiB))),
    'urls-long-64MiB': () => one('a.js', flood(`https://a.example.com/${'x'.repeat(1000)} `, size(64 * MiB))),
    'addresses-64MiB': () =>
      one('a.js', flood(times(9000, (i) => `18.${i % 255}.${i >> 8}.7 `).join(''), size(64 * MiB))),
    'clues-64MiB': () => one('a.js', flood(strings.join('\0'), size(64 * MiB))),
    'anchors-64MiB': () => one('a.js', flood(`${anchors.join('\x001.2.3\0')}\x001.2.3\0`, size(64 * MiB))),
    'one-anchor-16MiB': () => one('a.js', flood(`${anchors[0]}\x001.2.3\0`, size(16 * MiB))),
    'versions-64MiB': () =>
      one('a.js', flood(versions.map((v) => v.replace('{version}', '1.2.3')).join(' '), size(64 * MiB))),
    'zstandard-runs-64MiB': () =>
      one('a.zst', zstandardOf(times(size(512), () => ({ run: 0x20, length: 128 * 1024 })))),
    'zstandard-empty-blocks': () => one('a.zst', zstandardOf(times(size(1_000_000), () => ({ run: 0x20, length: 0 })))),
    'bzip2-blocks-100000': () => one('a.bz2', flood(bzip2(new Uint8Array(259)), size(4_500_000))),
    'brotli-64MiB': () => one('a.br', brotli(flood(`"${host}" `, size(64 * MiB)))),
    'brotli-of-small-blocks': () => one('a.br', smallBlocks(size(4 * MiB))),
    'magics-64MiB': () =>
      one('a.bin', flood(Uint8Array.of(0, 0x64, 0x65, 0x78, 0x0a, 0x30, 0x33, 0x35, 0), size(64 * MiB))),
    'short-magics-64MiB': () => one('a.bin', flood(Uint8Array.of(0x5d, 0, 0), size(64 * MiB))),
    'zstandard-starts-8MiB': () =>
      one(
        'a.bin',
        flood(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x50, 2, 0, 0x10, 0x20, 2, 0, 0x10, 0x20), size(8 * MiB)),
      ),
    'gzip-members-16MiB': () =>
      one('a.bin', flood(concat(Uint8Array.of(1, 2, 3), gzipSync(new Uint8Array(99))), size(16 * MiB))),
    'orphans-16MiB': () => one('a.bin', flood(localHeader(8 * MiB), size(16 * MiB))),
    'local-headers-16MiB': () => one('a.bin', concat(text('a'), flood(localHeader(8 * MiB), size(16 * MiB)))),
    'base64-of-archives-16MiB': () =>
      one('a.js', flood(`"${Buffer.from(buildZip([{ name: 'a', data: 'x' }])).toString('base64')}";`, size(16 * MiB))),
    'base64-of-starts-16MiB': () =>
      one(
        'a.js',
        flood(
          `${Buffer.from(localHeader(8 * MiB))
            .toString('base64')
            .replace(/=*$/, 'A'.repeat(64))}\n`,
          16 * MiB,
        ),
      ),
    'base64-of-itself-8MiB': () => one('a.js', layers(size(8 * MiB))),
    'dex-urls': () =>
      one(
        'classes.dex',
        buildDex({ classes: [{ name: 'a.B' }], strings: times(size(60_000), (i) => `https://h${i}.example.com/`) }),
      ),
    'dex-clues': () =>
      one('classes.dex', buildDex({ classes: times(size(60_000), (i) => ({ name: `${classes[0]}$${i}` })) })),
    'spelled-words-32MiB': () => one('a.js', flood('\\x61.agora.io \\u0061%61&#97; ', size(32 * MiB))),
    'calls-of-60-methods-by-60': () => {
      const text = 'Ljava/lang/String;';
      const join = `invoke-virtual io.agora.rtc2.RtcEngine.joinChannel(${text}${text}${text}I)I v0 v15 v15 v15 v4`;
      const next = (level: number, i: number) =>
        level === 4 ? join : `invoke-virtual org.example.app.A.m${level}x${i}(${text})V v14 v15`;
      const methods = times(4, (level) =>
        times(size(60), (i) => ({
          is: `m${level}x${i}(${text})V`,
          code: [...times(size(60), (k) => next(level + 1, k)), 'return-void'],
        })),
      ).flat();
      return one('classes.dex', buildCode([{ name: 'org.example.app.A', methods }]));
    },
    'calls-of-1500-objects': () => {
      const make = 'invoke-static io.agora.rtc2.RtcEngine.create()Lio/agora/rtc2/RtcEngine;';
      const join = 'invoke-virtual io.agora.rtc2.RtcEngine.joinChannel(Ljava/lang/String;)I v3 v1';
      const code = times(size(1500), (i) => [`const-string v1 a${i}`, make, 'move-result-object v3', join]).flat();
      return one(
        'classes.dex',
        buildCode([{ name: 'org.example.app.A', methods: [{ is: 'm()V', code: [...code, 'return-void'] }] }]),
      );
    },
    'hermes-urls-of-one-storage': () => {
      const storage = times(6000, (i) => `https://h${i}.example.com/`).join('');
      // Each string is the storage without its beginning.
      const over = times(size(60_000), (i) => ({ offset: i, length: storage.length - i }));
      return one('index.android.bundle', buildHermes({ strings: [storage, ...over] }));
    },
    'hermes-2000000-strings': () =>
      one('index.android.bundle', buildHermes({ strings: new Array(size(2_000_000)).fill({ offset: 0, length: 0 }) })),
    'hermes-20000-files': () => {
      const data = buildHermes({ strings: ['a', 'b'] });
      return apk(times(size(20_000), (i) => ({ name: `${i}.hbc`, data, method: 0 })));
    },
    'store-20000-files': () => {
      const data = new Uint8Array(1);
      return one(
        'a.blob',
        buildAssemblyStore(
          times(size(20_000), (i) => ({ name: `${i}.dll`, data })),
          { version: 3 },
        ),
      );
    },
    'store-4MB-by-300': () => {
      const data = xalz(new Uint8Array(4 << 20));
      return one(
        'a.blob',
        buildAssemblyStore(
          times(size(300), (i) => ({ name: `${i}.dll`, data })),
          { version: 3 },
        ),
      );
    },
    'il2cpp-50000-urls-and-types': () =>
      one(
        'global-metadata.dat',
        buildIl2cpp({
          literals: times(size(50_000), (i) => `https://h${i}.example.com/`),
          types: times(size(50_000), (i) => `${classes[0]}.T${i}`),
        }),
      ),
    'names-60kB-3000': () => apk(times(size(3000), (i) => ({ name: `${i}${long}`, data: 'x' }))),
    'nested-names-60kB': () =>
      nested(times(500, (i) => ({ name: `${i}${long}`, data: `fetch("https://h${i}.example.com/")` }))),
    'nested-names-4kB-urls': () =>
      nested(
        times(size(7000), (i) => ({ name: `${i}${'n'.repeat(4000)}`, data: `fetch("https://h${i}.example.com/")` })),
      ),
    'nested-urls-1kB': () =>
      nested(
        times(600, (i) => ({
          name: `${i}.js`,
          data: times(100, (j) => `"https://h${i}-${j}.example.com/${'u'.repeat(900)}"`).join(),
        })),
      ),
    'libraries-30000': () =>
      apk(times(size(30_000), (i) => ({ name: `lib/arm64-v8a/lib${i}.so`, data: '\x7fELF', method: 0 }))),
    'entries-99000-empty': () => apk(times(size(99_000), (i) => ({ name: `a/${i}`, data: '', method: 0 }))),
    'entries-99000-nested': () => nested(times(size(99_000), (i) => ({ name: `a/${i}`, data: '', method: 0 }))),
    'every-library-by-300': () =>
      apk(
        times(300, (i) =>
          libraries.map((name) => ({ name: `lib/x${i}/${name}`, data: '\x7fELF', method: 0 as const })),
        ).flat(),
      ),
    'every-string-by-300': () =>
      apk(times(300, (i) => ({ name: `a/${i}.js`, data: strings.map((s) => `${s} ${i}`).join('\0') }))),
    'plist-arrays': () =>
      buildZip(
        times(100, (i) => ({
          name: i === 0 ? 'Payload/A.app/Info.plist' : `Payload/A.app/Frameworks/X${i}.framework/Info.plist`,
          data: buildPlist({ CFBundleExecutable: 'A', UIBackgroundModes: times(3000, (j) => `mode ${j}`) }, 'binary'),
        })).map(packed),
      ),
    'plist-xml-deep': () =>
      buildZip([
        packed({
          name: 'Payload/A.app/Info.plist',
          data: `<plist version="1.0">${'<array>'.repeat(300_000)}`,
        }),
      ]),
    'axml-permissions': () =>
      buildZip([
        packed({
          name: 'AndroidManifest.xml',
          data: buildBinaryXml({
            name: 'manifest',
            attributes: { package: 'org.example' },
            children: times(8000, (i) => ({ name: 'uses-permission', attributes: { 'android:name': `p.${i}` } })),
          }),
        }),
      ]),
  };
}
