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

it('a package in which a rule knows a class is that SDK’s; one beside it, or of the app itself, is not', async () => {
  const classes = [
    { name: 'org.webrtc.PeerConnectionFactory', methods: ['create'] },
    ...many('org.webrtc.audio'),
    ...many('org.webrtc'),
    ...many('org.webrtcx'),
    ...many('org.other.sdk'),
    ...many('org.example.app.ui'),
  ];
  const report = await scan(
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'classes.dex', data: buildDex({ classes }) },
    ]),
  );
  expect(report.detections.map(({ sdk }) => sdk)).toContain('webrtc');
  expect(report.unidentified.map(({ kind, name, size }) => [kind, name, size])).toEqual([
    ['package', 'org.other', 120],
    ['package', 'org.webrtcx', 120],
  ]);
});
