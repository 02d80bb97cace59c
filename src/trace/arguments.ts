import type { CallHit, EntryFeatures, OriginHit } from '../inventory/facts.ts';
import type { Sdk } from '../rules/schema.ts';
import type { CalledMethod } from '../rules/switches.ts';
import type { ArgumentMeaning, ControlId } from '../types.ts';

/** One value that code can hand to an SDK, by what its rule says that it is for. */
export interface Argument {
  readonly what: ArgumentMeaning;
  readonly origin: OriginHit;
  /** Whether the method takes a number there, of which 0 is a value and no null. */
  readonly isNumber: boolean;
  readonly hit: CallHit;
  readonly entry: EntryFeatures;
}

/** Controls whose keys encrypt media; what others call a key may be a token. */
const encrypting: readonly ControlId[] = ['media-encryption', 'end-to-end-encryption'];
const numbers = ['byte', 'short', 'int', 'long'];

/** Every value that calls of an SDK's API hand over, in the order of the entries and of the code in them. */
export function argumentsOf(sdk: Sdk, entries: readonly EntryFeatures[]): Argument[] {
  const asked = meaningsOf(sdk);
  return entries.flatMap((entry) =>
    (entry.calls ?? []).flatMap((hit) =>
      (asked.get(hit.id) ?? []).flatMap(({ what, at, isNumber }) =>
        (hit.values[at] ?? []).map((origin) => ({ what, origin, isNumber, hit, entry })),
      ),
    ),
  );
}

interface Meaning {
  readonly what: ArgumentMeaning;
  /** Its place among the values of the hit. */
  readonly at: number;
  readonly isNumber: boolean;
}

/** By the id of a call: what its values are for. A switch reads keys besides. */
function meaningsOf({ id, api, controls }: Sdk): ReadonlyMap<string, readonly Meaning[]> {
  const meanings = new Map<string, readonly Meaning[]>();
  for (const { id: call, call: method, arguments: given } of api) {
    meanings.set(
      `${id}/api/${call}`,
      given.map(({ carries, argument, of }, at) => ({
        what: carries,
        at,
        isNumber: of === undefined && takesNumber(method, argument),
      })),
    );
  }
  for (const { id: control, switches } of controls.filter((each) => encrypting.includes(each.id))) {
    for (const each of switches) {
      const keys = each.reads.flatMap(({ what }, at) =>
        what === 'key' ? [{ what, at, isNumber: false } as const] : [],
      );
      meanings.set(`${id}/${control}/${each.id}`, keys);
    }
  }
  return meanings;
}

const takesNumber = ({ parameters }: CalledMethod, argument: number): boolean =>
  typeof parameters === 'object' && numbers.includes(parameters[argument] ?? '');
