/** English names by the Unicode CLDR that every Node and browser brings along. */
const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });

/** `China (CN)`, of a code of ISO 3166-1 and of `EU`; what is no code stands as it is. */
export function countryWords(code: string): string {
  const name = /^[A-Z]{2}$/.test(code) ? names.of(code) : code;
  return name === undefined || name === code ? code : `${name} (${code})`;
}
