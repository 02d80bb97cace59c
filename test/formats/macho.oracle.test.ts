import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { type DylibVersions, readFat } from '../../src/formats/macho/index.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { buildFat, buildMachO } from '../build/macho.ts';
import { type ListedMachO, listLocals, listMachO } from '../build/symbols.ts';
import { npmPackage, pinned } from '../real/corpus.ts';

const TOOLS = ['llvm-objdump-14', 'llvm-nm-14', 'llvm-lipo-14', 'llvm-ar-14', 'clang-14', 'ld64.lld-14'];
const missing = TOOLS.filter((tool) => {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
});
if (missing.length > 0) console.warn(`SKIPPED: ${missing.join(', ')} missing, Mach-O files are not compared`);

const folder = mkdtempSync(join(tmpdir(), 'waybill-macho-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (tool: string, ...args: string[]) =>
  execFileSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
const lines = (text: string) => text.split('\n').filter((line) => line !== '');

interface Seen {
  readonly macho: ListedMachO;
  readonly base: number;
  /** Names of all symbols, as a visitor sees them. */
  readonly all: string[];
  readonly selectors: number;
}

function readSlices(bytes: Uint8Array): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const slice of readBytes(readFat(bytes.length, defaultBudgets), bytes).slices) {
    const { symbols, selectors } = readBytes(listLocals(slice, defaultBudgets), bytes);
    const macho = readBytes(listMachO(slice, defaultBudgets), bytes);
    seen.set(macho.arch, {
      macho,
      base: slice.offset,
      all: symbols.map(({ name }) => name),
      selectors: selectors.length,
    });
  }
  return seen;
}

const withoutPlace = ({ at: _, ...versions }: DylibVersions) => versions;

/** How llvm shortens an install name in its bind tables. */
function shortName(library: string | null): string {
  if (library === null) return 'flat-namespace';
  return basename(library)
    .replace(/\.dylib$/, '')
    .replace(/\.[A-Z0-9]$/, '');
}

/** What llvm's tools say about one slice, in our words. */
function oracle(file: string, arch: string) {
  const dump = (...flags: string[]) => run('llvm-objdump-14', '--macho', `--arch=${arch}`, ...flags, file);
  const headers = dump('--private-headers');
  const field = (command: string, name: string): string | null => {
    const block = headers.split(/^Load command \d+$/m).find((text) => new RegExp(`cmd ${command}$`, 'm').test(text));
    return block?.match(new RegExp(`^ *${name} (.*)$`, 'm'))?.[1] ?? null;
  };
  const table = (flag: string, library: boolean) =>
    lines(dump(flag))
      .filter((line) => /^__\w+\s/.test(line))
      .map((line) => line.replace(/ \(weak_import\)$/, '').split(/\s+/))
      .map((columns) => `${library ? columns.at(-2) : 'flat-namespace'} ${columns.at(-1)}`);
  const versioned = /^\t(.*) \(compatibility version ([\d.]+), current version ([\d.]+)(?:, (\w+))?\)$/;
  const names = (...flags: string[]) =>
    lines(run('llvm-nm-14', `--arch=${arch}`, '-p', '-j', ...flags, file)).filter((line) => !/:$/.test(line));
  const crypt = /^LC_ENCRYPTION_INFO/m.test(headers.replaceAll(/^ +cmd /gm, ''));
  return {
    dylibs: lines(dump('--dylibs-used')).flatMap((line) => {
      const [, name, compatibility, current, kind = 'load'] = versioned.exec(line) ?? [];
      return name === undefined ? [] : [{ name, current, compatibility, kind }];
    }),
    id: lines(dump('--dylib-id'))[1] ?? null,
    uuid: field('LC_UUID', 'uuid'),
    minos: field('LC_BUILD_VERSION', 'minos') ?? field('LC_VERSION_MIN_IPHONEOS', 'version'),
    sdk: field('LC_BUILD_VERSION', 'sdk') ?? field('LC_VERSION_MIN_IPHONEOS', 'sdk'),
    sourceVersion: field('LC_SOURCE_VERSION', 'version'),
    encryption: crypt
      ? ['cryptoff', 'cryptsize', 'cryptid'].map((name) =>
          Number(field('LC_ENCRYPTION_INFO_64', name) ?? field('LC_ENCRYPTION_INFO', name)),
        )
      : null,
    sections: [
      ...headers.matchAll(/sectname (\S+)\n +segname (\S+)\n +addr (\S+)\n +size (\S+)[^\n]*\n +offset (\d+)/g),
    ]
      .map(([, section, segment, address, size, offset]) => ({
        name: `${segment},${section}`,
        address: Number(address),
        size: Number(size),
        offset: Number(offset),
      }))
      .filter(({ offset, size }) => offset !== 0 && size !== 0),
    exports: lines(dump('--exports-trie')).flatMap(
      (line) => /^(?:0x[0-9A-F]+|\[re-export\])\s+(\S+)/.exec(line)?.[1] ?? [],
    ),
    imports: new Set([...table('--bind', true), ...table('--lazy-bind', true), ...table('--weak-bind', false)]),
    external: names('-g'),
    undefined: names('-u'),
    all: names(),
  };
}

function compare(file: string, arch: string, { macho, base, all }: Seen): void {
  const said = oracle(file, arch);
  expect(macho.problems).toEqual([]);
  const used = macho.dylibs.map(({ name, current, compatibility, kind }) => ({ name, current, compatibility, kind }));
  const self = macho.id ? [{ ...withoutPlace(macho.id), kind: 'load' }] : [];
  expect([...self, ...used]).toEqual(said.dylibs);
  expect(macho.id?.name ?? null).toBe(said.id);
  expect(macho.uuid).toBe(said.uuid);
  expect(macho.platform?.minos ?? null).toBe(said.minos);
  expect(macho.platform?.sdk ?? 'n/a').toBe(said.sdk ?? 'n/a');
  expect(macho.sourceVersion).toBe(said.sourceVersion);
  const { encryption } = macho;
  expect(encryption && [encryption.offset - base, encryption.size, encryption.id]).toEqual(said.encryption);
  const sections = macho.sections
    .filter(({ length }) => length > 0)
    .map(({ segment, section, address, length, offset }) => ({
      name: `${segment},${section}`,
      address,
      size: length,
      offset: offset - base,
    }));
  expect(sections).toEqual(said.sections);
  expect(macho.exports.map(({ name }) => name).sort()).toEqual([...said.exports].sort());
  expect(new Set(macho.imports.map(({ name, library }) => `${shortName(library)} ${name}`))).toEqual(said.imports);
  expect(macho.symbols.map(({ name }) => name)).toEqual(said.external);
  expect(macho.symbols.filter(({ defined }) => !defined).map(({ name }) => name)).toEqual(said.undefined);
  expect(all).toEqual(said.all);
}

function numbers({ macho, all, selectors }: Seen): string {
  return (
    `${macho.arch} ${macho.fileType}: ${macho.dylibs.length} dylibs, ${macho.exports.length} exports, ${macho.imports.length} ` +
    `imports, ${macho.symbols.length} of ${all.length} symbols external, ${macho.objcClasses.length} classes, ` +
    `${macho.objcReferences.length} class references, ${selectors} selectors, encryption ${JSON.stringify(macho.encryption)}`
  );
}

describe.skipIf(missing.length > 0)('readMachO against llvm, on published binaries', () => {
  it('both slices of WebRTC.framework', () => {
    const file = join(
      npmPackage('cordova-plugin-iosrtc@8.0.4'),
      'lib/WebRTC.xcframework/ios-arm64_armv7/WebRTC.framework/WebRTC',
    );
    const bytes = new Uint8Array(readFileSync(file));
    const slices = readSlices(bytes);
    expect([...slices.keys()]).toEqual(['armv7', 'arm64']);
    for (const [arch, seen] of slices) {
      compare(file, arch, seen);
      console.info(numbers(seen));
    }
    const arm64 = slices.get('arm64')!;
    expect(arm64.macho.exports.filter(({ name }) => name.startsWith('_OBJC_CLASS_$_RTC')).length).toBe(65);
    for (const { name, offset } of arm64.macho.objcClasses.slice(0, 20)) {
      expect(new TextDecoder().decode(bytes.subarray(offset, offset + name.length))).toBe(name);
    }
    const alone = () => {
      const [, slice] = readBytes(readFat(bytes.length, defaultBudgets), bytes).slices;
      const start = performance.now();
      readBytes(listMachO(slice!, defaultBudgets), bytes);
      return performance.now() - start;
    };
    console.info(`WebRTC arm64, ms per reading: ${Array.from({ length: 8 }, () => alone().toFixed(1)).join(' ')}`);
  });

  it('a library with chained fixups, whose imports are the undefined symbols', () => {
    const sha256 = '0dcce2c74747968076eab4b0f9974498ead859f7674b28d5551e1f551ddf8fe2';
    const file = pinned('sqlite-vec-darwin-arm64@0.1.6', 'vec0.dylib', sha256);
    const seen = readSlices(new Uint8Array(readFileSync(file))).get('arm64')!;
    expect(run('llvm-objdump-14', '--macho', '--private-headers', file)).toContain('cmd LC_DYLD_CHAINED_FIXUPS');
    expect(seen.macho.problems).toEqual([]);
    const undefinedNames = lines(run('llvm-nm-14', '-u', '-j', file));
    expect(undefinedNames.length).toBeGreaterThan(10);
    expect(seen.macho.imports.map(({ name }) => name).sort()).toEqual(undefinedNames.sort());
    expect(new Set(seen.macho.imports.map(({ library }) => library))).toEqual(new Set(['/usr/lib/libSystem.B.dylib']));
    const defined = lines(run('llvm-nm-14', '-g', '-U', '-j', file));
    expect(seen.macho.exports.map(({ name }) => name).sort()).toEqual(defined.sort());
    expect(seen.macho.signature).toEqual({ identifier: 'vec0.dylib', teamId: null, entitlements: null });
    console.info(numbers(seen));
  });

  it('the static archive of Agora, its slices and members', () => {
    const libs = join(npmPackage('react-native-agora@1.2.5'), 'ios/RCTAgora/libs');
    const file = join(libs, 'AgoraRtcEngineKit.framework/AgoraRtcEngineKit');
    const bytes = new Uint8Array(readFileSync(file));
    const { slices, problems } = readBytes(readFat(bytes.length, defaultBudgets), bytes);
    expect(problems).toEqual([]);
    const said = run('llvm-objdump-14', '--macho', '--universal-headers', file);
    expect(slices).toEqual(
      [...said.matchAll(/^architecture (\w+)\n(?: .*\n)*? +offset (\d+)\n +size (\d+)/gm)].map(
        ([, arch, offset, size]) => ({
          arch,
          offset: Number(offset),
          size: Number(size),
        }),
      ),
    );
    expect(slices.map(({ arch }) => arch)).toEqual(['i386', 'armv7', 'x86_64', 'arm64']);
    for (const { offset } of slices) {
      expect(new TextDecoder().decode(bytes.subarray(offset, offset + 8))).toBe('!<arch>\n');
    }
    const classes: string[] = [];
    for (const arch of ['arm64', 'armv7', 'x86_64', 'i386']) {
      const archive = join(folder, `${arch}.a`);
      run('llvm-lipo-14', file, '-thin', arch, '-output', archive);
      const at = mkdtempSync(join(folder, arch));
      execFileSync('llvm-ar-14', ['x', archive], { cwd: at });
      const members = readdirSync(at);
      expect(members.length).toBeGreaterThan(0);
      for (const member of members) {
        const seen = readSlices(new Uint8Array(readFileSync(join(at, member)))).get(arch)!;
        expect(seen.macho.fileType).toBe('object');
        compare(join(at, member), arch, seen);
        classes.push(...seen.macho.objcClasses.filter(({ source }) => source === 'symbol').map(({ name }) => name));
        console.info(`${member} ${numbers(seen)}`);
      }
    }
    expect(classes.filter((name) => name === 'AgoraRtcEngineKit').length).toBe(4);
  });
});

/** Stubs of the two libraries the executable links. */
const TBD = (install: string, current: string, compatibility: string, exports: string) => `--- !tapi-tbd
tbd-version: 4
targets: [ arm64-ios ]
install-name: '${install}'
current-version: ${current}
compatibility-version: ${compatibility}
exports:
  - targets: [ arm64-ios ]
    ${exports}
...
`;
const AGORA = '@rpath/AgoraRtcKit.framework/AgoraRtcKit';
// Two sections are not marked as literals, which ld64.lld 14 would merge into __cstring.
const ASSEMBLY = `
.section __TEXT,__objc_classname
L_name: .asciz "OwnController"
.section __TEXT,__objc_methname
L_selector: .asciz "joinChannelByToken:channelId:info:uid:joinSuccess:"
.section __TEXT,__cstring,cstring_literals
L_url: .asciz "https://example.test/own"
.section __DATA,__objc_data
.globl _OBJC_CLASS_$_OwnController
.p2align 3
_OBJC_CLASS_$_OwnController: .quad L_name
.section __DATA,__objc_classrefs
.p2align 3
.quad _OBJC_CLASS_$_AgoraRtcEngineKit
.section __DATA,__objc_selrefs
.quad L_selector, L_url
.text
.globl _main, _own_function
.p2align 2
_main: bl _puts
_own_function: ret
.subsections_via_symbols
`;

describe.skipIf(missing.length > 0)('readMachO against llvm, on an executable linked here', () => {
  const at = (name: string) => join(folder, name);

  function link(): string {
    writeFileSync(
      at('libSystem.tbd'),
      TBD('/usr/lib/libSystem.B.dylib', '1311.100.3', '1', 'symbols: [ _puts, dyld_stub_binder ]'),
    );
    writeFileSync(at('Agora.tbd'), TBD(AGORA, '4.2.1', '4.0', 'objc-classes: [ AgoraRtcEngineKit ]'));
    writeFileSync(at('app.s'), ASSEMBLY);
    run('clang-14', '-target', 'arm64-apple-ios13.0', '-c', at('app.s'), '-o', at('app.o'));
    const target = [
      '-adhoc_codesign',
      '-arch',
      'arm64',
      '-platform_version',
      'ios',
      '13.0',
      '17.0',
      '-rpath',
      '@executable_path/Frameworks',
    ];
    run('ld64.lld-14', ...target, at('app.o'), at('libSystem.tbd'), '-weak_library', at('Agora.tbd'), '-o', at('app'));
    return at('app');
  }

  it('plain, stripped and encrypted', () => {
    const file = link();
    const seen = readSlices(new Uint8Array(readFileSync(file))).get('arm64')!;
    compare(file, 'arm64', seen);
    console.info(numbers(seen));
    const { macho } = seen;
    expect(macho.fileType).toBe('execute');
    expect(macho.dylibs.find(({ name }) => name === AGORA)).toMatchObject({
      name: AGORA,
      current: '4.2.1',
      compatibility: '4.0.0',
      kind: 'weak',
    });
    expect(macho.rpaths).toEqual(['@executable_path/Frameworks']);
    expect(macho.platform).toEqual({ name: 'ios', minos: '13.0', sdk: '17.0' });
    expect(macho.objcClasses).toMatchObject([{ name: 'OwnController', source: 'symbol' }]);
    expect(macho.objcReferences).toMatchObject([{ name: 'AgoraRtcEngineKit' }]);
    expect(macho.signature?.identifier).toBe('app'); // ld64.lld signs ad hoc

    run('llvm-strip-14', '-x', file, '-o', at('stripped'));
    const stripped = readSlices(new Uint8Array(readFileSync(at('stripped')))).get('arm64')!;
    compare(at('stripped'), 'arm64', stripped);

    const bytes = new Uint8Array(readFileSync(file));
    const { offset, size } = macho.encryption!;
    for (let i = 0; i < size; i++) bytes[offset + i] = (i * 2654435761) >>> 24;
    const headers = run('llvm-objdump-14', '--macho', '--private-headers', file);
    expect(headers).toContain('cmd LC_ENCRYPTION_INFO_64');
    new DataView(bytes.buffer).setUint32(commandAt(bytes, 0x2c) + 16, 1, true);
    writeFileSync(at('encrypted'), bytes);
    const encrypted = readSlices(bytes).get('arm64')!;
    compare(at('encrypted'), 'arm64', encrypted);
    expect(encrypted.macho.encryption).toEqual({ offset, size, id: 1 });
    expect(encrypted.macho.objcClasses).toEqual(macho.objcClasses);
    expect(encrypted.macho.textRanges.filter(({ section }) => section.startsWith('__TEXT'))).toEqual([]);
    expect(encrypted.selectors).toBe(0);
    // Whatever the list leads to is a selector to the runtime: the address of a URL too.
    expect(seen.selectors).toBe(2);
  });
});

/** Where the first load command of a kind stands in a thin 64-bit file. */
function commandAt(bytes: Uint8Array, kind: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = 32;
  while (view.getUint32(at, true) !== kind) at += view.getUint32(at + 4, true);
  return at;
}

describe.skipIf(missing.length > 0)('the builder against llvm', () => {
  const description = {
    dylibs: [
      { name: '/usr/lib/libSystem.B.dylib', current: '1311.100.3' },
      { name: AGORA, current: '4.2.1', compatibility: '4.0.0', kind: 'weak' },
      { name: '/usr/lib/libz.1.dylib', kind: 'reexport' },
    ],
    id: { name: '@rpath/Own.framework/Own', current: '2.3.4', compatibility: '2.0.0' },
    rpaths: ['@loader_path/Frameworks'],
    uuid: '000102030405060708090a0b0c0d0e0f',
    platform: { name: 'ios', minos: '13.0', sdk: '17.0.1' },
    sourceVersion: '0000010000000000',
    exports: ['_own', '_owner', '_OBJC_CLASS_$_Own', '_zebra', { name: '_passed', reexport: 3 }],
    imports: [
      { name: '_OBJC_CLASS_$_AgoraRtcEngineKit', library: AGORA },
      { name: '_puts', library: '/usr/lib/libSystem.B.dylib', table: 'lazy' },
      { name: '__ZdlPv', library: null, table: 'weak' },
      { name: '_anywhere', library: null },
    ],
    symbols: [
      { name: '-[Own local]', external: false },
      { name: '_own' },
      { name: '_stab', external: false, stab: true },
      { name: '_puts', defined: false },
    ],
    objcClasses: ['Own'],
    selectors: ['join:'],
    cstrings: ['https://example.test/'],
    encrypted: false,
    entitlements: '<plist/>',
    identifier: 'test.own',
    teamId: 'TEAM123456',
  } as const;

  for (const arch of ['arm64', 'armv7'] as const) {
    for (const fileType of ['execute', 'dylib', 'bundle', 'object'] as const) {
      it(`${arch} ${fileType}`, () => {
        const { id, dylibs, exports, imports, entitlements, identifier, teamId, encrypted, rpaths, ...common } =
          description;
        const linked = { dylibs, exports, imports, entitlements, identifier, teamId, encrypted, rpaths };
        const own = fileType === 'object' ? {} : fileType === 'dylib' ? { ...linked, id } : linked;
        const bytes = buildMachO({ arch, fileType, ...common, ...own });
        const file = join(folder, `${arch}-${fileType}`);
        writeFileSync(file, bytes);
        compare(file, arch, readSlices(bytes).get(arch)!);
      });
    }
  }

  it('fat files of both widths', () => {
    for (const bits of [32, 64] as const) {
      const members = (['armv7', 'arm64'] as const).map((arch) => ({
        arch,
        bytes: buildMachO({ ...description, arch, fileType: 'dylib' }),
      }));
      const bytes = buildFat(members, bits);
      const file = join(folder, `fat-${bits}`);
      writeFileSync(file, bytes);
      expect(run('llvm-lipo-14', file, '-archs').trim()).toBe('armv7 arm64');
      for (const [arch, seen] of readSlices(bytes)) compare(file, arch, seen);
    }
  });
});
