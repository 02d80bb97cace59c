import { execFileSync } from 'node:child_process';
import { real } from '../real/compose.ts';
import { largeApk, largeIpa } from './large.ts';
import { cache, program } from './measure.ts';

/** `file` gives its path; the first time it may fetch a package or compose the bundle. */
export interface Bundle {
  readonly name: string;
  readonly file: () => string;
}

const MB = 1_000_000;

export const realApks: readonly Bundle[] = [
  { name: 'ApiDemos 5.0.0, 6 MB', file: real.apiDemos },
  { name: 'Appium settings 8.0.10, 3 MB', file: real.settings },
  { name: 'uiautomator2 server 10.6.6, 18 MB', file: real.uiautomator2 },
];

export const apk100: Bundle = {
  name: 'composed APK, over 100 MB',
  file: () => largeApk(cache, 'apk-100.apk', 100 * MB),
};

export const bundles: readonly Bundle[] = [
  ...realApks,
  { name: 'IPA of real frameworks, about 60 MB', file: () => largeIpa(cache) },
  { name: 'composed APK, over 50 MB', file: () => largeApk(cache, 'apk-50.apk', 50 * MB) },
  apk100,
  { name: 'composed APK, 1 GB', file: () => largeApk(cache, 'apk-1000.apk', 1000 * MB) },
];

/**
 * The path of a bundle, made in a process of its own: a child's peak memory counts from what its parent had when it was
 * forked, so the process that measures must stay small.
 */
export function fileOf({ name }: Bundle): string {
  return execFileSync(process.execPath, [program('bundle-file.js'), name], { encoding: 'utf8' }).trim();
}
