import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { readFat, readMachO, visitSelectors } from '../../src/formats/macho/index.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { npmPackage } from '../real/corpus.ts';

const TOOL = 'llvm-objdump-14';
const run = (...args: string[]) =>
  execFileSync(TOOL, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
const isThere = (() => {
  try {
    return run('--version') !== '';
  } catch {
    return false;
  }
})();
if (!isThere) console.warn(`SKIPPED: ${TOOL} missing, selectors are not compared`);

/** `0000 __TEXT:__objc_methname:join:`, of whatever segment the list lies in. */
function listedByLlvm(file: string, arch: string): string[] {
  const lists = ['__DATA', '__DATA_CONST'].map((segment) =>
    run('--macho', '--arch', arch, `--section=${segment},__objc_selrefs`, file),
  );
  const names = [...lists.join('\n').matchAll(/^[0-9a-f]+ +__\w+:__\w+:(.+)$/gm)].map(([, name]) => name!);
  return [...new Set(names)].sort();
}

function selectorsOf(file: string): Map<string, string[]> {
  const bytes = new Uint8Array(readFileSync(file));
  const decoder = new TextDecoder();
  return new Map(
    readBytes(readFat(bytes.length, defaultBudgets), bytes).slices.map((slice) => {
      const image = readBytes(readMachO(slice, defaultBudgets, true), bytes);
      const names: string[] = [];
      visitSelectors(image, (from, start, end, offset) => {
        const name = decoder.decode(from.subarray(start, end));
        expect(decoder.decode(bytes.subarray(offset, offset + name.length))).toBe(name);
        names.push(name);
      });
      expect(image.problems).toEqual([]);
      return [slice.arch, names];
    }),
  );
}

describe.skipIf(!isThere)('selectors that code refers to, against llvm', () => {
  it.each([
    ['cordova-plugin-iosrtc@8.0.4', 'lib/WebRTC.xcframework/ios-arm64_armv7/WebRTC.framework/WebRTC', 700],
    ['@daily-co/react-native-webrtc@1.75.8', 'ios/WebRTC.framework/WebRTC', 600],
  ])('in each slice of %s', (spec, path, least) => {
    const file = join(npmPackage(spec), path);
    for (const [arch, selectors] of selectorsOf(file)) {
      expect([...selectors].sort()).toEqual(listedByLlvm(file, arch));
      expect(selectors.length).toBeGreaterThan(least);
      console.info(`${spec} ${arch}: ${selectors.length} selectors`);
    }
  });
});
