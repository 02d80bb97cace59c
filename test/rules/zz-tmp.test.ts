import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { loadRules, scan } from '../../src/index.ts';
import { twinBundle } from './twin-bundle.ts';
import { parseTwin, SdkTwin } from './twin-schema.ts';
test('decisive', async () => {
  const rules = loadRules();
  for (const id of ['agora-rtc','pubnub','rongcloud-im','twilio-video','voximplant','webrtc']) {
    const twin = parseTwin(SdkTwin, id, readFileSync(new URL(`sdks/${id}.json`, import.meta.url), 'utf8'));
    const sdk = rules.sdks.get(id)!;
    const bundles = twin.hit.map((h) => [h, twinBundle(h as never)] as const);
    const fails = async (changed: typeof sdk) => {
      const r2 = { ...rules, sdks: new Map([...rules.sdks, [id, changed]]) };
      for (const [h, b] of bundles) {
        const r = await scan(b, { rules: r2 });
        const d = r.detections.find((x) => x.sdk === id);
        if (d?.version !== h.expect.version && !(d === undefined && h.expect.version === undefined) || d?.confidence !== h.expect.confidence) return true;
      }
      return false;
    };
    const idle: string[] = [];
    for (const clue of sdk.clues) if (!(await fails({ ...sdk, clues: sdk.clues.filter((c) => c !== clue) }))) idle.push(clue.id);
    for (const at of sdk.versions) if (!(await fails({ ...sdk, versions: sdk.versions.filter((c) => c !== at) }))) idle.push(JSON.stringify({ ...at, seen: 0 }));
    console.log(id, 'IDLE:', idle.join(' '));
  }
}, 300000);
