import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/types.ts';
import { scan } from '../build/verified.ts';
import { contentsOf } from '../releases/contents.ts';
import { bundleOf } from '../releases/forms.ts';
import { Sources } from '../releases/sources.ts';
import { root } from './corpus.ts';
import { hasJava } from './maven.ts';

interface Release {
  readonly sdk: string;
  readonly version: string | null;
  readonly from: readonly string[];
}

const all = JSON.parse(readFileSync(join(root(), 'test/releases/releases.json'), 'utf8')) as Release[];
const alone = all.filter(({ from: [only, ...others] }) => others.length === 0 && /^maven:.*:aar$/.test(only ?? ''));
/** The newest of each SDK: D8 takes its time. */
const handed = alone.filter(({ sdk }, i) => alone.findIndex((other) => other.sdk === sdk) === i);

/** SDKs with their versions, and the packages of each that nobody knows. */
function saidOf({ detections, unidentified }: Report) {
  return {
    sdks: detections.map(({ sdk, version, scored }) => `${sdk} ${version}${scored ? '' : ' (not scored)'}`).sort(),
    packages: unidentified.filter(({ kind }) => kind === 'package').map(({ name, size }) => `${name} ${size}`),
  };
}

/** An AAR as it is handed in, against the plain APK that D8 makes of the same classes and files. */
describe.skipIf(!hasJava())('libraries of Maven Central as they are', () => {
  it.each(handed)('$sdk $version', { timeout: 300_000 }, async ({ sdk, version, from }) => {
    const sources = new Sources(null);
    const [[, aar] = []] = sources.files(from[0]!);
    const report = await scan(aar!, { asOf: '2026-11-26' });
    const plain = await scan(bundleOf(contentsOf(from, sources), 'plain', [])!, { asOf: '2026-11-26' });
    const own = report.detections.find((detection) => detection.sdk === sdk);
    console.log([sdk, version, own?.version, report.complete, saidOf(report).sdks.join(', ')].join('\t'));
    expect(report.bundle.units).toMatchObject([{ kind: 'library', app: { id: null } }]);
    expect(own, 'found at all').toMatchObject({ scored: true });
    expect([version, null]).toContain(own!.version);
    expect(saidOf(report)).toEqual(saidOf(plain));
    expect(report.complete).toBe(true);
  });
});
