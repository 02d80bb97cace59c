import { describe, expect, it } from 'vitest';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildHermes } from '../build/hermes.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';

const path = 'assets/index.android.bundle';
const utf8 = new TextEncoder();
const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } });

/** The report on an app with this script; every piece of its evidence is read again from the app. */
const app = (data: Uint8Array | string, method: 0 | 8 = 0) =>
  scan(
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: path, data, method },
    ]),
  );

type Report = Awaited<ReturnType<typeof app>>;
const hosts = ({ endpoints }: Report) => endpoints.map(({ host }) => host);
const gaps = ({ coverage }: Report) =>
  coverage.filter(({ state, path }) => state !== 'read' && path.startsWith('assets'));

/** Strings of an app that uses a web SDK: each would be another one if the next one began where it ends. */
const strings = [
  'fetch',
  'wss://ap-web-1.agora.io',
  'com',
  'https://first.example',
  'ample',
  '7.7',
  '203.0.114.9',
  '1',
  'upload.agora.io',
  'node_modules/pusher-js/x.js',
  'Agora Rtc Engine SDK ver %s build %d, built on %s %s',
  'Participant disconnected because of duplicate identity',
  'Room contains too many Participants',
  'häßlich: https://wide.example/ünï',
];

describe('bytecode of Hermes', () => {
  const source = strings.map((text) => JSON.stringify(text)).join(';\n');

  it.each([59, 96, 99])('version %i: says what its source says', async (version) => {
    const plain = await app(source);
    for (const method of [0, 8] as const) {
      const report = await app(buildHermes({ version, strings }), method);
      expect(hosts(report)).toEqual(hosts(plain));
      expect(hosts(report)).toEqual([
        'ap-web-1.agora.io',
        'upload.agora.io',
        '203.0.114.9',
        'first.example',
        'wide.example',
      ]);
      const found = ({ detections }: Report) =>
        detections.map(({ sdk, confidence, presence }) => [sdk, confidence, presence]);
      expect(found(report)).toEqual(found(plain));
      expect(report.detections.find(({ sdk }) => sdk === 'agora-rtc')?.instances).toMatchObject([
        { path, arch: `hermes-${version}` },
      ]);
      // Clues of source code, with the quote before them.
      expect(report.detections.map(({ sdk }) => sdk)).toContain('twilio-video-web');
      expect(report.libraries).toMatchObject([{ name: 'pusher-js', version: null }]);
      expect(report.endpoints.every(({ inCode }) => inCode)).toBe(true);
      expect(gaps(report)).toEqual([]);
    }
  });

  it('is listed as a script that no rule knows, whatever it is called', async () => {
    const data = buildHermes({ strings: ['https://first.example'], code: new Uint8Array(60_000) });
    const bundle = buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'assets/x.bin', data },
    ]);
    const { unidentified } = await scan(bundle);
    expect(unidentified).toMatchObject([{ kind: 'script', name: 'x.bin', hosts: ['first.example'] }]);
  });

  it('shows the place of a string, and not of what stands around it', async () => {
    const data = buildHermes({ strings });
    const { endpoints } = await app(data, 8);
    const [seen] = endpoints.find(({ host }) => host === 'first.example')!.at;
    expect(seen!.text).toBe('https://first.example');
    expect(seen!.spans).toEqual([{ offset: Buffer.from(data).indexOf('https://first'), length: 21 }]);
  });

  it('hides nothing where its code stands, or behind its end', async () => {
    const dex = buildDex({ classes: [{ name: 'io.agora.rtc.RtcEngine' }] });
    const code = new Uint8Array([...utf8.encode('\0https://in-code.example/x\0'), ...new Uint8Array(40_000), ...dex]);
    const bytes = buildHermes({ strings: ['global'], code });
    const zip = buildZip([{ name: 'classes.dex', data: buildDex({ classes: [{ name: 'com.twilio.video.Video' }] }) }]);
    const behind = Uint8Array.from([...bytes, ...utf8.encode('https://behind.example '), ...zip]);
    const report = await app(behind, 8);
    expect(hosts(report)).toEqual(['behind.example', 'in-code.example']);
    const entry = `${path}!@${Buffer.from(bytes).indexOf('dex\n')}+${dex.length}`;
    const archive = `${path}!@${behind.length - zip.length}+${zip.length}!classes.dex`;
    expect(report.detections.map(({ sdk, instances }) => [sdk, instances[0]?.path])).toEqual([
      ['agora-rtc', entry],
      ['twilio-video', archive],
    ]);
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array, (bytes: Uint8Array) => string]>([
    [
      'behind other bytes',
      (bytes) => Uint8Array.from([...new Uint8Array(99).fill(200), ...bytes, 1, 2, 3]),
      ({ length }) => `assets/x.bin!@99+${length}`,
    ],
    [
      'in base64',
      (bytes) => utf8.encode(`var code = "${Buffer.from(bytes).toString('base64')}";`),
      // Without what pads it.
      ({ length }) => `assets/x.bin!@12+${Math.ceil((4 * length) / 3)}!`,
    ],
  ])('is read %s', async (_, hidden, entry) => {
    const bytes = buildHermes({ strings });
    const report = await scan(
      buildZip([
        { name: 'AndroidManifest.xml', data: manifest },
        { name: 'assets/x.bin', data: hidden(bytes) },
      ]),
    );
    expect(hosts(report)).toContain('upload.agora.io');
    const sdk = report.detections.find(({ sdk }) => sdk === 'agora-rtc');
    expect(sdk?.instances.map(({ path }) => path)).toContain(entry(bytes));
  });

  const known = '(59 to 99 are read): only its strings were searched';
  const whole = buildHermes({ strings });

  it.each<[string, Uint8Array, line: string, isFramed: boolean]>([
    [
      'of another version',
      buildHermes({ version: 123, strings }),
      `unsupported Hermes bytecode of version 123, which is not known ${known}`,
      true,
    ],
    [
      'of another version with other tables',
      buildHermes({ version: 58, strings: [...strings, { offset: 9999, length: 9 }] }),
      `unsupported Hermes bytecode of version 58, which is not known ${known}`,
      false,
    ],
    [
      'in another form',
      whole.map((byte, i) => (i < 8 ? 255 - byte : byte)),
      `unsupported Hermes bytecode of version 96, in the form of a delta ${known}`,
      false,
    ],
    [
      'cut off in its text',
      whole.subarray(0, -8),
      `malformed Hermes bytecode says that it has ${whole.length} bytes, and ${whole.length - 8} are there`,
      true,
    ],
    [
      'cut off in its tables',
      whole.subarray(0, 150),
      'malformed a table of Hermes bytecode lies behind its end',
      false,
    ],
  ])('%s leaves the answer incomplete, and is searched', async (_, data, line, isFramed) => {
    const report = await app(data);
    expect(gaps(report).map(({ reason, detail }) => `${reason} ${detail}`)).toContain(line);
    expect(report.complete).toBe(false);
    expect(hosts(report).includes('upload.agora.io')).toBe(isFramed);
  });
});
