import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { readFat, readMachO, visitClasses, visitSwiftTypes, visitVariables } from '../../src/formats/macho/index.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { scan } from '../../src/index.ts';
import { buildPlist } from '../build/plist.ts';
import { buildZip } from '../build/zip.ts';
import { npmPackage, pinned } from '../real/corpus.ts';

const TOOLS = ['llvm-objdump-14', 'llvm-nm-14', 'llvm-lipo-14', 'clang-14', 'ld64.lld-14'];
const isThere = (tool: string) => {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const missing = TOOLS.filter((tool) => !isThere(tool));
if (missing.length > 0) console.warn(`SKIPPED: ${missing.join(', ')} missing, classes and types are not compared`);

const folder = mkdtempSync(join(tmpdir(), 'waybill-types-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const run = (tool: string, ...args: string[]) =>
  execFileSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });

interface Named {
  readonly classes: string[];
  readonly protocols: string[];
  readonly types: string[];
  /** Types of instance variables. */
  readonly variables: string[];
  readonly problems: string[];
}

/** What each slice of a file names. */
function namesOf(file: string): Map<string, Named> {
  const bytes = new Uint8Array(readFileSync(file));
  const decoder = new TextDecoder();
  return new Map(
    readBytes(readFat(bytes.length, defaultBudgets), bytes).slices.map((slice) => {
      const image = readBytes(readMachO(slice, defaultBudgets), bytes);
      const to = (list: string[]) => (from: Uint8Array, start: number, end: number) => {
        list.push(decoder.decode(from.subarray(start, end)));
      };
      const [classes, protocols, types]: [string[], string[], string[]] = [[], [], []];
      visitClasses(image, to(classes), to(protocols));
      visitSwiftTypes(image, to(types), () => {});
      const variables: string[] = [];
      visitVariables(image, to(variables));
      return [
        slice.arch,
        { classes, protocols, types, variables, problems: image.problems.map(({ message }) => message) },
      ];
    }),
  );
}

/**
 * Names of the classes in the class list, as llvm follows it, and the types of their instance variables: `name` in
 * `class_ro_t` is not indented by tabs, what is said of a variable is.
 */
function listedByLlvm(file: string, arch: string): { classes: string[]; variables: string[] } {
  const said = run('llvm-objdump-14', '--macho', '--arch', arch, '--objc-meta-data', file);
  const [, list = ''] = /Contents of \(__\w+,__objc_classlist\) section\n([\s\S]*?)(?:Contents of|$)/.exec(said) ?? [];
  const all = (pattern: RegExp) => [...new Set([...list.matchAll(pattern)].map(([, name]) => name!))].sort();
  return {
    classes: all(/^ {10,}name 0x[0-9a-f]+ (.+)$/gm),
    variables: all(/^\t+ +type 0x[0-9a-f]+ (.+)$/gm),
  };
}

const definedSymbols = (file: string, arch: string, pattern: RegExp) =>
  run('llvm-nm-14', '-U', '-j', `--arch=${arch}`, file)
    .split('\n')
    .flatMap((name) => pattern.exec(name)?.[1] ?? []);

/** As Apple's `strip` leaves an executable: no symbols, an empty export trie. */
function stripped(file: string): Uint8Array {
  const bytes = new Uint8Array(readFileSync(file));
  const view = new DataView(bytes.buffer);
  let at = 32;
  for (let i = view.getUint32(16, true); i > 0; i--) {
    const [kind, size] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    if (kind === 2) {
      const [symbols, count, strings, length] = [8, 12, 16, 20].map((field) => view.getUint32(at + field, true));
      bytes.fill(0, symbols, symbols! + 16 * count!).fill(0, strings, strings! + length!);
      view.setUint32(at + 12, 0, true);
    } else if (kind === 0x8000_0022) {
      const [trie, length] = [view.getUint32(at + 40, true), view.getUint32(at + 44, true)];
      bytes.fill(0, trie, trie + length).fill(0, at + 40, at + 48);
    } else if (kind === 0x8000_0033) {
      const [trie, length] = [view.getUint32(at + 8, true), view.getUint32(at + 12, true)];
      bytes.fill(0, trie, trie + length).fill(0, at + 8, at + 16);
    }
    at += size;
  }
  return bytes;
}

const link = (object: string, output: string, ...more: string[]) =>
  run(
    'ld64.lld-14',
    ...['-arch', 'arm64', '-platform_version', 'ios', '13.0', '17.0', '-undefined', 'dynamic_lookup', '-ObjC'],
    ...[object, ...more, '-o', output],
  );

const app = (executable: Uint8Array) =>
  buildZip([
    {
      name: 'Payload/A.app/Info.plist',
      data: buildPlist({ CFBundleIdentifier: 'a.b', CFBundleExecutable: 'A' }, 'xml'),
    },
    { name: 'Payload/A.app/A', data: executable },
  ]);

// Categories, protocols and classes as in a plugin of WebRTC: it defines none of WebRTC's.
const PLUGIN = `
@interface NSObject
@end
@interface RTCPeerConnection : NSObject
@end
@interface RTCPeerConnection (Plugin)
- (void)plugged;
@end
@implementation RTCPeerConnection (Plugin)
- (void)plugged {}
@end
@protocol RTCVideoRenderer
- (void)render;
@end
@interface OwnPlugin : NSObject <RTCVideoRenderer>
@end
@implementation OwnPlugin
- (void)render {}
@end
int main(void) { return 0; }
`;

const CHAINING = 'ld64.lld-16';
const isChaining = missing.length === 0 && isThere(CHAINING);
if (!isChaining) console.warn(`SKIPPED: ${CHAINING} missing, classes behind chained fixups are not compared`);

describe.skipIf(!isChaining)('classes behind chained fixups, as lld 16 writes them', () => {
  const chained = (object: string, output: string, ...more: string[]) =>
    run(
      CHAINING,
      ...['-arch', 'arm64', '-platform_version', 'ios', '13.0', '17.0', '-undefined', 'dynamic_lookup', '-ObjC'],
      ...['-fixup_chains', object, ...more, '-o', output],
    );

  it('of Agora linked in statically are those that its symbols name, stripped or not', async () => {
    const fat = join(npmPackage('react-native-agora@1.2.5'), 'ios/RCTAgora/libs/AgoraRtcEngineKit.framework');
    run('llvm-lipo-14', join(fat, 'AgoraRtcEngineKit'), '-thin', 'arm64', '-output', at('chained.a'));
    writeFileSync(at('main.c'), 'int main(void) { return 0; }');
    run('clang-14', '-target', 'arm64-apple-ios13.0', '-c', at('main.c'), '-o', at('main.o'));
    chained(at('main.o'), at('chained'), '-force_load', at('chained.a'));
    expect(run('llvm-objdump-14', '--macho', '--private-headers', at('chained'))).toContain('LC_DYLD_CHAINED_FIXUPS');
    const [{ classes, problems }] = [...namesOf(at('chained')).values()] as [Named];
    expect(problems).toEqual([]);
    expect(new Set(classes)).toEqual(new Set(definedSymbols(at('chained'), 'arm64', /^_OBJC_CLASS_\$_(.+)$/)));
    expect(classes).toContain('AgoraRtcEngineKit');
    const { detections, complete } = await scan(app(stripped(at('chained'))));
    expect(detections).toMatchObject([{ sdk: 'agora-rtc', presence: ['bundled'], version: '2.0.2' }]);
    expect(complete).toBe(true);
  });

  it('of a plugin are its own', () => {
    writeFileSync(at('chained.m'), PLUGIN);
    run('clang-14', '-target', 'arm64-apple-ios13.0', '-c', at('chained.m'), '-o', at('chained.o'));
    chained(at('chained.o'), at('chained.plugin'));
    const [{ classes, protocols }] = [...namesOf(at('chained.plugin')).values()] as [Named];
    expect([classes, protocols]).toEqual([['OwnPlugin'], ['RTCVideoRenderer']]);
  });
});

describe.skipIf(missing.length > 0)('classes and types against llvm', () => {
  it.each([
    ['cordova-plugin-iosrtc@8.0.4', 'lib/WebRTC.xcframework/ios-arm64_armv7/WebRTC.framework/WebRTC', 2],
    ['@daily-co/react-native-webrtc@1.75.8', 'ios/WebRTC.framework/WebRTC', 4],
  ])('of each slice of WebRTC in %s', (spec, path, slices) => {
    const file = join(npmPackage(spec), path);
    const named = namesOf(file);
    expect(named.size).toBe(slices);
    for (const [arch, { classes, variables, problems }] of named) {
      expect({ classes: [...classes].sort(), variables: [...new Set(variables)].sort() }).toEqual(
        listedByLlvm(file, arch),
      );
      expect(classes).toContain('RTCPeerConnection');
      expect(problems).toEqual([]);
      console.info(`${spec} ${arch}: ${classes.length} classes, ${variables.length} types of instance variables`);
    }
  });

  it('of Agora linked in statically and stripped, whose names lld merges into __cstring', async () => {
    const fat = join(npmPackage('react-native-agora@1.2.5'), 'ios/RCTAgora/libs/AgoraRtcEngineKit.framework');
    run('llvm-lipo-14', join(fat, 'AgoraRtcEngineKit'), '-thin', 'arm64', '-output', at('agora.a'));
    writeFileSync(at('main.c'), 'int main(void) { return 0; }');
    run('clang-14', '-target', 'arm64-apple-ios13.0', '-c', at('main.c'), '-o', at('main.o'));
    link(at('main.o'), at('static'), '-force_load', at('agora.a'));
    expect(run('llvm-objdump-14', '--macho', '--private-headers', at('static'))).not.toContain('__objc_classname');
    writeFileSync(at('static.stripped'), stripped(at('static')));
    const [{ classes, problems }] = [...namesOf(at('static.stripped')).values()] as [Named];
    expect(problems).toEqual([]);
    expect(new Set(classes)).toEqual(new Set(definedSymbols(at('static'), 'arm64', /^_OBJC_CLASS_\$_(.+)$/)));
    const report = await scan(app(stripped(at('static'))));
    expect(report.detections).toMatchObject([{ sdk: 'agora-rtc', presence: ['bundled'], version: '2.0.2' }]);
  });

  it('of a plugin are its own: a category on an imported class and a protocol define nothing', async () => {
    writeFileSync(at('plugin.m'), PLUGIN);
    run('clang-14', '-target', 'arm64-apple-ios13.0', '-c', at('plugin.m'), '-o', at('plugin.o'));
    link(at('plugin.o'), at('plugin'));
    const [{ classes, protocols }] = [...namesOf(at('plugin')).values()] as [Named];
    expect(classes).toEqual(['OwnPlugin']);
    expect(protocols).toEqual(['RTCVideoRenderer']);
    for (const executable of [new Uint8Array(readFileSync(at('plugin'))), stripped(at('plugin'))]) {
      const { detections } = await scan(app(executable));
      expect(detections.filter(({ presence }) => presence.includes('bundled'))).toEqual([]);
    }
  });

  it('of Swift are all that the list of types holds, by their symbols', () => {
    const sha256 = 'ca41a406c9edc16e96bb374d383c7d8f0a8d1435e63151f141092b9346b68044';
    const file = pinned('aperture@7.0.0', 'aperture', sha256);
    for (const [arch, { types, problems }] of namesOf(file)) {
      // Nominal type descriptors; those of C and Objective-C begin with So.
      const own = definedSymbols(file, arch, /^_\$s(?!So)(.+)Mn$/);
      const headers = run('llvm-objdump-14', '--macho', '--arch', arch, '--private-headers', file);
      const imported = definedSymbols(file, arch, /^_\$s(So.+)Mn$/).length;
      const listed = (section: string) => {
        const size = new RegExp(`sectname ${section}\\n.*\\n.*\\n\\s*size 0x([0-9a-f]+)`).exec(headers)?.[1];
        return Number.parseInt(size ?? '0', 16) / 4;
      };
      const protocols = definedSymbols(file, arch, /^_\$s(?!So)(.+)Mp$/);
      expect(protocols.length).toBeGreaterThan(0);
      expect(listed('__swift5_protos')).toBe(protocols.length);
      expect(types).toHaveLength(listed('__swift5_types') - imported + protocols.length);
      expect(Math.abs(types.length - own.length - protocols.length)).toBeLessThanOrEqual(1);
      expect(types).toContain('ArgumentParser.ArgumentArrayParsingStrategy');
      expect(problems).toEqual([]);
    }
  });
});
