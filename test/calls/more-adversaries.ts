import { kotlin, never } from './adversaries.ts';
import { type Configuration, config, create, GCM2, join, main, on, SERVER } from './configurations.ts';

/** More apps that look as if they switched encryption on: values that are made in other ways, and ways of other shapes. */
const start = create(null);
const all = `${config(GCM2, SERVER)}${on}`;
const enable = (code: string, rest = '') => main(`${start} ${code} ${join(4)}`, rest);

export const moreAdversaries: readonly Configuration[] = [
  never(
    'a mode by its name',
    enable(`${config(null, SERVER)} e.encryptionMode = EncryptionConfig.EncryptionMode.valueOf("AES_128_ECB"); ${on}`),
  ),
  never(
    'a mode by its number',
    enable(`${config(null, SERVER)} e.encryptionMode = EncryptionConfig.EncryptionMode.values()[2]; ${on}`),
  ),
  never('a key that is an exclusive or of constants', enable(`${config(GCM2, 'key()')}${on}`, XOR()), {
    encryption: 'undetermined',
  }),
  never('a key of native code', enable(`${config(GCM2, 'key()')}${on}`, 'native String key();')),
  never(
    'a key of a map with a fallback',
    enable(
      `java.util.Map<String, String> remote = new java.util.HashMap<>(); ${config(GCM2, 'remote.getOrDefault("key", "s3cr3t-0123456789")')}${on}`,
    ),
  ),
  never('a key of a class of settings', enable(`${config(GCM2, 'Settings.KEY')}${on}`), {
    encryption: 'weak',
    more: 'class Settings { static String KEY = "s3cr3t-0123456789"; }',
  }),
  never('an empty key', enable(`${config(GCM2, '""')}${on}`), { encryption: 'off' }),
  never('a key that reads null', enable(`${config(GCM2, '"null"')}${on}`), { encryption: 'weak' }),
  never('an area that comes after the engine', main(`${start} c.mAreaCode = -2; ${all}${join(4)}`), {
    encryption: 'on',
  }),
  never('switched on by what a callback calls, once it has joined', enable('engine.addHandler(new Events(engine));'), {
    more: `class Events extends IRtcEngineEventHandler { final RtcEngine engine; Events(RtcEngine engine) { this.engine = engine; }
      public void onJoinChannelSuccess(String channel, int uid, int elapsed) {${config(GCM2, 'Main.fetch("https://keys.acme.example/room")')} engine.enableEncryption(true, e); } }`,
  }),
  never(
    'an interface of which one of two classes is taken',
    enable('Guard guard = hashCode() > 7 ? new Strict() : new Lax(); guard.secure(engine);'),
    {
      more: `interface Guard { void secure(RtcEngine engine); }
      class Strict implements Guard { public void secure(RtcEngine engine) {${config(GCM2, 'Main.fetch("https://keys.acme.example/room")')} engine.enableEncryption(true, e); } }
      class Lax implements Guard { public void secure(RtcEngine engine) {} }`,
    },
  ),
  never('an interface whose class a loader names', enable('Guard guard = Guard.load(); guard.secure(engine);'), {
    more: `interface Guard { void secure(RtcEngine engine); static Guard load() throws Exception { return (Guard) Class.forName(System.getProperty("guard")).newInstance(); } }
      class Strict implements Guard { public void secure(RtcEngine engine) {${config(GCM2, 'Main.fetch("https://keys.acme.example/room")')} engine.enableEncryption(true, e); } }`,
  }),
  never(
    'a method of a pattern that a class below leaves empty',
    enable('Pattern p = hashCode() > 7 ? new Strict() : new Lax(); p.run(engine);'),
    {
      more: `abstract class Pattern { void run(RtcEngine engine) { prepare(engine); } abstract void prepare(RtcEngine engine); }
      class Strict extends Pattern { void prepare(RtcEngine engine) {${config(GCM2, 'Main.fetch("https://keys.acme.example/room")')} engine.enableEncryption(true, e); } }
      class Lax extends Pattern { void prepare(RtcEngine engine) {} }`,
    },
  ),
  never('a flavour that is a constant of the build', enable(`if (Flavour.SECURE) {${all}}`), {
    encryption: 'off',
    more: 'class Flavour { static final boolean SECURE = false; }',
  }),
  never('a flavour that the build parses', enable(`if (Flavour.SECURE) {${all}}`), {
    more: 'class Flavour { static final boolean SECURE = Boolean.parseBoolean("false"); }',
  }),
  never(
    'switched off by the name of the method, in a class of its own',
    enable(`${all} Reflect.call(engine, "enableEncryption", false, e);`),
    {
      more: 'class Reflect { static void call(Object of, String name, Object... with) throws Exception { for (java.lang.reflect.Method m : of.getClass().getMethods()) if (m.getName().equals(name)) m.invoke(of, with); } }',
    },
  ),
  never('left, and joined again', main(`${start}${all}${join(4)} engine.leaveChannel(); ${join(4)}`)),
  never(
    'left by one button, joined by another',
    `RtcEngine engine;${main(
      `RtcEngineConfig c = new RtcEngineConfig(); engine = RtcEngine.create(c); ${all}`,
      `public void onJoin() { ${join(4)} } public void onLeave() { engine.leaveChannel(); }`,
    )}`,
  ),
  never(
    'left by one button, joined by another that encrypts',
    `RtcEngine engine;${main(
      'RtcEngineConfig c = new RtcEngineConfig(); engine = RtcEngine.create(c);',
      `public void onJoin() {${all} ${join(4)} } public void onLeave() { engine.leaveChannel(); }`,
    )}`,
    { encryption: 'on' },
  ),
  never('in a finally', main(`${start} try { System.getProperty("x").length(); } finally {${all} ${join(4)} }`), {
    encryption: 'on',
  }),
  kotlin(
    'a configuration that is made when it is asked for',
    '-1',
    'engine.enableEncryption(true, kept)',
    undetermined(),
    LAZY(),
  ),
  kotlin('a default argument', '-1', 'secure(engine, e)', { encryption: 'off', region: 'off' }, DEFAULT()),
  kotlin(
    'what also does to a configuration',
    '-1',
    'engine.enableEncryption(true, e.also { it.encryptionMode = EncryptionConfig.EncryptionMode.AES_128_ECB })',
    {
      encryption: 'weak',
      region: 'off',
    },
  ),
  kotlin(
    'a copy of settings',
    '-1',
    'engine.enableEncryption(Settings(true).copy(secure = false).secure, e)',
    { encryption: 'off', region: 'off' },
    'data class Settings(val secure: Boolean)',
  ),
  kotlin(
    'an inline function that asks',
    '-1',
    'guard { hashCode() > 7 }.let { if (it) engine.enableEncryption(true, e) }',
    undetermined(),
    'inline fun guard(ask: () -> Boolean): Boolean = ask()',
  ),
  kotlin(
    'a field of an object that other code sets',
    '-1',
    'Flags.relax(); engine.enableEncryption(Flags.secure, e)',
    undetermined(),
    'object Flags { @JvmField var secure = true; fun relax() { secure = false } }',
  ),
  kotlin(
    'a property whose setter does something else',
    '-1',
    'secure = true; engine.enableEncryption(secure, e)',
    undetermined(),
    'var secure = true\n  set(value) { field = value && hashCode() > 7 }',
  ),
  kotlin('what is not taken', '-1', 'engine.takeIf { hashCode() > 7 }?.enableEncryption(true, e)', undetermined()),
  kotlin('a suspending function that may never go on', '-1', SUSPENDED(), undetermined(), SUSPENDING()),
];

function undetermined(): Pick<Configuration, 'encryption' | 'region'> {
  return { encryption: 'undetermined', region: 'off' };
}

function XOR(): string {
  return 'static String key() { byte[] k = { 18, 2, 2, 19, 4, 21, 92, 80, 83, 82, 85, 84, 87, 86, 89, 88 }; for (int i = 0; i < k.length; i++) k[i] ^= 0x61; return new String(k); }';
}

function LAZY(): string {
  return 'private val kept by lazy { EncryptionConfig().apply { encryptionMode = EncryptionConfig.EncryptionMode.AES_128_ECB; encryptionKey = fetch("https://keys.acme.example") } }';
}

function DEFAULT(): string {
  return 'fun secure(engine: RtcEngine, e: EncryptionConfig, on: Boolean = false) { engine.enableEncryption(on, e) }';
}

function SUSPENDED(): string {
  return `val block: suspend () -> Unit = { ask(); engine.enableEncryption(true, e) }
    @Suppress("UNCHECKED_CAST")
    (block as (kotlin.coroutines.Continuation<Unit>) -> Any?)(kotlin.coroutines.Continuation<Unit>(kotlin.coroutines.EmptyCoroutineContext) { })`;
}

function SUSPENDING(): string {
  return 'suspend fun ask(): String = kotlin.coroutines.suspendCoroutine { waiting = it }\n  var waiting: kotlin.coroutines.Continuation<String>? = null';
}
