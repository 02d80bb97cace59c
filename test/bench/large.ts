import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { buildPlist } from '../build/plist.ts';
import { type BuildEntry, buildZip } from '../build/zip.ts';
import { agora202, real } from '../real/compose.ts';
import { npmPackage } from '../real/corpus.ts';

/** Bundles of sizes that no npm package has, composed of real SDK bytes. Built once, under `.cache/bench`. */

function once(folder: string, name: string, build: () => Uint8Array): string {
  const path = join(folder, name);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, build());
  }
  return path;
}

/** Real native libraries, deflated once: a copy under another name costs nothing to write and everything to read. */
function libraries(): { name: string; data: Uint8Array; raw: Uint8Array }[] {
  const files: Record<string, Uint8Array> = { ...agora202() };
  const voximplant = npmPackage('react-native-voximplant@0.1.7');
  for (const abi of ['arm64-v8a', 'armeabi-v7a', 'x86']) {
    files[`lib/${abi}/libjingle_peerconnection_so.so`] = readFileSync(
      join(voximplant, `android/libs/${abi}/libjingle_peerconnection_so.so`),
    );
  }
  return Object.entries(files).map(([name, data]) => ({ name, data, raw: deflateRawSync(data) }));
}

/** A real APK with real libraries added, again and again under new names, until the file has that many bytes. */
export function largeApk(folder: string, name: string, bytes: number): string {
  return once(folder, name, () => {
    const shell = unzipSync(readFileSync(real.apiDemos()));
    const entries: BuildEntry[] = Object.entries(shell)
      .filter(([path]) => !path.endsWith('/'))
      .map(([path, data]) => ({ name: path, data }));
    const added = libraries();
    let size = 6_000_000;
    for (let copy = 0; size < bytes; copy++) {
      for (const { name: path, data, raw } of added) {
        entries.push({ name: copy === 0 ? path : path.replace(/\.so$/, `_${copy}.so`), data, raw });
        size += raw.length;
      }
    }
    return buildZip(entries);
  });
}

/** An IPA of about 60 MB: WebRTC and Agora frameworks of real bytes, stored. */
export function largeIpa(folder: string): string {
  return once(folder, 'frameworks.ipa', () => {
    const webrtc = join(
      npmPackage('cordova-plugin-iosrtc@8.0.4'),
      'lib/WebRTC.xcframework/ios-arm64_armv7/WebRTC.framework/WebRTC',
    );
    const agora = join(
      npmPackage('react-native-agora@1.2.5'),
      'ios/RCTAgora/libs/AgoraRtcEngineKit.framework/AgoraRtcEngineKit',
    );
    const app = 'Payload/Calls.app';
    return buildZip([
      { name: `${app}/Info.plist`, data: buildPlist({ CFBundleIdentifier: 'org.example.calls' }, 'binary') },
      { name: `${app}/Frameworks/WebRTC.framework/WebRTC`, data: readFileSync(webrtc), method: 0 },
      { name: `${app}/Frameworks/AgoraRtcEngineKit.framework/AgoraRtcEngineKit`, data: readFileSync(agora), method: 8 },
    ]);
  });
}
