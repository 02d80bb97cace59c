import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { buildPlist } from '../build/plist.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';
import { pinned } from './corpus.ts';

const tools = ['clang-14', 'ld64.lld-14', 'llvm-lipo-14', 'llvm-strip-14'];
const missing = tools.filter((tool) => {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
});
if (missing.length > 0) {
  console.warn(`SKIPPED: static linking on iOS needs ${missing.join(', ')} (Debian: clang-14 lld-14 llvm-14)`);
}

const MAIN = '__mh_execute_header';

/** Load commands by number, read here by hand: the reader under test must not check itself. */
function commands(bytes: Uint8Array): Map<number, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const found = new Map<number, number>();
  for (let i = 0, at = 32; i < view.getUint32(16, true); i++, at += view.getUint32(at + 4, true)) {
    found.set(view.getUint32(at, true), at);
  }
  return found;
}

/** What Apple's strip leaves of an executable: symbol table and export trie with the header's own symbol and nothing else. */
function xcodeStripped(executable: Uint8Array): Uint8Array {
  const bytes = executable.slice();
  const view = new DataView(bytes.buffer);
  const symtab = commands(bytes).get(0x2) as number;
  const [symbols = 0, count = 0, strings = 0, size = 0] = [8, 12, 16, 20].map((o) => view.getUint32(symtab + o, true));
  bytes.fill(0, symbols, symbols + 16 * count);
  bytes.fill(0, strings, strings + size);
  bytes.set(new TextEncoder().encode(`\0${MAIN}\0`), strings);
  view.setUint32(symbols, 1, true);
  bytes.set([0x0f, 0x01], symbols + 4);
  view.setUint32(symtab + 12, 1, true);
  view.setUint32(symtab + 20, MAIN.length + 2, true);
  const info = commands(bytes).get(0x80000022) as number;
  const [trie = 0, trieSize = 0] = [40, 44].map((o) => view.getUint32(info + o, true));
  bytes.fill(0, trie, trie + trieSize);
  // One edge to one terminal node: flags 0, address 0.
  const edge = [0, 1, ...new TextEncoder().encode(`${MAIN}\0`)];
  bytes.set([...edge, edge.length + 1, 2, 0, 0, 0], trie);
  view.setUint32(info + 44, edge.length + 5, true);
  return bytes;
}

/** Noise over the range the loader would decrypt, and the flag that says so. */
function fairPlay(executable: Uint8Array): Uint8Array {
  const bytes = executable.slice();
  const view = new DataView(bytes.buffer);
  const at = commands(bytes).get(0x2c) as number;
  const [offset = 0, size = 0] = [8, 12].map((o) => view.getUint32(at + o, true));
  let seed = 1;
  for (let i = offset; i < offset + size; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) | 0;
    bytes[i] = seed >>> 16;
  }
  view.setUint32(at + 16, 1, true);
  return bytes;
}

describe.skipIf(missing.length > 0)('Agora 2.0.2, linked statically into an arm64 executable', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-link-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (tool: string, ...args: string[]) => execFileSync(tool, args, { cwd: folder, stdio: 'pipe' });

  function link(): Uint8Array {
    const framework = pinned(
      'react-native-agora@1.2.5',
      'ios/RCTAgora/libs/AgoraRtcEngineKit.framework/AgoraRtcEngineKit',
      '1dc77f7132f107bc7d315a32746a1294a78996d88df6677a89e997a3f9b9aa68',
    );
    run('llvm-lipo-14', framework, '-thin', 'arm64', '-output', 'agora.a');
    writeFileSync(join(folder, 'main.c'), 'int main(void) { return 0; }\n');
    run('clang-14', '-target', 'arm64-apple-ios13.0', '-c', 'main.c', '-o', 'main.o');
    const flags = ['-arch', 'arm64', '-platform_version', 'ios', '13.0', '17.0', '-undefined', 'dynamic_lookup'];
    run('ld64.lld-14', ...flags, '-ObjC', '-force_load', 'agora.a', 'main.o', '-o', 'App');
    return readFileSync(join(folder, 'App'));
  }
  let linked: Uint8Array | null = null;
  const plain = () => {
    linked ??= link();
    return linked;
  };
  const llvmStripped = () => {
    plain();
    run('llvm-strip-14', 'App', '-o', 'App.stripped');
    return readFileSync(join(folder, 'App.stripped'));
  };

  const ipa = (executable: Uint8Array) =>
    buildZip([
      {
        name: 'Payload/App.app/Info.plist',
        data: buildPlist({ CFBundleIdentifier: 'org.example.linked', CFBundleExecutable: 'App' }, 'binary'),
      },
      { name: 'Payload/App.app/App', data: executable },
    ]);
  const agora = (report: Report) => report.detections.find((d) => d.sdk === 'agora-rtc');

  it('plain: found, with its version, complete', async () => {
    const report = await scan(ipa(plain()));
    expect(agora(report)).toMatchObject({ scored: true, version: '2.0.2', confidence: 'high' });
    expect(report.complete).toBe(true);
    expect(report.flows.filter((f) => f.basis === 'coded').map((f) => f.data)).toEqual(['room-id', 'user-id']);
  });

  it('stripped by llvm-strip: found', async () => {
    const report = await scan(ipa(llvmStripped()));
    expect(agora(report)).toMatchObject({ scored: true, version: '2.0.2' });
    expect(report.complete).toBe(true);
  });

  it('stripped as Xcode does: found by what __TEXT still holds', async () => {
    const report = await scan(ipa(xcodeStripped(plain())));
    expect(agora(report)).toMatchObject({ scored: true, version: '2.0.2' });
    expect(report.complete).toBe(true);
  });

  it('stripped as Xcode does and encrypted: not found, and never called complete', async () => {
    const report = await scan(ipa(fairPlay(xcodeStripped(plain()))));
    expect(agora(report)?.scored ?? false).toBe(false);
    expect(report.complete).toBe(false);
    expect(report.verdict).toBe('inconclusive');
    expect(report.coverage).toContainEqual(
      expect.objectContaining({
        path: 'Payload/App.app/App',
        state: 'unreadable',
        reason: 'encrypted',
        offset: expect.any(Number),
        matters: true,
      }),
    );
  });
});
