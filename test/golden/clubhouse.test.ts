import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Context, type Finding, loadRules, type Report, render } from '../../src/index.ts';
import { type BundleDescription, buildBundle } from '../build/bundle.ts';
import { scan } from '../build/verified.ts';

const json = (name: string) => JSON.parse(readFileSync(new URL(`clubhouse/${name}`, import.meta.url), 'utf8'));
const bundle: BundleDescription = json('bundle.json');
const context: Context = json('context.json');
const asOf = '2021-02-12';

/** The seven points of ARCHITECTURE.md: the findings that say each, and on what basis. README shows the same table. */
const points: readonly (readonly [point: number, id: string, state: Finding['state'], basis: Finding['basis']])[] = [
  [1, 'recipient-under-foreign-law/agora', 'holds', 'coded'],
  [2, 'identifiers-in-clear/agora/room-id', 'holds', 'coded'],
  [2, 'identifiers-in-clear/agora/user-id', 'holds', 'coded'],
  [3, 'media-open-to-recipient/agora', 'undetermined', 'documented'],
  [4, 'relay-through-country/agora', 'undetermined', 'documented'],
  [5, 'servers-of-foreign-operators/agora', 'undetermined', 'reported'],
  [6, 'linkable-identifiers/agora', 'holds', 'coded'],
  [7, 'reach-beyond-distribution/agora', 'undetermined', 'reported'],
];

/** The same app with Twilio's framework in the place of Agora's, and none of Agora's keys. */
function onTwilio(): BundleDescription {
  const text = JSON.stringify(bundle.files)
    .replaceAll('AgoraRtcKit', 'TwilioVideo')
    .replaceAll(/_OBJC_CLASS_\$_Agora\w+/g, '_OBJC_CLASS_$_TVIRoom')
    .replaceAll('AgoraAppId', 'CallServer');
  const files = JSON.parse(text) as Record<string, { macho?: object; plist?: object }>;
  const framework = 'Payload/Clubhouse.app/Frameworks/TwilioVideo.framework';
  files[`${framework}/Info.plist`] = {
    plist: { CFBundleExecutable: 'TwilioVideo', CFBundleIdentifier: 'com.twilio.TwilioVideo' },
  };
  files[`${framework}/TwilioVideo`] = {
    macho: {
      ...files[`${framework}/TwilioVideo`]?.macho,
      objcClasses: ['TVIRoom'],
      selectors: [],
      cstrings: ['wss://<region>.vss.twilio.com/signaling'],
    },
  };
  return { files: files as BundleDescription['files'] };
}

describe('Clubhouse as of 2021-02-12', () => {
  let report: Report;
  const finding = (id: string) => report.findings.find((f) => f.id === id);

  beforeAll(async () => {
    report = await scan(buildBundle(bundle), { asOf, context });
  });

  it.each(points)('point %i: %s is %s, on the basis %s', (_point, id, state, basis) => {
    expect(finding(id)).toMatchObject({ state, basis });
  });

  it('every point not decided says what would settle it', () => {
    for (const [, id, state] of points) {
      if (state === 'holds') expect(finding(id)?.settle).toBeNull();
      else expect(finding(id)?.settle).toMatch(/capture|logs|maker|code/);
    }
  });

  it('cites what SIO reported as reported about this app, and the points 3, 4, 5 stay undetermined by it', () => {
    const research = report.findings.flatMap((f) => f.grounds).filter((g) => g.kind === 'research');
    const reported = research.filter((g) => g.says.startsWith('reported about'));
    expect(reported.length).toBeGreaterThan(4);
    for (const ground of reported) expect(ground.says).toMatch(/^reported about (this app|Agora), 2021-02-1/);
    // That a parameter means a user is how the rules read its name, with their source.
    const readings = research.filter((g) => g.says.startsWith('the rules read the parameter'));
    expect(readings.map((g) => g.says)).toContain('the rules read the parameter "listener" as user ID');
  });

  it('cites no law, source or advisory of a later day', () => {
    const rules = loadRules();
    const laws = [...rules.jurisdictions.values()].flatMap((j) => j.laws);
    const later = laws.filter((law) => law.from > asOf).map((law) => law.id);
    expect(later).toContain('cn-data-security-law-35');
    expect(report.findings.flatMap((f) => f.laws).filter((id) => later.includes(id))).toEqual([]);
    const dates = report.findings.flatMap((f) => f.grounds.map((g) => g.source?.published ?? ''));
    expect(dates.filter((day) => day > asOf)).toEqual([]);
    expect(report.findings.map((f) => f.rule)).not.toContain('known-vulnerability');
  });

  it('never says that it sends, or spies', () => {
    const words =
      report.findings.map((f) => `${f.title} ${f.reason}`).join(' ') + report.flows.map((f) => f.says).join(' ');
    expect(words).not.toMatch(/\b(sends|sent to|spies|spying|malicious)\b/i);
  });

  it('swapped to Twilio, what hangs on who governs goes; what is asked of every vendor stays, at info', async () => {
    const swapped = await scan(buildBundle(onTwilio()), { asOf, context });
    expect(swapped.detections.map((d) => d.sdk)).toEqual(['pubnub', 'twilio-video']);
    const twilio = swapped.findings.filter((f) => f.recipient === 'twilio');
    expect(twilio.map((f) => [f.rule, f.state, f.level])).toEqual([
      ['linkable-identifiers', 'undetermined', 'info'],
      ['media-open-to-recipient', 'undetermined', 'info'],
    ]);
    expect(swapped.findings.filter((f) => f.id.includes('agora'))).toEqual([]);
    expect(swapped.verdict).toBe('pass');
    // A pass says what it is a pass of.
    expect(swapped.verdictReasons).toEqual([
      expect.stringMatching(/^2 of the \d+ .* known; \d+ pieces? of code that no rule knows$/),
    ]);
    expect(swapped.flows.filter((f) => f.data === 'microphone').map((f) => f.recipient)).toEqual(['twilio']);
  });

  it('without context, who governs is one question for each recipient', async () => {
    const without = await scan(buildBundle(bundle), { asOf });
    const asked = without.findings.filter((f) => f.axis === 'jurisdiction');
    expect(asked.map((f) => [f.id, f.state, f.open, f.level])).toEqual([
      ['recipient-under-foreign-law/agora', 'undetermined', 'context', 'info'],
      ['recipient-under-foreign-law/pubnub', 'undetermined', 'context', 'info'],
    ]);
    expect(without.context).toBeNull();
    // What the bytes show of plaintext hangs on no statement.
    expect(without.verdict).toBe('review');
  });

  it('in any other app, SIO’s report is background, once, and no ground of a finding', async () => {
    const other = JSON.parse(JSON.stringify(bundle).replaceAll('co.alphaexploration.clubhouse', 'org.example.other'));
    const report = await scan(buildBundle(other), { asOf, context });
    expect(JSON.stringify(report.findings)).not.toContain('Clubhouse (iOS)');
    expect(report.background).toMatchObject([
      { vendor: 'agora', about: 'Clubhouse (iOS)' },
      { vendor: 'pubnub', about: 'Clubhouse (iOS)' },
    ]);
    expect(report.background[0]?.says.length).toBeGreaterThan(3);
    const text = render(report, 'text');
    expect(text.match(/Clubhouse \(iOS\)/g)).toHaveLength(2);
    expect(text).toContain('waybill explain agora');
  });

  it('is the same report whatever the time zone, the order of entries or the run', async () => {
    const zone = process.env.TZ;
    process.env.TZ = 'Pacific/Auckland';
    const again = await scan(buildBundle(bundle), { asOf, context });
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    expect(JSON.stringify(again)).toBe(JSON.stringify(report));
    const reversed = { files: Object.fromEntries(Object.entries(bundle.files).reverse()) };
    const other = await scan(buildBundle(reversed), { asOf, context });
    // Only the digest of the archive tells the two apart.
    expect(JSON.stringify({ ...other, bundle: null })).toBe(JSON.stringify({ ...report, bundle: null }));
  });
});
