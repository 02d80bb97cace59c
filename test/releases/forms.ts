import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBinaryXml } from '../build/axml.ts';
import { buildPlist } from '../build/plist.ts';
import { type BuildEntry, buildZip } from '../build/zip.ts';
import { renameWhole, root } from '../real/corpus.ts';
import { mavenArtifact, r8Jar } from '../real/maven.ts';
import { type Contents, inApp } from './contents.ts';

/** The platform's classes, for R8: Android 4.1 is quick to read; a few jars make R8 fail without those of Android 14. */
const platforms = ['com.google.android:android:4.1.1.4', 'org.robolectric:android-all:14-robolectric-10818077'];

/**
 * `plain`: all of it. `shrunk`: its classes after R8, and its native libraries. `renamed`: its native libraries alone, under other file names
 * and SONAMEs (a script: under another name); on iOS nothing is renamed.
 */
export const forms = ['plain', 'shrunk', 'renamed'] as const;
export type Form = (typeof forms)[number];

/**
 * A bundle of one form; null where the release has nothing that makes it.
 * @param entries classes whose public members an app calls, for R8: they are kept, their names are not
 */
export function bundleOf(contents: Contents, form: Form, entries: readonly string[]): Uint8Array | null {
  const { jars, files, keep, isIos } = contents;
  const own = [...files].map(([path, data]) => ({ name: inApp(path, isIos), data }));
  if (isIos) return form === 'plain' ? ipa(own) : null;
  if (form === 'renamed') return files.size > 0 ? apk(renamed(files)) : null;
  if (form === 'shrunk' && jars.length === 0) return null;
  const dexes =
    jars.length === 0 ? [] : form === 'plain' ? converted(jars, null) : converted(jars, rules(keep, entries));
  const named = dexes.map((data, i) => ({ name: `classes${i === 0 ? '' : i + 1}.dex`, data }));
  return apk([...named, ...own]);
}

/** What the Android plugin of Gradle tells R8 in every build (proguard-android-optimize.txt), as far as it keeps names. */
const always = [
  '-keepattributes EnclosingMethod,InnerClasses,Signature,*Annotation*',
  '-keepclasseswithmembernames,includedescriptorclasses class * { native <methods>; }',
  '-keepclassmembers enum * { public static **[] values(); public static ** valueOf(java.lang.String); }',
  '-keepclassmembers class * implements android.os.Parcelable { public static final ** CREATOR; }',
];

/** An app that calls a class by all its public members, compiled with what the SDK asks R8 to keep. */
function rules(keep: readonly string[], entries: readonly string[]): string {
  const kept = entries.map((name) => `-keep,allowobfuscation class ${name} { public protected *; }`);
  return ['-dontwarn **', '-ignorewarnings', ...always, ...kept, ...keep].join('\n');
}

/** The DEX files of D8, or of R8 where rules are given; made once. */
function converted(jars: readonly Uint8Array[], config: string | null): Uint8Array[] {
  const digest = createHash('sha256').update(config ?? 'd8');
  for (const jar of jars) digest.update(jar);
  const folder = join(root(), '.cache', 'releases', digest.digest('hex'));
  if (!existsSync(folder)) {
    const partial = `${folder}-${process.pid}`;
    mkdirSync(partial, { recursive: true });
    const input = (bytes: Uint8Array, i: number) => {
      const file = join(partial, `${i}.jar`);
      writeFileSync(file, bytes);
      return file;
    };
    const inputs = jars.map(input);
    writeFileSync(join(partial, 'rules'), config ?? '');
    const shared = ['--release', '--min-api', '28', '--output', partial, ...inputs];
    if (config === null) java('D8', '--no-desugaring', ...shared);
    else shrink(['--pg-conf', join(partial, 'rules'), ...shared]);
    renameWhole(partial, folder);
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.dex'))
    .sort()
    .map((name) => readFileSync(join(folder, name)));
}

/** @throws what R8 says with the last platform */
function shrink(options: readonly string[]): void {
  for (const [i, each] of platforms.entries()) {
    try {
      java('R8', '--no-desugaring', '--lib', mavenArtifact(each), ...options);
      return;
    } catch (error) {
      if (i === platforms.length - 1) throw error;
    }
  }
}

/** Without the second compiler of the VM: most runs are over before it pays. */
function java(tool: 'D8' | 'R8', ...options: readonly string[]): void {
  const vm = ['-Xmx3g', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', r8Jar()];
  execFileSync('java', [...vm, `com.android.tools.r8.${tool}`, ...options], {
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Every file by a name that says nothing; libraries name each other as their loader must find them. */
function renamed(files: ReadonlyMap<string, Uint8Array>): BuildEntry[] {
  const names = [...files.keys()].filter((path) => path.startsWith('lib/')).map((path) => path.split('/').at(-1) ?? '');
  const other = (name: string, i: number) => `libq${String(i).padStart(name.length - 7, 'z')}.so`;
  return [...files].map(([path, bytes], i) => {
    const script = /\.m?js$/.exec(path);
    if (script) return { name: `assets/public/chunk-${i}${script[0]}`, data: bytes };
    if (!path.startsWith('lib/')) return { name: path, data: bytes };
    const data = Buffer.from(bytes);
    for (const [n, name] of names.entries()) {
      const [old, now] = [`\0${name}\0`, `\0${other(name, n)}\0`];
      if (old.length !== now.length) throw new Error(`${name} is too short to be renamed in place`);
      for (let at = data.indexOf(old); at >= 0; at = data.indexOf(old, at + 1)) data.write(now, at, 'latin1');
    }
    const name = path.split('/').at(-1) ?? '';
    return { name: path.replace(/[^/]+$/, other(name, names.indexOf(name))), data };
  });
}

function apk(entries: readonly BuildEntry[]): Uint8Array {
  const uses = ['RECORD_AUDIO', 'CAMERA', 'INTERNET'].map((name) => ({
    name: 'uses-permission',
    attributes: { 'android:name': `android.permission.${name}` },
  }));
  const manifest = buildBinaryXml({
    name: 'manifest',
    attributes: { package: 'org.example.app', 'android:versionCode': 1 },
    children: [...uses, { name: 'application' }],
  });
  return buildZip([{ name: 'AndroidManifest.xml', data: manifest }, ...entries.map(stored)]);
}

function ipa(entries: readonly BuildEntry[]): Uint8Array {
  const info = { CFBundleIdentifier: 'org.example.app', CFBundleShortVersionString: '1.0' };
  return buildZip([{ name: 'Payload/App.app/Info.plist', data: buildPlist(info, 'binary') }, ...entries.map(stored)]);
}

/** Nothing is told apart by how it is packed. */
const stored = (entry: BuildEntry): BuildEntry => ({ ...entry, method: 0 });
