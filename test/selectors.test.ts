import { describe, expect, it } from 'vitest';
import type { Report } from '../src/types.ts';
import { buildFat, buildMachO, type MachODescription } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';

const APP = 'Payload/A.app';
const KIT = '@rpath/AgoraRtcKit.framework/AgoraRtcKit';
const SWITCH = 'enableEncryption:encryptionConfig:';
const CLASS = '_OBJC_CLASS_$_AgoraRtcEngineKit';

const uses: MachODescription = { dylibs: [KIT], imports: [{ name: CLASS, library: KIT }] };
const sends: MachODescription = { selectors: ['viewDidLoad', SWITCH], sends: [SWITCH] };
const executable = (image: MachODescription) =>
  buildMachO({ fileType: 'execute', platform: { name: 'ios', minos: '13.0' }, ...image });
/** As many as make more than a stub. */
const AGORA = ['AgoraRtcEngineKit', ...Array.from({ length: 20 }, (_, i) => `AgoraRtcPart${i}`)];
const kit = buildMachO({ fileType: 'dylib', exports: [CLASS], objcClasses: ['AgoraRtcEngineKit'], ...sends });

const app = (main: Uint8Array, framework: Uint8Array | null = kit) =>
  scan(
    buildZip(
      Object.entries({
        'Info.plist': buildPlist({ CFBundleExecutable: 'A', NSMicrophoneUsageDescription: 'a' }, 'binary'),
        A: main,
        ...(framework === null ? {} : { 'Frameworks/AgoraRtcKit.framework/AgoraRtcKit': framework }),
      }).map(([name, data]) => ({ name: `${APP}/${name}`, data })),
    ),
  );
const encryption = ({ flows }: Report) =>
  flows.find(({ data }) => data === 'microphone')?.controls.find(({ id }) => id === 'media-encryption');
const NOT_READ = /^How the app uses enableEncryption was not read;/;

describe('a control of an SDK for iOS', () => {
  it('says which file names its message and uses the SDK, and stays undetermined', async () => {
    const control = encryption(await app(executable({ ...uses, ...sends })));
    expect(control?.state).toBe('undetermined');
    expect(control?.reason).toBe(
      `${APP}/A uses Agora RTC (Video and Voice SDK) and names the message ${SWITCH}; whether it sends it, and with what, ` +
        "is not read of code of iOS; by the vendor's documents it is not in effect unless the app asks for it.",
    );
    expect(control?.evidence).toMatchObject([
      { clue: 'agora-rtc/media-encryption', kind: 'use', path: `${APP}/A`, text: SWITCH, how: 'Objective-C selector' },
    ]);
  });

  it('of several instruction sets, each has its place', async () => {
    const image = { ...uses, ...sends };
    const fat = buildFat([
      { arch: 'armv7', bytes: executable({ ...image, arch: 'armv7' }) },
      { arch: 'arm64', bytes: executable(image) },
    ]);
    const evidence = encryption(await app(fat))?.evidence ?? [];
    expect(evidence.map(({ text }) => text)).toEqual([SWITCH, SWITCH]);
    expect(new Set(evidence.map(({ spans }) => spans[0]?.offset)).size).toBe(2);
  });

  it.each([
    ['a file that does not use the SDK', executable(sends), kit],
    ['a file that only defines a method of that name', executable({ ...uses, selectors: [SWITCH] }), kit],
    ['an encrypted file', executable({ ...uses, ...sends, encrypted: true }), kit],
    ['a file that holds the SDK itself', executable({ ...sends, ...uses, objcClasses: AGORA }), null],
  ])('says nothing of %s', async (_name, main, framework) => {
    const control = encryption(await app(main, framework));
    expect(control?.reason).toMatch(NOT_READ);
    expect(control).not.toHaveProperty('evidence');
  });

  it('is not found by a reference that leads nowhere', async () => {
    const main = executable({ ...uses, ...sends });
    const view = new DataView(main.buffer);
    const at = main.findIndex((_, i) => i + 8 <= main.length && i % 8 === 0 && isPointerToSwitch(main, view, i));
    view.setBigUint64(at, 0xffff_ffffn, true);
    expect(encryption(await app(main))?.reason).toMatch(NOT_READ);
  });
});

/** Addresses of what the builder writes are offsets into the file. */
function isPointerToSwitch(bytes: Uint8Array, view: DataView, at: number): boolean {
  const target = Number(view.getBigUint64(at, true));
  return (
    target > 0 &&
    target + SWITCH.length <= bytes.length &&
    new TextDecoder('latin1').decode(bytes.subarray(target, target + SWITCH.length)) === SWITCH
  );
}
