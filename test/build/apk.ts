import { flood } from './bombs.ts';
import { buildBundle } from './bundle.ts';

const manifest = { axml: { name: 'manifest', attributes: { package: 'org.example.app' } } };

/** An APK that is read in a moment. */
export const smallApk = (name = 'org.example.Main') =>
  buildBundle({ files: { 'AndroidManifest.xml': manifest, 'classes.dex': { dex: { classes: [{ name }] } } } });

/** An APK whose reading takes three seconds: text in which long URLs are looked for. */
export const slowApk = () =>
  buildBundle({
    files: {
      'AndroidManifest.xml': manifest,
      'assets/a.js': { bytes: flood(`"https://a.example/${'b'.repeat(1000)}" `, 64 * 2 ** 20) },
    },
  });
