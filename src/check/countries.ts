import { countryCodes } from '../countries.ts';

const countries: ReadonlySet<string> = new Set(countryCodes);

/** Whether ISO 3166-1 assigns this code to a country or territory. */
export function isCountry(code: string): boolean {
  return countries.has(code);
}

/** Whether laws can be of it: a country, or the European Union, for which ISO 3166-1 reserves EU. */
export function isLawgiver(code: string): boolean {
  return code === 'EU' || countries.has(code);
}

export function noCountry(code: string): string {
  return `"${code}" is no country of ISO 3166-1`;
}
