import type { Report } from '../../src/index.ts';
import { agoraTypes } from '../build/agora.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildElf } from '../build/elf.ts';
import { buildMachO } from '../build/macho.ts';
import { buildPlist } from '../build/plist.ts';
import { type BuildEntry, type BuildOptions, buildZip } from '../build/zip.ts';

/** Something to hide. */
export interface Payload {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The same, or what tells in it, as text; code has none. */
  readonly text?: string;
}

/** Somewhere a format leaves room, and a bundle with a payload there. */
export interface Place {
  readonly format: string;
  readonly name: string;
  readonly platform: 'android' | 'ios';
  /** Where only text fits. */
  readonly textOnly?: boolean;
  /** Why nothing is seen there: said, and counted as a miss, until it is. */
  readonly blind?: string;
  build(payload: Payload): Uint8Array;
}

/** Each way to wrap a payload by its format, as the only asset of an APK. */
export function assetPlaces(
  files: Readonly<Record<string, Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>>>>,
): Place[] {
  return Object.entries(files).flatMap(([format, of]) =>
    Object.entries(of).map(([name, wrap]) => ({
      format,
      name,
      platform: 'android' as const,
      build: ({ bytes }: Payload) => apk([{ name: 'assets/a.bin', data: wrap(bytes) }]),
    })),
  );
}

export const utf8 = (text: string) => new TextEncoder().encode(text);

const template = 'http://argus.agoralab.co/vosdk/public/report?listener=%u&venderID=%s&channelName=%s';
/** A sentence that stands in Agora's library alone, and names that do: rules/sdks/agora-rtc.json. */
const sentence = 'Agora Rtc Engine SDK ver %s build %d, built on %s %s';
const names = ['Lio/agora/rtc/RtcEngine;', sentence, 'createAgoraRtcEngine'];

const text = (name: string, content: string): Payload => ({ name, bytes: utf8(content), text: content });

export const payloads: Readonly<Record<Place['platform'], readonly Payload[]>> = {
  android: [
    {
      name: 'DEX',
      bytes: buildDex({ classes: [{ name: 'io.agora.rtc.RtcEngine', methods: ['joinChannel'] }] }),
    },
    {
      name: 'ELF',
      bytes: buildElf({ soname: 'libagora-rtc-sdk-jni.so', exports: ['createAgoraRtcEngine'] }),
    },
    text('template', template),
    { name: 'names', bytes: utf8(`\0${names.join('\0')}\0`), text: sentence },
  ],
  ios: [
    { name: 'Mach-O', bytes: buildMachO({ objcClasses: agoraTypes, symbols: [] }) },
    text('template', template),
    { name: 'names', bytes: utf8(`\0${names.join('\0')}\0`), text: sentence },
  ],
};

export const manifest = buildBinaryXml({
  name: 'manifest',
  attributes: { package: 'org.example.places' },
  children: [{ name: 'application' }],
});
export const emptyDex = buildDex({ classes: [{ name: 'org.example.Main' }] });

/** The app around a place; an entry of the same name takes the place of its own. */
export function apk(entries: readonly BuildEntry[], options: BuildOptions = {}): Uint8Array {
  const own: BuildEntry[] = [
    { name: 'AndroidManifest.xml', data: manifest },
    { name: 'classes.dex', data: emptyDex },
  ];
  return buildZip([...own.filter(({ name }) => !entries.some((each) => each.name === name)), ...entries], options);
}

export function ipa(files: Readonly<Record<string, Uint8Array>>, options: BuildOptions = {}): Uint8Array {
  const own = {
    'Info.plist': buildPlist({ CFBundleIdentifier: 'org.example.places', CFBundleExecutable: 'App' }, 'binary'),
    App: buildMachO({ fileType: 'execute' }),
  };
  const entries = Object.entries({ ...own, ...files });
  return buildZip(
    entries.map(([name, data]) => ({ name: `Payload/App.app/${name}`, data })),
    options,
  );
}

/** What an answer may not be: all clear, with something of Agora's aboard that is named nowhere. */
export function isMiss(report: Report): boolean {
  const found =
    report.detections.some(({ sdk }) => sdk.startsWith('agora')) ||
    report.endpoints.some(({ host }) => host.endsWith('agoralab.co'));
  return report.complete && report.verdict === 'pass' && !found;
}
