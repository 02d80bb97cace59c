import { describe, expect, it } from 'vitest';
import { openDex, visitUses } from '../src/formats/dex/index.ts';
import { explain, loadRules, type Report, render, scan as scanOnly } from '../src/index.ts';
import { buildAssembly } from './build/assembly.ts';
import { buildBundle, type FileDescription } from './build/bundle.ts';
import { buildDex, type DexClass, type Instruction, writeDex } from './build/dex.ts';
import { mulberry32 } from './build/random.ts';
import { scan } from './build/verified.ts';

/** Whose code refers to what the app's permissions are for. Every scan here verifies its evidence. */

type Files = Readonly<Record<string, FileDescription>>;

const RECORD = { calls: 'android.media.AudioRecord.<init>' };
const OPEN = { calls: 'android.hardware.Camera.open' };
const ID = 'org.example.app';
const AUDIO = 'android.permission.RECORD_AUDIO';
const CAMERA = 'android.permission.CAMERA';

const running = (name: string, ...code: Instruction[]): DexClass => ({ name, code: { run: code } });
/** As many classes as a party is listed from. */
const party = (name: string, ...code: Instruction[]): DexClass[] => [
  running(`${name}.A`, ...code),
  { name: `${name}.B` },
  { name: `${name}.C` },
];
const dex = (...classes: DexClass[]): FileDescription => ({ dex: { classes } });

function apk(files: Files, permissions: readonly string[] = [AUDIO, CAMERA], id = ID): Uint8Array {
  const asked = permissions.map((name) => ({ name: 'uses-permission', attributes: { 'android:name': name } }));
  const axml = { name: 'manifest', attributes: { package: id }, children: [...asked, { name: 'application' }] };
  return buildBundle({ files: { 'AndroidManifest.xml': { axml }, ...files } });
}

const app = (files: Files, ...more: [string[]?, string?]): Promise<Report> => scan(apk(files, ...more));
const useOf = ({ permissionUse }: Report, permission = AUDIO) =>
  permissionUse.find((use) => use.permission === permission);
const usersOf = (report: Report, permission = AUDIO) =>
  useOf(report, permission)?.users.map(({ kind, name, refers }) => `${kind} ${name} ${refers}`);

describe('a party that alone refers to what a permission is for', () => {
  it('is said to, with the instruction; who only names the permission stands beside it', async () => {
    const report = await app({
      'classes.dex': dex(...party('com.acme.voice', RECORD), running(`${ID}.Main`, { register: 0, string: AUDIO })),
    });
    const use = useOf(report);
    expect(usersOf(report)).toEqual(['unidentified com.acme interface', `app ${ID} name`]);
    expect(use?.only).toEqual({ kind: 'unidentified', name: 'com.acme' });
    expect(use?.open).toBeNull();
    const [evidence] = use?.users[0]?.evidence ?? [];
    expect(evidence).toMatchObject({
      ...{ clue: 'permission', kind: 'use', path: 'classes.dex', encoding: 'hex' },
      value: 'com.acme.voice.A.run calls android.media.AudioRecord.<init>',
    });
    // invoke-static {}: three units.
    expect(evidence?.text).toMatch(/^7100[0-9a-f]{4}0000$/);
    expect(report.unidentified).toMatchObject([{ kind: 'package', name: 'com.acme', onlyUserOf: [AUDIO] }]);
    expect(report.verdict).toBe('pass');
    // Asked for, and nobody refers to what it is for.
    expect(useOf(report, CAMERA)).toMatchObject({ users: [], only: null, open: null });
    const shown = render(report, 'text');
    expect(shown).toContain('only its code refers to what RECORD_AUDIO is for');
    expect(shown).toMatch(/RECORD_AUDIO +only com\.acme; named by the app's own code/);
    expect(shown).toContain('none that was read: CAMERA');
  });

  it('stands in another DEX, or in an own one, and the same everywhere at depth standard', async () => {
    const bundle = apk({
      'classes.dex': dex(running(`${ID}.Main`)),
      'classes2.dex': dex(...party('com.acme', RECORD)),
      'classes3.dex': dex(running('com.acme.D', RECORD), running('com.other.E')),
    });
    const deep = await scan(bundle);
    expect(useOf(deep)).toMatchObject({ only: { name: 'com.acme' } });
    expect((await scan(bundle, { depth: 'standard' })).permissionUse).toEqual(deep.permissionUse);
    expect((await scan(bundle, { depth: 'names' })).permissionUse).toMatchObject(
      [
        { permission: AUDIO, users: [], only: null },
        { permission: CAMERA, users: [], only: null },
      ].toReversed(),
    );
  });

  it('is a known SDK where its rule says so', async () => {
    const report = await app({
      'classes.dex': dex(running('io.agora.rtc.RtcEngine'), running('io.agora.rtc.audio.Device', RECORD)),
    });
    expect(useOf(report)?.only).toEqual({ kind: 'sdk', name: 'agora-rtc' });
    expect(report.detections.find(({ sdk }) => sdk === 'agora-rtc')?.onlyUserOf).toEqual([AUDIO]);
    expect(render(report, 'text')).toMatch(/alone +only its code refers to what RECORD_AUDIO is for/);
  });

  it('is the app where the package is its own, also below the name of an SDK', async () => {
    const id = 'io.agora.rtc.demo';
    const files = { 'classes.dex': dex(running('io.agora.rtc.RtcEngine'), running(`${id}.Main`, RECORD)) };
    expect(useOf(await app(files, [AUDIO], id))?.only).toEqual({ kind: 'app', name: id });
    expect(useOf(await app(files, [AUDIO], 'org.other'))?.only).toEqual({ kind: 'sdk', name: 'agora-rtc' });
    const own = { 'classes.dex': dex(running('org.example.lib.X', RECORD), ...party('com.acme')) };
    expect(useOf(await app(own))?.only).toEqual({ kind: 'app', name: ID });
  });

  it('is a runtime by its name', async () => {
    const report = await app({
      'classes.dex': dex(running('androidx.camera.video.Audio', RECORD), ...party('com.acme')),
    });
    expect(useOf(report)?.only).toEqual({ kind: 'runtime', name: 'androidx' });
    expect(report.unidentified.flatMap(({ onlyUserOf }) => onlyUserOf)).toEqual([]);
  });
});

describe('nobody is said to be the only one', () => {
  const acme = party('com.acme', RECORD);

  it('where two are', async () => {
    const report = await app({ 'classes.dex': dex(...acme, running(`${ID}.Main`, RECORD)) });
    expect(usersOf(report)).toEqual([`app ${ID} interface`, 'unidentified com.acme interface']);
    expect(useOf(report)).toMatchObject({ only: null, open: null });
    expect(report.unidentified[0]?.onlyUserOf).toEqual([]);
  });

  it('where a library asks the system for it by name', async () => {
    const elf = { soname: 'libvoice.so', exports: ['x'], imports: ['slCreateEngine', 'SL_IID_RECORD'] };
    const report = await app({ 'classes.dex': dex(...acme), 'lib/arm64-v8a/libvoice.so': { elf } });
    expect(usersOf(report)).toEqual(['unidentified com.acme interface', 'unidentified libvoice.so interface']);
    const alone = await app({ 'classes.dex': dex(...party('com.acme')), 'lib/arm64-v8a/libvoice.so': { elf } });
    expect(alone.unidentified.map(({ name, onlyUserOf }) => [name, onlyUserOf])).toEqual([
      ['libvoice.so', []],
      ['com.acme', []],
    ]);
    const playing = { soname: 'libplay.so', exports: ['x'], imports: ['slCreateEngine'] };
    expect(useOf(await app({ 'lib/arm64-v8a/libplay.so': { elf: playing } }))?.users).toEqual([]);
  });

  const random = mulberry32(300);
  const noise = Uint8Array.from({ length: 300_000 }, () => random() * 256);
  const open: [string, Files, RegExp][] = [
    ['renamed packages', { 'classes.dex': dex(running('a.b.c', RECORD), ...party('com.acme')) }, /renamed packages/],
    ['classes in no package', { 'classes.dex': dex(running('x', RECORD), ...party('com.acme')) }, /renamed packages/],
    [
      'code that the build shares out',
      { 'classes.dex': dex(running('com.acme.X$$ExternalSyntheticApiModelOutline0', RECORD), ...party('com.acme')) },
      /shared by the build/,
    ],
    [
      'an opcode that no code can have',
      { 'classes.dex': dex(...acme, running('com.b.X', { units: [0x3e] })) },
      /classes\.dex: code of 1 methods was not read, the first at \d+/,
    ],
    [
      'an instruction cut off',
      { 'classes.dex': dex(...acme, running('com.b.X', { units: [0x0018, 1, 2] })) },
      /not read/,
    ],
    [
      'a library that cannot be read',
      { 'classes.dex': dex(...acme), 'lib/arm64-v8a/libx.so': { text: 'x' } },
      /not all was read/,
    ],
    ['content like noise', { 'classes.dex': dex(...acme), 'assets/x.bin': { bytes: noise } }, /packed code: assets/],
    [
      'a runtime whose code reaches classes by name',
      {
        'classes.dex': dex(...acme),
        'lib/arm64-v8a/libunity.so': { elf: { soname: 'libunity.so', exports: ['x'] } },
        'assets/bin/Data/Managed/A.dll': { bytes: buildAssembly({ name: 'A' }) },
      },
      /Unity engine reaches the platform by name/,
    ],
  ];
  it.each(open)('where there is %s', async (_, files, why) => {
    const report = await app(files);
    expect(useOf(report)).toMatchObject({ only: null, open: expect.stringMatching(why) });
    expect(useOf(report)?.users).toHaveLength(1);
    expect(report.unidentified.flatMap(({ onlyUserOf }) => onlyUserOf)).toEqual([]);
    expect(render(report, 'text')).toContain('whether others do is not known');
  });

  it('of files, which can be opened by their path', async () => {
    const MEDIA = 'android.permission.READ_MEDIA_IMAGES';
    const reads = { reads: 'android.provider.MediaStore$Images$Media.EXTERNAL_CONTENT_URI' };
    const report = await app({ 'classes.dex': dex(...party('com.acme', reads)) }, [MEDIA]);
    expect(usersOf(report, MEDIA)).toEqual(['unidentified com.acme interface']);
    expect(useOf(report, MEDIA)).toMatchObject({ only: null, open: 'files can be opened by their path alone' });
  });

  it('for code that cannot be read: a broken method says nothing else of the answer', async () => {
    const report = await app({ 'classes.dex': dex(...acme, running('com.b.X', { units: [0x3e] })) });
    expect([report.verdict, report.complete]).toEqual(['pass', true]);
  });
});

describe('a reference', () => {
  it('is a call, a field, an address or an action', async () => {
    const P = (name: string) => `android.permission.${name}`;
    const files = {
      'classes.dex': dex(
        ...party('com.log', { reads: 'android.provider.CallLog$Calls.CONTENT_URI' }),
        ...party('com.sms', { register: 1, string: 'content://sms/inbox' }),
        ...party('com.call', { register: 1, string: 'android.intent.action.CALL' }),
        ...party(
          'com.none',
          { register: 1, string: 'content://smsx.example' },
          { calls: 'android.hardware.Camera.release' },
        ),
        ...party('com.like', { calls: 'com.own.Camera.open' }, { register: 1, string: 'android.intent.action.CALLED' }),
      ),
    };
    const report = await app(files, [P('READ_CALL_LOG'), P('READ_SMS'), P('CALL_PHONE'), CAMERA]);
    expect(report.permissionUse.map(({ permission, only }) => [permission, only?.name])).toEqual([
      [P('CALL_PHONE'), 'com.call'],
      [CAMERA, undefined],
      [P('READ_CALL_LOG'), 'com.log'],
      // `content://sms` begins both.
      [P('READ_SMS'), undefined],
    ]);
    expect(usersOf(report, P('READ_SMS'))).toEqual([
      'unidentified com.none interface',
      'unidentified com.sms interface',
    ]);
  });

  it('counts where the app asks for the permission alone', async () => {
    const report = await app({ 'classes.dex': dex(...party('com.acme', RECORD, OPEN)) }, [CAMERA]);
    expect(report.permissionUse.map(({ permission }) => permission)).toEqual([CAMERA]);
    expect(report.unidentified[0]?.onlyUserOf).toEqual([CAMERA]);
  });

  it('is none in the table of a switch or an array, nor inside of another instruction', async () => {
    // const-wide v0, then goto over fill-array-data-payload of 4 units: all of these units look like `invoke-static {}, @0`.
    const like = [0x0071, 0x0000, 0x0000];
    const units = [0x0018, ...like, 0x0071, 0x0528, 0x0300, 0x0002, 0x0003, 0x0000, ...like, 0x000e];
    const report = await app({
      'classes.dex': {
        dex: {
          classes: party('com.acme', { units }),
          methodRefs: [{ class: 'android.media.AudioRecord', name: '<init>' }],
        },
      },
    });
    expect(useOf(report)).toMatchObject({ users: [], open: null });
  });

  it('of a string is met by its long index too', async () => {
    const strings = Array.from({ length: 66_000 }, (_, i) => `a${i}`);
    const far = 'content://sms';
    const described = (units: readonly number[]) => ({
      classes: party('com.acme', { units }),
      strings: [...strings, far],
    });
    const index = writeDex(described([0, 0, 0]), '035', 0).strings.findIndex(({ text }) => text === far);
    expect(index).toBeGreaterThan(0xffff);
    const READ_SMS = 'android.permission.READ_SMS';
    const of = (at: number) => app({ 'classes.dex': { dex: described([0x001b, at & 0xffff, at >> 16]) } }, [READ_SMS]);
    expect(usersOf(await of(index), READ_SMS)).toEqual(['unidentified com.acme interface']);
    expect(usersOf(await of(index & 0xffff), READ_SMS)).toEqual([]);
  });
});

it('costs what is left to spend and no more, and says where it stopped', () => {
  const long = { units: Array.from({ length: 20_000 }, () => 0) };
  const classes = [...party('com.acme', RECORD, long), running('com.other.A', RECORD)];
  const bytes = buildDex({ classes });
  const run = (spend: (steps: number) => boolean) => {
    const places: number[] = [];
    const members = [{ class: 'android.media.AudioRecord', name: '<init>' }];
    const work = visitUses(openDex(bytes), members, spend, ({ offset }) => places.push(offset));
    let step = work.next();
    while (!step.done) step = work.next();
    return { places, unread: step.value };
  };
  let spent = 0;
  const whole = run((steps) => {
    spent += steps;
    return true;
  });
  expect(whole).toMatchObject({ places: [expect.any(Number), expect.any(Number)], unread: null });
  expect(spent).toBeGreaterThanOrEqual(39);
  expect(run(() => false)).toMatchObject({ places: [], unread: { methods: 1, first: { reason: 'budget' } } });
});

describe('on iOS', () => {
  const AV = '/System/Library/Frameworks/AVFoundation.framework/AVFoundation';
  const camera = { dylibs: [AV], imports: [{ name: '_OBJC_CLASS_$_AVCaptureDevice', library: AV }] };
  const CAMERA_USE = 'NSCameraUsageDescription';
  const ipa = (main: object, kit: object) =>
    scan(
      buildBundle({
        files: {
          'Payload/A.app/Info.plist': {
            plist: {
              CFBundleIdentifier: 'org.example',
              CFBundleExecutable: 'A',
              [CAMERA_USE]: 'a',
              NSContactsUsageDescription: 'b',
            },
          },
          'Payload/A.app/A': { macho: { fileType: 'execute', platform: { name: 'ios', minos: '13.0' }, ...main } },
          'Payload/A.app/Frameworks/Kit.framework/Info.plist': {
            plist: { CFBundleIdentifier: 'com.kit', CFBundleExecutable: 'Kit' },
          },
          'Payload/A.app/Frameworks/Kit.framework/Kit': {
            macho: { fileType: 'dylib', platform: { name: 'ios', minos: '13.0' }, ...kit },
          },
        },
      }),
    );

  it('an image that alone asks the system for a class is said to, whatever FairPlay hides', async () => {
    for (const main of [{}, { encrypted: true }]) {
      const report = await ipa(main, camera);
      expect(useOf(report, CAMERA_USE)).toMatchObject({
        only: { kind: 'unidentified', name: 'Kit.framework' },
        open: null,
      });
      expect(useOf(report, CAMERA_USE)?.users[0]?.evidence[0]).toMatchObject({ how: 'bound symbol' });
      expect(report.unidentified.find(({ name }) => name === 'Kit.framework')?.onlyUserOf).toEqual([CAMERA_USE]);
      expect(useOf(report, 'NSContactsUsageDescription')?.users).toEqual([]);
    }
    expect(usersOf(await ipa(camera, camera), CAMERA_USE)).toEqual([
      'app org.example interface',
      'unidentified Kit.framework interface',
    ]);
  });

  it('a function of C counts with its underscore', async () => {
    const library = '/System/Library/Frameworks/AddressBook.framework/AddressBook';
    const report = await ipa(
      {},
      { dylibs: [library], imports: [{ name: '_ABAddressBookCreateWithOptions', library }] },
    );
    expect(useOf(report, 'NSContactsUsageDescription')?.only).toEqual({ kind: 'unidentified', name: 'Kit.framework' });
  });
});

it('explains a permission by what needs it, with the report at hand', async () => {
  const rules = loadRules();
  const report = await scanOnly(apk({ 'classes.dex': dex(...party('com.acme', OPEN)) }));
  const text = explain(CAMERA, rules, { report });
  expect(text).toContain('android.hardware.camera2.CameraManager.openCamera');
  expect(text?.replace(/\s+/g, ' ')).toContain('com.acme.A.run calls android.hardware.Camera.open');
});
