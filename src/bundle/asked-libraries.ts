import type { Coverage } from '../types.ts';

/** A library that code of a DEX asks the system to load, by a constant. */
export interface Asked {
  /** `foo` for `libfoo.so` (System.mapLibraryName). */
  readonly name: string;
  /** Class and method that ask. */
  readonly by: string;
  /** Bytes from the start of the DEX to the name. */
  readonly offset: number;
}

/** Names kept, some ten times those of a large app, and those told of one DEX. */
const MOST = 4096;
const NAMED = 6;

/**
 * What Android lets apps load: public.libraries.txt of Android 11 and what came since (AOSP, system/core/rootdir/etc; NDK,
 * stable APIs; seen 2026-11-26).
 */
const ofAndroid: ReadonlySet<string> = new Set(
  (
    'EGL GLESv1_CM GLESv2 GLESv3 OpenMAXAL OpenSLES RS aaudio amidi android binder_ndk c camera2ndk dl icu icui18n ' +
    'icuuc jnigraphics log m mediandk nativehelper nativewindow neuralnetworks stdc++ sync vulkan ' +
    'webviewchromium_plat_support z'
  ).split(' '),
);

/** Libraries that DEX files ask for, as these go by. */
export class AskedLibraries {
  readonly #asked = new Map<string, Asked & { readonly path: string; readonly position: number }>();
  /** In the container, of the entry that is read: of several that ask, the first there is told. */
  position = 0;

  /** @param path of the DEX */
  add(path: string, asked: Asked): void {
    const known = this.#asked.get(asked.name);
    if (known ? known.position <= this.position : this.#asked.size >= MOST || ofAndroid.has(asked.name)) return;
    this.#asked.set(asked.name, { ...asked, path, position: this.position });
  }

  /**
   * A remark for each DEX that asks for what no file aboard is called. Apps look before they load, and catch what fails:
   * it leaves nothing open.
   * @param paths of all that is aboard, in whatever folder, archive or coding
   * @param ofDevice files of libraries that the manifest asks the device for
   */
  absent(paths: Iterable<string>, ofDevice: ReadonlySet<string>): Coverage[] {
    if (this.#asked.size === 0) return [];
    const inOrder = [...this.#asked.values()].sort((a, b) => a.position - b.position);
    const absent = new Map(inOrder.map((each) => [`lib${each.name}.so`, each]));
    for (const file of ofDevice) absent.delete(file);
    for (const path of paths) {
      if (!path.includes('.so')) continue;
      // `assets/libfoo.so.xz` is unpacked first.
      for (const part of path.split('!')) {
        const name = part.slice(part.lastIndexOf('/') + 1);
        absent.delete(name.slice(0, name.indexOf('.so') + 3));
      }
    }
    const byDex = new Map<string, [string, Asked][]>();
    for (const [file, { path, position: _, ...asked }] of absent) {
      const those = byDex.get(path);
      if (those) those.push([file, asked]);
      else byDex.set(path, [[file, asked]]);
    }
    return [...byDex].map(([path, those]): Coverage => {
      const shown = those.slice(0, NAMED).map(([file, { by }]) => `${JSON.stringify(file)} (${by})`);
      const more = those.length > NAMED ? `, and ${those.length - NAMED} more` : '';
      const detail = `code asks Android to load libraries that are neither aboard nor Android\u2019s: ${shown.join(', ')}${more}`;
      const { offset } = those[0]![1];
      return { path, format: 'dex', state: 'partial', reason: 'missing', offset, detail, matters: false };
    });
  }
}
