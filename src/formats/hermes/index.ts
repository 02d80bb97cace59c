export { type HermesFile, hermesLength, hermesVersion, isHermes, openHermes, versions } from './header.ts';
export { type HermesStrings, hermesStrings, MOST_STRINGS } from './strings.ts';
