import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { scan } from './build/verified.ts';
import { twinBundle } from './rules/twin-bundle.ts';
import { parseTwin, SdkTwin } from './rules/twin-schema.ts';

const path = new URL('rules/sdks/easemob-im.json', import.meta.url);
const twin = parseTwin(SdkTwin, path.pathname, readFileSync(path, 'utf8'));
const app = twin.hit.find(({ platform }) => platform === 'ios')!;

/** Each by itself lets the system ask for it. */
test.each([
  ['NSLocationWhenInUseUsageDescription', 'declared'],
  ['NSLocationAlwaysAndWhenInUseUsageDescription', 'declared'],
  ['NSLocationAlwaysUsageDescription', 'declared'],
  ['NSLocationAlwaysUsageDescription~ipad', 'declared'],
  ['NSMicrophoneUsageDescription', 'absent'],
])('%s: the location is %s', async (key, state) => {
  const { flows } = await scan(twinBundle({ ...app, keys: { [key]: 'why' } } as typeof app));
  const location = flows.filter(({ data, sdk }) => data === 'location' && sdk === 'easemob-im');
  expect(location.map(({ permission }) => permission?.state)).toEqual([state]);
});
