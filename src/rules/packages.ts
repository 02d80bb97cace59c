import type { Sdk } from './schema.ts';

/** Packages of which a strong clue says that all in them is the SDK's, on Android. */
export function packagesOf({ clues }: Sdk): readonly string[] {
  return clues.flatMap(({ kind, under, strength, platform }) =>
    kind === 'class' && under !== undefined && strength === 'strong' && platform !== 'ios'
      ? [under.replace(/\.$/, '')]
      : [],
  );
}
