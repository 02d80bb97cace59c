import type { App } from '../types.ts';
import { baseKey, type Entries, isPermission } from './info-plist.ts';

/**
 * A key as an iPhone reads it, where the narrowest goes before the plain one, and where only another device has one, as
 * that does (swift-corelibs-foundation, CFBundle_InfoPlist.c, `_CopySortedOverridesForBaseKey`, seen 2026-11-26).
 */
const variants = ['-iphoneos~iphone', '~iphone', '-iphoneos', '', '-iphoneos~ipad', '~ipad', '-iphoneos~ipod', '~ipod'];

/** Keys that no device has of its own (the same, `_isBlacklistedKey`). */
const PLAIN = new Set(['CFBundleIdentifier', 'CFBundleExecutable']);

/** A text of an Info.plist, whatever device it is for. */
export function textOf(plist: Entries, key: string): string | null {
  for (const variant of PLAIN.has(key) ? [''] : variants) {
    const value = plist.get(key + variant)?.value;
    if (typeof value === 'string') return value;
  }
  return null;
}

/** What the Info.plist of a unit says of it, on all devices together. */
export function appOf(plist: Entries): App {
  const text = (key: string) => textOf(plist, key);
  const keys = [...plist.keys()];
  const modes = keys.flatMap((key) => {
    const value = baseKey(key) === 'UIBackgroundModes' ? plist.get(key)!.value : null;
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  });
  return {
    id: text('CFBundleIdentifier'),
    name: text('CFBundleDisplayName') ?? text('CFBundleName'),
    nameIn: null,
    version: text('CFBundleShortVersionString'),
    build: text('CFBundleVersion'),
    minOs: text('MinimumOSVersion'),
    targetOs: text('DTPlatformVersion'),
    permissions: [...new Set(keys.map(baseKey).filter(isPermission))].sort(),
    permissionLimits: [],
    implied: [],
    background: [...new Set(modes)].sort(),
    entitlements: [],
    architectures: [],
    network: null,
  };
}
