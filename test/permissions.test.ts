import { describe, expect, it } from 'vitest';
import { scan } from '../src/index.ts';
import { buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { buildZip } from './build/zip.ts';

// Agora as a fat app of it would have it: more than one class, and a text of its engine.
const AGORA = {
  objcClasses: ['AgoraRtcEngineKit', 'AgoraRtcVideoCanvas', 'AgoraMediaDevice'],
  cstrings: ['agorasdk.log'],
};
const executable = (image: object = {}) =>
  buildMachO({ fileType: 'execute', platform: { name: 'ios', minos: '13.0' }, ...image });
const list = (permissions: readonly string[]) =>
  buildPlist({ CFBundleExecutable: 'A', ...Object.fromEntries(permissions.map((name) => [name, 'a'])) }, 'binary');

/** @param units by folder below the app: who asks for what, and whether Agora is in it */
async function microphone(units: Readonly<Record<string, { asks?: boolean; agora?: boolean }>>) {
  const files = Object.entries(units).flatMap(([folder, { asks = false, agora = false }]) => [
    { name: `Payload/A.app/${folder}Info.plist`, data: list(asks ? ['NSMicrophoneUsageDescription'] : []) },
    { name: `Payload/A.app/${folder}A`, data: executable(agora ? AGORA : {}) },
  ]);
  const { flows } = await scan(buildZip(files));
  const { basis, permission } = flows.find((flow) => flow.sdk === 'agora-rtc' && flow.data === 'microphone')!;
  return `${basis} ${permission?.state}`;
}

describe('what an app asks for, it asks for its own code', () => {
  const [asks, agora] = [{ asks: true }, { agora: true }];
  it.each([
    ['of the app itself', { '': { ...asks, ...agora } }],
    ['of its extension', { '': asks, 'PlugIns/S.appex/': agora }],
    ['of the app around an extension that asks', { '': agora, 'PlugIns/S.appex/': asks }],
    [
      'of an extension inside the app on the watch',
      { '': {}, 'Watch/W.app/': asks, 'Watch/W.app/PlugIns/E.appex/': agora },
    ],
    ['of a clip', { '': {}, 'AppClips/C.app/': { ...asks, ...agora } }],
  ])('%s', async (_, units) => {
    expect(await microphone(units)).toBe('capable declared');
  });

  it.each([
    ['an app on the watch', { '': agora, 'Watch/W.app/': asks }],
    ['the app, for one on the watch', { '': asks, 'Watch/W.app/': agora }],
    ['a clip', { '': agora, 'AppClips/C.app/': asks }],
    ['the app, for a clip', { '': asks, 'AppClips/C.app/': agora }],
  ])('and not %s', async (_, units) => {
    expect(await microphone(units)).toBe('reported absent');
  });
});
