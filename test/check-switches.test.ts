import { describe, expect, it } from 'vitest';
import { checkSwitches } from '../src/check/switches.ts';
import { loadRules } from '../src/index.ts';
import type { Sdk } from '../src/rules/schema.ts';

const agora = loadRules().sdks.get('agora-rtc')!;
const region = agora.controls.findIndex(({ id }) => id === 'region');

function problems(change: (sdk: Sdk) => void): string[] {
  const sdk = structuredClone(agora);
  change(sdk);
  const found: string[] = [];
  checkSwitches(sdk, (field, problem) => found.push(`${field}: ${problem}`));
  return found;
}
/** A copy is a test's to change. */
type Open<T> = { -readonly [K in keyof T]: T[K] extends object ? Open<T[K]> : T[K] };
const open = (sdk: Sdk) => sdk as Open<Sdk>;

describe('rules check on switches and calls', () => {
  it('finds nothing wrong with a rule that is right', () => {
    expect(problems(() => {})).toEqual([]);
  });

  it('an id that stands twice, of a switch and of a call', () => {
    const twice = problems((sdk) => {
      open(sdk).controls[region]!.switches[1]!.id = sdk.controls[region]!.switches[0]!.id;
      open(sdk).api[1]!.id = sdk.api[0]!.id;
    });
    expect(twice).toEqual([
      `controls.${region}.switches.1.id: the id "${agora.controls[region]!.switches[0]!.id}" stands twice`,
      `api.1.id: the id "${agora.api[0]!.id}" stands twice`,
    ]);
  });

  it('releases that leave none', () => {
    const found = problems((sdk) => {
      Object.assign(open(sdk).controls[region]!.switches[0]!, { since: '4.0', until: '4.0.0' });
      Object.assign(open(sdk).api[0]!, { since: '3.10', until: '3.9' });
    });
    expect(found.map((line) => line.split(':')[0])).toEqual([`controls.${region}.switches.0.until`, 'api.0.until']);
    expect(found[0]).toContain('4.0.0 is not after 4.0');
  });

  it('places that are none: a country, a region, a country left out', () => {
    const row = agora.controls[region]!.switches.findIndex(({ reads }) => reads.some(({ areas }) => areas));
    const found = problems((sdk) => {
      const [area, other] = open(sdk).controls[region]!.switches[row]!.reads[0]!.areas!;
      area!.in = ['999', 'XX'];
      other!.out = ['ZZ'];
    });
    expect(found).toHaveLength(3);
    expect(found[0]).toContain('"999" is no region');
    expect(found[1]).toMatch(/areas\.0\.in: .*XX/);
    expect(found[2]).toMatch(/areas\.1\.out: .*ZZ/);
  });
});
