import { buildBinaryXml, type XmlDescription, type XmlValue } from './axml.ts';
import { buildDex } from './dex.ts';
import { buildElf } from './elf.ts';
import { type BuildEntry, buildZip } from './zip.ts';

/** Packages of one app, small: its base and what is split off. */

export type Files = Readonly<Record<string, Uint8Array | string>>;

/** A ZIP archive; what ends in `.apk` is stored, as tools that build sets do, unless `method` says otherwise. */
export const zipOf = (files: Files, method?: 0 | 8): Uint8Array =>
  buildZip(
    Object.entries(files).map(
      ([name, data]): BuildEntry => ({ name, data, method: method ?? (name.endsWith('.apk') ? 0 : 8) }),
    ),
  );

export const APP = 'org.example.rooms';

export const manifestOf = (
  attributes: Readonly<Record<string, XmlValue>> = {},
  ...children: XmlDescription[]
): XmlDescription => ({
  name: 'manifest',
  attributes: { package: APP, 'android:versionCode': 7, ...attributes },
  children,
});

export const asks = (name: string): XmlDescription => ({
  name: 'uses-permission',
  attributes: { 'android:name': `android.permission.${name}` },
});

export const agoraLibrary = buildElf({ soname: 'libagora-rtc-sdk-jni.so' });
export const agoraDex = buildDex({ classes: [{ name: 'io.agora.rtc.RtcEngine' }, { name: `${APP}.Main` }] });

export const apkOf = (manifest: XmlDescription, files: Files = {}): Uint8Array =>
  zipOf({ 'AndroidManifest.xml': buildBinaryXml(manifest), ...files });

/** A base that asks for the microphone and for native code of some processor. */
export const baseApk = (
  attributes: Readonly<Record<string, XmlValue>> = {},
  ...children: XmlDescription[]
): Uint8Array =>
  apkOf(
    manifestOf(
      { 'android:requiredSplitTypes': 'base__abi', 'android:splitTypes': '', ...attributes },
      asks('RECORD_AUDIO'),
      ...children,
    ),
    { 'classes.dex': agoraDex },
  );

export const abiApk = (attributes: Readonly<Record<string, XmlValue>> = {}): Uint8Array =>
  apkOf(manifestOf({ split: 'config.arm64_v8a', 'android:splitTypes': 'base__abi', ...attributes }), {
    'lib/arm64-v8a/libagora-rtc-sdk-jni.so': agoraLibrary,
  });

/** The same app in one piece. */
export const wholeApk = (): Uint8Array =>
  apkOf(manifestOf({}, asks('RECORD_AUDIO')), {
    'classes.dex': agoraDex,
    'lib/arm64-v8a/libagora-rtc-sdk-jni.so': agoraLibrary,
  });
