/** DEX (source.android.com, "Dalvik executable format"), versions 035 to 041. */
export { type AskedLibrary, visitAskedLibraries } from './asked.ts';
export { type FoundCall, visitCalls } from './calls/calls.ts';
export type { FoundOrder, Ordered } from './calls/groups.ts';
export type { Origin } from './calls/origin.ts';
export { isFollowed, visitCalling, visitNamed, visitUsing } from './calls/places.ts';
export type { Wanted, WantedCall, WantedValue } from './calls/wanted.ts';
export { type CodedString, visitAllCodedStrings, visitCodedStrings } from './coded.ts';
export { openDexes } from './container.ts';
export { type DexAnomaly, type DexFile, type DexTable, isDex, openDex } from './header.ts';
export { Joining, type Linked, supertypes } from './joined/index.ts';
export { type DexString, descriptorFor, dottedName, findType } from './lookup.ts';
export { classNameOf, type MemberName, memberOf, methodNameOf } from './member-names.ts';
export { decodeMutf8 } from './mutf8.ts';
export { definedPackages, packageOf } from './packages.ts';
export { dexGaps } from './ranges.ts';
export { type FieldName, staticConstant, staticString, stringConstants } from './static.ts';
export {
  type StringFilter,
  stringStart,
  visitMethods,
  visitStrings,
  visitTypes,
} from './tables.ts';
export { type Use, visitUses } from './uses.ts';
