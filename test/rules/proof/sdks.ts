import { type Report, type Rules, scan } from '../../../src/index.ts';
import { twinBundle } from '../twin-bundle.ts';
import type { SdkTwin, TwinCase as TwinBundle } from '../twin-schema.ts';
import { none, same, type TwinCase } from './case.ts';

const scored = (report: Report) => report.detections.filter((d) => d.scored).map((d) => d.sdk);

/** What the twin of an SDK says. */
export function sdkCases(id: string, twin: SdkTwin, rules: Rules): TwinCase[] {
  const rule = `sdks/${id}`;
  const sdk = rules.sdks.get(id)!;
  const scanTwin = (bundle: TwinBundle) => scan(twinBundle(bundle, rules), { rules });
  /** Clues that a hit met: the hits are tried before the case that asks. */
  const met = new Set<string>();

  const hits = twin.hit.map(({ expect, ...bundle }): TwinCase => {
    return same(rule, `${bundle.platform}: ${bundle.says}`, async () => {
      const report = await scanTwin(bundle as TwinBundle);
      const as = expect.family ?? id;
      const found = report.detections.find((d) => d.sdk === as);
      // A family lists the evidence of its first product: the clues that all products share have the same ids.
      for (const { clue } of found?.evidence ?? []) met.add(clue.slice(clue.indexOf('/') + 1));
      const { version, confidence, versionBounds } = found ?? {};
      const { from, before } = versionBounds ?? { from: null, before: null };
      const ofFamily =
        expect.family === undefined ? {} : { vendor: found?.vendor, isProduct: found?.products.includes(id) };
      return {
        found: {
          ...{ version, confidence, ...(expect.bounds ? { bounds: { from, before } } : {}), ...ofFamily },
          // Cross-talk: no rule but these may take the bundle for its own.
          sdks: scored(report),
        },
        wanted: {
          ...{ version: expect.version, confidence: expect.confidence },
          ...(expect.bounds ? { bounds: { from: expect.bounds.from, before: expect.bounds.before } } : {}),
          ...(expect.family === undefined ? {} : { vendor: null, isProduct: true }),
          sdks: [as, ...expect.also].sort(),
        },
      };
    });
  });

  return [
    none(rule, 'the twin has a hit for each platform of its clues, and for its version', () => {
      const platforms = new Set<string>(twin.hit.map((hit) => hit.platform));
      // A clue of both platforms asks for a hit on either.
      const asked = [...new Set(sdk.clues.flatMap((clue) => clue.platform ?? []))];
      const isVersionTried = sdk.versions.length === 0 || twin.hit.some((hit) => hit.expect.version !== null);
      return [
        ...asked.filter((platform) => !platforms.has(platform)).map((platform) => `no hit on ${platform}`),
        ...(isVersionTried ? [] : ['no hit with a version']),
      ];
    }),
    none(rule, 'expect.also names SDKs that have a rule', () => {
      return twin.hit.flatMap((hit) => hit.expect.also).filter((also) => !rules.sdks.has(also));
    }),
    ...hits,
    // One with a slip in its name or its kind is never met, and nobody would see it.
    none(rule, 'every clue that counts is met by a hit', () => {
      if (met.size === 0) return ['its hits were not found'];
      const counted = sdk.clues.filter(({ strength }) => strength === 'strong' || strength === 'supporting');
      return counted.map((clue) => clue.id).filter((clue) => !met.has(clue));
    }),
    ...twin.miss.map((bundle) =>
      none(rule, `not ${id}, ${bundle.platform}: ${bundle.says}`, async () => {
        return scored(await scanTwin(bundle)).includes(id) ? ['found all the same'] : [];
      }),
    ),
  ];
}
