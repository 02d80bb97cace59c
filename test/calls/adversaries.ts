import { type Configuration, config, create, GCM2, join, main, on, row, SERVER } from './configurations.ts';

/**
 * Apps that look as if they switched encryption on, and where it is not so, or not always: each says `on` to a reader that
 * believes the first thing it sees.
 */
export const never = (name: string, code: string, rest: Partial<Configuration> = {}): Configuration =>
  row({ name, code, by: 'two', encryption: 'undetermined', region: 'off', ...rest });
const secure = `static void secure(RtcEngine engine, boolean is, String key) {${config(GCM2, 'key')} engine.enableEncryption(is, e); }`;
const start = create(null);
const all = `${config(GCM2, SERVER)}${on}`;

export const adversaries: readonly Configuration[] = [
  never(
    'two wrappers of a wrapper, both called by one method',
    main(
      `${start} yes(engine, ${SERVER}); no(engine, ${SERVER});`,
      `${secure} static void yes(RtcEngine engine, String key) { secure(engine, true, key); } static void no(RtcEngine engine, String key) { secure(engine, false, key); }`,
    ),
  ),
  never(
    'a field that a method resets',
    `boolean is;${main(`${start} is = true; relax(); ${config(GCM2, SERVER)} engine.enableEncryption(is, e);`, 'void relax() { is = false; }')}`,
  ),
  never(
    'a static field that a method resets',
    `static boolean is;${main(`${start} is = true; relax(); ${config(GCM2, SERVER)} engine.enableEncryption(is, e);`, 'static void relax() { is = false; }')}`,
  ),
  never(
    'a key that a method overwrites',
    `String key;${main(`${start} key = ${SERVER}; debug(); ${config(GCM2, 'key')}${on}`, 'void debug() { key = "s3cr3t-0123456789"; }')}`,
  ),
  never(
    'a field that a lambda resets',
    `boolean is;${main(`${start} is = true; Runnable relax = () -> is = false; relax.run(); ${config(GCM2, SERVER)} engine.enableEncryption(is, e);`)}`,
  ),
  never(
    'a configuration that is weakened by what gets it',
    main(
      `${start}${config(GCM2, SERVER)} weaken(e); ${on}`,
      'static void weaken(EncryptionConfig e) { e.encryptionMode = EncryptionConfig.EncryptionMode.AES_128_ECB; }',
    ),
    { encryption: 'weak' },
  ),
  never(
    'a configuration that is weakened through a field',
    `EncryptionConfig kept;${main(
      `${start}${config(GCM2, SERVER)} kept = e; weaken(); ${on}`,
      'void weaken() { kept.encryptionMode = EncryptionConfig.EncryptionMode.AES_128_ECB; }',
    )}`,
  ),
  never(
    'a configuration whose mode is set by reflection',
    main(
      `${start}${config(GCM2, SERVER)} EncryptionConfig.class.getField("encryptionMode").set(e, EncryptionConfig.EncryptionMode.AES_128_ECB); ${on}`,
    ),
  ),
  never(
    'a wrapper that a condition decides about',
    main(`${start} if (getString(0x7f0a0002) != null) secure(engine, true, ${SERVER}); ${join(4)}`, secure),
  ),
  never(
    'a wrapper behind an early return',
    main(
      `${start} prepare(engine, ${SERVER}); ${join(4)}`,
      `${secure} void prepare(RtcEngine engine, String key) { if (getString(0x7f0a0002) == null) return; secure(engine, true, key); }`,
    ),
  ),
  never(
    'a wrapper that is called by its handle as well',
    main(
      `${start} secure(engine, true, ${SERVER}); Secure s = Main::secure; s.now(engine, false, ${SERVER}); ${join(4)}`,
      secure,
    ),
    { by: 'dx', more: 'interface Secure { void now(RtcEngine engine, boolean is, String key); }' },
  ),
  never(
    'another engine',
    main(
      `${start} RtcEngineConfig c2 = new RtcEngineConfig(); RtcEngine other = RtcEngine.create(c2); ${all} other.joinChannel(null, "room", 7, new ChannelMediaOptions());`,
    ),
  ),
  never('another activity', main(`${start}${all}${join(4)}`), {
    more: `class Other extends android.app.Activity { protected void onCreate(android.os.Bundle b) { super.onCreate(b); try {${start}${join(4)} } catch (Exception x) { throw new RuntimeException(x); } } }`,
  }),
  never(
    'one button encrypts, another joins',
    `RtcEngine engine;${main(
      'RtcEngineConfig c = new RtcEngineConfig(); engine = RtcEngine.create(c);',
      `public void onSecure() {${all}} public void onJoin() { ${join(4)} }`,
    )}`,
  ),
  never('on, and off again', main(`${start}${all} engine.enableEncryption(false, e); ${join(4)}`)),
  never(
    'a flag that an exception leaves false',
    main(
      `${start}${config(GCM2, SERVER)} boolean is = true; try { is = false; Integer.parseInt(getString(0x7f0a0002)); is = true; } catch (RuntimeException x) {} engine.enableEncryption(is, e);`,
    ),
  ),
  never(
    'a flag that a division leaves false',
    main(
      `${start}${config(GCM2, SERVER)} int n = hashCode(); boolean is = true; try { is = false; n = 1 / n; is = n != 7 || true; } catch (ArithmeticException x) {} engine.enableEncryption(is, e);`,
    ),
  ),
  never(
    'a flag that a cast leaves false',
    main(
      `${start}${config(GCM2, SERVER)} Object o = getApplication0(); boolean is = true; String s = null; try { is = false; s = (String) o; is = true; } catch (ClassCastException x) {} engine.enableEncryption(is, e); System.out.println(s);`,
      'Object getApplication0() { return this; }',
    ),
  ),
  never(
    'a field that a callee leaves false when it throws',
    `static class Flag { boolean is = true; }${main(
      `${start}${config(GCM2, SERVER)} Flag f = new Flag(); try { refresh(f); } catch (RuntimeException x) {} engine.enableEncryption(f.is, e);`,
      'static void refresh(Flag f) { f.is = false; Integer.parseInt(System.getProperty("n")); f.is = true; }',
    )}`,
  ),
  never(
    'an exception that is swallowed before it',
    main(`${start} try {${all}} catch (RuntimeException x) {} ${join(4)}`),
  ),
  never('in a synchronized block', main(`${start} synchronized (this) {${all}} ${join(4)}`), { encryption: 'on' }),
  never(
    'a switch of keys',
    main(
      `${start} String key; switch (hashCode()) { case 0: key = "s3cr3t-0123456789"; break; case 1: key = "other-0123456789"; break; default: key = ${SERVER}; } ${config(GCM2, 'key')}${on}`,
    ),
  ),
  never(
    'a switch that is decided',
    main(
      `${start} int n = 1; boolean is; switch (n) { case 0: is = true; break; case 1: is = false; break; default: is = true; } ${config(GCM2, SERVER)} engine.enableEncryption(is, e);`,
    ),
    { encryption: 'off' },
  ),
  never(
    'an array of keys',
    main(`${start} String[] keys = { ${SERVER}, "s3cr3t-0123456789" }; ${config(GCM2, 'keys[1]')}${on}`),
    { encryption: 'weak' },
  ),
  never(
    'an array of keys, by a number that is not known',
    main(`${start} String[] keys = { ${SERVER}, "s3cr3t-0123456789" }; ${config(GCM2, 'keys[hashCode() & 1]')}${on}`),
  ),
  never(
    'an array under two names',
    main(
      `${start}${config(GCM2, SERVER)} boolean[] is = { true }; boolean[] same = is; same[0] = false; engine.enableEncryption(is[0], e);`,
    ),
    { encryption: 'off' },
  ),
  never(
    'an array that a method changes',
    main(
      `${start}${config(GCM2, SERVER)} boolean[] is = { true }; relax(is, 3); engine.enableEncryption(is[0], e);`,
      'static void relax(boolean[] is, int n) { if (n > 0) relax(is, n - 1); else is[0] = false; }',
    ),
  ),
  never(
    'an array that the system changes',
    main(
      `${start}${config(GCM2, SERVER)} boolean[] is = { true }; System.arraycopy(new boolean[1], 0, is, 0, 1); engine.enableEncryption(is[0], e);`,
    ),
  ),
  never(
    'a field of a class that is set under a condition only',
    `boolean is; Main() { if (hashCode() > 7) is = true; }${main(`${start} secure(engine);`, `void secure(RtcEngine engine) {${config(GCM2, SERVER)} engine.enableEncryption(is, e); }`)}`,
  ),
  never(
    'settings that a library fills',
    main(
      `${start} Settings s = (Settings) new java.io.ObjectInputStream(null).readObject(); ${config(GCM2, SERVER)} engine.enableEncryption(s.is, e);`,
    ),
    { more: 'class Settings implements java.io.Serializable { boolean is = true; }' },
  ),
  never(
    'settings that a library makes of a class',
    main(
      `${start} Settings s = Library.read(Settings.class); ${config(GCM2, SERVER)} engine.enableEncryption(s.is, e);`,
    ),
    {
      more: 'class Settings { boolean is = true; } class Library { static <T> T read(Class<T> of) throws Exception { T t = of.newInstance(); for (java.lang.reflect.Field f : of.getFields()) f.setBoolean(t, false); return t; } }',
    },
  ),
  never(
    'settings whose constructor is too long to follow',
    main(`${start} Settings s = new Settings(); ${config(GCM2, SERVER)} engine.enableEncryption(!s.plain, e);`),
    {
      more: `class Settings { boolean plain; int n; Settings() { ${'n = n * 3 + hashCode(); '.repeat(150)} plain = true; } }`,
    },
  ),
  never(
    'the object of the turn before',
    main(
      `${start} EncryptionConfig last = null; for (int i = 0; i < 2; i++) { EncryptionConfig e = new EncryptionConfig(); if (last != null) engine.enableEncryption(true, last); e.encryptionMode = EncryptionConfig.EncryptionMode.AES_256_GCM2; if (i == 1) e.encryptionKey = ${SERVER}; last = e; }`,
    ),
  ),
  never(
    'a key of a server that nobody names, with a random request id',
    main(`${start} ${config(GCM2, 'fetch(System.getProperty("server") + "?id=" + java.util.UUID.randomUUID())')}${on}`),
  ),
  never(
    'random bytes of a seed that is a constant',
    main(
      `${start} java.security.SecureRandom r = new java.security.SecureRandom(); r.setSeed("seed".getBytes()); byte[] k = new byte[32]; r.nextBytes(k); ${config(GCM2, 'android.util.Base64.encodeToString(k, 0)')}${on}`,
    ),
  ),
  never(
    'a key of the vendor, with a Referer of the app',
    main(
      `${start} java.net.HttpURLConnection h = (java.net.HttpURLConnection) new java.net.URL(System.getProperty("server")).openConnection(); h.setRequestProperty("Referer", "https://acme.example"); ${config(GCM2, 'new java.io.BufferedReader(new java.io.InputStreamReader(h.getInputStream())).readLine()')}${on}`,
    ),
  ),
  never(
    'areas that are negated',
    main(`${create('~(area() - 1)')}${all}${join(4)}`, 'static int area() { return 2; }'),
    { encryption: 'on', region: 'undetermined' },
  ),
  never(
    'areas of an array',
    main(`${create('areas[0]')}${all}${join(4)}`, 'static final int[] areas = { -1, -2, 1, 2, 4, 8 };'),
    { encryption: 'on', region: 'undetermined' },
  ),
  never(
    'a policy that a class below overrides',
    main(
      `${start} Policy p = hashCode() > 7 ? new Policy() : new Plain(); ${config(GCM2, SERVER)} engine.enableEncryption(p.is(), e);`,
    ),
    {
      more: 'class Policy { boolean is() { return true; } } class Plain extends Policy { boolean is() { return false; } }',
    },
  ),
  never(
    'a wrapper that calls itself with another argument',
    main(
      `${start} secure(engine, true, ${SERVER}); ${join(4)}`,
      `static void secure(RtcEngine engine, boolean is, String key) {${config(GCM2, 'key')} if (key.length() > 3) secure(engine, false, key.substring(1)); engine.enableEncryption(is, e); }`,
    ),
  ),
  never(
    'an engine that is made again',
    `RtcEngine engine; RtcEngineConfig c;${main(
      `c = new RtcEngineConfig(); RtcEngine engine = RtcEngine.create(c); this.engine = engine; ${all}${join(4)}`,
      'void again() throws Exception { RtcEngine.destroy(); engine = RtcEngine.create(c); engine.joinChannel(null, "room", 7, new ChannelMediaOptions()); } protected void onRestart() { try { again(); } catch (Exception x) {} }',
    )}`,
  ),
  never('joined whatever happens', main(`${start} try {${all}} finally { ${join(4)} }`)),
  never(
    'joined by a thread that was begun before',
    main(
      `${start} final RtcEngine at = engine; new Thread(() -> at.joinChannel(null, "room", 7, new ChannelMediaOptions())).start(); ${all}`,
    ),
  ),
  never(
    'encrypted by a thread',
    main(
      `${start} final RtcEngine at = engine; final String key = ${SERVER}; new Thread(() -> {${config(GCM2, 'key')} at.enableEncryption(true, e); }).start(); ${join(4)}`,
    ),
  ),
  never(
    'a method that a class below overrides',
    main(`${start} Base base = hashCode() > 7 ? new Base() : new Plain(); base.prepare(engine, ${SERVER}); ${join(4)}`),
    {
      more: `class Base { void prepare(RtcEngine engine, String key) {${config(GCM2, 'key')}${on} } } class Plain extends Base { void prepare(RtcEngine engine, String key) { } }`,
    },
  ),
  never(
    'a configuration of a class of the app that weakens it',
    main(`${start} EncryptionConfig e = new Weak(); e.encryptionKey = ${SERVER}; ${on}${join(4)}`),
    {
      encryption: 'weak',
      more: 'class Weak extends EncryptionConfig { Weak() { encryptionMode = EncryptionMode.AES_128_ECB; } }',
    },
  ),
  never(
    'a configuration of a factory that knows two',
    main(
      `${start} EncryptionConfig e = make(hashCode() > 7); e.encryptionKey = ${SERVER}; ${on}${join(4)}`,
      'static EncryptionConfig make(boolean old) { EncryptionConfig e = new EncryptionConfig(); if (old) e.encryptionMode = EncryptionConfig.EncryptionMode.AES_128_ECB; else e.encryptionMode = EncryptionConfig.EncryptionMode.AES_256_GCM2; return e; }',
    ),
  ),
  never(
    'a configuration out of a list',
    main(
      `${start} java.util.List<EncryptionConfig> list = new java.util.ArrayList<>(); ${config(GCM2, SERVER)} list.add(e); e.encryptionMode = EncryptionConfig.EncryptionMode.AES_128_ECB; engine.enableEncryption(true, list.get(0)); ${join(4)}`,
    ),
  ),
  never(
    'a key with a fallback',
    main(
      `${start} String key = ${SERVER}; if (key == null || key.isEmpty()) key = "s3cr3t-0123456789"; ${config(GCM2, 'key')}${on}${join(4)}`,
    ),
  ),
  never(
    'a key of the preferences',
    main(`${start} ${config(GCM2, 'java.util.prefs.Preferences.userRoot().get("key", "s3cr3t")')}${on}${join(4)}`),
  ),
  never(
    'a key of characters',
    main(
      `${start} char[] k = new char[16]; for (int i = 0; i < k.length; i++) k[i] = (char) (65 + i); ${config(GCM2, 'new String(k)')}${on}${join(4)}`,
    ),
  ),
  never(
    'a flag that is atomic',
    main(
      `${start} java.util.concurrent.atomic.AtomicBoolean is = new java.util.concurrent.atomic.AtomicBoolean(true); is.set(false); ${config(GCM2, SERVER)} engine.enableEncryption(is.get(), e); ${join(4)}`,
    ),
  ),
  never(
    'another configuration of the region than the one that is used',
    main(`RtcEngineConfig c1 = new RtcEngineConfig(); c1.mAreaCode = -2; ${start}${all}${join(4)}`),
    { encryption: 'on' },
  ),
  never(
    'a register that is used for a flag and then for the engine',
    `RtcEngine engine; boolean asked;${main(
      'RtcEngineConfig c = new RtcEngineConfig(); engine = RtcEngine.create(c); asked = hashCode() > 7; go();',
      `void go() throws Exception { if (asked) {${config(GCM2, SERVER)}${on}} ${join(4)} }`,
    )}`,
  ),
  never(
    'an engine that may not be there',
    `RtcEngine engine;${main(
      'RtcEngineConfig c = new RtcEngineConfig(); engine = RtcEngine.create(c); go();',
      `void go() throws Exception { if (engine == null) return; ${all} ${join(4)} }`,
    )}`,
    { encryption: 'on' },
  ),
  never(
    'encrypted as soon as it is made, joined by a button',
    `RtcEngine engine;${main(
      `RtcEngineConfig c = new RtcEngineConfig(); engine = RtcEngine.create(c); ${all}`,
      `public void onJoin() { ${join(4)} }`,
    )}`,
    { encryption: 'on' },
  ),
  never(
    'encrypted by each button that joins',
    `RtcEngine engine;${main(
      `RtcEngineConfig c = new RtcEngineConfig(); engine = RtcEngine.create(c);`,
      `void prepare() {${all}} public void onJoin() { prepare(); ${join(4)} } public void onAgain() { prepare(); ${join(4)} }`,
    )}`,
    { encryption: 'on' },
  ),
  kotlin(
    'areas of a when, one of them everywhere',
    'when (hashCode() and 3) { 0 -> RtcEngineConfig.AreaCode.AREA_CODE_EU; 1 -> RtcEngineConfig.AreaCode.AREA_CODE_NA; else -> RtcEngineConfig.AreaCode.AREA_CODE_GLOB }',
    'engine.enableEncryption(true, e)',
    { encryption: 'on', region: 'undetermined' },
  ),
  kotlin(
    'areas joined by or, of which a property decides one',
    'RtcEngineConfig.AreaCode.AREA_CODE_EU or more',
    'engine.enableEncryption(true, e)',
    { encryption: 'on', region: 'undetermined' },
    'var more = if (hashCode() > 7) RtcEngineConfig.AreaCode.AREA_CODE_CN else 0',
  ),
  kotlin('what fails in runCatching', '-1', 'runCatching { engine.enableEncryption(true, e) }', {
    encryption: 'undetermined',
    region: 'off',
  }),
  kotlin(
    'what may fail before it in runCatching',
    '-1',
    'runCatching { e.encryptionKey = fetch("https://keys.acme.example/again"); engine.enableEncryption(true, e) }',
    { encryption: 'undetermined', region: 'off' },
  ),
  kotlin('what a scope function does for an engine that may not be there', '-1', 'held?.enableEncryption(true, e)', {
    encryption: 'undetermined',
    region: 'off',
  }),
];

/** @param area of the engine  @param body what stands between the configuration `e` and joining */
export function kotlin(
  name: string,
  area: string,
  body: string,
  rest: Pick<Configuration, 'encryption' | 'region'>,
  members = '',
): Configuration {
  const code = `${members}
  private val held: RtcEngine? = null
  override fun onCreate(b: android.os.Bundle?) {
    super.onCreate(b)
    val c = RtcEngineConfig(); c.mContext = this; c.mAppId = "0123"; c.mAreaCode = ${area}
    val engine = RtcEngine.create(c)
    val e = EncryptionConfig(); e.encryptionMode = EncryptionConfig.EncryptionMode.AES_256_GCM2; e.encryptionKey = fetch("https://keys.acme.example")
    ${body}
    engine.joinChannel(null, "room", 7, ChannelMediaOptions())
  }
  fun fetch(from: String): String = java.io.BufferedReader(java.io.InputStreamReader(java.net.URL(from).openStream())).readLine()`;
  return { name: `Kotlin: ${name}`, agora: 4, language: 'kotlin', by: 'two', code, ...rest };
}
