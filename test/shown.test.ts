import { describe, expect, it } from 'vitest';
import { loadRules, type Report } from '../src/index.ts';
import { agora4Classes, agoraClasses } from './build/agora.ts';
import { buildBundle, type FileDescription } from './build/bundle.ts';
import { scan } from './build/verified.ts';

/** Capable needs code: what shows a flow is defined aboard, and is what the flow cites. */

const permissions = ['android.permission.RECORD_AUDIO', 'android.permission.CAMERA'];

const asks = permissions.map((name) => ({ name: 'uses-permission', attributes: { 'android:name': name } }));
const manifest = {
  name: 'manifest',
  attributes: { package: 'org.example.app' },
  children: [...asks, { name: 'application' }],
};

function app(dex: FileDescription): Promise<Report> {
  return scan(buildBundle({ files: { 'AndroidManifest.xml': { axml: manifest }, 'classes.dex': dex } }));
}

const basisOf = ({ flows }: Report, data: string) =>
  flows.filter((flow) => flow.data === data).map(({ basis }) => basis);

describe('an Agora engine', () => {
  it('of 2.x holds code for the microphone, which the flow cites, and none for the screen', async () => {
    const report = await app({ dex: { classes: agoraClasses } });
    expect(basisOf(report, 'microphone')).toEqual(['capable']);
    expect(report.flows.find(({ data }) => data === 'microphone')?.evidence.map(({ text }) => text)).toEqual([
      'Lio/agora/rtc/RtcEngine;',
    ]);
    expect(basisOf(report, 'screen')).toEqual(['reported']);
    expect(report.flows.find(({ data }) => data === 'screen')?.evidence).toEqual([]);
  });

  it('of 4.x holds code for the screen', async () => {
    const report = await app({ dex: { classes: agora4Classes } });
    expect(basisOf(report, 'screen')).toEqual(['capable']);
  });

  it('by another class alone is what others report: a callback is no microphone', async () => {
    const report = await app({
      dex: { classes: agoraClasses.map((own, i) => (i === 0 ? { name: 'io.agora.rtc.Other' } : own)) },
    });
    expect(report.detections.map(({ sdk }) => sdk)).toEqual(['agora-rtc']);
    expect(basisOf(report, 'microphone')).toEqual(['reported']);
  });

  it('that is only referenced is named, not aboard, and proves nothing', async () => {
    const classes = [{ name: 'org.example.app.Call', methods: ['run'] }];
    const report = await app({ dex: { classes, references: ['io.agora.rtc.RtcEngine'] } });
    expect(report.detections).toMatchObject([{ sdk: 'agora-rtc', presence: ['referenced'], scored: false }]);
    expect([report.flows, report.risk.overall.proven]).toEqual([[], 0]);
  });
});

describe('a script', () => {
  const banner = 'TRTC Web SDK Version: 5.11.1"';
  const capture = 'log.info(`getUserMedia with constraints: ` + c)';
  const display = 'log.info(`getDisplayMedia with constraints: ` + c)';
  const page = (scripts: Record<string, string>) => {
    const files = Object.entries(scripts).map(([name, text]) => [`assets/public/${name}`, { text }] as const);
    return scan(buildBundle({ files: { 'AndroidManifest.xml': { axml: manifest }, ...Object.fromEntries(files) } }));
  };

  it('that is the SDK grounds a flow by what it holds, and nothing by what it does not', async () => {
    const report = await page({ 'main.js': `${banner};${capture}` });
    expect(report.detections.map(({ sdk }) => sdk)).toEqual(['tencent-trtc-web']);
    expect(basisOf(report, 'microphone')).toEqual(['capable']);
    expect(report.flows.find(({ data }) => data === 'microphone')?.evidence).toMatchObject([
      { clue: 'tencent-trtc-web/shows-capture', path: 'assets/public/main.js' },
    ]);
    expect(basisOf(report, 'screen')).toEqual(['reported']);
  });

  it('beside it grounds nothing: those are the words of other code', async () => {
    const report = await page({ 'main.js': `${banner};${capture}`, 'other.js': display });
    expect(basisOf(report, 'screen')).toEqual(['reported']);
  });
});

describe('WebRTC', () => {
  const factory = { name: 'org.webrtc.PeerConnectionFactory', methods: ['create'] };

  it('takes the screen where the capturer is aboard, under whichever prefix, and only there', async () => {
    expect(basisOf(await app({ dex: { classes: [factory] } }), 'screen')).toEqual(['reported']);
    const capturer = { name: 'com.superrtc.webrtc.ScreenCapturerAndroid', methods: ['startCapture'] };
    expect(basisOf(await app({ dex: { classes: [factory, capturer] } }), 'screen')).toEqual(['capable']);
  });
});

it('the shipped rules ground most of what they say an SDK can take', async () => {
  const sdks = [...(await loadRules()).sdks.values()];
  const takes = sdks.flatMap((sdk) => sdk.takes);
  const grounded = takes.filter(({ shownBy }) => shownBy.length > 0).length;
  console.log(`takes: ${grounded} of ${takes.length} are grounded in code, ${takes.length - grounded} are documented`);
  for (const platform of ['android', 'ios'] as const) {
    let count = 0;
    for (const sdk of sdks) {
      const others = new Set(sdk.clues.filter((c) => c.platform && c.platform !== platform).map(({ id }) => id));
      count += sdk.takes.filter(({ shownBy }) => shownBy.some((list) => !list.some((id) => others.has(id)))).length;
    }
    console.log(`takes: ${count} on ${platform}`);
    expect(count).toBeGreaterThan(takes.length / 2);
  }
  // What code does not show is documented: nothing says "holds code" of it.
  for (const { basis, shownBy } of takes) expect(shownBy.length > 0).toBe(basis === 'capable');
});
