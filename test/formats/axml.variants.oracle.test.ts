import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildBinaryXml } from '../build/axml.ts';
import { buildZip } from '../build/zip.ts';
import { control, controlGist, type Reads, tamperings } from './axml.variants.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-tampered-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a tool says of a manifest in an APK. */
function reads(tool: 'aapt' | 'aapt2', manifest: Uint8Array): Reads | string {
  const path = join(folder, 'tampered.apk');
  writeFileSync(path, buildZip([{ name: 'AndroidManifest.xml', data: manifest, method: 0 }]));
  const { stdout: badging } = spawnSync(tool, ['dump', 'badging', path], { encoding: 'utf8' });
  const { stdout: listed } = spawnSync(tool, ['dump', 'permissions', path], { encoding: 'utf8' });
  const named =
    badging.includes(`name='${controlGist.package}'`) && badging.includes(`versionName='${controlGist.versionName}'`);
  const permissions = [...listed.matchAll(/^uses-permission: name='([^']*)'/gm)].map(([, name]) => name);
  if (named && JSON.stringify(permissions) === JSON.stringify(controlGist.permissions)) return 'all';
  if (permissions.length > 0) return `${named} ${permissions}`;
  return badging.includes(`${controlGist.package}`) || listed.includes(`${controlGist.package}`)
    ? 'no permissions'
    : 'nothing';
}

for (const tool of ['aapt', 'aapt2'] as const) {
  const present = spawnSync(tool, ['version']).error === undefined;
  if (!present) console.warn(`SKIPPED: ${tool} is not installed (Debian package ${tool})`);
  describe.skipIf(!present)(`what ${tool} makes of tampered manifests`, () => {
    it('the control: all', () => {
      expect(reads(tool, buildBinaryXml(control))).toBe('all');
    });

    it.each(tamperings)('$name', (tampering) => {
      expect(reads(tool, tampering.bytes())).toBe(tampering[tool]);
    });
  });
}
