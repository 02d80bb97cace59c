import { flood } from './bombs.ts';
import { buildBundle } from './bundle.ts';

const manifest = { axml: { name: 'manifest', attributes: { package: 'org.example.app' } } };

/** An APK that is read in a moment. */
export const smallApk = (name = 'org.example.Main') =>
  buildBundle({ files: { 'AndroidManifest.xml': manifest, 'classes.dex': { dex: { classes: [{ name }] } } } });

/** An APK whose reading takes a second or more: text in which hosts are looked for. */
export const slowApk = () =>
  buildBundle({
    files: {
      'AndroidManifest.xml': manifest,
      'assets/a.js': { bytes: flood('"https://a.example/b?c=d" ', 64 * 2 ** 20) },
    },
  });
