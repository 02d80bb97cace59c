export { type HermesFile, hermesLength, hermesVersion, isHermes, openHermes, versions } from './header.ts';
export { type HermesTables, type PieceTaker, visitPieces } from './pieces.ts';
export { type HermesStrings, hermesStrings, MOST_STRINGS, noStrings } from './strings.ts';
