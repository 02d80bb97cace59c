import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { isArchive } from '../../src/formats/ar.ts';
import { objcClassName } from '../../src/formats/names.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { type ArchiveVariant, buildArchive } from '../build/ar.ts';
import { type ListedArchive, listArchive } from '../build/symbols.ts';
import { npmPackage } from '../real/corpus.ts';

const isThere = (tool: string) => spawnSync(tool, ['--version']).status === 0;
const missing = ['llvm-ar-14', 'llvm-nm-14'].filter((tool) => !isThere(tool));
const hasCompiler = isThere('clang-14');
if (!hasCompiler) console.warn('SKIPPED: clang-14 missing, what llvm-ar writes is not read');
if (missing.length > 0) console.warn(`SKIPPED: ${missing.join(', ')} missing, static archives are not compared`);
const describeWithTools = missing.length > 0 ? describe.skip : describe;

const run = (tool: string, ...args: string[]) => {
  // llvm-nm ends with 1 where one member is no object file, after it has printed all else.
  const { stdout, status } = spawnSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  expect(status).toBeLessThan(2);
  return stdout;
};

/** The archives of a file: its slices where it is fat (mach-o/fat.h), else itself. */
function slices(bytes: Buffer): { offset: number; size: number }[] {
  if (bytes.readUInt32BE(0) !== 0xcafebabe) return [{ offset: 0, size: bytes.length }];
  return Array.from({ length: bytes.readUInt32BE(4) }, (_, i) => ({
    offset: bytes.readUInt32BE(8 + i * 20 + 8),
    size: bytes.readUInt32BE(8 + i * 20 + 12),
  }));
}

/** Members by `ar t`, symbols and where they are defined by `nm --print-armap`. */
function oracle(file: string) {
  const map = run('llvm-nm-14', '--print-armap', file).split('\n');
  const symbols: string[] = [];
  const start = map.indexOf('Archive map');
  for (let i = start + 1; start >= 0 && map[i] !== ''; i++) symbols.push(map[i]!);
  return { members: run('llvm-ar-14', 't', file).trimEnd().split('\n'), symbols };
}

const ours = ({ members, symbols }: ListedArchive) => ({
  members: members.map(({ name }) => name),
  symbols: symbols.map(({ name, member }) => `${name} in ${members[member]?.name}`),
});

describeWithTools('readArchive against llvm-ar and llvm-nm, on published archives', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ar-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    [
      'react-native-agora@1.2.5',
      'ios/RCTAgora/libs/AgoraRtcEngineKit.framework/AgoraRtcEngineKit',
      4,
      'AgoraRtcEngineKit',
    ],
    ['react-native-agora@1.2.5', 'ios/RCTAgora/libs/libcrypto.a', 5, null],
    ['react-native-voximplant@0.1.7', 'ios/VoxImplantSDK/lib/libVoxImplantSDK.a', null, 'VoxImplant'],
    [
      'jpush-react-native@3.2.1',
      'ios/RCTJPushModule/jpush-ios-5.9.0.xcframework/ios-arm64/libJPush.a',
      1,
      'JPUSHService',
    ],
    ['jcore-react-native@1.3.7', 'ios/RCTJCoreModule/libjcore-ios-2.1.1.a', null, null],
  ])('%s %s', (spec, path, count, objcClass) => {
    const bytes = readFileSync(join(npmPackage(spec), path));
    const parts = slices(bytes);
    if (count !== null) expect(parts).toHaveLength(count);
    for (const { offset, size } of parts) {
      expect(isArchive(bytes.subarray(offset, offset + 8))).toBe(true);
      const thin = join(folder, 'thin.a');
      writeFileSync(thin, bytes.subarray(offset, offset + size));
      const archive = readBytes(listArchive(size, defaultBudgets, offset), bytes);
      expect(archive.problems).toEqual([]);
      expect(ours(archive)).toEqual(oracle(thin));
      for (const symbol of archive.symbols)
        expect(bytes.toString('latin1', symbol.offset, symbol.offset + symbol.name.length)).toBe(symbol.name);
      // Every member starts like an object file: Mach-O of either width, or bitcode.
      for (const member of archive.members)
        expect(['cefaedfe', 'cffaedfe', 'dec0170b']).toContain(bytes.toString('hex', member.offset, member.offset + 4));
      const classes = new Set(archive.symbols.map(({ name }) => objcClassName(name)));
      if (objcClass !== null) expect([...classes]).toContain(objcClass);
    }
  });
});

describeWithTools('llvm-ar and buildArchive', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ar-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const members = [
    { name: 'a.o', data: new TextEncoder().encode('odd'), symbols: ['_first', '_second'] },
    { name: 'a member with a long name.o', data: new TextEncoder().encode('even'), symbols: ['_third'] },
  ];

  it.each<ArchiveVariant>(['gnu', 'gnu64', 'bsd', 'bsd64'])('llvm-ar reads what it writes: %s', (variant) => {
    const file = join(folder, `${variant}.a`);
    const bytes = buildArchive(members, variant);
    writeFileSync(file, bytes);
    expect(oracle(file)).toEqual(ours(readBytes(listArchive(bytes.length, defaultBudgets), bytes)));
    expect(run('llvm-ar-14', 'p', file, members[1]!.name)).toBe('even');
  });

  it.runIf(hasCompiler).each(['gnu', 'bsd', 'darwin'])('reads what llvm-ar writes: %s', (format) => {
    const file = join(folder, `written-${format}.a`);
    const objects = ['x.o', 'another long member name of ours.o', 'y with blanks.o'].map((name, i) => {
      const path = join(folder, name);
      const target = format === 'darwin' ? 'arm64-apple-ios13.0' : 'aarch64-linux-android21';
      execFileSync('clang-14', ['-target', target, '-c', '-x', 'c', '-o', path, '-'], {
        input: `int f${i}(void){return ${i};}`,
      });
      return path;
    });
    run('llvm-ar-14', 'crs', `--format=${format}`, file, ...objects);
    const bytes = readFileSync(file);
    const archive = readBytes(listArchive(bytes.length, defaultBudgets), bytes);
    expect(archive.problems).toEqual([]);
    expect(archive.symbols).toHaveLength(3);
    expect(ours(archive)).toEqual(oracle(file));
  });
});
