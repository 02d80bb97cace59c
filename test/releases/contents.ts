import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Sources } from './sources.ts';

/** What of a release goes into an app. */
export interface Contents {
  /** Jars with classes. */
  readonly jars: Uint8Array[];
  /** Path in the app, such as `lib/arm64-v8a/libx.so` or `assets/x.js`. */
  readonly files: Map<string, Uint8Array>;
  /** Rules for R8 that the release brings along. */
  readonly keep: string[];
  /** Paths that begin with `Frameworks/`: the release is one for iOS. */
  readonly isIos: boolean;
}

/** One instruction set, as a phone gets it: the first of these that a release has. */
const abis = ['arm64-v8a', 'armeabi-v7a', 'armeabi', 'x86_64', 'x86'];

/**
 * @param from `maven:group:artifact:version[:type]`, `npm:name@version/path` or `git:owner/repo@commit/path`; a path is
 * an archive, a native library in the folder of its instruction set, a framework's folder, a script, or a folder of these
 * @throws where it is not to be had
 */
export function contentsOf(from: readonly string[], sources: Sources): Contents {
  const jars: Uint8Array[] = [];
  const found = new Map<string, Uint8Array>();
  const keep: string[] = [];
  const take = (path: string, bytes: Uint8Array): void => {
    const name = basename(path);
    const abi = abis.find((each) => path.split('/').includes(each));
    const framework = /(?:^|\/)([^/]+\.framework\/.*)$/.exec(path);
    if (framework) {
      if (!/\/(?:Headers|Modules|_CodeSignature)\//.test(path)) found.set(`Frameworks/${framework[1]}`, bytes);
    } else if (name.endsWith('.aar')) {
      const isLocal = (entry: string) => /^(?:classes\.jar$|libs\/|jni\/|assets\/|proguard\.txt$)/.test(entry);
      for (const [entry, data] of Object.entries(unzipSync(bytes, { filter: (file) => isLocal(file.name) }))) {
        if (!entry.endsWith('/')) take(entry, data);
      }
    } else if (name.endsWith('.jar')) {
      jars.push(bytes);
      const isRule = (entry: string) => /^META-INF\/(?:proguard|com\.android\.tools\/r8[^/]*)\/./.test(entry);
      const rules = unzipSync(bytes, { filter: (file) => isRule(file.name) });
      keep.push(...Object.values(rules).map((data) => new TextDecoder().decode(data)));
    } else if (name.endsWith('.so')) {
      if (abi) found.set(`lib/${abi}/${name}`, bytes);
    } else if (name === 'proguard.txt') keep.push(new TextDecoder().decode(bytes));
    else if (/\.m?js$/.test(name)) found.set(`assets/public/${name}`, bytes);
    else if (path.startsWith('assets/')) found.set(path, bytes);
  };
  for (const each of from) for (const [path, bytes] of sources.files(each)) take(path, bytes);
  const abi = abis.find((one) => [...found.keys()].some((path) => path.startsWith(`lib/${one}/`)));
  const isKept = (path: string) => !path.startsWith('lib/') || path.startsWith(`lib/${abi}/`);
  const files = new Map([...found].filter(([path]) => isKept(path)));
  return { jars, files, keep, isIos: [...files.keys()].some((path) => path.startsWith('Frameworks/')) };
}

/** The path of a file in the app of its platform. */
export const inApp = (path: string, isIos: boolean): string => (isIos ? join('Payload/App.app', path) : path);
