/** DEX (source.android.com, "Dalvik executable format"), versions 035 to 041. */
export { openDexes } from './dex-container.ts';
export { type DexAnomaly, type DexFile, type DexTable, isDex, openDex } from './dex-header.ts';
export { decodeMutf8 } from './dex-mutf8.ts';
export { type DexString, staticString, stringConstants } from './dex-static.ts';
export {
  definedPackages,
  type StringFilter,
  stringAt,
  typeAt,
  visitMethods,
  visitStrings,
  visitTypes,
} from './dex-tables.ts';
