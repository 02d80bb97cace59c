import { boundsText } from '../releases.ts';
import type { Sdk } from '../rules/schema.ts';
import { isOfRelease } from '../trace/release.ts';
import type { Detection } from '../types.ts';

/**
 * Lines of code that switch a control on: of the release aboard, or each with the releases that have it where the version
 * was not read. A way that never comes to more than weak is named where there is no better one.
 */
export function codeLines(
  { switches }: Pick<Sdk['controls'][number], 'switches'>,
  { version, versionBounds }: Pick<Detection, 'version' | 'versionBounds'>,
): string[] {
  const rows = switches.filter(
    (each) => each.remedy !== undefined && each.platform === 'android' && isOfRelease(each, version, versionBounds),
  );
  const best = rows.filter(({ atMost }) => atMost === undefined);
  const lines = (best.length > 0 ? best : rows).map(({ remedy, since = null, until = null }) => {
    const releases = version === null ? boundsText({ from: since, before: until }) : '';
    return `\`${remedy}\`${releases === '' ? '' : ` (${releases})`}`;
  });
  return [...new Set(lines)];
}
