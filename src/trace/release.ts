import { orderReleases } from '../releases.ts';
import type { VersionBounds } from '../types.ts';

/** What is so from one release on, and before another; left out where there is no such border. */
export interface Releases {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/**
 * Whether it is so of the release aboard. A version that was not read may be any, within what bounds it.
 * @param version as it was read: what does not begin with numbers says nothing
 */
export function isOfRelease(
  { since, until }: Releases,
  version: string | null,
  bounds: Pick<VersionBounds, 'from' | 'before'> | null = null,
): boolean {
  const read = /^v?(\d{1,6}(?:\.\d{1,6}){0,3})(?![\d])/.exec(version ?? '')?.[1];
  if (read !== undefined) {
    return (
      (since === undefined || orderReleases(read, since) >= 0) &&
      (until === undefined || orderReleases(read, until) < 0)
    );
  }
  const { from = null, before = null } = bounds ?? {};
  const isLater = until !== undefined && from !== null && orderReleases(from, until) >= 0;
  const isEarlier = since !== undefined && before !== null && orderReleases(since, before) >= 0;
  return !isLater && !isEarlier;
}
