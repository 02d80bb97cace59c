import { expect, it } from 'vitest';
import { scan } from '../src/index.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildDex } from './build/dex.ts';
import { buildZip } from './build/zip.ts';

const manifest = buildBinaryXml({
  name: 'manifest',
  attributes: { package: 'org.example.app' },
  children: [{ name: 'application' }],
});
const many = (name: string) => Array.from({ length: 120 }, (_, i) => ({ name: `${name}.C${i}` }));

it('a package in which a rule names a class is that SDK’s; one beside it, or of the app itself, is not', async () => {
  const classes = [
    { name: 'com.hyphenate.chat.EMClient', methods: ['init'] },
    ...many('com.hyphenate.chat'),
    ...many('org.webrtc'),
    // One class of a known SDK hides nobody else: not what it is a name within, nor what repeats the name of its own.
    { name: 'io.agora.chat', methods: ['x'] },
    ...many('io.agora.evil'),
    { name: 'com.evil.webrtc.PeerConnectionFactory', methods: ['create'] },
    ...many('com.evil.webrtc'),
    ...many('org.other.sdk'),
    ...many('org.example.app.ui'),
  ];
  const report = await scan(
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'classes.dex', data: buildDex({ classes }) },
    ]),
  );
  expect(report.detections.map(({ sdk }) => sdk)).toEqual(expect.arrayContaining(['webrtc', 'easemob-im']));
  expect(report.unidentified.map(({ kind, name, size }) => [kind, name, size])).toEqual([
    ['package', 'com.evil', 121],
    ['package', 'io.agora', 121],
    ['package', 'org.other', 120],
  ]);
});
