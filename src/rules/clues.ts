import type { Clue, Rules, Sdk } from './schema.ts';

export interface SdkClue {
  /** `<sdk id>/<clue id>` */
  readonly id: string;
  readonly sdk: string;
  readonly clue: Clue;
}

/** Whether a clue says anything of its SDK being there. */
export function says({ strength }: Clue): boolean {
  return strength !== 'shows' && strength !== 'explains';
}

/** Whether it helps to prove it. */
export function counts({ strength }: Clue): boolean {
  return strength === 'strong' || strength === 'supporting';
}

const known = new WeakMap<ReadonlyMap<string, Sdk>, ReadonlyMap<string, SdkClue>>();

/** Every clue of every SDK by its id, in the order of SDK ids, so that nothing depends on the order of files. */
export function cluesOf({ sdks }: Pick<Rules, 'sdks'>): ReadonlyMap<string, SdkClue> {
  let clues = known.get(sdks);
  if (!clues) {
    const ids = [...sdks.keys()].sort();
    const all = ids.flatMap((sdk) => sdks.get(sdk)!.clues.map((clue) => ({ id: `${sdk}/${clue.id}`, sdk, clue })));
    clues = new Map(all.map((each) => [each.id, each]));
    known.set(sdks, clues);
  }
  return clues;
}
