import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Report, render } from '../src/index.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildCertificate, buildPkcs7 } from './build/der.ts';
import { buildDex } from './build/dex.ts';
import { buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { buildPairs, buildScheme, type PairDescription } from './build/signing.ts';
import { scan } from './build/verified.ts';
import { type BuildEntry, buildZip, concat, fields } from './build/zip.ts';

const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } });
const code = buildDex({ classes: [{ name: 'org.example.app.Main' }] });
const maker = buildCertificate({ subject: [['CN', 'Maker']] });
const store = buildCertificate({ subject: [['CN', 'Store']], issuer: [['CN', 'Root']] });

function apk(pairs: readonly PairDescription[] | Uint8Array | null, ...entries: BuildEntry[]): Promise<Report> {
  const block = pairs === null ? {} : { signingBlock: pairs instanceof Uint8Array ? pairs : buildPairs(pairs) };
  return scan(
    buildZip([{ name: 'AndroidManifest.xml', data: manifest }, { name: 'classes.dex', data: code }, ...entries], block),
  );
}

const about = (report: Report) => report.coverage.filter((line) => line.format === 'signature');
const names = (report: Report) =>
  report.bundle.signatures.map(({ scheme, certificates }) => [scheme, ...certificates.map((each) => each.subject)]);

describe('who signed a bundle', () => {
  it('an APK, by every scheme, with what else its signing block holds', async () => {
    const report = await apk(
      [
        buildScheme('v2', [[maker]]),
        buildScheme('v3', [[store, maker]]),
        { id: 0x71777777, value: new TextEncoder().encode('{"channel":"x"}') },
        { id: 0x42726577, value: new Uint8Array(500) },
        { id: 0x0badcafe, value: new Uint8Array(5) },
      ],
      { name: 'META-INF/CERT.RSA', data: buildPkcs7({ certificates: [maker] }) },
      { name: 'META-INF/sub/CERT.RSA', data: buildPkcs7({ certificates: [store] }) },
    );
    expect(names(report)).toEqual([
      ['v1', 'CN=Maker'],
      ['v2', 'CN=Maker'],
      ['v3', 'CN=Store', 'CN=Maker'],
    ]);
    expect(report.bundle.signatures[2]?.certificates[0]).toMatchObject({
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      issuer: 'CN=Root',
      notBefore: '2020-01-01T00:00:00.000Z',
      notAfter: '2049-12-31T23:59:59.000Z',
    });
    expect(report.bundle.signingBlock).toEqual([
      { id: '0x71777777', name: 'Walle channel', size: 15 },
      { id: '0x42726577', name: 'verity padding', size: 500 },
      { id: '0x0badcafe', name: null, size: 5 },
    ]);
    expect(report).toMatchObject({ complete: true, anomalies: [], verdict: 'pass' });
  });

  it('nobody', async () => {
    const report = await apk(null);
    expect(report.bundle).toMatchObject({ signatures: [], signingBlock: [] });
    expect(about(report)).toEqual([]);
  });

  it('an APK that was unpacked: not known, by the newer schemes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-unpacked-'));
    writeFileSync(join(folder, 'AndroidManifest.xml'), manifest);
    const report = await scan(folder);
    rmSync(folder, { recursive: true });
    expect(about(report)).toMatchObject([{ path: '(APK Signing Block)', reason: 'missing', matters: false }]);
    expect(render(report, 'text')).toMatch(/^Signed {5}not known/m);
  });

  it('an iOS app: the team of the app’s executable, not of a framework', async () => {
    const plist = { CFBundleIdentifier: 'org.example.app', CFBundleExecutable: 'App' };
    const ipa = (image: object) =>
      scan(
        buildZip(
          Object.entries({
            'Info.plist': buildPlist(plist, 'binary'),
            'Frameworks/A.framework/A': buildMachO({ fileType: 'dylib', identifier: 'a', teamId: 'FRAMEWORK1' }),
            App: buildMachO({ fileType: 'execute', ...image }),
          }).map(([name, data]) => ({ name: `Payload/App.app/${name}`, data })),
        ),
      );
    const signed = await ipa({ identifier: 'org.example.app', teamId: 'A1B2C3D4E5' });
    expect(signed.bundle.signatures).toEqual([{ scheme: 'codesign', teamId: 'A1B2C3D4E5', certificates: [] }]);
    expect((await ipa({ identifier: 'x' })).bundle.signatures).toMatchObject([{ scheme: 'codesign', teamId: null }]);
    expect((await ipa({})).bundle.signatures).toEqual([]);
  });
});

describe('signatures that cannot be read', () => {
  it('hide no SDK: a line of coverage, and the answer stays complete', async () => {
    const report = await apk(
      concat(buildPairs([buildScheme('v2', [[maker]])]), fields([8, 5000], [4, 1])),
      { name: 'META-INF/CERT.RSA', data: 'no PKCS #7' },
      { name: 'META-INF/EMPTY.EC', data: '' },
    );
    expect(names(report)).toEqual([['v2', 'CN=Maker']]);
    const line = { state: 'partial', reason: 'malformed', matters: false };
    expect(about(report)).toEqual([
      { ...line, path: '(2 entries)', format: 'signature', offset: null, detail: 'an ASN.1 element is cut off' },
      {
        ...line,
        path: '(APK Signing Block)',
        format: 'signature',
        offset: expect.any(Number),
        detail: expect.any(String),
      },
    ]);
    expect(report.complete).toBe(true);
  });

  it('a certificate that is none keeps its digest', async () => {
    const report = await apk([buildScheme('v2', [[Uint8Array.of(1, 2, 3)]])]);
    expect(report.bundle.signatures[0]?.certificates).toEqual([
      {
        sha256: '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81',
        ...{ subject: null, issuer: null, notBefore: null, notAfter: null },
      },
    ]);
  });

  it('more signature files than an APK may have', async () => {
    const file = buildPkcs7({ certificates: [maker] });
    const report = await apk(
      null,
      ...Array.from({ length: 12 }, (_, i) => ({ name: `META-INF/${i}.RSA`, data: file })),
    );
    expect(report.bundle.signatures).toHaveLength(10);
    expect(about(report)).toMatchObject([{ path: '(JAR signatures)', reason: 'budget', matters: false }]);
  });
});

it('a payload in the signing block is an anomaly, and is searched', async () => {
  const report = await apk([buildScheme('v2', [[maker]]), { id: 0x0badcafe, value: new Uint8Array(70_000) }]);
  const detail = '70000 bytes that no installer reads lie in the APK Signing Block (0x0badcafe)';
  expect(report.anomalies).toEqual([
    { code: 'apk.signing-block-payload', path: null, offset: expect.any(Number), detail },
  ]);
  expect(about(report)).toEqual([]);
  expect(report.complete).toBe(true);
  expect(report.findings.map(({ id }) => id)).toContain('container-oddity/apk.signing-block-payload');
});
