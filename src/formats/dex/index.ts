/** DEX (source.android.com, "Dalvik executable format"), versions 035 to 041. */
export { openDexes } from './container.ts';
export { type DexAnomaly, type DexFile, type DexTable, isDex, openDex } from './header.ts';
export { decodeMutf8 } from './mutf8.ts';
export { dexGaps } from './ranges.ts';
export { type DexString, initialisedString, staticString, stringConstants } from './static.ts';
export {
  definedPackages,
  type StringFilter,
  visitMethods,
  visitStrings,
  visitTypes,
} from './tables.ts';
