import type { Wanted, WantedCall, WantedValue } from '../formats/dex/index.ts';
import { packagesOf } from '../rules/packages.ts';
import type { Rules, Sdk } from '../rules/schema.ts';
import type { ApiCall, CalledMethod, Switch } from '../rules/switches.ts';

/** What is asked of the code of a DEX: calls that switch something, or show an SDK's use, and who calls an SDK at all. */
export function wantedCalls(rules: Rules): Wanted {
  const calls: WantedCall[] = [];
  const packages = new Set<string>();
  for (const sdk of [...rules.sdks.keys()].sort().map((id) => rules.sdks.get(id)!)) {
    const own = packagesOf(sdk);
    for (const each of own) packages.add(each);
    const vendors = rules.vendors.get(sdk.vendor)?.code.flatMap((code) => code.packages) ?? [];
    const about = { own: [...own, ...vendors] };
    for (const control of sdk.controls) {
      for (const each of control.switches) calls.push(...ofSwitch(`${sdk.id}/${control.id}`, each, about));
    }
    const ordered = sdk.controls.filter(({ switches }) => switches.some(({ before }) => before.length > 0));
    for (const each of sdk.api) calls.push(...ofApi(sdk.id, each, ordered, about));
  }
  return { calls, packages: [...packages].sort() };
}

/** Selectors by which an SDK's controls are switched, as their rules name them. */
export function selectorsIn({ sdks }: Pick<Rules, 'sdks'>): ReadonlySet<string> {
  const calls = [...sdks.values()].flatMap(({ controls }) => controls.flatMap((control) => control.calls));
  return new Set(calls.filter(isSelector));
}

/** Whether an API's name is that of an Objective-C method with arguments. */
export function isSelector(name: string): boolean {
  return name.endsWith(':');
}

type About = Pick<WantedCall, 'own'>;

function ofSwitch(
  group: string,
  { id: name, platform, call, write, reads, before, undoneBy }: Switch,
  about: About,
): WantedCall[] {
  if (platform !== 'android') return [];
  const id = `${group}/${name}`;
  const values: WantedValue[] = reads.map(({ argument, omitted, of }) => ({ argument, omitted, of }));
  const rest = { values, before, undoneBy, group, starts: [], ...about };
  if (write) return [{ id, classes: [write.class], field: write.field, ...rest }];
  return call ? [{ id, ...calledAs(call), ...rest }] : [];
}

/** @param ordered controls that have to be switched before something else is called */
function ofApi(sdk: string, api: ApiCall, ordered: Sdk['controls'], about: About): WantedCall[] {
  const { id, platform, call, arguments: given } = api;
  if (platform !== 'android') return [];
  const values = given.map(({ argument, omitted, of }) => ({ argument, omitted, of }));
  const isLater = ({ switches }: Sdk['controls'][number]) =>
    switches.some(({ before }) => before.includes(call.method));
  const groups = api.starts ? ordered.filter((control) => !isLater(control)).map((each) => `${sdk}/${each.id}`) : [];
  return [
    { id: `${sdk}/api/${id}`, ...calledAs(call), values, before: [], group: `${sdk}/api`, starts: groups, ...about },
  ];
}

function calledAs({
  class: name,
  method,
  parameters,
}: CalledMethod): Pick<WantedCall, 'classes' | 'method' | 'parameters'> {
  return { classes: typeof name === 'string' ? [name] : name, method, parameters };
}
