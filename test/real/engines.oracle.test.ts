import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finished } from '../../src/allowance.ts';
import { readAssemblyStore } from '../../src/formats/assembly-store.ts';
import { openIl2cpp } from '../../src/formats/il2cpp.ts';
import { unpackXalz } from '../../src/formats/packing/lz4.ts';
import { Output } from '../../src/formats/packing/output.ts';
import { type ByteRange, readBytes } from '../../src/formats/parsing.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';
import { compilerOf, listed, read } from '../formats/hermes-listed.ts';
import { root } from './corpus.ts';

/**
 * What builds of real apps hold for engines of other languages, out of public repositories. No test can fetch them:
 * put `git show COMMIT:PATH` of each into `.cache/fetched/SHA256`. Those that are not there are said.
 */
interface Pin {
  readonly kind: 'assembly-store' | 'il2cpp' | 'hermes' | 'dart';
  readonly repository: string;
  readonly path: string;
  readonly sha256: string;
  /** Who compiled it. */
  readonly compiler: string;
  /** Of Unity: their names. Of a store: digests of the linker's own files in the same repository, by name. */
  readonly assemblies: readonly string[] | Readonly<Record<string, string>>;
  /** Texts of code, as a reading in Python from Unity's public header counts them, and their digest with NULs between. */
  readonly literals: number;
  readonly literalsSha256: string;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const pins: Pin[] = JSON.parse(readFileSync(join(root(), 'test', 'real', 'engines.json'), 'utf8'));
const fileOf = (pin: Pin) => join(root(), '.cache', 'fetched', pin.sha256);
const there = pins.filter((pin) => existsSync(fileOf(pin)));
if (there.length < pins.length)
  console.warn(`SKIPPED: ${pins.length - there.length} of ${pins.length} files of real apps are not in .cache/fetched`);

function compare(kind: Pin['kind'], check: (bytes: Uint8Array, pin: Pin) => void | Promise<void>): void {
  const own = there.filter((pin) => pin.kind === kind);
  describe.skipIf(own.length === 0)(kind, () => {
    it.each(own.map((pin) => [`${pin.repository} ${pin.path}`, pin] as const))('%s', (_, pin) => {
      const bytes = new Uint8Array(readFileSync(fileOf(pin)));
      expect(sha256(bytes)).toBe(pin.sha256);
      return check(bytes, pin);
    });
  });
}

compare('assembly-store', (bytes, { assemblies }) => {
  const { files } = readBytes(readAssemblyStore(bytes.length), bytes);
  const read = files.map(({ name, offset, length }) => {
    const out = new Output(length * 4, 1 << 26);
    finished(unpackXalz(bytes.subarray(offset, offset + length), out));
    return [name, sha256(out.whole)] as const;
  });
  expect(read.map(([, digest]) => digest).sort()).toEqual(Object.values(assemblies).sort());
  for (const [name, digest] of read)
    if (name !== null) expect([name, digest]).toEqual([name, assemblies[name as never]]);
});

compare('il2cpp', (bytes, pin) => {
  const { literals, assemblies } = openIl2cpp(bytes);
  const text = ({ offset, length }: ByteRange) => Buffer.from(bytes.subarray(offset, offset + length));
  const texts = Array.from(literals.offsets, (offset, i) => text({ offset, length: literals.lengths[i]! }));
  expect(texts).toHaveLength(pin.literals);
  expect(sha256(Buffer.concat(texts.flatMap((each, i) => (i > 0 ? [Buffer.of(0), each] : [each]))))).toBe(
    pin.literalsSha256,
  );
  // The compiler keeps code of its own under that name.
  const names = assemblies!.map(({ name }) => text(name).toString()).filter((name) => name !== '__Generated');
  expect(names.sort()).toEqual(pin.assemblies);
});

compare('hermes', (bytes, { compiler }) => {
  const own = listed(compilerOf(compiler), bytes);
  const strings = read(bytes);
  expect(strings).toHaveLength(own.count);
  const other = [...own.strings].filter(([i, place]) => strings[i] !== place);
  expect([own.strings.size, other]).toEqual([own.count, []]);
});

compare('dart', async (bytes, { path }) => {
  const files = [
    { name: 'AndroidManifest.xml', data: buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } }) },
    { name: `lib/${path.split('/').at(-2)}/libapp.so`, data: bytes },
  ];
  const { libraries, endpoints } = await scan(buildZip(files));
  const text = Buffer.from(bytes).toString('latin1');
  const named = new Set([...text.matchAll(/package:([a-z_][a-z0-9_]*)\//g)].map(([, name]) => name));
  expect(libraries.map(({ name }) => name).sort()).toEqual([...named].sort());
  const hosts = new Set(
    [...text.matchAll(/https?:\/\/([a-z.]+\.(?:dev|app|au|org))(?![a-z.])/g)].map(([, host]) => host),
  );
  expect(endpoints.map(({ host }) => host).sort()).toEqual([...hosts].sort());
});
