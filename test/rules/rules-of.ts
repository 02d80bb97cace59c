export { mulberry32 } from '../build/random.ts';

import type { Clue, Rules, VersionAt } from '../../src/rules/schema.ts';
import type { FeatureKind } from '../../src/types.ts';
import { bareSdk } from '../build/bare-sdk.ts';

const source = { how: 'document', url: 'https://example.com/', seen: '2026-01-01' } as const;

type Given = VersionAt extends infer T ? (T extends unknown ? Omit<T, 'id'> : never) : never;

/** Rules of one SDK per id: what a rule file says, without what every line of one has in common. */
export function rulesOf(
  sdks: Readonly<Record<string, { clues?: readonly Clue[]; versions?: readonly Given[] }>>,
  hosts: Readonly<Record<string, readonly string[]>> = {},
): Rules {
  return {
    sdks: new Map(
      Object.entries(sdks).map(([id, { clues = [], versions = [] }]) => [
        id,
        {
          ...bareSdk(id, 'vendor'),
          clues: [...clues],
          versions: versions.map((version, i) => ({ ...version, id: `version-${i}` })),
        },
      ]),
    ),
    vendors: new Map(
      Object.entries(hosts).map(([id, names]) => [
        id,
        {
          id,
          name: id,
          recipient: true,
          entities: [],
          hosts: names.map((host) => ({ host, source })),
          claims: [],
          code: [],
          disputed: [],
        },
      ]),
    ),
    jurisdictions: new Map(),
    policies: new Map(),
    runtimes: new Map(),
    permissions: new Map(),
    listed: new Map(),
    categories: new Map(),
    digest: '',
  };
}

export function clue(
  kind: FeatureKind,
  test: { is: string } | { under: string } | { tail: string } | { like: string },
): Clue {
  return {
    id: Object.values(test)
      .join()
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-'),
    kind,
    ...test,
    strength: 'strong',
  };
}
