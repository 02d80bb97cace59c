import { type Kind, noSignatures } from './kind.ts';

/** What else an Android library has beside its manifest (developer.android.com, "Anatomy of an AAR file"). */
const signs = /^(?:classes\.jar|R\.txt|libs\/[^/]+\.jar|jni\/[^/]+\/[^/]+\.so|prefab\/|proguard\.txt)/;

/** A library for Android apps: a manifest as it is written, classes in JAR files, native code by instruction set. */
export const aar: Kind<'aar'> = {
  kind: 'aar',
  platform: 'android',
  name: 'an Android library (AAR)',
  accepts: () => null,
  resembles({ paths }) {
    if (!paths.includes('AndroidManifest.xml') || paths.some(isDex)) return null;
    const seen = paths.find((path) => signs.test(path));
    return seen === undefined ? null : { roots: [''], seen, notices: [] };
  },
  async app({ archive, reader }) {
    // The reader of text brings that of property lists along, which an APK should not wait for.
    const { readAar } = await import('./aar-documents.ts');
    return readAar(archive.entries, reader);
  },
  isCode: (path) => code.test(path),
  signatures: async () => noSignatures,
};

/** JAR files and each class in them, native libraries, and those that native code of an app is linked with. */
const code =
  /^(?:(?:classes|libs\/[^/!]+)\.jar(?:![^!]+\.class)?|jni\/[^/!]+\/[^/!]+\.so|prefab\/modules\/[^!]+\/libs\/[^/!]+\/[^/!]+\.(?:so|a))$/;

const isDex = (path: string) => /^classes\d*\.dex$/.test(path);
