import { countryCodes } from '../countries.ts';
import { countriesIn } from '../rules/places.ts';
import type { Area } from '../rules/switches.ts';

/** Countries that a setting lets data reach: `in` alone, all but `out`, or all (`everywhere`). */
export interface Reach {
  readonly in: readonly string[];
  readonly out: readonly string[];
  readonly everywhere: boolean;
  readonly name: string;
}

/** What a value of an area setting means; null for one that the rule does not know. */
export function areaOf(text: string, areas: readonly Area[]): Reach | null {
  const whole = areas.find(({ is }) => (typeof is === 'number' ? isNumber(text, is) : is === text));
  if (whole) return reachOf(whole);
  if (!/^-?\d+$/.test(text)) return null;
  const value = Number(BigInt.asUintN(32, BigInt(text)));
  const parts = areas.filter(({ bit, is }) => bit && typeof is === 'number' && is > 0 && (value & is) >>> 0 === is);
  const known = parts.reduce((sum, { is }) => sum | Number(is), 0) >>> 0;
  return value === 0 || known !== value ? null : joined(parts.map(reachOf));
}

/** As signed or unsigned 32 bits. */
const isNumber = (text: string, is: number): boolean =>
  /^-?\d+$/.test(text) && BigInt.asUintN(32, BigInt(text)) === BigInt.asUintN(32, BigInt(is));

function reachOf({ in: places, out, everywhere, name }: Area): Reach {
  const within = [...new Set(places.flatMap(countriesIn))].filter((country) => !out.includes(country)).sort();
  return { in: within, out: places.length > 0 ? [] : [...out].sort(), everywhere: everywhere === true, name };
}

/** Whatever one of them lets in. */
export function joined(reaches: readonly Reach[]): Reach {
  const [first, ...rest] = reaches;
  const name = [...new Set(reaches.map((reach) => reach.name))].join(', ');
  if (first === undefined || rest.length === 0) return first ?? { in: [], out: [], everywhere: true, name };
  if (reaches.some(({ everywhere }) => everywhere)) return { in: [], out: [], everywhere: true, name };
  if (reaches.every((reach) => reach.in.length > 0)) {
    return { in: [...new Set(reaches.flatMap((reach) => reach.in))].sort(), out: [], everywhere: false, name };
  }
  const isOut = (reach: Reach, country: string) =>
    reach.in.length > 0 ? !reach.in.includes(country) : reach.out.includes(country);
  const out = countryCodes.filter((country) => reaches.every((reach) => isOut(reach, country)));
  return { in: [], out, everywhere: out.length === 0, name };
}
