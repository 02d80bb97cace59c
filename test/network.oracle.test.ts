import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, expect, it } from 'vitest';
import { defaultBudgets } from '../src/budgets.ts';
import { readNetworkConfig } from '../src/bundle/kinds/apk-network-config.ts';
import { readBinaryXml } from '../src/formats/axml/index.ts';
import { hasAapt2 } from './formats/aapt2.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-network-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Every form of value and text that the documentation shows, and a reference in the place of a flag. */
const source = `<?xml version="1.0" encoding="utf-8"?>
<network-security-config>
  <!-- a comment -->
  <base-config cleartextTrafficPermitted="false">
    <trust-anchors><certificates src="system"/><certificates src="user" overridePins="true"/></trust-anchors>
  </base-config>
  <domain-config cleartextTrafficPermitted="true">
    <domain includeSubdomains="true">
       Example.COM
    </domain>
    <domain>10.0.2.2</domain>
    <trust-anchors><certificates src="@raw/ca"/></trust-anchors>
    <domain-config cleartextTrafficPermitted="@bool/no">
      <domain includeSubdomains="false">secure.example.com</domain>
      <pin-set expiration="2018-01-01">
        <pin digest="SHA-256">7HIpactkIAq2Y49orFOOQKurWxmmSFZhBCoQYcRhJ3Y=</pin>
      </pin-set>
    </domain-config>
  </domain-config>
  <debug-overrides><trust-anchors><certificates src="user"/></trust-anchors></debug-overrides>
</network-security-config>
`;

it.skipIf(!hasAapt2())('what aapt2 makes of a network security configuration is read as it was written', () => {
  const files = {
    'AndroidManifest.xml': '<manifest package="org.example.app"><application/></manifest>',
    'res/xml/rules.xml': source,
    'res/raw/ca.pem': '\n',
    'res/values/flags.xml': '<resources><bool name="no">false</bool></resources>',
  };
  for (const each of ['xml', 'raw', 'values']) mkdirSync(join(folder, 'res', each), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const aapt2 = (...args: string[]) => execFileSync('aapt2', args, { cwd: folder });
  aapt2('compile', '--dir', 'res', '-o', 'compiled.zip');
  aapt2('link', '--manifest', 'AndroidManifest.xml', 'compiled.zip', '-o', 'linked.apk');
  const compiled = unzipSync(readFileSync(join(folder, 'linked.apk')))['res/xml/rules.xml']!;
  const { root, problems } = readBinaryXml(compiled, defaultBudgets);
  expect(problems).toEqual([]);
  const read = readNetworkConfig(root!, { cleartext: true, trust: ['system', 'user'] }, false);
  expect(read).toEqual({
    base: { cleartext: false, trust: ['system', 'user'] },
    domains: [
      {
        names: [
          { name: 'example.com', includeSubdomains: true },
          { name: '10.0.2.2', includeSubdomains: false },
        ],
        ...{ cleartext: true, trust: ['own'], pins: null },
      },
      {
        names: [{ name: 'secure.example.com', includeSubdomains: false }],
        // A reference is no integer: Android takes its own default, which permits.
        ...{ cleartext: true, trust: ['own'], pins: { count: 1, expires: '2018-01-01' } },
      },
    ],
    moreDomains: 0,
  });
});
