import type { EntryFeatures } from '../inventory/facts.ts';
import type { Coverage } from '../types.ts';
import { isDartCode } from './dart-names.ts';

type Met = Pick<EntryFeatures, 'path' | 'format' | 'native'>;

/** A native library that is of no use without an entry of another kind. */
interface Engine {
  readonly names: ReadonlySet<string>;
  /** Whether an app brings what it runs: a library that holds it need not. */
  readonly runs: boolean;
  /** What it cannot do without; what stands in its place and is none is said there. */
  isCode(entry: Met): boolean;
  readonly detail: string;
}

/** Dart code as older releases of Flutter keep it. */
const snapshots = /flutter_assets\/(?:vm|isolate)_snapshot_(?:data|instr)$/;

/** Where assemblies are looked for by name, as `isCode` of the kinds of bundle. */
const isAssembly = (path: string) =>
  /\.(?:blob|dll)$/.test(path) && (path.includes('assemblies/') || path.includes('/Managed/'));

/** Builds call it as they like: `index.android.bundle`, `main.jsbundle`, `app.js`. */
const isScript = /\.(?:js|jsbundle|bundle|hbc)$/;

const engines: readonly Engine[] = [
  {
    // What compiled C# code of Unity lies in, on Android and on iOS.
    names: new Set(['libil2cpp.so', 'UnityFramework.framework']),
    runs: false,
    isCode: ({ path, format }) => format === 'il2cpp' || path.endsWith('/Managed/Metadata/global-metadata.dat'),
    detail:
      'names and texts of the C# code compiled into it are in no entry that was met (global-metadata.dat): an SDK in that code could be there',
  },
  {
    names: new Set(['libflutter.so', 'Flutter.framework']),
    runs: true,
    isCode: ({ path }) => isDartCode(path) || snapshots.test(path),
    detail:
      'the Dart code that it runs is in no entry that was met (libapp.so, App.framework, kernel_blob.bin): an SDK in that code could be there',
  },
  {
    // Mono of .NET for Android, and of Unity where C# is not compiled beforehand (until 2017, and since).
    names: new Set(['libmonodroid.so', 'libmono.so', 'libmonobdwgc-2.0.so']),
    runs: true,
    isCode: ({ path, format }) => format === 'pe' || format === 'assembly-store' || isAssembly(path),
    detail: 'the .NET assemblies that it runs are in no entry that was met: an SDK in that code could be there',
  },
  {
    // React Native: libreactnative.so since 0.76.
    names: new Set(['libreactnativejni.so', 'libreactnative.so']),
    runs: true,
    isCode: ({ path, format }) => format === 'hermes' || isScript.test(path),
    detail:
      'the JavaScript that it runs is in no entry that was met (index.android.bundle): an SDK in that code could be there',
  },
];

/**
 * Looks out for what the engines of other languages cannot run without: names and texts of that code stand there alone. An
 * app that hides it keeps it elsewhere, in a form of its own.
 */
export class EngineCode {
  readonly #aboard = new Map<Engine, Pick<EntryFeatures, 'path' | 'format'>>();
  readonly #met = new Set<Engine>();

  take(entry: Met): void {
    const { path, format, native } = entry;
    for (const engine of engines) {
      if (native !== null && !this.#aboard.has(engine) && engine.names.has(native.name)) {
        this.#aboard.set(engine, { path, format });
      }
      if (!this.#met.has(engine) && engine.isCode(entry)) this.#met.add(engine);
    }
  }

  /** Says so where there is an engine, and nothing for it was met. @param isOfNoApp of a bundle that is a library */
  absent(isOfNoApp: boolean): readonly Coverage[] {
    const alone = [...this.#aboard].filter(([engine]) => !this.#met.has(engine) && !(isOfNoApp && engine.runs));
    return alone.map(([{ detail }, place]) => ({
      ...{ ...place, state: 'partial', reason: 'missing', offset: null, detail, matters: true },
    }));
  }
}
