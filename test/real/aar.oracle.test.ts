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

/** An archive of a maker that Maven Central does not serve as an AAR, or of one that no rule knows. */
interface Archive {
  readonly vendor: string;
  readonly sdk: string | null;
  readonly version?: string;
  /** Where no rule knows the maker: the packages that must be named as unidentified. */
  readonly packages?: readonly string[];
  readonly from: string;
}

const json = (path: string): unknown => JSON.parse(readFileSync(join(root(), path), 'utf8'));
const releases = (json('test/releases/releases.json') as Release[]).filter(
  ({ from: [only, ...others] }) => others.length === 0 && /^maven:.*:aar$/.test(only ?? ''),
);
const archives = json('test/real/archives.json') as Archive[];
/** Git repositories are put there by hand, as `owner+repo`: there is no client that fetches them from everywhere. */
const sources = new Sources(join(root(), '.cache', 'git'));

/**
 * SDKs with their versions, and the packages that nobody knows. Not those of `lint.jar`, which goes into no app, nor of
 * fewer than three classes: these are named beside a host in the same file, and all classes of an APK are in one.
 */
function saidOf({ detections, unidentified }: Report) {
  const isInApp = (path: string) => !path.startsWith('lint.jar');
  return {
    sdks: detections.map(({ sdk, version, scored }) => `${sdk} ${version}${scored ? '' : ' (not scored)'}`).sort(),
    packages: unidentified
      .filter(({ kind, size, paths }) => kind === 'package' && size > 2 && paths.some(isInApp))
      .map(({ name, size }) => `${name} ${size}`),
  };
}

/** What is said of an archive as it is handed in; it must be what is said of the plain APK that D8 makes of its content. */
async function saidAsHanded(from: string): Promise<Report> {
  const [[, archive] = []] = sources.files(from);
  const report = await scan(archive!, { asOf: '2026-11-26' });
  const plain = await scan(bundleOf(contentsOf([from], sources), 'plain', [])!, { asOf: '2026-11-26' });
  console.log([from, report.complete, saidOf(report).sdks.join(', '), saidOf(report).packages.join(', ')].join('\t'));
  expect(report.bundle.units[0]).toMatchObject({ kind: 'library', app: { id: null } });
  expect(saidOf(report)).toEqual(saidOf(plain));
  expect(report.complete).toBe(true);
  return report;
}

function expectFound(report: Report, sdk: string, version: string | null): void {
  const own = report.detections.find((detection) => detection.sdk === sdk);
  expect(own, 'found at all').toMatchObject({ scored: true });
  expect([version, null]).toContain(own!.version);
}

describe.skipIf(!hasJava())('libraries of Maven Central as they are', () => {
  it.each(releases)('$sdk $version', { timeout: 300_000 }, async ({ sdk, version, from: [from] }) => {
    expectFound(await saidAsHanded(from!), sdk, version);
  });
});

describe.skipIf(!hasJava())('libraries of other makers as they are', () => {
  it.each(archives)('$vendor $from', { timeout: 300_000 }, async ({ sdk, version, packages = [], from }) => {
    const report = await saidAsHanded(from);
    if (sdk) expectFound(report, sdk, version ?? null);
    const names = report.unidentified.map(({ name }) => name);
    for (const each of packages) expect(names).toContain(each);
    if (!sdk) expect(report.detections).toEqual([]);
  });
});
