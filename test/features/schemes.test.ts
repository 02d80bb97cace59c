import { expect, it } from 'vitest';
import { scan } from '../../src/index.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildZip } from '../build/zip.ts';

it.each(['grpc', 'rtsps', 'srt', 'quic', 'ftp', 'rtmpt', 'wss'])('%s: a URL that is found is kept', async (scheme) => {
  const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
  const files = {
    'AndroidManifest.xml': manifest,
    'assets/a.txt': new TextEncoder().encode(`x ${scheme}://h.example.org/a y`),
  };
  const report = await scan(buildZip(Object.entries(files).map(([name, data]) => ({ name, data }))));
  expect(report.endpoints.map(({ host, scheme }) => [host, scheme])).toEqual([['h.example.org', scheme]]);
});
