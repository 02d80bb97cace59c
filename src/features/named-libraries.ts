import { entryName, passageAt } from '../formats/passage.ts';
import type { LibraryHit } from '../inventory/facts.ts';

/** Bytes of such a file that are looked at: they have a few lines. */
const MOST_BYTES = 16 * 1024;

const MOST_ASSEMBLIES = 500;

const GRADLE = 'META-INF/com/android/build/gradle/app-metadata.properties';

/** Files of a build that name a library: those of AndroidX, of Google's Play services and Firebase, and Maven's. */
const ofVersion = /^META-INF\/([A-Za-z0-9.-]+)_([\w.-]+)\.version$/;
const ofMaven = /^META-INF\/maven\/([\w.-]+)\/([\w.-]+)\/pom\.properties$/;
/** Names of the services of Java's ServiceLoader, one a line (java.util.ServiceLoader). */
const ofServices = /^META-INF\/services\/[\w.$]+$/;
const className = /^[ \t]*([\w$]+(?:\.[\w$]+)+)[ \t]*(?:#[^\r\n]*)?$/gm;
/** A module of Kotlin: the compiler writes one for each, and builds keep them. */
const ofKotlin = /^META-INF\/([\w.-]{1,200})\.kotlin_module$/;
const ofProperties = /^(?:META-INF\/)?([\w.-]+)\.properties$/;

/** A version as builds write it: no text of a failed task, as some releases of AndroidX carry. */
const version = /^\d[\w.+-]{0,63}$/;

/**
 * What a file of the build names, by its path in the package and its lines; empty for any other file. Builds put one into the app for
 * each library that has one, and shrinkers leave them.
 */
export function namedLibraries(path: string, bytes: Uint8Array): readonly LibraryHit[] {
  if (bytes.length > MOST_BYTES) return [];
  if (path.endsWith('/ScriptingAssemblies.json')) return scriptingAssemblies(bytes);
  if (!(path.endsWith('.version') || path.endsWith('.properties'))) return [];
  const of = (name: string, [value, at]: readonly [string, number]): LibraryHit[] => {
    const said = version.test(value) ? value : null;
    // What is no version is shown for the name's sake: the file is there.
    const shown = bytes.subarray(at, at + new TextEncoder().encode(value).length);
    return [{ kind: 'file', name, version: said, seen: passageAt(shown, at, 'utf-8', 'file of the build') }];
  };
  const [, group, artifact] = ofVersion.exec(path) ?? [];
  if (group !== undefined && artifact !== undefined) return of(`${group}:${artifact}`, firstLine(bytes));
  if (!path.endsWith('.properties')) return [];
  const lines = propertiesOf(bytes);
  const value = (key: string) => lines.get(key) ?? null;
  const [, mavenGroup, mavenArtifact] = ofMaven.exec(path) ?? [];
  const said = value('version');
  if (mavenGroup !== undefined && said) return of(`${mavenGroup}:${mavenArtifact}`, said);
  if (path === GRADLE) {
    const plugin = value('androidGradlePluginVersion');
    return plugin ? of('com.android.tools.build:gradle', plugin) : [];
  }
  const [, file] = ofProperties.exec(path) ?? [];
  const client = value('client') ?? value('artifactId');
  // Google's files name the client beside the version: `version=22.6.0`, `client=play-services-ads`.
  return file !== undefined && said && client ? of(client[0], said) : [];
}

/** Assemblies that a Unity app was built of, as its player reads them: `{"names":["UnityEngine.dll","Agora.dll"],…}`. */
function scriptingAssemblies(bytes: Uint8Array): LibraryHit[] {
  return [...latin1(bytes).matchAll(/"([\w.-]{1,128})\.dll"/g)]
    .slice(0, MOST_ASSEMBLIES)
    .map(({ 1: name = '', index }) => {
      const shown = bytes.subarray(index + 1, index + 1 + name.length);
      return { kind: 'file', name, version: null, seen: passageAt(shown, index + 1, 'utf-8', 'file of the build') };
    });
}

/** What the name of an entry says that the build had: a module of Kotlin. */
export function namedModule(path: string, whole: string): readonly LibraryHit[] {
  const [, name] = path.endsWith('.kotlin_module') ? (ofKotlin.exec(path) ?? []) : [];
  return name === undefined ? [] : [{ kind: 'file', name, version: null, seen: entryName(whole) }];
}

/** Classes that code is to load by their names, as a file of the build lists them; none for any other file. */
export function namedServices(
  path: string,
  bytes: Uint8Array,
): readonly { readonly name: string; readonly at: number }[] {
  if (bytes.length > MOST_BYTES || !ofServices.test(path)) return [];
  return [...latin1(bytes).matchAll(className)].map((line) => ({
    name: line[1]!,
    at: line.index + line[0].indexOf(line[1]!),
  }));
}

/** The first line, and where it begins. */
function firstLine(bytes: Uint8Array): readonly [string, number] {
  const text = latin1(bytes);
  const [line = ''] = /\S[^\r\n]*/.exec(text) ?? [];
  return [line.trimEnd(), Math.max(0, text.indexOf(line))];
}

/** Key → value of lines `key=value` (java.util.Properties, without escapes), each with the place of its value. */
function propertiesOf(bytes: Uint8Array): ReadonlyMap<string, readonly [string, number]> {
  const found = new Map<string, readonly [string, number]>();
  for (const line of latin1(bytes).matchAll(/^[ \t]*([\w.-]+)[ \t]*[=:][ \t]*([^\r\n]*)$/gm)) {
    const [whole, key = '', value = ''] = line;
    if (!found.has(key)) found.set(key, [value.trimEnd(), line.index + whole.length - value.length]);
  }
  return found;
}

/** One character a byte, so that places in the text are places in the bytes. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
