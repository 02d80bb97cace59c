import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPkcs7Certificates } from '../../src/formats/signing/pkcs7.ts';
import type { Certificate } from '../../src/index.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';
import { real } from './compose.ts';
import { npmPackage } from './corpus.ts';

/** `describe`, or a loud skip where a tool is missing. */
function describeWith(...tools: readonly string[]): typeof describe.skip {
  const missing = tools.filter((tool) => spawnSync(tool, ['--help']).error !== undefined);
  if (missing.length === 0) return describe as unknown as typeof describe.skip;
  console.warn(
    `SKIPPED: ${missing.join(', ')} is not installed (Debian packages apksigner, default-jdk-headless, openssl)`,
  );
  return describe.skip;
}

const folder = mkdtempSync(join(tmpdir(), 'waybill-signed-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Schemes that verify on platforms of some versions, and the certificates behind them. */
function apksigner(path: string, ...versions: readonly string[]) {
  const out = execFileSync('apksigner', ['verify', '--print-certs', '-v', ...versions, path], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const schemes = [...out.matchAll(/^Verified using (v[\d.]+) scheme .*: true$/gm)].map(([, scheme]) => scheme!);
  const field = (name: string) =>
    [...out.matchAll(new RegExp(`certificate ${name}: (.*)$`, 'gm'))].map(([, value]) => value!);
  return { schemes, sha256: field('SHA-256 digest'), names: field('DN') };
}

/** Signers by scheme, each by its own certificate. */
async function signers(path: string) {
  const { bundle } = await scan(path, { depth: 'names' });
  const own = bundle.signatures.map((signature) => [signature.scheme, signature.certificates[0]!] as const);
  return {
    all: own,
    of: (scheme: string) => own.filter(([each]) => each === scheme).map(([, certificate]) => certificate),
  };
}

/** Java writes the type of an address in capitals. */
const java = (name: string | null) => name?.replace('emailAddress=', 'EMAILADDRESS=');
const digests = (certificates: readonly Certificate[]) => certificates.map(({ sha256 }) => sha256);

const apks = [
  ['settings', real.settings, ['v2'], '680dbbc39ab0944796c811b636ace510c8e551317087036cebab0751b0a6190c'],
  ['apiDemos', real.apiDemos, ['v1', 'v2'], '18e8534fed30cbf9959e4073e723e3395a3f92fd6b41756d5fbc788f280c1107'],
  [
    'uiautomator2',
    real.uiautomator2,
    ['v1', 'v2', 'v3'],
    'a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc',
  ],
  [
    'uiautomator2 test',
    () =>
      join(npmPackage('appium-uiautomator2-server@10.6.6'), 'apks/appium-uiautomator2-server-debug-androidTest.apk'),
    ['v1', 'v2', 'v3'],
    'a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc',
  ],
] as const;

describeWith('apksigner')('who signed the real APKs, by apksigner', () => {
  it.each(apks)('%s', async (_name, path, schemes, digest) => {
    const { all } = await signers(path());
    expect(all.map(([scheme]) => scheme)).toEqual(schemes);
    // Each platform looks at the newest scheme that it knows.
    const platforms = { v1: ['18', '23'], v2: ['24', '27'], v3: ['28', '30'] } as const;
    for (const [scheme, certificate] of all) {
      const [least, most] = platforms[scheme as keyof typeof platforms];
      const said = apksigner(path(), '--min-sdk-version', least, '--max-sdk-version', most);
      expect(said.schemes).toContain(scheme);
      expect(said.sha256).toEqual([digest]);
      expect(certificate.sha256).toBe(digest);
      expect([java(certificate.subject)]).toEqual(said.names);
    }
  });
});

describeWith(
  'apksigner',
  'keytool',
  'jarsigner',
)('what the signing tools write', () => {
  const store = join(folder, 'keys');
  const plain = join(folder, 'plain.apk');
  const password = ['-storepass', 'waybill', '-keypass', 'waybill'];
  const key = (name: string) => ['--ks', store, '--ks-pass', 'pass:waybill', '--ks-key-alias', name];
  const signed = (name: string) => join(folder, `${name}.apk`);

  beforeAll(() => {
    const keys = [
      ['first', 'CN=First Maker, O="Makers, Inc.", C=US', 'RSA'],
      ['second', 'CN=Zweite Schlüssel, C=DE', 'EC'],
      ['third', 'CN=Third', 'DSA'],
    ];
    for (const [alias, name, algorithm] of keys) {
      const made = ['-alias', alias!, '-dname', name!, '-keyalg', algorithm!, '-validity', '9000'];
      execFileSync('keytool', ['-genkeypair', '-keystore', store, ...password, ...made], { stdio: 'ignore' });
    }
    const manifest = buildBinaryXml({
      name: 'manifest',
      attributes: { package: 'org.example.app', 'android:versionCode': 1 },
      children: [{ name: 'uses-sdk', attributes: { 'android:minSdkVersion': 18 } }, { name: 'application' }],
    });
    writeFileSync(plain, buildZip([{ name: 'AndroidManifest.xml', data: manifest }]));
  });

  it.each([
    ['first', 'RSA'],
    ['second', 'EC'],
    ['third', 'DSA'],
  ])('jarsigner with %s (%s): v1 alone', async (alias, extension) => {
    const path = signed(`jar-${alias}`);
    copyFileSync(plain, path);
    execFileSync('jarsigner', ['-keystore', store, ...password, path, alias], { stdio: 'ignore' });
    expect(Object.keys(unzipSync(readFileSync(path)))).toContain(`META-INF/${alias.toUpperCase()}.${extension}`);
    const { all } = await signers(path);
    const said = apksigner(path, '--min-sdk-version', '21', '--max-sdk-version', '23');
    expect(said.schemes).toEqual(['v1']);
    expect(all.map(([scheme]) => scheme)).toEqual(['v1']);
    expect(all.map(([, { sha256 }]) => sha256)).toEqual(said.sha256);
  });

  const sign = (name: string, ...args: readonly string[]) => {
    execFileSync('apksigner', ['sign', ...args, '--out', signed(name), plain], { stdio: 'ignore' });
    return signed(name);
  };

  it('apksigner with v1, v2 and v3', async () => {
    const path = sign('all', ...key('first'), '--v1-signing-enabled', 'true', '--v3-signing-enabled', 'true');
    const { all } = await signers(path);
    const said = apksigner(path);
    expect(all.map(([scheme]) => scheme)).toEqual(said.schemes);
    expect(said.schemes).toEqual(['v1', 'v2', 'v3']);
    for (const [, { sha256, subject }] of all) {
      expect([sha256]).toEqual(said.sha256);
      expect(subject).toBe('CN=First Maker, O=Makers\\, Inc., C=US');
    }
  });

  it('apksigner with two signers', async () => {
    const path = sign('two', ...key('first'), '--next-signer', ...key('second'), '--v3-signing-enabled', 'false');
    const found = await signers(path);
    const { sha256, schemes } = apksigner(path);
    expect(schemes).toEqual(['v1', 'v2']);
    expect(sha256).toHaveLength(2);
    expect(digests(found.of('v2'))).toEqual(sha256);
    expect(digests(found.of('v1')).sort()).toEqual([...sha256].sort());
  });

  it('apksigner after a rotation: v3 names the new key, v2 the old one', async () => {
    const lineage = join(folder, 'lineage');
    const [old, young] = [key('first'), key('second')];
    execFileSync('apksigner', ['rotate', '--out', lineage, '--old-signer', ...old, '--new-signer', ...young]);
    const path = sign('rotated', ...old, '--next-signer', ...young, '--lineage', lineage);
    const found = await signers(path);
    expect(digests(found.of('v2'))).toEqual(apksigner(path, '--max-sdk-version', '27').sha256);
    expect(digests(found.of('v3'))).toEqual(apksigner(path, '--min-sdk-version', '28').sha256);
    expect(found.of('v3')[0]?.sha256).not.toBe(found.of('v2')[0]?.sha256);
  });

  it('an APK that nobody signed', async () => {
    expect((await signers(plain)).all).toEqual([]);
  });
});

describeWith('openssl')('what OpenSSL writes', () => {
  it('a chain, in DER and with indefinite lengths: the signer’s certificate first', () => {
    const at = (name: string) => join(folder, name);
    const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
    const request = (name: string) => [
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      at(`${name}.key`),
      '-subj',
      `/CN=${name}`,
    ];
    openssl('req', '-x509', ...request('root'), '-days', '9', '-out', at('root.pem'));
    openssl('req', ...request('leaf'), '-out', at('leaf.csr'));
    const issue = ['-CA', at('root.pem'), '-CAkey', at('root.key'), '-set_serial', '77', '-days', '9'];
    openssl('x509', '-req', '-in', at('leaf.csr'), ...issue, '-out', at('leaf.pem'));
    writeFileSync(at('content'), 'Signature-Version: 1.0\r\n');
    const signer = ['-signer', at('leaf.pem'), '-inkey', at('leaf.key'), '-certfile', at('root.pem')];
    for (const options of [['-nodetach'], ['-stream', '-nodetach']]) {
      openssl(
        'cms',
        '-sign',
        '-in',
        at('content'),
        ...signer,
        '-outform',
        'DER',
        '-binary',
        ...options,
        '-out',
        at('cms'),
      );
      const bytes = new Uint8Array(readFileSync(at('cms')));
      const names = readPkcs7Certificates(bytes).map(
        ({ offset, length }) => nodeRuntime.certificate(bytes.subarray(offset, offset + length))?.subject,
      );
      expect(names).toEqual(['CN=leaf', 'CN=root']);
      expect(bytes[1] === 0x80).toBe(options[0] === '-stream');
    }
  });
});
