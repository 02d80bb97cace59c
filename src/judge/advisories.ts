import type { Advisory, Rules } from '../rules/schema.ts';
import type { Detection } from '../types.ts';
import type { AdvisoryMatch } from './setting.ts';

/**
 * A vendor's version as semver: `4.6.2.70` and `4.6.2-build.1` are 4.6.2, `v4.2` is 4.2.0. Null for what has no number
 * in front: comparing a guess would be one.
 */
export function normaliseVersion(raw: string): string | null {
  const match = /^v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?(?:[.+_-].*)?$/.exec(raw.trim());
  if (!match) return null;
  return `${Number(match[1])}.${Number(match[2] ?? 0)}.${Number(match[3] ?? 0)}`;
}

/** Advisories published by that day whose range a version aboard meets, or may meet where no version could be read. */
export async function advisoriesOf(
  detections: readonly Detection[],
  rules: Rules,
  asOf: string,
): Promise<AdvisoryMatch[]> {
  const matches: AdvisoryMatch[] = [];
  for (const detection of detections) {
    if (!detection.scored) continue;
    for (const advisory of rules.sdks.get(detection.sdk)?.advisories ?? []) {
      if (advisory.published > asOf) continue;
      const match = await matchOf(detection, advisory);
      if (match) matches.push(match);
    }
  }
  return matches;
}

async function matchOf(detection: Detection, advisory: Advisory): Promise<AdvisoryMatch | null> {
  const common = { sdk: detection.sdk, advisory };
  const instances = detection.instances.filter((i) => i.version !== null);
  if (instances.length === 0) return matchBounds(detection, advisory);
  // The one function, when it is asked for: the whole package is forty files, and most apps meet no advisory.
  const { default: satisfies } = await import('semver/functions/satisfies.js');
  const comparable = (version: string | null) => (version === null ? null : normaliseVersion(version));
  const affected = instances.find(({ version }) => {
    const compared = comparable(version);
    return compared !== null && satisfies(compared, advisory.affected);
  });
  // What cannot be compared is not cleared.
  const met = affected ?? instances.find(({ version }) => comparable(version) === null);
  if (!met) return null;
  return {
    ...common,
    state: advisory.confidence === 'high' && affected ? 'holds' : 'undetermined',
    version: met.version,
    evidence: instances
      .filter((i) => i.version === met.version)
      .map((i) => i.versionAt)
      .filter((e) => e !== null),
  };
}

/** Of a version that was not read: a range wholly outside what the SDK can be is not met, one that holds all of it is. */
async function matchBounds(detection: Detection, advisory: Advisory): Promise<AdvisoryMatch | null> {
  const open = { sdk: detection.sdk, advisory, state: 'undetermined', version: null, evidence: [] } as const;
  const { versionBounds: bounds } = detection;
  const [from, before] = [bounds?.from, bounds?.before].map((each) => (each ? normaliseVersion(each) : null));
  if (!bounds || (!from && !before)) return open;
  const possible = [from && `>=${from}`, before && `<${before}`].filter(Boolean).join(' ');
  const [{ default: intersects }, { default: subset }] = await Promise.all([
    import('semver/ranges/intersects.js'),
    import('semver/ranges/subset.js'),
  ]);
  if (!intersects(possible, advisory.affected)) return null;
  if (advisory.confidence !== 'high' || !subset(possible, advisory.affected)) return open;
  const evidence = detection.evidence.filter(({ clue }) => bounds.clues.includes(clue));
  return { ...open, state: 'holds', bounds, evidence };
}
