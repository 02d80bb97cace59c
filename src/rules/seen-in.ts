import type { Source } from '../types.ts';
import type { Sdk } from './schema.ts';

/** Where a clue or a version rule of an SDK was seen. */
export function seenIn({ artifacts }: Sdk, id: string): readonly Source[] {
  return artifacts.flatMap(({ artifact, sha256, seen, holds }) => {
    if (!Object.hasOwn(holds, id)) return [];
    const { at, note } = holds[id]!;
    const offset = at === undefined ? {} : { offset: at };
    return [{ how: 'artifact' as const, artifact, sha256, ...offset, seen, ...(note === undefined ? {} : { note }) }];
  });
}
