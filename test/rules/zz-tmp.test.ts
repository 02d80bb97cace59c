import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'vitest';
import { loadRules, scan } from '../../src/index.ts';
import { twinBundle } from './twin-bundle.ts';
import { parseTwin, SdkTwin } from './twin-schema.ts';
test('cover', async () => {
  const rules = loadRules();
  const big: number[] = [];
  for (const id of ['agora-rtc','pubnub','rongcloud-im','twilio-video','voximplant','webrtc']) {
    const twin = parseTwin(SdkTwin, id, readFileSync(new URL(`sdks/${id}.json`, import.meta.url), 'utf8'));
    const met = new Set<string>();
    const versions = new Set<string>();
    for (const hit of twin.hit) {
      const b = twinBundle(hit as never); big.push(b.length);
      const r = await scan(b, { rules });
      const bad = r.coverage.filter((c) => c.matters && c.state !== 'read');
      if (bad.length) console.log(id, hit.says, JSON.stringify(bad));
      for (const e of r.detections.find((d) => d.sdk === id)?.evidence ?? []) met.add(e.clue);
      for (const i of r.detections.find((d) => d.sdk === id)?.instances ?? []) if (i.versionAt) versions.add(`${i.version} @${i.path.split('/').pop()} ${i.versionAt.text}`);
    }
    for (const m of twin.miss) {
      const r = await scan(twinBundle(m), { rules });
      const bad = r.coverage.filter((c) => c.matters && c.state !== 'read');
      if (bad.length) console.log('MISS', id, m.says, JSON.stringify(bad));
      console.log('MISS', id, '|', m.says, '|', r.detections.map((d) => `${d.sdk}${d.scored ? '' : '(weak)'}`).join(), '|', r.endpoints.map((e) => `${e.host}=${e.vendor}`).join(' '));
    }
    console.log(id, 'not met:', rules.sdks.get(id)!.clues.map((c) => `${id}/${c.id}`).filter((c) => !met.has(c)).join(' '), [...versions].join(' ; '));
  }
  console.log(Math.max(...big), big.reduce((a, b) => a + b, 0) / big.length);
});
