import type { ControlState } from '../../src/index.ts';

/** An app as a developer would write it, and what its code says of Agora's controls. */
export interface Configuration {
  readonly name: string;
  /** First part of the release of the SDK that it is compiled against. */
  readonly agora: 2 | 3 | 4;
  readonly language: 'java' | 'kotlin';
  /**
   * `d8` and `dx` convert; `r8` shrinks and renames what is not kept, `r8-own` of the app alone; `two`: D8, with the SDK in a
   * DEX of its own; `each`: so is each class of the app.
   */
  readonly by: 'd8' | 'dx' | 'r8' | 'r8-own' | 'two' | 'each';
  /** Members of `Main`, an activity; `onCreate` begins it. Other classes stand in `more`. */
  readonly code: string;
  readonly more?: string;
  /** Another package for all of it: that of a party that is not the app. */
  readonly package?: string;
  readonly encryption: ControlState;
  readonly region: ControlState;
  /** Countries that the region is said to leave in or out, where the test looks at them. */
  readonly out?: string;
  readonly in?: string;
  /** Who is said to call the SDK; the app where left out, nobody for an empty text. */
  readonly calledBy?: string;
}

/** Reads the key from the app's own server. */
const FETCH = `
  static String fetch(String from) {
    try {
      java.net.HttpURLConnection c = (java.net.HttpURLConnection) new java.net.URL(from).openConnection();
      return new java.io.BufferedReader(new java.io.InputStreamReader(c.getInputStream())).readLine();
    } catch (java.io.IOException e) { throw new IllegalStateException(e); }
  }`;

export const create = (area: string | null) => `
    RtcEngineConfig c = new RtcEngineConfig();
    c.mContext = this; c.mAppId = "0123456789abcdef0123456789abcdef";
    ${area === null ? '' : `c.mAreaCode = ${area};`}
    RtcEngine engine = RtcEngine.create(c);`;

export const config = (mode: string | null, key: string) => `
    EncryptionConfig e = new EncryptionConfig();
    ${mode === null ? '' : `e.encryptionMode = EncryptionConfig.EncryptionMode.${mode};`}
    e.encryptionKey = ${key};`;

export const SERVER = 'fetch("https://keys.acme.example/room")';
export const main = (body: string, rest = '') => `
  protected void onCreate(android.os.Bundle b) { super.onCreate(b); try {${body}
  } catch (Exception x) { throw new RuntimeException(x); } }
  ${rest}${FETCH}`;
export const join = (agora: number) =>
  agora === 4
    ? 'engine.joinChannel(null, "room", 7, new ChannelMediaOptions());'
    : 'engine.joinChannel(null, "room", "", 7);';

type Row = Omit<Configuration, 'agora' | 'language' | 'by'> & Partial<Pick<Configuration, 'agora' | 'language' | 'by'>>;
export const row = (given: Row): Configuration => ({ agora: 4, language: 'java', by: 'd8', ...given });

export const GCM2 = 'AES_256_GCM2';
export const on = `engine.enableEncryption(true, e);`;

export const configurations: readonly Configuration[] = [
  row({
    name: 'key from the server, all but CN',
    code: main(`${create('-2')}${config(GCM2, SERVER)}${on}${join(4)}`),
    encryption: 'on',
    region: 'on',
    out: 'CN',
  }),
  row({
    name: 'the same by dx',
    by: 'dx',
    code: main(`${create('-2')}${config(GCM2, SERVER)}${on}${join(4)}`),
    encryption: 'on',
    region: 'on',
    out: 'CN',
  }),
  row({
    name: 'the same, renamed by R8',
    by: 'r8',
    code: main(`${create('-2')}${config(GCM2, SERVER)}${on}${join(4)}`),
    encryption: 'on',
    region: 'on',
    out: 'CN',
  }),
  row({
    name: 'the same, SDK in another DEX',
    by: 'two',
    code: main(`${create('-2')}${config(GCM2, SERVER)}${on}${join(4)}`),
    encryption: 'on',
    region: 'on',
    out: 'CN',
  }),
  row({
    name: 'switched off',
    code: main(
      `${create('RtcEngineConfig.AreaCode.AREA_CODE_GLOB')}${config(GCM2, SERVER)} engine.enableEncryption(false, e);`,
    ),
    encryption: 'off',
    region: 'off',
  }),
  row({
    name: 'weak mode',
    code: main(`${create('RtcEngineConfig.AreaCode.AREA_CODE_NA')}${config('AES_128_ECB', SERVER)}${on}`),
    encryption: 'weak',
    region: 'on',
    in: 'US',
  }),
  row({
    name: 'key is a constant',
    code: main(`${create('RtcEngineConfig.AreaCode.AREA_CODE_CN')}${config(GCM2, '"s3cr3t-0123456789"')}${on}`),
    encryption: 'weak',
    region: 'on',
    in: 'CN',
  }),
  row({
    name: 'key is a resource',
    code: main(`${create(null)}${config(GCM2, 'getString(0x7f0a0001)')}${on}`),
    encryption: 'weak',
    region: 'off',
  }),
  row({
    name: 'key is put together of constants',
    code: main(
      `${create(null)}${config(GCM2, 'new String(android.util.Base64.decode("c2VjcmV0" + getClass().getSimpleName().length(), 0)).substring(1)')}${on}`,
    ),
    encryption: 'undetermined',
    region: 'off',
  }),
  row({
    name: 'key is decoded from a constant',
    code: main(
      `${create(null)}${config(GCM2, 'new String(android.util.Base64.decode("c2VjcmV0LTAxMjM0NTY=", 0))')}${on}`,
    ),
    encryption: 'weak',
    region: 'off',
  }),
  row({
    name: 'key from the vendor',
    code: main(`${create('2 | 4')}${config(GCM2, 'fetch("https://api.agora.io/acme/key")')}${on}`),
    encryption: 'weak',
    region: 'on',
    in: 'DE',
  }),
  row({
    name: 'key of the server, or none',
    code: main(
      `${create(null)} String key = null; try { key = ${SERVER}; } catch (RuntimeException x) {} ${config(GCM2, 'key')}${on}`,
    ),
    encryption: 'undetermined',
    region: 'off',
  }),
  row({
    name: 'only if the user asks',
    code: main(`${create(null)}${config(GCM2, SERVER)} if (getString(0x7f0a0002) != null) ${on}${join(4)}`),
    encryption: 'undetermined',
    region: 'off',
  }),
  row({
    name: 'key made on the device',
    code: main(
      `${create(null)} byte[] random = new byte[32]; new java.security.SecureRandom().nextBytes(random); ${config(GCM2, 'android.util.Base64.encodeToString(random, 0)')}${on}`,
    ),
    encryption: 'on',
    region: 'off',
  }),
  row({
    name: 'key handed over by a stranger',
    code: main(`${create(null)}`, `RtcEngine engine; public void onKey(String key) {${config(GCM2, 'key')}${on} }`),
    encryption: 'undetermined',
    region: 'off',
  }),
  row({ name: 'no key', code: main(`${create(null)}${config(GCM2, 'null')}${on}`), encryption: 'off', region: 'off' }),
  row({ name: 'never switched on', code: main(`${create(null)}${join(4)}`), encryption: 'off', region: 'off' }),
  row({
    name: 'mode of the constructor (GCM2)',
    code: main(`${create(null)}${config(null, SERVER)}${on}`),
    encryption: 'on',
    region: 'off',
  }),
  row({
    name: 'area is computed',
    code: main(
      `${create('Integer.getInteger("area", -1)')}${config(GCM2, SERVER)} engine.enableEncryption(Boolean.getBoolean("e"), e);`,
    ),
    encryption: 'undetermined',
    region: 'undetermined',
  }),
  row({
    name: 'dead code',
    code: main(`${create(null)}`, `static void unused(RtcEngine engine) {${config(GCM2, SERVER)}${on} }`),
    encryption: 'undetermined',
    region: 'off',
  }),
  row({
    name: 'dead branch',
    code: main(`${create(null)}${config(GCM2, SERVER)} int debug = 0; if (debug != 0) ${on}`),
    encryption: 'off',
    region: 'off',
  }),
  row({
    name: 'wrapper',
    code: main(
      `${create(null)} secure(engine, true, ${SERVER});`,
      `static void secure(RtcEngine engine, boolean is, String key) {${config(GCM2, 'key')} engine.enableEncryption(is, e); }`,
    ),
    encryption: 'on',
    region: 'off',
  }),
  row({
    name: 'wrapper called with both',
    code: main(
      `${create(null)} secure(engine, true, ${SERVER}); secure(engine, false, ${SERVER});`,
      `static void secure(RtcEngine engine, boolean is, String key) {${config(GCM2, 'key')} engine.enableEncryption(is, e); }`,
    ),
    encryption: 'undetermined',
    region: 'off',
  }),
  row({
    name: 'wrapper in a wrapper',
    code: main(`${create(null)} new Calls(engine).begin(${SERVER});`),
    more: `class Calls { final RtcEngine engine; Calls(RtcEngine engine) { this.engine = engine; } void begin(String key) { secure(key, true); } private void secure(String key, boolean is) { EncryptionConfig e = new EncryptionConfig(); fill(e, key); engine.enableEncryption(is, e); } static void fill(EncryptionConfig e, String key) { e.encryptionMode = EncryptionConfig.EncryptionMode.AES_128_GCM2; e.encryptionKey = key; } }`,
    encryption: 'on',
    region: 'off',
  }),
  row({
    name: 'fields',
    code: `RtcEngine engine; boolean secure = true; String key; EncryptionConfig e;${main(`${create('AREA')} this.engine = engine; key = ${SERVER}; secure();`, `static int AREA = RtcEngineConfig.AreaCode.AREA_CODE_EU; void secure() { EncryptionConfig e = new EncryptionConfig(); e.encryptionMode = MODE; e.encryptionKey = key; engine.enableEncryption(secure, e); } static final EncryptionConfig.EncryptionMode MODE = EncryptionConfig.EncryptionMode.AES_256_GCM2;`)}`,
    encryption: 'on',
    region: 'on',
    in: 'FR',
  }),
  row({
    name: 'object in a field',
    code: `RtcEngineConfig c; RtcEngine engine;${main(`c = new RtcEngineConfig(); c.mAreaCode = -2; start();`, `void start() throws Exception { engine = RtcEngine.create(c); }`)}`,
    encryption: 'off',
    region: 'on',
    out: 'CN',
  }),
  row({
    name: 'object in a field, written elsewhere',
    code: `RtcEngineConfig c; RtcEngine engine;${main(`c = new RtcEngineConfig(); c.mAreaCode = -2; if (b != null) widen(); start();`, `void widen() { c.mAreaCode = -1; } void start() throws Exception { engine = RtcEngine.create(c); }`)}`,
    encryption: 'off',
    region: 'undetermined',
  }),
  row({
    name: 'builder',
    code: main(
      `${create(null)} Settings s = new Settings.Builder().key(${SERVER}).secure(true).build(); s.apply(engine);`,
    ),
    more: `class Settings { final boolean secure; final String key; Settings(boolean secure, String key) { this.secure = secure; this.key = key; } void apply(RtcEngine engine) {${config(GCM2, 'key')} engine.enableEncryption(secure, e); } static class Builder { boolean secure; String key; Builder key(String key) { this.key = key; return this; } Builder secure(boolean secure) { this.secure = secure; return this; } Settings build() { return new Settings(secure, key); } } }`,
    encryption: 'on',
    region: 'off',
  }),
  row({
    name: 'static initialiser',
    code: `static final EncryptionConfig E; static { E = new EncryptionConfig(); E.encryptionMode = EncryptionConfig.EncryptionMode.AES_128_ECB; E.encryptionKey = fetch("https://keys.acme.example"); }${main(`${create(null)} engine.enableEncryption(true, E);`)}`,
    encryption: 'weak',
    region: 'off',
  }),
  row({
    name: 'lambda',
    code: main(
      `${create(null)} final RtcEngine at = engine; final String key = ${SERVER}; runOnUiThread(() -> { EncryptionConfig e = new EncryptionConfig(); e.encryptionMode = EncryptionConfig.EncryptionMode.AES_256_GCM2; e.encryptionKey = key; at.enableEncryption(true, e); });`,
    ),
    encryption: 'on',
    region: 'off',
  }),
  row({
    name: 'reflection',
    code: main(
      `${create(null)}${config(GCM2, SERVER)} engine.getClass().getMethod("enableEncryption", boolean.class, EncryptionConfig.class).invoke(engine, true, e);`,
    ),
    encryption: 'undetermined',
    region: 'off',
  }),
  row({
    name: 'after joining',
    code: main(`${create(null)}${config(GCM2, SERVER)}${join(4)}${on}`),
    encryption: 'undetermined',
    region: 'off',
  }),
  row({
    name: 'two places that contradict',
    code: main(
      `${create(null)}${config(GCM2, SERVER)}${on}`,
      `protected void onDestroy() { super.onDestroy(); off(null); } static void off(RtcEngine engine) { engine.enableEncryption(false, new EncryptionConfig()); }`,
    ),
    encryption: 'undetermined',
    region: 'off',
  }),
  row({
    name: 'bundled and never called',
    code: main('System.out.println("hello");'),
    encryption: 'undetermined',
    region: 'undetermined',
    calledBy: '',
  }),
  row({
    name: 'another party calls',
    package: 'net.voicekit.core',
    code: main(`${create('-2')}${config(GCM2, SERVER)}${on}`),
    encryption: 'on',
    region: 'on',
    out: 'CN',
    calledBy: 'net.voicekit',
  }),
  row({
    name: '3.x: mode of the constructor (XTS)',
    agora: 3,
    code: main(
      `${create('RtcEngineConfig.AreaCode.AREA_CODE_EU | RtcEngineConfig.AreaCode.AREA_CODE_NA')}${config(null, SERVER)}${on}${join(3)}`,
    ),
    encryption: 'weak',
    region: 'on',
    in: 'DE',
  }),
  row({
    name: '3.x: GCM without salt, area AS',
    agora: 3,
    by: 'dx',
    code: main(`${create('RtcEngineConfig.AreaCode.AREA_CODE_AS')}${config('AES_256_GCM', SERVER)}${on}${join(3)}`),
    encryption: 'weak',
    region: 'on',
    in: 'SG',
  }),
  row({
    name: '3.x: off',
    agora: 3,
    code: main(
      `${create('RtcEngineConfig.AreaCode.AREA_CODE_GLOB')}${config('AES_256_GCM', SERVER)} engine.enableEncryption(false, e);`,
    ),
    encryption: 'off',
    region: 'off',
  }),
  row({
    name: '3.x: engine without a config',
    agora: 3,
    code: main(`RtcEngine engine = RtcEngine.create(this, "0123", null);${join(3)}`),
    encryption: 'off',
    region: 'off',
  }),
  row({
    name: '2.x: secret is a constant',
    agora: 2,
    code: main(
      `RtcEngine engine = RtcEngine.create(this, "0123", null); engine.setEncryptionMode("aes-256-xts"); engine.setEncryptionSecret("s3cr3t"); ${join(2)}`,
    ),
    encryption: 'weak',
    region: 'off',
  }),
  row({
    name: '2.x: secret from the server',
    agora: 2,
    by: 'dx',
    code: main(
      `RtcEngine engine = RtcEngine.create(this, "0123", null); engine.setEncryptionSecret(${SERVER}); ${join(2)}`,
    ),
    encryption: 'weak',
    region: 'off',
  }),
  row({
    name: '2.x: no secret',
    agora: 2,
    code: main(`RtcEngine engine = RtcEngine.create(this, "0123", null); ${join(2)}`),
    encryption: 'off',
    region: 'off',
  }),
  ...kotlin(),
];

function kotlin(): Configuration[] {
  const fetch = `
  fun fetch(from: String): String = java.io.BufferedReader(java.io.InputStreamReader(java.net.URL(from).openStream())).readLine()`;
  const start = (area: string) =>
    `val c = RtcEngineConfig(); c.mContext = this; c.mAppId = "0123"; c.mAreaCode = ${area}; val engine = RtcEngine.create(c)`;
  const of = (
    name: string,
    body: string,
    more: string,
    rest: Pick<Configuration, 'encryption' | 'region'> & Partial<Configuration>,
  ): Configuration => ({
    ...{ name: `Kotlin: ${name}`, agora: 4, language: 'kotlin', by: 'd8', more },
    code: `override fun onCreate(b: android.os.Bundle?) { super.onCreate(b); ${body} }${fetch}`,
    ...rest,
  });
  const apply = (mode: string, key: string) =>
    `EncryptionConfig().apply { encryptionMode = EncryptionConfig.EncryptionMode.${mode}; encryptionKey = ${key} }`;
  return [
    of(
      'apply',
      `${start('-2')}; engine.enableEncryption(true, ${apply(GCM2, 'fetch("https://keys.acme.example")')})`,
      '',
      { encryption: 'on', region: 'on', out: 'CN' },
    ),
    of(
      'default arguments',
      `${start('area()')}; secure(engine, fetch("https://keys.acme.example"))`,
      `fun area(of: Int = RtcEngineConfig.AreaCode.AREA_CODE_IN) = of
fun secure(engine: RtcEngine, key: String, on: Boolean = true, mode: EncryptionConfig.EncryptionMode = EncryptionConfig.EncryptionMode.AES_256_GCM2) { val e = EncryptionConfig(); e.encryptionMode = mode; e.encryptionKey = key; engine.enableEncryption(on, e) }`,
      { encryption: 'on', region: 'on', in: 'IN' },
    ),
    of(
      'companion object',
      `${start('Where.AREA')}; engine.enableEncryption(Where.secure, ${apply(GCM2, 'Where.KEY')})`,
      `class Where { companion object { const val AREA = -2; val secure = true; val KEY = "s3cr3t-0123456789" } }`,
      { encryption: 'weak', region: 'on', out: 'CN' },
    ),
    of(
      'object',
      `${start('Settings.area')}; Settings.apply(engine, fetch("https://keys.acme.example"))`,
      `object Settings { var area = RtcEngineConfig.AreaCode.AREA_CODE_JP; private val mode = EncryptionConfig.EncryptionMode.AES_128_GCM2
fun apply(engine: RtcEngine, key: String) { val e = EncryptionConfig(); e.encryptionMode = mode; e.encryptionKey = key; engine.enableEncryption(true, e) } }`,
      { encryption: 'on', region: 'on', in: 'JP' },
    ),
    of(
      'lambda',
      `${start('-1')}; val key = fetch("https://keys.acme.example"); later { engine.enableEncryption(true, ${apply(GCM2, 'key')}) }`,
      `fun later(run: () -> Unit) { Thread { run() }.start() }`,
      { encryption: 'on', region: 'off' },
    ),
    of(
      'lambda, renamed by R8',
      `${start('-2')}; val key = fetch("https://keys.acme.example"); later { engine.enableEncryption(true, ${apply(GCM2, 'key')}) }`,
      `fun later(run: () -> Unit) { Thread { run() }.start() }`,
      { by: 'r8', encryption: 'on', region: 'on', out: 'CN' },
    ),
    of(
      'data class with a default',
      `${start('-1')}; Secured(engine, fetch("https://keys.acme.example")).start()`,
      `data class Secured(val engine: RtcEngine, val key: String, val on: Boolean = false) { fun start() { engine.enableEncryption(on, ${apply(GCM2, 'key')}) } }`,
      { encryption: 'off', region: 'off' },
    ),
  ];
}
