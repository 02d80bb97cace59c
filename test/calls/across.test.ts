import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { buildBinaryXml } from '../build/axml.ts';
import { buildCode, type CodeClass } from '../build/dex-code.ts';
import { scan } from '../build/verified.ts';

const STRING = 'Ljava/lang/String;';
const ENGINE = 'io.agora.rtc2.RtcEngine';
const CONFIG = 'io.agora.rtc2.internal.EncryptionConfig';
const MODE = `${CONFIG}$EncryptionMode`;
const L = (name: string) => `L${name.replaceAll('.', '/')};`;
const ENABLE = `${ENGINE}.enableEncryption(Z${L(CONFIG)})I`;
const JOIN = `${ENGINE}.joinChannel(${STRING}${STRING}I${L('io.agora.rtc2.ChannelMediaOptions')})I`;
const CREATE = `${ENGINE}.create(Landroid/content/Context;${STRING}${L('io.agora.rtc2.IRtcEngineEventHandler')})${L(ENGINE)}`;

type Method = NonNullable<CodeClass['methods']>[number];
const method = (is: string, ...code: string[]): Method => ({ is, code: [...code, 'return-void'] });
const fixed = (is: string, ...code: string[]): Method => ({ is, static: true, code });
const activity = (name: string, ...methods: Method[]): CodeClass => ({ name, super: 'android.app.Activity', methods });
const plain = (name: string, ...methods: Method[]): CodeClass => ({ name, methods });

const sdk: readonly CodeClass[] = [
  {
    name: ENGINE,
    methods: [
      { is: CREATE.slice(ENGINE.length + 1), static: true },
      { is: ENABLE.slice(ENGINE.length + 1) },
      { is: JOIN.slice(ENGINE.length + 1) },
    ],
  },
  {
    name: CONFIG,
    fields: [`encryptionMode:${L(MODE)}`, `encryptionKey:${STRING}`],
    methods: [method('<init>()V')],
  },
  { name: 'io.agora.rtc2.ChannelMediaOptions' },
  { name: 'io.agora.rtc2.IRtcEngineEventHandler' },
  { name: MODE, staticFields: [`AES_256_GCM2:${L(MODE)}`, `AES_128_ECB:${L(MODE)}`] },
];

const create = [
  'const v1 0',
  'const-string v2 0123456789abcdef',
  'const v3 0',
  `invoke-static ${CREATE} v1 v2 v3`,
  'move-result-object v0',
];
const random = [
  'invoke-static java.util.UUID.randomUUID()Ljava/util/UUID;',
  'move-result-object v5',
  `invoke-virtual java.util.UUID.toString()${STRING} v5`,
  'move-result-object v5',
];
/** Makes the configuration in v4, with the key that stands in v5. */
const config = (mode = 'AES_256_GCM2') => [
  `new-instance v4 ${CONFIG}`,
  `invoke-direct ${CONFIG}.<init>()V v4`,
  `sget-object v6 ${MODE}.${mode}:${L(MODE)}`,
  `iput-object v6 v4 ${CONFIG}.encryptionMode:${L(MODE)}`,
  `iput-object v5 v4 ${CONFIG}.encryptionKey:${STRING}`,
];
const enable = ['const v7 1', `invoke-virtual ${ENABLE} v0 v7 v4`];
const join = ['const v1 0', 'const-string v2 room', 'const v3 7', `invoke-virtual ${JOIN} v0 v1 v2 v3 v1`];

type Dexes = readonly (readonly CodeClass[])[];

function packed(dexes: Dexes, more: Readonly<Record<string, string>> = {}): Uint8Array {
  const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'app', ...more } });
  const files = dexes.map((classes, i) => [`classes${i === 0 ? '' : i + 1}.dex`, buildCode(classes)] as const);
  return zipSync({ 'AndroidManifest.xml': manifest, ...Object.fromEntries(files) }, { level: 0 });
}

/** What is said of the encryption of an app with these DEX files, beside that of the SDK. */
const said = (...dexes: Dexes) => stated(packed([...dexes, sdk]));

async function stated(bundle: Uint8Array): Promise<string> {
  const report = await scan(bundle);
  const flow = report.flows.find(({ sdk, data }) => sdk === 'agora-rtc' && data === 'room-id');
  const control = flow?.controls.find(({ id }) => id === 'media-encryption');
  return `${control?.state}: ${control?.reason}`;
}

/** The state of encryption of these classes in one DEX, which has to be the same with each class in its own, in any order. */
async function alike(...classes: CodeClass[]): Promise<string> {
  const stateOf = (text: string) => text.slice(0, text.indexOf(':'));
  const one = await said(classes);
  const each = classes.map((one) => [one]);
  for (const dexes of [each, [...each].reverse(), [classes.slice(0, 1), classes.slice(1)]]) {
    const other = await said(...dexes);
    expect([stateOf(other), one, other]).toEqual([stateOf(one), one, other]);
  }
  return stateOf(one);
}

describe('code of an app in several DEX files', () => {
  it('says on where all of it stands in one', async () => {
    const main = activity('app.Main', method('onCreate()V', ...create, ...random, ...config(), ...enable, ...join));
    expect(await said([main])).toMatch(/^on: /);
    expect(await said([main], [plain('app.Other', method('it()V'))])).toMatch(/^on: /);
  });

  it('a configuration that a class of another DEX writes to as well', async () => {
    const tweak = 'app.Other.tweak(Ljava/lang/Object;)V';
    const code = [...create, ...random, ...config(), `invoke-static ${tweak} v4`, ...enable, ...join];
    const main = activity('app.Main', method('onCreate()V', ...code));
    const weakens = [
      `sget-object v6 ${MODE}.AES_128_ECB:${L(MODE)}`,
      `iput-object v6 v15 ${CONFIG}.encryptionMode:${L(MODE)}`,
      'return-void',
    ];
    const other = plain('app.Other', fixed('tweak(Ljava/lang/Object;)V', ...weakens));
    expect(await said([main, other])).not.toMatch(/^on: /);
    expect(await said([main], [other])).not.toMatch(/^on: /);
  });

  it('a class that two of them define: the first one is what runs', async () => {
    const key = `app.Keys.key()${STRING}`;
    const code = [...create, `invoke-static ${key}`, 'move-result-object v5', ...config(), ...enable, ...join];
    const main = activity('app.Main', method('onCreate()V', ...code));
    const real = plain('app.Keys', fixed(`key()${STRING}`, 'const-string v0 s3cr3t', 'return-object v0'));
    const decoy = plain('app.Keys', fixed(`key()${STRING}`, ...random, 'return-object v5'));
    expect(await said([real], [main, decoy])).not.toMatch(/^on: /);
    expect(await said([real, main], [decoy])).not.toMatch(/^on: /);
    expect(await said([main], [real])).not.toMatch(/^on: /);
  });

  it('a join without it in another DEX', async () => {
    const code = [...create, ...random, ...config(), ...enable];
    const main = activity('app.Main', method('onCreate()V', ...code, ...join));
    const other = activity('app.Other', method('onCreate()V', ...create, ...join));
    expect(await said([main], [other])).not.toMatch(/^on: /);
  });

  it('a caller of the wrapper in another DEX that asks for none', async () => {
    const WRAP = `app.Wrap.secure(${L(ENGINE)}Z)V`;
    const wrap = plain(
      'app.Wrap',
      fixed(`secure(${L(ENGINE)}Z)V`, ...random, ...config(), `invoke-virtual ${ENABLE} v14 v15 v4`, 'return-void'),
    );
    const by = (name: string, is: 0 | 1) =>
      activity(name, method('onCreate()V', ...create, `const v7 ${is}`, `invoke-static ${WRAP} v0 v7`, ...join));
    expect(await said([wrap, by('app.Main', 1)])).toMatch(/^on: /);
    expect(await said([wrap, by('app.Main', 1)], [by('app.Other', 0)])).not.toMatch(/^on: /);
  });

  it('a method of another DEX that joins before it', async () => {
    const start = `app.Helper.start(${L(ENGINE)})V`;
    const code = [...create, `invoke-static ${start} v0`, ...random, ...config(), ...enable, ...join];
    const main = activity('app.Main', method('onCreate()V', ...code));
    const helper = (...code: string[]) => plain('app.Helper', fixed(`start(${L(ENGINE)})V`, ...code, 'return-void'));
    const joins = helper('move-object v0 v15', ...join);
    expect(await said([main, joins])).not.toMatch(/^on: /);
    expect(await said([main], [joins])).not.toMatch(/^on: /);
    // By a method of the first DEX.
    const back = helper(`invoke-static app.Joiner.now(${L(ENGINE)})V v15`);
    const joiner = plain('app.Joiner', fixed(`now(${L(ENGINE)})V`, 'move-object v0 v15', ...join, 'return-void'));
    expect(await said([main, joiner, back])).not.toMatch(/^on: /);
    expect(await said([main, joiner], [back])).not.toMatch(/^on: /);
  });

  it('a task of another DEX that joins before it', async () => {
    const FIRST = 'app.Main.first:Ljava/lang/Runnable;';
    const run = [`sget-object v8 ${FIRST}`, 'invoke-interface java.lang.Runnable.run()V v8'];
    const code = [...create, `sput-object v0 app.Main.engine:${L(ENGINE)}`, ...run, ...random, ...config(), ...enable];
    const main = {
      ...activity('app.Main', method('onCreate()V', ...code, ...join)),
      staticFields: ['first:Ljava/lang/Runnable;', `engine:${L(ENGINE)}`],
    };
    const task = {
      ...plain('app.Task', method('run()V', `sget-object v0 app.Main.engine:${L(ENGINE)}`, ...join)),
      interfaces: ['java.lang.Runnable'],
    };
    const set = activity('app.Boot', method('onCreate()V', 'new-instance v1 app.Task', `sput-object v1 ${FIRST}`));
    expect(await said([main, task, set])).not.toMatch(/^on: /);
    expect(await said([main], [task, set])).not.toMatch(/^on: /);
  });

  it('a field of a class of another DEX that a method there resets', async () => {
    const IS = 'app.Other.is:Z';
    const set = ['const v7 1', `sput v7 ${IS}`, 'invoke-static app.Other.relax()V', `sget v7 ${IS}`];
    const code = [...create, ...random, ...config(), ...set, `invoke-virtual ${ENABLE} v0 v7 v4`, ...join];
    const main = activity('app.Main', method('onCreate()V', ...code));
    const relax = fixed('relax()V', 'const v7 0', `sput v7 ${IS}`, 'return-void');
    const other = { ...plain('app.Other', relax), staticFields: ['is:Z'] };
    expect(await said([main, other])).not.toMatch(/^on: /);
    expect(await said([main], [other])).not.toMatch(/^on: /);
  });

  it('joins what stands in several', async () => {
    const WRAP = `app.Wrap.secure(${L(ENGINE)}Z${STRING})V`;
    const wrap = plain(
      'app.Wrap',
      fixed(
        `secure(${L(ENGINE)}Z${STRING})V`,
        'move-object v5 v15',
        ...config(),
        `invoke-virtual ${ENABLE} v13 v14 v4`,
        'return-void',
      ),
    );
    const keys = plain('app.Keys', fixed(`key()${STRING}`, ...random, 'return-object v5'));
    const code = [
      ...create,
      `invoke-static app.Keys.key()${STRING}`,
      'move-result-object v5',
      'const v7 1',
      `invoke-static ${WRAP} v0 v7 v5`,
    ];
    const main = activity('app.Main', method('onCreate()V', ...code, ...join));
    const one = await said([main, wrap, keys]);
    expect(one).toMatch(/^on: /);
    expect(await said([main, wrap], [keys])).toBe(one);
    expect(await said([main], [wrap], [keys])).toBe(one);
    expect(await said([keys], [wrap], [main])).toBe(one);
  });

  it('calls beyond those that are kept', async () => {
    const main = activity('app.Main', method('onCreate()V', ...create, ...random, ...config(), ...enable, ...join));
    const many = (count: number) =>
      plain('app.Pad', fixed('pad()V', ...Array.from({ length: count }, () => create).flat(), 'return-void'));
    const key = ['const-string v5 s3cr3t', ...config('AES_128_ECB'), ...enable];
    const last = activity('app.Zed', method('onCreate()V', ...create, ...key, ...join));
    expect(await said([main, many(10)])).toMatch(/^on: /);
    expect(await said([main, many(300), last])).not.toMatch(/^on: /);
    expect(await said([main], [many(300), last])).not.toMatch(/^on: /);
  });

  const ENGINE_FIELD = `app.Main.engine:${L(ENGINE)}`;
  const held = (...code: string[]) => ({
    ...activity('app.Main', method('onCreate()V', ...code)),
    staticFields: [`engine:${L(ENGINE)}`],
  });
  const keep = `sput-object v0 ${ENGINE_FIELD}`;
  const get = `sget-object v0 ${ENGINE_FIELD}`;
  const room = activity('app.Room', method('onCreate()V', get, ...join));

  it('what comes first in one, and what comes later in another', async () => {
    const main = held(...create, ...random, ...config(), ...enable, keep);
    expect(await alike(main, room)).toBe('on');
    const late = held(...create, keep, ...random, ...config(), ...enable);
    expect(await alike(late, room)).toBe('on');
    const after = activity('app.Boot', method('onCreate()V', get, ...random, ...config(), ...enable));
    expect(await alike(held(...create, keep), room, after)).toBe('undetermined');
  });

  it('callers of what joins, however far above it', async () => {
    const go = (of: string, ...code: string[]) =>
      plain(of, fixed(`go(${L(ENGINE)})V`, 'move-object v0 v15', ...code, 'return-void'));
    const call = (of: string) => `invoke-static ${of}.go(${L(ENGINE)})V v0`;
    const chain = [go('app.A', call('app.B')), go('app.B', call('app.C')), go('app.C', ...join)];
    const before = held(...create, call('app.A'), ...random, ...config(), ...enable);
    const behind = held(...create, ...random, ...config(), ...enable, call('app.A'));
    expect(await alike(before, ...chain)).toBe('undetermined');
    expect(await alike(behind, ...chain)).toBe('on');
  });

  it('a class below one that is called', async () => {
    const key = (of: string, above: string, ...code: string[]): CodeClass => ({
      ...{ name: of, super: above },
      methods: [method('<init>()V'), { is: `key()${STRING}`, code }],
    });
    const base = key('app.Keys', 'java.lang.Object', ...random, 'return-object v5');
    const fixedKey = key('app.Fixed', 'app.Keys', 'const-string v0 s3cr3t', 'return-object v0');
    const code = (made: string) => [
      ...[
        ...create,
        `new-instance v8 ${made}`,
        `invoke-direct ${made}.<init>()V v8`,
        'sput-object v8 app.Hold.keys:Lapp/Keys;',
      ],
      ...[
        'sget-object v8 app.Hold.keys:Lapp/Keys;',
        `invoke-virtual app.Keys.key()${STRING} v8`,
        'move-result-object v5',
      ],
      ...[...config(), ...enable, ...join],
    ];
    const hold = { name: 'app.Hold', staticFields: ['keys:Lapp/Keys;'] };
    expect(await alike(activity('app.Main', method('onCreate()V', ...code('app.Keys'))), hold, base)).toBe('on');
    expect(
      await alike(activity('app.Main', method('onCreate()V', ...code('app.Fixed'))), hold, base, fixedKey),
    ).not.toBe('on');
    // Read in one method, made in others.
    const sets = (of: string, made: string) =>
      activity(of, method('onCreate()V', ...code(made).slice(create.length, create.length + 3)));
    const reads = activity('app.Main', method('onCreate()V', ...create, ...code('app.Keys').slice(create.length + 3)));
    expect(await alike(reads, hold, base, sets('app.Boot', 'app.Keys'))).toBe('on');
    expect(await alike(reads, hold, base, fixedKey, sets('app.Boot', 'app.Keys'), sets('app.Debug', 'app.Fixed'))).toBe(
      'undetermined',
    );
  });

  it('constants of other classes, set once or by code', async () => {
    const FLAG = 'app.Flags.is:Z';
    const flags = {
      ...plain('app.Flags', fixed('<clinit>()V', 'const v0 1', `sput v0 ${FLAG}`, 'return-void')),
      staticFields: ['is:Z'],
    };
    const code = [...create, ...random, ...config(), `sget v7 ${FLAG}`, `invoke-virtual ${ENABLE} v0 v7 v4`, ...join];
    const main = activity('app.Main', method('onCreate()V', ...code));
    expect(await alike(main, flags)).toBe('on');
    const off = activity('app.Debug', method('onCreate()V', 'const v0 0', `sput v0 ${FLAG}`));
    expect(await alike(main, flags, off)).toBe('undetermined');
  });

  const LEAVE = `${ENGINE}.leaveChannel()I`;
  const leave = ['move-object v0 v15', `invoke-virtual ${LEAVE} v0`];
  const go = (of: string, ...code: string[]) => plain(of, fixed(`go(${L(ENGINE)})V`, ...code, 'return-void'));
  const between = (...code: string[]) =>
    held(...create, keep, ...random, ...config(), ...enable, ...code, get, ...join);

  it('what leaves in between, however far below it, and what leaves elsewhere', async () => {
    const chain = [go('app.A', `invoke-static app.B.go(${L(ENGINE)})V v15`), go('app.B', ...leave)];
    expect(await alike(between(`invoke-static app.A.go(${L(ENGINE)})V v0`), ...chain)).toBe('undetermined');
    const ui = go('app.Ui', `invoke-static android.util.Log.flush()V`);
    const bye = activity('app.Bye', method('onDestroy()V', get, `invoke-virtual ${LEAVE} v0`));
    expect(await alike(between(`invoke-static app.Ui.go(${L(ENGINE)})V v0`), ui, bye)).toBe('on');
  });

  const TASK = 'app.Tasks.kept:Ljava/lang/Runnable;';
  const tasks = (...code: string[]): readonly CodeClass[] => [
    { ...plain('app.Tasks'), staticFields: ['kept:Ljava/lang/Runnable;'] },
    { ...plain('app.Task', method('run()V', get, ...code)), interfaces: ['java.lang.Runnable'] },
    activity('app.Boot', method('onCreate()V', 'new-instance v1 app.Task', `sput-object v1 ${TASK}`)),
    go('app.Runs', `sget-object v8 ${TASK}`, 'invoke-interface java.lang.Runnable.run()V v8'),
  ];
  const runs = `invoke-static app.Runs.go(${L(ENGINE)})V v0`;

  it('a task that was kept, and that a method in between runs', async () => {
    expect(await alike(between(runs), ...tasks(`invoke-virtual ${LEAVE} v0`))).toBe('undetermined');
    expect(
      await alike(held(...create, keep, runs, ...random, ...config(), ...enable, ...join), ...tasks(...join)),
    ).toBe('undetermined');
    expect(await alike(between(runs), ...tasks())).toBe('on');
  });

  it('a task that is run further below than is fetched', async () => {
    const chain = Array.from({ length: 12 }, (_, i) =>
      go(`app.C${i}`, `invoke-static app.C${i + 1}.go(${L(ENGINE)})V v15`),
    );
    const last = go('app.C12', `sget-object v8 ${TASK}`, 'invoke-interface java.lang.Runnable.run()V v8');
    const main = between(`invoke-static app.C0.go(${L(ENGINE)})V v0`);
    const all = [main, ...chain, last, ...tasks(`invoke-virtual ${LEAVE} v0`)];
    expect(await said(all)).toMatch(/^undetermined: /);
    expect(await said(...all.map((each) => [each]))).toMatch(/^undetermined: /);
  });

  it('one of more methods that leave than are looked at', async () => {
    const many = Array.from({ length: 70 }, (_, i) => go(`app.Z${i}`, ...leave));
    for (const i of [0, 69])
      expect(await said([between(`invoke-static app.Z${i}.go(${L(ENGINE)})V v0`), ...many])).toMatch(/^undetermined: /);
  });

  it('what leaves by its name', async () => {
    const ask = `invoke-virtual java.lang.Class.getMethod(${STRING})Ljava/lang/reflect/Method; v1 v2`;
    const by = (name: string) => between('const v1 0', `const-string v2 ${name}`, ask);
    expect(await said([by('leaveChannel')])).toMatch(/^undetermined: .* the name leaveChannel as a text/);
    expect(await said([by('toString')])).toMatch(/^on: /);
  });
});

describe('packages of a set of which a device has one', () => {
  const wrap = plain(
    'app.Wrap',
    fixed(
      `secure(${L(ENGINE)})V`,
      ...random,
      ...config(),
      'const v7 1',
      `invoke-virtual ${ENABLE} v15 v7 v4`,
      'return-void',
    ),
  );
  const weak = plain(
    'app.Wrap',
    fixed(
      ...[`secure(${L(ENGINE)})V`, 'const-string v5 s3cr3t', ...config('AES_128_ECB'), 'const v7 1'],
      ...[`invoke-virtual ${ENABLE} v15 v7 v4`, 'return-void'],
    ),
  );
  const main = activity(
    'app.Main',
    method('onCreate()V', ...create, `invoke-static app.Wrap.secure(${L(ENGINE)})V v0`, ...join),
  );
  const joins = activity('app.Main', method('onCreate()V', ...create, ...join));
  const older = plain('app.Older', method('it()V'));
  const setOf = (packages: readonly Uint8Array[], level: 0 | 6 = 0) =>
    zipSync(Object.fromEntries(packages.map((each, i) => [`standalones/${i}.apk`, each])), { level });
  const set = (...packages: readonly Uint8Array[]) => stated(setOf(packages));

  it('that define the same classes by different bytes say what each of them says', async () => {
    const [one, other] = [packed([[main, wrap, ...sdk]]), packed([[main, wrap, older, ...sdk]])];
    const alone = await stated(one);
    expect(alone).toMatch(/^on: /);
    expect(await set(one, other)).toBe(alone);
    expect(await set(one, other, one)).toBe(alone);
  });

  it('are followed across the DEX files of each', async () => {
    const more = (name: string) => plain(name, method('it()V'));
    const one = packed([[main], [wrap], sdk]);
    const other = packed([
      [more('app.A'), main],
      [wrap, more('app.B')],
      [...sdk, more('app.C')],
    ]);
    const alone = await stated(one);
    expect(await set(one)).toBe(alone);
    expect(await set(one, other)).toBe(alone);
    expect(await stated(setOf([one, other], 6))).toBe(alone);
    // A DEX that both have is what stands in each of them beside others.
    expect(await set(one, packed([[main], [weak], sdk]))).not.toMatch(/^on: /);
    expect(await set(packed([[main], [weak], sdk]), one)).not.toMatch(/^on: /);
  });

  it('are on only where each is', async () => {
    const one = packed([[main, wrap, ...sdk]]);
    for (const other of [packed([[joins, ...sdk]]), packed([[main, weak, ...sdk]]), packed([[main], [weak], sdk])]) {
      expect(await set(one, other)).not.toMatch(/^on: /);
      expect(await set(other, one)).not.toMatch(/^on: /);
    }
  });

  it('have a module beside each of them', async () => {
    const one = packed([[main, wrap, ...sdk]]);
    const other = packed([[main, wrap, older, ...sdk]]);
    const module = (...classes: CodeClass[]) => packed([classes], { split: 'video' });
    expect(await set(one, other, module(plain('app.Video', method('it()V'))))).toMatch(/^on: /);
    expect(await set(one, other, module(activity('app.Video', method('onCreate()V', ...create, ...join))))).not.toMatch(
      /^on: /,
    );
    expect(await set(one, other, module(weak))).not.toMatch(/^on: /);
  });
});
