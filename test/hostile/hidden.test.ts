import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { agoraClasses, agoraTypes } from '../build/agora.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildElf } from '../build/elf.ts';
import { buildMachO } from '../build/macho.ts';
import { buildPlist } from '../build/plist.ts';
import { scan } from '../build/verified.ts';
import { buildZip, concat } from '../build/zip.ts';

/** Ways to hide an SDK that an app's own loader could still use: each is found, or the answer is not complete. */

const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
const empty = buildDex({ classes: [{ name: 'org.example.Main' }] });
const agoraDex = buildDex({ classes: agoraClasses });
const agoraElf = buildElf({ soname: 'libagora-rtc-sdk-jni.so', exports: ['createAgoraRtcEngine'] });
const agoraMachO = buildMachO({ objcClasses: agoraTypes });
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const noise = new Uint8Array(5000).map((_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 0xff);

const apk = (files: Record<string, Uint8Array>, options = {}) =>
  buildZip(
    Object.entries({ 'AndroidManifest.xml': manifest, 'classes.dex': empty, ...files }).map(([name, data]) => ({
      name,
      data,
    })),
    options,
  );
const ipa = (executable: Uint8Array, files: Record<string, Uint8Array> = {}) =>
  buildZip(
    Object.entries({
      'Info.plist': buildPlist({ CFBundleIdentifier: 'org.example', CFBundleExecutable: 'App' }, 'binary'),
      App: executable,
      ...files,
    }).map(([name, data]) => ({ name: `Payload/App.app/${name}`, data })),
  );
const found = (report: Report) => report.detections.some((d) => d.sdk === 'agora-rtc' && d.scored);

describe('found, or not complete', () => {
  it.each([
    ['a DEX behind the head of a picture', apk({ 'res/a.png': concat(png, agoraDex) })],
    ['a library behind the head of a picture', apk({ 'res/a.png': concat(png, agoraElf) })],
    ['a DEX at offset 16 of a file', apk({ 'assets/a.bin': concat(new Uint8Array(16), agoraDex) })],
    ['a Mach-O four bytes into a file', ipa(buildMachO({}), { 'a.bin': concat(new Uint8Array(4), agoraMachO) })],
    ['a DEX behind the DEX', apk({ 'classes.dex': concat(empty, agoraDex) })],
    ['a packed DEX', apk({ 'assets/a.gz': gzipSync(agoraDex) })],
    [
      'xz whose blocks are noise',
      apk({
        'assets/a.xz': concat(Uint8Array.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4, 0xe6, 0xd6, 0xb4, 0x46]), noise),
      }),
    ],
    ['classes.dex that is noise', apk({ 'classes.dex': noise })],
    ['classes.dex that is empty', apk({ 'classes.dex': new Uint8Array(0) })],
    ['a library that is noise', apk({ 'lib/arm64-v8a/libx.so': noise })],
    ['a library further down under lib/ that is noise', apk({ 'lib/arm64-v8a/more/libx.so': noise })],
    ['an executable that is noise', ipa(noise)],
    ['a dylib that is noise', ipa(buildMachO({}), { 'Frameworks/libx.dylib': noise })],
    ['an executable that is text', ipa(new TextEncoder().encode('#!/bin/sh'))],
    ['a framework that is noise', ipa(buildMachO({}), { 'Frameworks/X.framework/X': noise })],
    [
      'an APK dressed as an IPA',
      apk({ 'classes2.dex': agoraDex, 'Payload/A.app/Info.plist': manifest, 'X.app/A': manifest }),
    ],
    ['bytes before the archive', apk({}, { prepend: { bytes: agoraElf, fixed: true } })],
    ['bytes behind the archive', apk({}, { append: agoraDex })],
    ['the comment of the archive', apk({}, { comment: agoraDex })],
  ])('%s', async (_name, bytes) => {
    const report = await scan(bytes);
    expect({ found: found(report), complete: report.complete }).not.toEqual({ found: false, complete: true });
    expect(report.verdict).not.toBe('pass');
  });

  it('a picture that is one hides nothing', async () => {
    const report = await scan(apk({ 'res/a.png': concat(png, noise) }));
    expect([report.complete, report.verdict]).toEqual([true, 'pass']);
  });

  it('a markup of another kind beside an APK is said, and the APK is read', async () => {
    for (const name of ['BundleConfig.pb', 'toc.pb', 'classes.jar', 'a.xcarchive/x', 'Payload/A.app/Info.plist']) {
      const report = await scan(apk({ [name]: manifest }));
      expect(report.bundle, name).toMatchObject({ kind: 'apk', app: { id: 'org.example' } });
    }
  });
});

describe('a name is not the code it names', () => {
  it.each([
    ['an empty library', { 'lib/arm64-v8a/libagora-rtc-sdk.so': new Uint8Array(0) }],
    ['a text by the name of a library', { 'assets/libagora-rtc-sdk.so': new TextEncoder().encode('not here') }],
    ['a text by the name of a class', { 'io/agora/rtc/RtcEngine.class': new TextEncoder().encode('hello') }],
  ])('%s is no Agora', async (_name, files) => {
    const report = await scan(apk(files));
    expect(found(report)).toBe(false);
    expect(report.flows).toEqual([]);
  });
});

describe('code that no rule knows is listed wherever it stands', () => {
  it.each([
    ['a library in assets', apk({ 'assets/q.dat': buildElf({ soname: 'libq.so' }) }), 'q.dat'],
    ['a second executable', ipa(buildMachO({}), { helper: buildMachO({}) }), 'helper'],
  ])('%s', async (_name, bytes, name) => {
    const report = await scan(bytes);
    expect(report.unidentified.map((u) => u.name)).toContain(name);
  });
});
