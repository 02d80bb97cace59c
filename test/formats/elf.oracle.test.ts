import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { jniName } from '../../src/formats/names.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { buildElf, type ElfDescription } from '../build/elf.ts';
import { type ListedElf, listElf } from '../build/symbols.ts';
import { npmPackage } from '../real/corpus.ts';

const READELF = 'llvm-readelf-14';
const packages = [
  'react-native-agora@1.2.5',
  'rongcloud-react-native-imlib@0.3.13',
  'react-native-voximplant@0.1.7',
  'jcore-react-native@1.3.7',
];

const present = () => {
  try {
    execFileSync(READELF, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(`SKIPPED: ${READELF} is missing, ELF files are not compared with it`);
    return false;
  }
};
const describeWithTool = present() ? describe : describe.skip;

const run = (...args: string[]) => execFileSync(READELF, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
const read = (bytes: Uint8Array): ListedElf => readBytes(listElf(bytes.length, defaultBudgets), bytes);

/** What llvm-readelf says, in our shape. */
function oracle(file: string) {
  const dynamic = run('-d', '-W', file);
  const one = (pattern: RegExp, text: string) => pattern.exec(text)?.[1] ?? null;
  const exports: string[] = [];
  const imports: string[] = [];
  for (const line of run('--dyn-syms', '-W', file).split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (!/^\d+:$/.test(fields[0] ?? '') || fields[4] === 'LOCAL' || fields[7] === undefined) continue;
    const name = fields[7].replace(/@.*$/, '');
    (fields[6] === 'UND' ? imports : exports).push(name);
  }
  return {
    soname: one(/\(SONAME\)\s+Library soname: \[(.*)\]/, dynamic),
    needed: [...dynamic.matchAll(/\(NEEDED\)\s+Shared library: \[(.*)\]/g)].map((match) => match[1]),
    buildId: one(/Build ID: ([0-9a-f]+)/, run('-n', '-W', file)),
    exports,
    imports,
  };
}

describeWithTool('readElf against llvm-readelf, on published libraries', () => {
  for (const spec of packages) {
    it(`every .so of ${spec}`, () => {
      const root = npmPackage(spec);
      const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.so'));
      expect(files.length).toBeGreaterThan(2);
      for (const name of files) {
        const file = join(root, name);
        const bytes = readFileSync(file);
        const ours = read(bytes);
        const theirs = oracle(file);
        const seen = (symbols: ListedElf['exports']) => symbols.map((symbol) => symbol.name);
        expect.soft(ours.problems, name).toEqual([]);
        expect.soft({ soname: ours.soname, needed: ours.needed, buildId: ours.buildId }, name).toEqual({
          soname: theirs.soname,
          needed: theirs.needed,
          buildId: theirs.buildId,
        });
        expect.soft(seen(ours.exports), name).toEqual(theirs.exports);
        expect.soft(seen(ours.imports), name).toEqual(theirs.imports);
        for (const symbol of ours.exports.slice(0, 50))
          expect(bytes.toString('latin1', symbol.offset, symbol.offset + symbol.name.length)).toBe(symbol.name);
        // .rodata only: not the whole file, which is the fallback.
        expect.soft(ours.sectionHeaders, name).toBe(true);
        expect.soft(ours.textRanges, name).toHaveLength(1);
        const rodata = /\.rodata\s+PROGBITS\s+\S+ (\S+) (\S+)/.exec(run('-S', '-W', file))!;
        expect.soft(ours.textRanges[0], name).toEqual({
          offset: Number.parseInt(rodata[1]!, 16),
          length: Number.parseInt(rodata[2]!, 16),
        });
        const jni = ours.exports.filter((symbol) => symbol.name.startsWith('Java_'));
        expect(jni.filter((symbol) => jniName(symbol.name) === null)).toEqual([]);
      }
    });
  }

  it('reads Agora out of its library without section headers, as a packer leaves it', () => {
    const file = join(npmPackage(packages[0]!), 'android/src/main/jniLibs/arm64-v8a/libagora-rtc-sdk-jni.so');
    const whole = new Uint8Array(readFileSync(file));
    const stripped = whole.slice();
    stripped.fill(0, 40, 48); // e_shoff
    stripped.fill(0, 60, 64); // e_shnum, e_shstrndx
    const before = read(whole);
    const after = read(stripped);
    expect(after.sectionHeaders).toBe(false);
    expect(after.exports).toEqual(before.exports);
    expect(after.imports).toEqual(before.imports);
    expect(after.soname).toBe('libagora-rtc-sdk-jni.so');
    expect(after.problems).toEqual([]);
    // One R+X segment holds code and text alike.
    expect(after.textRanges).toEqual([{ offset: 0, length: whole.length }]);
    const classes = new Set(before.exports.map(({ name }) => jniName(name)?.class));
    expect(classes).toContain('io.agora.rtc.internal.RtcEngineImpl');
    const [rodata] = before.textRanges;
    const text = Buffer.from(whole.subarray(rodata!.offset, rodata!.offset + rodata!.length)).toString('latin1');
    expect(text).toContain('http://argus.agoralab.co/vosdk/public/report?listener=%u&venderID=%s&channelName=%s');
  });
});

describeWithTool('llvm-readelf reads what buildElf writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'elf-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const sdk: ElfDescription = {
    soname: 'libsdk.so',
    needed: ['libc.so'],
    exports: ['JNI_OnLoad', 'Java_a_B_c'],
    imports: ['connect'],
    rodata: ['https://example.com'],
    code: new Uint8Array(32),
    buildId: 'deadbeef',
    androidIdent: { api: 21, ndk: 'r25b' },
    comment: 'clang',
  };
  it.each<[string, ElfDescription]>([
    ['arm64', {}],
    ['arm64 gnu', { hash: 'gnu' }],
    ['armv7', { class: 32 }],
    ['x86 gnu', { class: 32, machine: 'x86', hash: 'gnu' }],
    ['joined', { joined: true }],
    ['big-endian', { class: 32, machine: 20, littleEndian: false }],
    ['without sections', { sections: false }],
  ])('%s', (label, variant) => {
    const file = join(folder, `${label}.so`);
    writeFileSync(file, buildElf({ ...sdk, ...variant }));
    const output = execFileSync('sh', ['-c', `${READELF} -a -W '${file}' 2>&1`], { encoding: 'utf8' });
    expect(output).not.toMatch(/warning:|error:/i);
    expect(oracle(file)).toEqual({
      soname: 'libsdk.so',
      needed: ['libc.so'],
      buildId: 'deadbeef',
      exports: ['JNI_OnLoad', 'Java_a_B_c'],
      imports: ['connect'],
    });
    // llvm-readelf 14 does not know the Android note: it prints its bytes, the level first.
    const level = variant.littleEndian === false ? '00 00 00 15' : '15 00 00 00';
    expect(output).toContain(`description data: ${level} 72 32 35 62 00`);
  });
});
