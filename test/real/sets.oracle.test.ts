import { writeFileSync } from 'node:fs';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/index.ts';
import type { Report } from '../../src/types.ts';
import { buildDependencies } from '../build/proto.ts';
import { scan } from '../build/verified.ts';
import { aapt2, built, bundletool, hasBundletool, inFolder, moduleOf } from './bundletool.ts';
import { addToApk, agora202, agoraJar, dexOfJar, real } from './compose.ts';

const rules = loadRules();
const options = { rules, asOf: '2026-11-26' } as const;
const units = ({ bundle }: Report) => bundle.units.map(({ path, kind }) => `${kind} ${path}`);
const gaps = ({ coverage }: Report) => coverage.filter(({ matters, state }) => matters && state !== 'read');
/** What a reader of a report goes by. */
const answer = ({ verdict, complete, findings, detections, bundle }: Report) => ({
  ...{ verdict, complete },
  app: { ...bundle.app, network: null },
  detections: detections.map(({ sdk, version, presence, confidence, scored }) => ({
    ...{ sdk, version, presence },
    confidence,
    scored,
  })),
  findings: findings.map(({ id, state, level }) => `${id} ${state} ${level}`),
});

describe.skipIf(!hasBundletool())('what bundletool builds of real bytes', () => {
  // A real app with Agora's real libraries and the names of its real classes.
  const apk = addToApk(real.settings(), { ...agora202(), 'classes10.dex': dexOfJar(agoraJar()) });
  const dependencies = buildDependencies('io.agora.rtc:full-sdk:2.0.2', 'androidx.core:core:1.13.1');
  const dumps: Record<string, string> = {};
  const { aab, apks } = inFolder((path) => {
    const made = built({ base: moduleOf(apk, path) }, dependencies, path);
    for (const what of ['manifest', 'config', 'resources'])
      dumps[what] = bundletool('dump', what, `--bundle=${path('app.aab')}`);
    writeFileSync(path('plain.apk'), apk);
    dumps.badging = aapt2('dump', 'badging', path('plain.apk'));
    return made;
  });

  it('as an App Bundle has the answer of the plain APK', async () => {
    const [plain, report] = [await scan(apk, options), await scan(aab, options)];
    console.log(units(report), gaps(report), report.anomalies.slice(0, 3), report.libraries.length);
    expect(answer(report)).toEqual(answer(plain));
  });

  it('as a set of packages, zipped by bundletool or as XAPK and APKM, has it too', async () => {
    const plain = answer(await scan(apk, options));
    const report = await scan(apks, options);
    console.log(units(report), gaps(report), report.anomalies.slice(0, 3));
    expect(answer(report)).toEqual(plain);
    const files = unzipSync(apks);
    const splits = Object.entries(files).filter(([name]) => name.startsWith('splits/'));
    const flat = Object.fromEntries(splits.map(([name, data]) => [name.slice('splits/'.length), data]));
    const text = (value: object) => new TextEncoder().encode(JSON.stringify(value));
    const list = { package_name: plain.app.id, version_code: plain.app.build };
    expect(answer(await scan(zipSync({ ...flat, 'manifest.json': text(list) }, { level: 0 }), options))).toEqual(plain);
    expect(
      answer(await scan(zipSync({ ...flat, 'info.json': text({ pname: plain.app.id }) }, { level: 6 }), options)),
    ).toEqual(plain);
  });
});
