import { expect, it } from 'vitest';
import { folderOf } from '../src/bundle/info-plist.ts';
import { scan } from '../src/index.ts';
import { buildPlist } from './build/plist.ts';
import { buildZip } from './build/zip.ts';

const LIST = { CFBundleIdentifier: 'org.example', CFBundleExecutable: 'A' };
const ipa = (files: Readonly<Record<string, Uint8Array>>) =>
  scan(buildZip(Object.entries(files).map(([name, data]) => ({ name: `Payload/A.app/${name}`, data }))));
const xml = (body: string) => new TextEncoder().encode(`<plist><dict>${body}</dict></plist>`);

it('the folder of a list is what the expression before said that it is', () => {
  const before = /^(?:(.*\.(?:app|framework|appex|bundle))\/)?(?:Versions\/[^/]+\/)?(?:Resources\/)?Info\.plist$/;
  const parts = ['A.app', 'B.framework', '.bundle', 'Versions', 'Resources', 'A', 'Info.plist', 'xInfo.plist', ''];
  let paths = [...parts];
  let folders = 0;
  for (let depth = 1; depth <= 5; depth++) {
    for (const path of paths) {
      const match = before.exec(path);
      const expected = match ? (match[1] ?? '') : null;
      if (folderOf(path) !== expected) expect.unreachable(`${path}: ${folderOf(path)}, not ${expected}`);
      if (expected) folders++;
    }
    if (depth < 5) paths = paths.flatMap((path) => parts.map((part) => `${part}/${path}`));
  }
  expect(folders).toBeGreaterThan(1000);
});

it('lists beyond the bytes or objects of all are said once, with their number, and not read in another way', async () => {
  const big = xml(`<key>CFBundleIdentifier</key><string>a.b</string>${' '.repeat(1_000_000)}`);
  const frameworks = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`X${i}.framework/Info.plist`, big]));
  const report = await ipa({ ...frameworks, 'Info.plist': buildPlist(LIST, 'binary') });
  const lines = report.coverage.filter(({ format }) => format === 'plist');
  expect(lines.filter(({ reason }) => reason === 'budget')).toEqual([
    expect.objectContaining({
      path: 'Payload/A.app/(all containers)',
      detail: '13 Info.plist files more than 18, at 16777216 bytes or 1000000 objects in all, were not read',
    }),
  ]);
  expect(report.bundle.app.id).toBe('org.example');
  expect(report.verdict).toBe('inconclusive');
});

it('a list over its objects is over a budget, not malformed', async () => {
  const report = await ipa({ 'Info.plist': xml(`<key>a</key><array>${'<true/>'.repeat(100_001)}</array>`) });
  const [line] = report.coverage.filter(({ state, format }) => state === 'unreadable' && format === 'plist');
  expect(line).toMatchObject({ reason: 'budget', detail: 'budget plistObjects (100000) is used up' });
});

it('texts that no app has are not kept, and that is said', async () => {
  const text = '\u0001'.repeat(300_000);
  const modes = Array.from({ length: 300 }, (_, i) => `mode ${i}`);
  const list = { ...LIST, CFBundleName: text, UIBackgroundModes: modes, NSCameraUsageDescription: text, Other: text };
  const report = await ipa({ 'Info.plist': buildPlist(list, 'binary') });
  expect(report.bundle.app).toMatchObject({ id: 'org.example', name: null, permissions: ['NSCameraUsageDescription'] });
  expect(report.bundle.app.background).toHaveLength(64);
  expect(report.coverage).toContainEqual(
    expect.objectContaining({ reason: 'budget', detail: expect.stringContaining('CFBundleName and of 1 more keys') }),
  );
  expect(JSON.stringify(report).length).toBeLessThan(100_000);
});
