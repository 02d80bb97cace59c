import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { npmPackage, root } from '../real/corpus.ts';
import { dexFromJar, jarInside, mavenArtifact, r8Jar } from '../real/maven.ts';
import type { Configuration } from './configurations.ts';

const cache = join(root(), '.cache', 'calls');
const here = join(root(), 'test', 'calls');
const JAR = 'libs/agora-rtc-sdk.jar';
const agora = {
  2: () => join(npmPackage('react-native-agora@1.2.5'), 'android/libs/agora-rtc-sdk.jar'),
  3: () => jarInside('io.agora.rtc:full-sdk:3.4.0:aar', JAR),
  4: () => jarInside('io.agora.rtc:full-sdk:4.2.6:aar', JAR),
} as const;
const kotlinc = [
  ...[
    'kotlin-compiler-embeddable:2.0.21',
    'kotlin-stdlib:2.0.21',
    'kotlin-script-runtime:2.0.21',
    'kotlin-reflect:1.6.10',
  ].map((name) => `org.jetbrains.kotlin:${name}`),
  'org.jetbrains.intellij.deps:trove4j:1.0.20200330',
  'org.jetbrains:annotations:13.0',
  'org.jetbrains.kotlinx:kotlinx-coroutines-core-jvm:1.6.4',
];
/** What the system has, as far as the apps name it. */
const system: Readonly<Record<string, string>> = {
  'android/os/Bundle.java': 'package android.os; public class Bundle {}',
  'android/content/Context.java':
    'package android.content; public class Context { public String getString(int id) { return null; } }',
  'android/app/Activity.java':
    'package android.app; public class Activity extends android.content.Context { protected void onCreate(android.os.Bundle b) {} protected void onDestroy() {} public void runOnUiThread(Runnable r) {} }',
  'android/util/Base64.java':
    'package android.util; public class Base64 { public static byte[] decode(String s, int f) { return null; } public static String encodeToString(byte[] b, int f) { return null; } }',
};

const run = (command: string, argv: readonly string[], input = '') =>
  execFileSync(command, argv, { input, stdio: ['pipe', 'ignore', 'pipe'], maxBuffer: 2 ** 26 });

/** The DEX files of each app, by its name: compiled once for the sources and tools as they are. */
export function dexesOf(apps: readonly Configuration[]): ReadonlyMap<string, readonly Uint8Array[]> {
  const key = createHash('sha256')
    .update(JSON.stringify([apps, system]))
    .update(readFileSync(join(here, 'Dexing.java')));
  const folder = join(cache, key.digest('hex').slice(0, 16));
  if (!existsSync(folder)) {
    const partial = `${folder}-${process.pid}`;
    rmSync(partial, { recursive: true, force: true });
    compileAll(apps, partial);
    renameSync(partial, folder);
  }
  return new Map(apps.map(({ name }, i) => [name, dexesIn(join(folder, 'dex', `${i}`))]));
}

function dexesIn(folder: string): Uint8Array[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.dex'));
  return names.sort().map((name) => readFileSync(join(folder, name)));
}

function compileAll(apps: readonly Configuration[], folder: string): void {
  const library = compileSystem(folder);
  const java = apps.filter(({ language }) => language === 'java');
  for (const version of [2, 3, 4] as const) {
    compile(
      apps,
      java.filter((app) => app.agora === version),
      { folder, library, version },
    );
  }
  compile(
    apps,
    apps.filter(({ language }) => language === 'kotlin'),
    { folder, library, version: 4 },
  );
  const versions = ([2, 3, 4] as const).filter((version) => apps.some((app) => app.agora === version));
  const sdks = new Map(versions.map((version) => [version, join(folder, 'sdk', `${version}`)]));
  const lines = [...sdks].map(([version, out]) => ['d8', out, library, agora[version]()]);
  apps.forEach((app, i) => {
    const program = zipped(join(folder, 'classes', `${i}`), join(folder, 'jars', `${i}.jar`));
    const out = join(folder, 'dex', `${i}`);
    const sdk = join(sdks.get(app.agora)!, 'classes.dex');
    if (app.by === 'dx') writeDx(program, agora[app.agora](), out);
    else if (app.by === 'each') lines.push(...classesIn(program, out).map((one) => ['d8', `${one}.dir`, library, one]));
    else if (app.by === 'two') lines.push(['d8', out, library, program]);
    else if (app.by === 'd8') lines.push(['d8', out, library, program, sdk]);
    else if (app.by === 'r8-own') {
      const own = join(folder, 'own', `${i}`);
      const runtime = app.language === 'kotlin' ? [mavenArtifact(kotlinc[1]!)] : [];
      lines.push(['r8-own', own, [library, agora[app.agora]()].join(':'), program, ...runtime]);
      lines.push(['d8', out, library, join(own, 'classes.dex'), sdk]);
    } else
      lines.push([
        'r8',
        out,
        library,
        program,
        agora[app.agora](),
        ...(app.language === 'kotlin' ? [mavenArtifact(kotlinc[1]!)] : []),
      ]);
  });
  run('java', ['-cp', r8Jar(), join(here, 'Dexing.java')], `${lines.map((line) => line.join('\t')).join('\n')}\n`);
  apps.forEach((app, i) => {
    const out = join(folder, 'dex', `${i}`);
    if (app.by === 'each') {
      const folders = readdirSync(out).filter((name) => name.endsWith('.dir'));
      folders.sort().forEach((name, k) => {
        renameSync(join(out, name, 'classes.dex'), join(out, `classes${k + 3}.dex`));
      });
    }
    if (app.by === 'two' || app.by === 'each') {
      writeFileSync(
        join(folder, 'dex', `${i}`, 'classes2.dex'),
        readFileSync(join(sdks.get(app.agora)!, 'classes.dex')),
      );
    }
  });
}

/** Each class of a jar as a file. */
function classesIn(jar: string, folder: string): string[] {
  const classes = Object.entries(unzipSync(readFileSync(jar)));
  mkdirSync(folder, { recursive: true });
  return classes.map(([, bytes], i) => {
    const path = join(folder, `${String(i).padStart(3, '0')}.class`);
    writeFileSync(path, bytes);
    return path;
  });
}

function compileSystem(folder: string): string {
  const sources = Object.entries(system).map(([path, text]) => written(join(folder, 'system-src', path), text));
  const out = join(folder, 'system');
  mkdirSync(out, { recursive: true });
  run('javac', ['-nowarn', '--release', '8', '-d', out, ...sources]);
  return zipped(out, join(folder, 'system.jar'));
}

interface Setting {
  readonly folder: string;
  readonly library: string;
  readonly version: 2 | 3 | 4;
}

function compile(
  all: readonly Configuration[],
  apps: readonly Configuration[],
  { folder, library, version }: Setting,
): void {
  if (apps.length === 0) return;
  const path = [library, agora[version]()].join(':');
  const isJava = apps[0]!.language === 'java';
  const ending = isJava ? 'java' : 'kt';
  const sources = apps.map((app) => {
    const place = join(
      folder,
      'src',
      `${version}-${app.language}`,
      packageOf(all, app).replaceAll('.', '/'),
      `Main.${ending}`,
    );
    return written(place, sourceOf(app, packageOf(all, app), version));
  });
  const out = join(folder, 'out', `${version}-${apps[0]!.language}`);
  mkdirSync(out, { recursive: true });
  if (isJava) run('javac', ['-nowarn', '--release', '8', '-cp', path, '-d', out, ...sources]);
  else {
    const [, stdlib] = kotlinc.map(mavenArtifact);
    const main = ['-cp', kotlinc.map(mavenArtifact).join(':'), 'org.jetbrains.kotlin.cli.jvm.K2JVMCompiler'];
    run('java', [...main, '-no-stdlib', '-no-reflect', '-nowarn', '-cp', `${path}:${stdlib}`, '-d', out, ...sources]);
  }
  for (const app of apps) {
    const own = packageOf(all, app).replaceAll('.', '/');
    const to = join(folder, 'classes', `${all.indexOf(app)}`, own);
    mkdirSync(dirname(to), { recursive: true });
    renameSync(join(out, own), to);
  }
}

/** Each app has a package of its own, so that one run compiles them all. */
const packageOf = (all: readonly Configuration[], app: Configuration): string =>
  app.package ?? `com.acme.app${all.indexOf(app)}`;

function sourceOf({ language, code, more = '' }: Configuration, name: string, version: 2 | 3 | 4): string {
  const top = version === 4 ? 'io.agora.rtc2' : 'io.agora.rtc';
  const end = language === 'java' ? ';' : '';
  const imports = [
    `import ${top}.*${end}`,
    ...(version === 2 ? [] : [`import ${top}.internal.EncryptionConfig${end}`]),
  ];
  const head = `package ${name}${end}\n${imports.join('\n')}\n`;
  if (language === 'java') return `${head}public class Main extends android.app.Activity {${code}\n}\n${more}\n`;
  return `${head}class Main : android.app.Activity() {\n${code}\n}\n${more}\n`;
}

function written(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function zipped(folder: string, jar: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const entries = files.map((each) => {
    const path = join(each.parentPath, each.name);
    return [path.slice(folder.length + 1), readFileSync(path)] as const;
  });
  mkdirSync(dirname(jar), { recursive: true });
  writeFileSync(jar, zipSync(Object.fromEntries(entries)));
  return jar;
}

/** dx takes one jar: the app's classes and the SDK's. */
function writeDx(program: string, sdk: string, out: string): void {
  const both = join(dirname(program), `both-${createHash('sha256').update(program).digest('hex').slice(0, 8)}.jar`);
  const classes = unzipSync(readFileSync(sdk), { filter: ({ name }) => name.endsWith('.class') });
  writeFileSync(both, zipSync({ ...classes, ...unzipSync(readFileSync(program)) }));
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'classes.dex'), dexFromJar(both, 26));
}
