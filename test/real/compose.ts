import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { buildDex } from '../build/dex.ts';
import { type BuildEntry, buildZip } from '../build/zip.ts';
import { pinned } from './corpus.ts';

/** Real packages, their files and digests: nothing that is not these bytes is ever tested as if it were. */
export const real = {
  apiDemos: () =>
    pinned(
      'android-apidemos@5.0.0',
      'apks/ApiDemos-debug.apk',
      '5e59f42af4e89200fe33eb82a7c2a2a9224947a8aeb9af6e21b77d40827f7cbc',
    ),
  settings: () =>
    pinned(
      'io.appium.settings@8.0.10',
      'apks/settings_apk-debug.apk',
      '4c5d60ab5ae56502857dc625e1dde2996fa6d9e64c479bbce59214774e2129dd',
    ),
  uiautomator2: () =>
    pinned(
      'appium-uiautomator2-server@10.6.6',
      'apks/appium-uiautomator2-server-v10.6.6.apk',
      '8ff760a2a86b487f53090fbdcd5b0360e67d02bb811887d527a9557b0d59c80d',
    ),
  agora: (path: string, sha256: string) => readFileSync(pinned('react-native-agora@1.2.5', path, sha256)),
  rongcloud: (path: string, sha256: string) =>
    readFileSync(pinned('rongcloud-react-native-imlib@0.3.13', `lib/android/${path}`, sha256)),
  voximplant: (path: string, sha256: string) => readFileSync(pinned('react-native-voximplant@0.1.7', path, sha256)),
  iosrtc: (path: string, sha256: string) => readFileSync(pinned('cordova-plugin-iosrtc@8.0.4', path, sha256)),
};

/** Agora RTC 2.0.2 for Android: three instruction sets and the jar. */
export const agora202 = () => ({
  'lib/arm64-v8a/libagora-rtc-sdk-jni.so': real.agora(
    'android/src/main/jniLibs/arm64-v8a/libagora-rtc-sdk-jni.so',
    '66b7e3c53fcc22924eec575d0d58cf8bbacb46a96a9072b981f1961844177850',
  ),
  'lib/armeabi-v7a/libagora-rtc-sdk-jni.so': real.agora(
    'android/src/main/jniLibs/armeabi-v7a/libagora-rtc-sdk-jni.so',
    'eabb164d93521798f5bc117b86723e063e4cbe6dd16362811b894e737dd3088a',
  ),
  'lib/x86/libagora-rtc-sdk-jni.so': real.agora(
    'android/src/main/jniLibs/x86/libagora-rtc-sdk-jni.so',
    'b26bd88d0fa14fc86740dc202aa52f45e4e83f3b7e56f7706629298bade49eeb',
  ),
});

export const agoraJar = () =>
  real.agora('android/libs/agora-rtc-sdk.jar', '6c9d9f3e80a66c7def963dc41d90e8a18cc0e7bcfb86ea6b25c51fa1d4228202');

/** A real APK with files added, as a build with one more dependency would have them. */
export function addToApk(shell: string, files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const kept = Object.entries(unzipSync(readFileSync(shell))).filter(([name]) => !name.endsWith('/'));
  const entries: BuildEntry[] = [...kept, ...Object.entries(files)].map(([name, data]) => ({
    name,
    data,
    // Deflating tens of MB again would only cost the test its time.
    method: data.length > 1_000_000 && !name.includes('arm64') ? 0 : 8,
  }));
  return buildZip(entries);
}

/** A DEX that defines the classes of a real jar, by the names of its entries. No code: names are what is matched. */
export function dexOfJar(jar: Uint8Array): Uint8Array {
  const classes = Object.keys(unzipSync(jar))
    .filter((name) => name.endsWith('.class') && !name.startsWith('META-INF/'))
    .map((name) => ({ name: name.slice(0, -'.class'.length).replaceAll('/', '.') }));
  return buildDex({ classes });
}
