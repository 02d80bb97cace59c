import { expect, it } from 'vitest';
import { loadRules, ScanError, scan } from '../../src/index.ts';
import { buildDependencies, buildProtoXml } from '../build/proto.ts';
import { mulberry32 } from '../build/random.ts';
import { abiApk, agoraDex, agoraLibrary, asks, baseApk, manifestOf, wholeApk, zipOf } from '../build/set.ts';
import { cases } from '../build/slow.ts';

/** Whatever becomes of its bytes, a set or an App Bundle with Agora is one with Agora, not read whole, or refused. */

const rules = loadRules();
const bundles: readonly (readonly [string, Uint8Array])[] = [
  [
    'a set',
    zipOf({
      'toc.pb': 'x',
      'splits/base-master.apk': baseApk(),
      'splits/b.apk': abiApk(),
      'standalones/s.apk': wholeApk(),
    }),
  ],
  [
    'an App Bundle',
    zipOf({
      'base/manifest/AndroidManifest.xml': buildProtoXml(manifestOf({}, asks('RECORD_AUDIO'))),
      'base/dex/classes.dex': agoraDex,
      'base/lib/arm64-v8a/libagora-rtc-sdk-jni.so': agoraLibrary,
      'BUNDLE-METADATA/com.android.tools.build.libraries/dependencies.pb':
        buildDependencies('io.agora.rtc:full-sdk:3.4.0'),
    }),
  ],
];

it.each(bundles)('%s, mutated', async (_name, bytes) => {
  const random = mulberry32(7);
  let found = 0;
  const rounds = cases(150, 12);
  for (let round = 0; round < rounds; round++) {
    const mutated = bytes.slice();
    for (let i = 0; i < 1 + (round % 4); i++) mutated[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    try {
      const { detections, complete, anomalies } = await scan(mutated, { rules });
      const isFound = detections.some(({ sdk }) => sdk === 'agora-rtc');
      found += Number(isFound);
      expect(isFound || !complete || anomalies.length > 0, `round ${round}`).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(ScanError);
    }
  }
  // A reader that refuses everything would pass else.
  expect(found).toBeGreaterThan(rounds / 3);
});
