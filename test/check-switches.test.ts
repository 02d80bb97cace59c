import { describe, expect, it } from 'vitest';
import { checkSwitches } from '../src/check/switches.ts';
import { loadRules } from '../src/index.ts';
import type { Sdk } from '../src/rules/schema.ts';

const agora = loadRules().sdks.get('agora-rtc')!;

/** What is said of Agora's rule, changed. */
function saidOf(change: (sdk: Sdk) => Sdk): string[] {
  const said: string[] = [];
  checkSwitches(change(structuredClone(agora)), (at, what) => said.push(`${at}: ${what}`));
  return said;
}

type Switch = Sdk['controls'][number]['switches'][number];
const withSwitch = (change: (each: Switch) => Switch) => (sdk: Sdk) => ({
  ...sdk,
  controls: sdk.controls.map((control, i) =>
    i === 0 ? { ...control, switches: control.switches.map((each, k) => (k === 0 ? change(each) : each)) } : control,
  ),
});
const withArea = (rest: { readonly in?: string[]; readonly out?: string[] }) =>
  withSwitch((each) => ({
    ...each,
    reads: [{ what: 'area', argument: 0, areas: [{ is: 1, name: 'x', in: [], out: [], ...rest }] }],
  }));

describe('switches that cannot be what they say', () => {
  it('nothing of the rule as it is', () => {
    expect(saidOf((sdk) => sdk)).toEqual([]);
  });

  it('ids that stand twice, of switches and of calls', () => {
    const second = agora.controls[0]!.switches[1]!.id;
    expect(saidOf(withSwitch((each) => ({ ...each, id: second })))).toEqual([
      `controls.0.switches.1.id: the id "${second}" stands twice`,
    ]);
    const twice = (sdk: Sdk) => ({ ...sdk, api: [...sdk.api, sdk.api[0]!] });
    expect(saidOf(twice)).toEqual([`api.${agora.api.length}.id: the id "${agora.api[0]!.id}" stands twice`]);
  });

  it('releases between which there is none', () => {
    const [found = ''] = saidOf(withSwitch((each) => ({ ...each, since: '4.0', until: '3.9' })));
    expect(found).toMatch(/^controls\.0\.switches\.0\.until: 3\.9 is not after 4\.0/);
    expect(saidOf(withSwitch((each) => ({ ...each, since: '3.9', until: '3.9' })))).toHaveLength(1);
  });

  it('places that are none', () => {
    expect(saidOf(withArea({ in: ['DE', '150'] }))).toEqual([]);
    expect(saidOf(withArea({ in: ['999'] }))[0]).toContain('areas.0.in: "999" is no region');
    expect(saidOf(withArea({ in: ['XQ'] }))[0]).toContain('areas.0.in: ');
    expect(saidOf(withArea({ out: ['XQ'] }))[0]).toContain('areas.0.out: ');
  });
});
