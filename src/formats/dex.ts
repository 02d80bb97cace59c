/** DEX (source.android.com, "Dalvik executable format"), versions 035 to 040 and the first header of 041. */
export { type DexAnomaly, type DexFile, type DexTable, isDex, openDex } from './dex-header.ts';
export { type DexString, staticString } from './dex-static.ts';
export { definedPackages, stringAt, typeAt, visitMethods, visitStrings, visitTypes } from './dex-tables.ts';
