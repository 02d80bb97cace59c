import { describe, expect, it } from 'vitest';
import { loadRules } from '../src/index.ts';
import { scan } from './build/verified.ts';
import { clue } from './rules/rules-of.ts';
import { twinBundle } from './rules/twin-bundle.ts';
import type { TwinCase } from './rules/twin-schema.ts';

/** Names that Zoom's library of 5.0 has of WebRTC's old voice engine (npm react-native-zoom-us@5.1.0, mobilertc.aar). */
const voiceEngine = ['org.webrtc.voiceengine.AudioDeviceAndroid', 'org.webrtc.voiceengine.VoiceEngineCompat'];

const app = (classes: string[]): TwinCase => ({
  says: 'an app',
  platform: 'android',
  ...{
    classes,
    references: [],
    strings: [],
    components: [],
    permissions: [],
    keys: {},
    libraries: [],
    files: [],
    fields: [],
    methods: [],
  },
  alone: false,
});
const signs = async (classes: string[], rules = loadRules()) => {
  const report = await scan(twinBundle(app(classes), rules), { rules });
  const webrtc = report.detections.find((d) => d.sdk === 'webrtc');
  const found = report.findings.filter((f) => f.rule === 'sign-of-unproved-sdk').map((f) => f.id);
  return { scored: webrtc?.scored, componentOf: webrtc?.componentOf, found };
};

describe('a sign of an SDK that is not proved', () => {
  it('is a finding where nothing explains it', async () => {
    expect(await signs(voiceEngine)).toEqual({
      scored: false,
      componentOf: [],
      found: ['sign-of-unproved-sdk/webrtc'],
    });
  });

  it('is none where each place of it is met by a clue of an SDK that is proved', async () => {
    expect(await signs(['us.zoom.sdk.ZoomSDK', ...voiceEngine])).toEqual({
      scored: false,
      componentOf: ['zoom-meeting'],
      found: [],
    });
  });

  it('stays one where that SDK explains a part of it', async () => {
    const { componentOf, found } = await signs(['us.zoom.sdk.ZoomSDK', ...voiceEngine, 'org.webrtc.Logging']);
    expect([componentOf, found]).toEqual([[], ['sign-of-unproved-sdk/webrtc']]);
  });

  it('and a second SDK that is proved is not the first’s: its recipient stays unknown', async () => {
    const classes = ['us.zoom.sdk.ZoomSDK', ...voiceEngine, 'org.webrtc.PeerConnectionFactory'];
    expect(await signs(classes)).toMatchObject({ scored: true, componentOf: [] });
  });

  it('any clue of what is proved explains it, whatever it counts there', async () => {
    const rules = loadRules();
    const zoom = rules.sdks.get('zoom-meeting')!;
    const weak = { ...clue('class', { under: 'org.webrtc' }), id: 'weak-one', strength: 'weak' as const };
    const clues = [...zoom.clues.filter(({ strength }) => strength !== 'explains'), weak];
    const changed = { ...rules, sdks: new Map([...rules.sdks, ['zoom-meeting', { ...zoom, clues }]]) };
    expect((await signs(['us.zoom.sdk.ZoomSDK', 'org.webrtc.Logging'], changed)).componentOf).toEqual(['zoom-meeting']);
  });
});
