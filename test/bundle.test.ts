import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { render } from '../src/index.ts';
import { buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';

const files: Record<string, Uint8Array> = {
  'Info.plist': buildPlist({ CFBundleIdentifier: 'org.example.app', CFBundleExecutable: 'My App' }, 'binary'),
  'My App': buildMachO({ fileType: 'execute', platform: { name: 'ios', minos: '13.0' } }),
  'Frameworks/AgoraRtcKit.framework/AgoraRtcKit': buildMachO({
    fileType: 'dylib',
    exports: ['_OBJC_CLASS_$_AgoraRtcEngineKit'],
  }),
};
const zip = (prefix: string) =>
  buildZip(Object.entries(files).map(([name, data]) => ({ name: `${prefix}${name}`, data })));
const folder = mkdtempSync(join(tmpdir(), 'waybill-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

function unpack(name: string): string {
  for (const [path, data] of Object.entries(files)) {
    const file = join(folder, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, data);
  }
  return join(folder, name);
}

describe('what is opened', () => {
  it.each([
    ['an IPA', 'ipa', () => zip('Payload/App.app/')],
    ['an IPA as a Blob', 'ipa', () => new Blob([zip('Payload/App.app/').slice().buffer])],
    ['a zipped .app', 'ipa', () => zip('App.app/')],
    ['an .app directory', 'app', () => unpack('App.app')],
    ['an unpacked IPA', 'ipa', () => dirname(dirname(unpack('unpacked/Payload/App.app')))],
  ] as const)('%s: the app, its executable and its frameworks', async (_name, kind, source) => {
    const report = await scan(source());
    expect(report.bundle).toMatchObject({ kind, platform: 'ios', entries: 3, app: { id: 'org.example.app' } });
    expect(report.bundle.app.architectures).toEqual(['arm64']);
    expect(report.detections.map((d) => d.sdk)).toEqual(['agora-rtc']);
    expect(report.detections[0]?.instances[0]?.container).toMatch(/AgoraRtcKit\.framework$/);
    expect(report.complete).toBe(true);
  });

  it('a bare Mach-O, by content whatever its name, with a notice and never complete', async () => {
    const path = join(folder, 'Runner.ipa');
    writeFileSync(path, files['My App'] as Uint8Array);
    const report = await scan(path);
    expect(report.bundle).toMatchObject({ kind: 'macho', entries: 1 });
    expect(report.notices).toHaveLength(1);
    expect(report.complete).toBe(false);
  });

  it('the digest of a directory is that of its files, and links are not followed', async () => {
    const one = await scan(unpack('one.app'));
    const two = unpack('two.app');
    symlinkSync('/etc/passwd', join(two, 'link'));
    const report = await scan(two);
    expect(report.coverage).toContainEqual(expect.objectContaining({ path: 'link', format: 'link', state: 'skipped' }));
    expect(report.bundle.sha256).toBe(one.bundle.sha256);
    writeFileSync(join(two, 'My App'), 'changed');
    expect((await scan(two)).bundle.sha256).not.toBe(one.bundle.sha256);
  });

  it('a directory that is none says so', async () => {
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src', 'main.c'), 'int main;');
    await expect(scan(join(folder, 'src'))).rejects.toMatchObject({
      code: 'not-a-bundle',
      message: expect.stringContaining('a directory, but neither'),
    });
    await expect(scan(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('a framework without the executable that its plist names is not complete', async () => {
    const { 'Frameworks/AgoraRtcKit.framework/AgoraRtcKit': _gone, ...rest } = files;
    const plist = buildPlist({ CFBundleExecutable: 'WebRTC', CFBundleIdentifier: 'org.webrtc.WebRTC' }, 'binary');
    const report = await scan(
      buildZip(
        Object.entries({ ...rest, 'Frameworks/WebRTC.framework/Info.plist': plist }).map(([name, data]) => ({
          name: `Payload/App.app/${name}`,
          data,
        })),
      ),
    );
    expect(report.coverage).toContainEqual(
      expect.objectContaining({ path: 'Payload/App.app/Frameworks/WebRTC.framework/WebRTC', reason: 'missing' }),
    );
    expect(report.verdict).toBe('inconclusive');
  });
});

it('a download that broke off is cut short, and not written to deceive: check sums behind the data were lost with it', async () => {
  const entries = Object.entries(files).map(([name, data]) => ({
    name: `Payload/App.app/${name}`,
    data,
    descriptor: true,
  }));
  const whole = buildZip([
    ...entries,
    { name: 'Payload/App.app/last.bin', data: new Uint8Array(4096).fill(7), method: 0 },
  ]);
  const cut = whole.subarray(0, Buffer.from(whole).indexOf('Payload/App.app/last.bin'));
  const report = await scan(cut);
  const { anomalies, findings, complete } = report;
  expect(complete).toBe(false);
  expect(anomalies).toEqual([]);
  expect(findings.filter(({ rule }) => rule === 'container-trick')).toEqual([]);
  // What the first screen offers to explain is what it says.
  expect(render({ ...report, detections: [], findings: [] }, 'summary')).toContain('waybill explain inconclusive');
});

it('what its header calls encrypted, and no check sum shows to be otherwise, is not read', async () => {
  const data = 'https://rtc.example/'.repeat(9);
  const hidden = { name: 'Payload/App.app/x.txt', data, descriptor: true, local: { flags: 0x09 } };
  const whole = buildZip([{ name: 'Payload/App.app/Info.plist', data: files['Info.plist']! }, hidden]);
  const { coverage } = await scan(whole.subarray(0, Buffer.from(whole).indexOf('PK\x01\x02')));
  expect(coverage.map(({ reason }) => reason)).toContain('password');
});

describe('a caller', () => {
  it('can abort, and is told how far it is', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const scanning = scan(zip('Payload/App.app/'), {
      signal: controller.signal,
      onProgress: ({ phase }) => {
        seen.push(phase);
        controller.abort(new Error('enough'));
      },
    });
    await expect(scanning).rejects.toMatchObject({ code: 'aborted' });
    expect(seen[0]).toBe('open');
  });

  it('is told how far it is within an entry, and never of less than before', async () => {
    const parts: number[] = [];
    const library = new Uint8Array(32 * 1024 * 1024).map((_, i) => (i * 2654435761) >>> 13);
    const bundle = buildZip([
      { name: 'AndroidManifest.xml', data: '' },
      { name: 'lib/arm64-v8a/libbig.so', data: library, method: 0 },
    ]);
    await scan(bundle, { onProgress: ({ done, total }) => void parts.push(total > 0 ? done / total : 0) });
    expect(parts.filter((part) => part > 0.1 && part < 0.9).length).toBeGreaterThan(3);
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
  });

  it.each([
    [{ asOf: '2021-02-30' }, 'bad-option', 'asOf'],
    [{ policy: 'none' }, 'bad-option', 'store'],
    [{ budgets: { entries: 0 } }, 'bad-option', 'entries'],
    [{ context: { operater: {} } as never }, 'bad-context', 'operater'],
    [{ context: { operator: { name: 'x', country: 'UK' } } }, 'bad-context', 'write "GB"'],
    [{ context: { operator: { name: 'x', country: 'XX' } } }, 'bad-context', 'operator.country'],
    [{ context: { distribution: { offered: ['EU'] } } }, 'bad-context', 'name its member states'],
    [{ context: { distribution: { offered: ['US'], notOffered: ['US'] } } }, 'bad-context', 'not in both'],
  ])('is told which option is wrong: %j', async (options, code, word) => {
    await expect(scan(zip('Payload/App.app/'), options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(word),
    });
  });
});
