import type { Advisory, Rules } from '../rules/schema.ts';
import type { Detection, Platform } from '../types.ts';
import type { Truth } from './conditions.ts';
import { boundsLieIn, isOfDays, liesIn, numbersOf, type Range, rangeOf } from './ranges.ts';
import type { AdvisoryMatch } from './setting.ts';

/**
 * Advisories published by that day whose range a version aboard meets, or may meet where no version could be read.
 * @param platforms of the bundle: a range may be of one alone
 */
export async function advisoriesOf(
  detections: readonly Detection[],
  rules: Rules,
  asOf: string,
  platforms: ReadonlySet<Platform> = new Set(['android', 'ios']),
): Promise<AdvisoryMatch[]> {
  const matches: AdvisoryMatch[] = [];
  for (const detection of detections) {
    if (!detection.scored) continue;
    const open = new Map<string, AdvisoryMatch>();
    for (const advisory of rules.sdks.get(detection.sdk)?.advisories ?? []) {
      if (advisory.published > asOf) continue;
      const match = await matchOf(detection, advisory, platforms);
      if (!match) continue;
      // Of source whose day was not read, the newest asks for all: to learn the day answers each.
      if (match.version === null && match.state === 'undetermined' && rangesOf(advisory, platforms).every(isOfDays)) {
        const other = open.get('days');
        if (!other || other.advisory.published < advisory.published) open.set('days', match);
      } else matches.push(match);
    }
    matches.push(...open.values());
  }
  return matches;
}

/** The ranges of an advisory that hold for these platforms. */
function rangesOf({ affected }: Advisory, platforms: ReadonlySet<Platform>): string[] {
  if (typeof affected === 'string') return [affected];
  return [...new Set([...platforms].flatMap((platform) => affected[platform] ?? []))];
}

async function matchOf(
  detection: Detection,
  advisory: Advisory,
  platforms: ReadonlySet<Platform>,
): Promise<AdvisoryMatch | null> {
  const ranges = await Promise.all(rangesOf(advisory, platforms).map(testOf));
  if (ranges.length === 0) return null;
  // What is aboard for one of two platforms may be outside the range of the other.
  const asked = typeof advisory.affected === 'string' ? 1 : platforms.size;
  const all = (truths: readonly Truth[]): Truth => {
    if (truths.every((truth) => truth === false)) return false;
    return truths.length === asked && truths.every((truth) => truth === true) ? true : 'unknown';
  };
  const isSure = advisory.confidence === 'high';
  const common = { sdk: detection.sdk, advisory };
  const instances = detection.instances.filter((i) => i.version !== null);
  if (instances.length === 0) {
    const open = { ...common, state: 'undetermined', version: null, evidence: [] } as const;
    const { versionBounds: bounds } = detection;
    const [from, before] = [bounds?.from, bounds?.before].map((each) => (each ? numbersOf(each) : null));
    if (!bounds || (!from && !before)) return open;
    const truth = all(ranges.map((range) => range.ofBounds(from ?? null, before ?? null)));
    if (truth === false) return null;
    if (!isSure || truth === 'unknown') return open;
    const evidence = detection.evidence.filter(({ clue }) => bounds.clues.includes(clue));
    return { ...open, state: 'holds', bounds, evidence };
  }
  const truths = instances.map(({ version }) => all(ranges.map((range) => range.ofVersion(version!))));
  // What cannot be compared is not cleared.
  const at = truths.includes(true) ? truths.indexOf(true) : truths.indexOf('unknown');
  const met = instances[at];
  if (!met) return null;
  return {
    ...common,
    state: isSure && truths[at] === true ? 'holds' : 'undetermined',
    version: met.version,
    evidence: instances
      .filter((i) => i.version === met.version)
      .map((i) => i.versionAt)
      .filter((e) => e !== null),
  };
}

interface Test {
  readonly ofVersion: (version: string) => Truth;
  readonly ofBounds: (from: readonly number[] | null, before: readonly number[] | null) => Truth;
}

async function testOf(affected: string): Promise<Test> {
  const range = rangeOf(affected);
  if (!range) return semverTest(affected);
  return {
    ofVersion: (version) => inRange(version, range),
    ofBounds: (from, before) => boundsLieIn(from, before, range),
  };
}

function inRange(version: string, range: Range): Truth {
  const numbers = numbersOf(version);
  return numbers === null ? 'unknown' : liesIn(numbers, range);
}

/** What a pack writes in the words of semver (`^1.2`, `1.x`): three parts are compared. */
async function semverTest(affected: string): Promise<Test> {
  // When they are asked for: the whole package is forty files, and most apps meet no such range.
  const [{ default: satisfies }, { default: intersects }, { default: subset }] = await Promise.all([
    import('semver/functions/satisfies.js'),
    import('semver/ranges/intersects.js'),
    import('semver/ranges/subset.js'),
  ]);
  const three = (numbers: readonly number[]) => [0, 1, 2].map((i) => numbers[i] ?? 0).join('.');
  return {
    ofVersion: (version) => {
      const numbers = numbersOf(version);
      return numbers === null ? 'unknown' : satisfies(three(numbers), affected);
    },
    ofBounds: (from, before) => {
      const possible = [from && `>=${three(from)}`, before && `<${three(before)}`].filter(Boolean).join(' ');
      if (!intersects(possible, affected)) return false;
      return subset(possible, affected) ? true : 'unknown';
    },
  };
}
