import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { hermesVersion } from '../../src/formats/hermes/index.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';
import { npmPackage } from '../real/corpus.ts';
import { compilerOf, listed, read } from './hermes-listed.ts';
import { made, madeFrom } from './hermes-made.ts';

/** Who publishes compilers on npm, with the version of bytecode that each release makes (seen 2026-11-26). */
const compilers: Readonly<Record<string, number>> = {
  'hermes-engine@0.1.0': 59,
  'hermes-engine@0.1.1': 60,
  'hermes-engine@0.2.1': 62,
  'hermes-engine@0.3.0': 71,
  'hermes-engine@0.4.0': 74,
  'hermes-engine@0.4.1': 74,
  'hermes-engine@0.4.2-rc1': 74,
  'hermes-engine@0.4.3': 74,
  'hermes-engine@0.5.0': 74,
  'hermes-engine@0.5.1': 74,
  'hermes-engine@0.5.2-rc1': 74,
  'hermes-engine@0.6.0': 74,
  'hermes-engine@0.7.0': 76,
  'hermes-engine@0.7.1': 76,
  'hermes-engine@0.7.2': 76,
  'hermes-engine@0.8.0': 83,
  'hermes-engine@0.8.1': 84,
  'hermes-engine@0.9.0': 84,
  'hermes-engine@0.10.0': 84,
  'hermes-engine@0.11.0': 84,
  // Of each line of React Native the last release: those of one line have the same compiler, or one of the same version.
  'react-native@0.69.12': 85,
  'react-native@0.70.15': 89,
  'react-native@0.71.19': 90,
  'react-native@0.72.17': 94,
  'react-native@0.73.11': 96,
  'react-native@0.74.7': 96,
  'react-native@0.75.5': 96,
  'react-native@0.76.9': 96,
  'react-native@0.77.3': 96,
  'react-native@0.78.3': 96,
  'react-native@0.79.7': 96,
  'react-native@0.80.3': 96,
  'react-native@0.81.6': 96,
  'react-native@0.82.1': 96,
  'hermes-compiler@0.14.0': 96,
  'hermes-compiler@0.14.1': 96,
  'hermes-compiler@0.15.1': 96,
  'hermes-compiler@0.16.0': 96,
  'hermes-compiler@0.17.0': 96,
  'hermes-compiler@250829098.0.0': 98,
  'hermes-compiler@250829098.0.19': 98,
  'hermes-compiler@260318099.0.0': 99,
  'hermes-compiler@260318099.0.8': 99,
};

const isLinux = process.platform === 'linux' && process.arch === 'x64';
if (!isLinux) console.warn('SKIPPED: compilers of Hermes are run on linux x64 alone, its bytecode is not compared');
const describeOnLinux = isLinux ? describe : describe.skip;

const folder = mkdtempSync(join(tmpdir(), 'waybill-hermes-'));
afterAll(() => rmSync(folder, { recursive: true }));

function compiled(compiler: string, source: string, ...options: string[]): Uint8Array {
  writeFileSync(join(folder, 'source.js'), source);
  // The path of the script, as it is given, stands in what is made.
  execFileSync(compiler, ['-w', '-emit-binary', ...options, '-out', 'made.hbc', 'source.js'], { cwd: folder });
  return readFileSync(join(folder, 'made.hbc'));
}

const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } });

/** What a report says of an app with this script. */
async function told(script: Uint8Array | string) {
  const files = [
    { name: 'AndroidManifest.xml', data: manifest },
    { name: 'assets/index.android.bundle', data: script },
  ];
  const { endpoints, detections, coverage } = await scan(buildZip(files));
  return {
    hosts: endpoints.map(({ host, scheme }) => `${scheme} ${host}`),
    sdks: detections.filter(({ scored }) => scored).map(({ sdk }) => sdk),
    gaps: coverage.filter(({ state, path }) => state !== 'read' && path.startsWith('assets')),
  };
}

const source = `
var engine = { create: function createAgoraRtcEngine(appId) { return nativeCall('RtcEngine', 'create', appId); } };
function join(channel, uid) {
  var url = 'https://ap-web-1.agora.io/api/v1?cname=%s';
  var note = 'Agora Rtc Engine SDK ver %s build %d, built on %s %s';
  // A compiler joins constants that are added up.
  return fetch(url + channel, note, 'wss://rtc.example.com/' + uid, 'https://second.example.com');
}
var texts = ['node_modules/react-native-agora/src/index.js', 'h\\u00e4\\u00dflich https://wide.example.com', '\\u6f22\\u5b57', ''];
join(texts[0], engine.create('https://long.example.com/${'x'.repeat(300)}'));
`;

describeOnLinux('bytecode of every compiler that npm serves', () => {
  it.each(
    Object.entries(compilers),
  )('%s writes version %i, and lists the strings that are read', async (spec, version) => {
    const compiler = compilerOf(spec);
    const plain = await told(source);
    expect(plain.hosts).toHaveLength(5);
    for (const options of [['-O'], ['-O0'], ['-g']]) {
      const bytes = compiled(compiler, source, ...options);
      expect(hermesVersion(bytes)).toEqual({ version, unread: null });
      const strings = read(bytes);
      const own = listed(compiler, bytes);
      expect(strings).toHaveLength(own.count);
      // The first releases list no strings of a kind that engines know by themselves.
      expect(own.strings.size).toBeGreaterThan(15);
      for (const [i, place] of own.strings) expect(strings[i], `${options} string ${i}`).toBe(place);
      expect(await told(bytes)).toEqual(plain);
      console.log(
        `${spec} ${options}: version ${version}, ${own.strings.size} of ${own.count} strings listed, all agree`,
      );
    }
  });

  it.each(Object.entries(made))('%s makes what the golden test reads', (spec, packed) => {
    const bytes = compiled(compilerOf(spec), madeFrom, '-O');
    expect(Buffer.from(bytes).toString('latin1')).toBe(gunzipSync(Buffer.from(packed, 'base64')).toString('latin1'));
  });

  it.each<[string, string, string]>([
    ['agora-rtc-sdk-ng@4.24.8', 'AgoraRTC_N-production.js', 'hermes-compiler@260318099.0.8'],
    ['twilio-video@2.32.0', 'dist/twilio-video.min.js', 'hermes-engine@0.11.0'],
    ['twilio-video@2.32.0', 'dist/twilio-video.min.js', 'react-native@0.82.1'],
  ])('%s %s, compiled by %s, says what its source says', async (spec, path, by) => {
    const script = readFileSync(join(npmPackage(spec), path), 'utf8');
    const compiler = compilerOf(by);
    const bytes = compiled(compiler, script, '-O');
    const own = listed(compiler, bytes);
    const strings = read(bytes);
    expect(strings).toHaveLength(own.count);
    for (const [i, place] of own.strings) expect(strings[i], `string ${i}`).toBe(place);
    const [plain, made] = [await told(script), await told(bytes)];
    expect(made.gaps).toEqual([]);
    expect(made.sdks).toEqual(plain.sdks);
    const missed = plain.hosts.filter((host) => !made.hosts.includes(host));
    const more = made.hosts.filter((host) => !plain.hosts.includes(host));
    console.log(
      `${spec} by ${by}: ${strings.length} strings, ${made.hosts.length} hosts; not in it ${missed}; only in it ${more}`,
    );
    // What stands in a comment is not compiled.
    expect(missed.length).toBeLessThan(3);
  });
});
