import { deflateRawSync, gzipSync } from 'node:zlib';
import { buildMachO } from '../build/macho.ts';
import { type BuildEntry, type BuildOptions, buildZip, extraField, type HeaderFields } from '../build/zip.ts';
import { below, mutated, pick, type Random } from './mutate.ts';
import type { Kind } from './readers.ts';

const text = (value: string) => new TextEncoder().encode(value);

/** A host that nothing else names: an independent reader of the archive that sees it gives the number back. */
export const needle = (n: number) => `fetch("https://needle-${n}.example.org/");`;

const names: Readonly<Record<'apk' | 'ipa', readonly string[]>> = {
  apk: [
    'classes.dex',
    'classes2.dex',
    'lib/arm64-v8a/liba.so',
    'lib/armeabi-v7a/liba.so',
    'assets/a.js',
    'assets/b.zip',
    'assets/c.gz',
    'res/x.xml',
    'resources.arsc',
    'META-INF/A.RSA',
    'META-INF/MANIFEST.MF',
    'assets/d/',
    'assets/../e.js',
    '/f.js',
    'kotlin/g.class',
  ],
  ipa: ['App', 'a.dylib', 'Frameworks/X.framework/X', 'Frameworks/X.framework/Info.plist', 'm.js', 'n.zip', 'o.a'].map(
    (name) => `Payload/App.app/${name}`,
  ),
};

export interface FuzzBundle {
  readonly bytes: Uint8Array;
  /** Whether bytes were changed once the archive stood. */
  readonly damaged: boolean;
}

/**
 * A bundle whose archive is well-formed, or wrong in a field or two that were chosen: so that a scan gets past the
 * directory, and to contents of which some are seeds and some mutations.
 */
export function fuzzBundle(random: Random, seeds: Readonly<Record<Kind, readonly Uint8Array[]>>): FuzzBundle {
  const kind = random() < 0.65 ? 'apk' : 'ipa';
  // In half of them only the archive is odd: an answer that other contents leave open could not lie about it.
  const calm = random() < 0.5;
  const content = () => (calm ? text(`let a = ${below(random, 999)};`) : someContent(random, seeds));
  const among = names[kind].filter((name) => !calm || /\.js$|\/$/.test(name));
  const entries: BuildEntry[] = [];
  const document = kind === 'apk' ? pick(random, seeds.axml) : pick(random, seeds.plist.slice(0, 2));
  const changed = !calm && random() < 0.2 ? mutated(document, random, document) : document;
  entries.push({ name: kind === 'apk' ? 'AndroidManifest.xml' : 'Payload/App.app/Info.plist', data: changed });
  if (kind === 'ipa') entries.push({ name: 'Payload/App.app/App', data: buildMachO({ fileType: 'execute' }) });
  for (let left = 1 + below(random, 5); left > 0; left--) entries.push(someEntry(random, among, content()));
  for (let n = below(random, 4); n > 0; n--) {
    entries.push({
      ...someEntry(random, among, text(needle(n))),
      name: `${kind === 'ipa' ? 'Payload/App.app/' : ''}${n}.js`,
    });
  }
  if (random() < 0.2) entries.push({ ...pick(random, entries), data: content() });
  const bytes = buildZip(random() < 0.3 ? entries.toReversed() : entries, someOptions(random, content));
  const damaged = random() < 0.4;
  return { bytes: damaged ? mutated(bytes, random, bytes) : bytes, damaged };
}

function someContent(random: Random, seeds: Readonly<Record<Kind, readonly Uint8Array[]>>): Uint8Array {
  const kind = pick(random, Object.keys(seeds) as Kind[]);
  const seed = pick(random, seeds[kind]);
  const bytes = random() < 0.7 ? mutated(seed, random, pick(random, seeds[kind])) : seed;
  const wrapped = random();
  if (wrapped < 0.06) return gzipSync(bytes);
  if (wrapped < 0.12) return buildZip([{ name: 'inner', data: bytes, method: pick(random, [0, 8]) }]);
  if (wrapped < 0.16) return Uint8Array.from([...text('some text before '), ...bytes]);
  return bytes;
}

function someEntry(random: Random, among: readonly string[], data: Uint8Array): BuildEntry {
  const entry: BuildEntry = { name: pick(random, among), data, method: pick(random, [0, 8, 8]) };
  if (random() < 0.15) entry.descriptor = true;
  if (random() < 0.1) entry.zip64 = true;
  if (random() < 0.1) entry.before = text(needle(9));
  if (random() < 0.1) entry.align = pick(random, [4, 4096]);
  if (random() < 0.05) entry.raw = deflateRawSync(data).subarray(0, below(random, data.length + 1));
  if (random() < 0.12) entry.local = random() < 0.1 ? null : someFields(random);
  if (random() < 0.12) entry.central = random() < 0.1 ? null : someFields(random);
  return entry;
}

/** Header fields that lie: one or two of those that readers of ZIP are known to disagree on. */
function someFields(random: Random): HeaderFields {
  const size = () => pick(random, [0, 1, below(random, 5000), 0x7fffffff, 0xffffffff]);
  const all: readonly (() => HeaderFields)[] = [
    () => ({ flags: pick(random, [1, 8, 0x800, 0x2000, 0xffff]) }),
    () => ({ method: pick(random, [0, 8, 9, 12, 14, 93, 0xffff]) }),
    () => ({ crc32: size() }),
    () => ({ compressedSize: size() }),
    () => ({ size: size() }),
    () => ({ headerOffset: size() }),
    () => ({ extra: extraField(pick(random, [1, 0x7075, 0xd935, 0xcafe]), text(needle(8))) }),
    () => ({ comment: text(needle(7)) }),
    () => ({ name: pick(random, ['', 'other', 'a/../b', '\0', 'x'.repeat(3000)]) }),
    () => ({ externalAttributes: pick(random, [0x10, 0xa1ed0000, 0x41ed0010]) }),
  ];
  return { ...pick(random, all)(), ...(random() < 0.3 ? pick(random, all)() : {}) };
}

function someOptions(random: Random, content: () => Uint8Array): BuildOptions {
  const options: BuildOptions = {};
  if (random() < 0.1) options.prepend = { bytes: content(), fixed: random() < 0.5 };
  if (random() < 0.1) options.append = content();
  if (random() < 0.1) options.comment = content().subarray(0, 0xffff);
  if (random() < 0.1) options.signingBlock = content();
  if (random() < 0.05) options.afterDirectory = content();
  if (random() < 0.05) options.zip64 = true;
  if (random() < 0.05) options.end = { count: below(random, 9), directoryOffset: below(random, 9000) };
  return options;
}
