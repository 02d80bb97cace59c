import { describe, expect, it } from 'vitest';
import { addressEnd } from '../src/match/locators.ts';
import { isPublicIpv4, isPublicIpv6 } from '../src/match/special-purpose.ts';
import { endpointOf, trimUrl } from '../src/match/urls.ts';
import { buildBundle, type FileDescription } from './build/bundle.ts';
import { der } from './build/der.ts';
import { scan } from './build/verified.ts';

async function hosts(name: string, file: FileDescription): Promise<string[]> {
  const axml = { name: 'manifest', attributes: { package: 'org.example.app' } };
  const report = await scan(buildBundle({ files: { 'AndroidManifest.xml': { axml }, [name]: file } }));
  return report.endpoints.map(({ host }) => host);
}
/** ASCII in UTF-16. */
const wide = (text: string) => text.replace(/./gs, '$&\0');
const inText = (text: string) => hosts('assets/a.js', { text });

describe('an address is told by how it stands', () => {
  it.each([
    ['with a port', 'x 5.6.7.8:443 y', ['5.6.7.8']],
    ['behind two slashes', 'tcp//1.2.3.4 x', ['1.2.3.4']],
    ['in a URL', 'http://4.4.4.8/x', ['4.4.4.8']],
    ['between quotes, likely by its numbers', '["47.107.39.93"]', ['47.107.39.93']],
    ['in a list of addresses', '"101.226.233.199,203.205.253.149"', ['101.226.233.199', '203.205.253.149']],
    ['behind a sign of assignment', 'dns = 94.140.14.140; b', ['94.140.14.140']],
    ['made to be remembered', 'dns="8.8.8.8 8.8.4.4"', ['8.8.4.4', '8.8.8.8']],
    ['a version', 'version "4.8.0.12"', []],
    ['a version of large numbers behind a name', 'Chrome/117.99.88.77 x', []],
    ['an object identifier', '"2.5.29.37"', []],
    ['numbers of a drawing', 'd="M10 64.44.33.88 12 3z"', []],
    ['numbers of a drawing with commas', 'd="M1,64.44.33.88,12"', []],
    ['a word of prose before it', 'since 64.44.33.88 it works', []],
    ['a version by the name of the string before it', 'FileVersion\0' + '36.88.99.77\0', []],
    ['the same as a version resource spells it', wide('FileVersion\0\0' + '36.88.99.77\0'), []],
    ['another string before it', wide('FileAddress\0\0' + '36.88.99.77\0'), ['36.88.99.77']],
    ['all of an attribute of .NET', '\x01\0\x0b12.34.99.88\0\0', []],
    ['the beginning of one', '\x01\0\x1312.34.99.88; commit\0\0', []],
    ['the beginning of what has another length', '\x01\0\x1212.34.99.88; commit\0\0', ['12.34.99.88']],
    ['a network', '"47.107.39.0"', []],
    ['special purposes', '"192.0.2.44" "198.51.100.7" "203.0.113.9" "100.64.1.2" "198.18.3.4" "192.0.0.8"', []],
    ['special purposes in URLs', 'http://127.0.0.1/ http://10.0.2.2:8081/ http://[::1]/ http://[fe80::1]/', []],
  ])('%s', async (_, text, expected) => {
    expect(await inText(text)).toEqual(expected);
  });

  it('by the registry of special purposes', () => {
    const ends = [
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '172.15.0.1',
      '172.32.0.1',
      '192.0.1.1',
    ];
    for (const text of ends) expect(isPublicIpv4(text.split('.').map(Number)), text).toBe(true);
    for (const text of ['2606:4700::1111', '2001:4860:4860::8888', '2a00::1'])
      expect(isPublicIpv6(text), text).toBe(true);
    for (const text of [
      '::',
      '::ffff:8.8.8.8',
      '64:ff9b::1',
      '100::1',
      '2001:db8::1',
      '2001:2::1',
      'fd00::1',
      'ff02::1',
    ])
      expect(isPublicIpv6(text), text).toBe(false);
    const bytes = new TextEncoder().encode('\0\x83.0.113.9\0\0');
    expect(addressEnd(bytes, 2)).toBe(-1);
  });
});

describe('a URL names a host, and what stands behind it is none of it', () => {
  it('of the dictionary of brotli, which stands in many libraries, none names a host that is there', () => {
    const words = ['http://www.hortcut', 'http://www.style', 'http://www.css'];
    expect(words.map(endpointOf)).toEqual([null, null, null]);
    expect(endpointOf('http://www.example.org')?.host).toBe('www.example.org');
  });

  it.each([
    ['https://a.example.org/x).', 'https://a.example.org/x'],
    ['https://a.example.org/x_(y)', 'https://a.example.org/x_(y)'],
    ['https://a.example.org/x,https://b.example.org', 'https://a.example.org/x'],
    ['https://a.example.org for help', 'https://a.example.org'],
    ['https://a.example.org/{id}', 'https://a.example.org/{id}'],
    ['https://a.example.org/x,', 'https://a.example.org/x'],
  ])('%s', (text, url) => {
    expect(trimUrl(text)).toBe(url);
  });

  it.each([
    ['https://a.example.org%2Fx%3Fy', 'a.example.org'],
    ['https://.example.org/x', 'example.org'],
    ['https://vocs%d.example.org/x', 'vocs%d.example.org'],
    ['https://xn--e1afmkfd.xn--p1ai/', 'xn--e1afmkfd.xn--p1ai'],
    ['https://ap.agora.ioError', 'ap.agora.io'],
    ['https://API.EXAMPLE.ORG/x', 'api.example.org'],
    ['https://graph.%s', null],
    ['https://{n.config.authDomain}/x', null],
    ['https://api.{n.config.authDomain}/x', null],
    ['https://{a.region}.example.org/x', '{a.region}.example.org'],
    ['http://usertrust.com1', null],
    ['http://javax.xml.XMLConstants/feature/x', null],
    ['http://1.2.3/x', null],
  ])('%s', (text, host) => {
    expect(endpointOf(text)?.host ?? null).toBe(host);
  });

  it('the URL of one string of a table without separators ends with its host', () => {
    expect(endpointOf('https://ap.agora.ioErrorText/x')?.url).toBe('https://ap.agora.io');
  });

  it('each URL of a list in one string of a DEX', async () => {
    const strings = ['https://a.example.org/x; https://b.example.org/y'];
    expect(await hosts('classes.dex', { dex: { strings } })).toEqual(['a.example.org', 'b.example.org']);
  });
});

describe('a string of compiled Dart code ends where its length says', () => {
  // The length of the first is written with two bytes, of which one is a letter.
  const [long, short] = ['x'.repeat(113), 'next'];
  /** As snapshots of Dart 3 write strings. */
  const inStream = (...texts: string[]) =>
    texts.flatMap((text) => {
      const doubled = 2 * text.length;
      const length = doubled < 0x80 ? [doubled | 0x80] : [doubled & 0x7f, (doubled >> 7) | 0x80];
      return [...length, ...Buffer.from(text)];
    });
  /** As they lie in memory on 32 bits; a string of a whole number of words has no byte behind it. */
  const asObjects = (...texts: string[]) =>
    texts.flatMap((text) => [
      ...[0x38, 0x07, 0x55, 0, 2 * text.length, 0, 0, 0, 0x72, 0xa1, 0x59, 0x1b],
      ...Buffer.from(text.padEnd(Math.ceil(text.length / 4) * 4, '\0')),
    ]);

  it.each<[string, number[], string[]]>([
    ['a URL before a long string', inStream('https://dart.example.org', long), ['https://dart.example.org']],
    ['a URL before a short string', inStream('https://dart.example.org', short), ['https://dart.example.org']],
    ['a URL before another object', asObjects('https://dart.example.org', short), ['https://dart.example.org']],
    ['a vendor’s host before a long string', inStream('ap.agora.io', long), ['ap.agora.io']],
    ['a vendor’s host before another object', asObjects('ap1.agora.io', short), ['ap1.agora.io']],
    [
      'a URL that nothing says to end before',
      [...Buffer.from(`\x80https://dart.example.orgp\x81`)],
      ['https://dart.example.orgp'],
    ],
  ])('%s', async (_, bytes, expected) => {
    const axml = { name: 'manifest', attributes: { package: 'org.example.app' } };
    const padded = Uint8Array.from([...Array(16).fill(0), ...bytes, ...Array(16).fill(0)]);
    const files = { 'AndroidManifest.xml': { axml }, 'lib/arm64-v8a/libapp.so': { elf: { payload: padded } } };
    const { endpoints } = await scan(buildBundle({ files }));
    expect(endpoints.map(({ host, url }) => url ?? host)).toEqual(expected);
  });
});

describe('who vouches for a certificate is no host of the app’s', () => {
  const uri = (text: string) => der(0x86, new TextEncoder().encode(text));
  const certificate = (...texts: string[]) =>
    der(0x30, ...texts.map((text) => der(0x30, uri(text), der(0x31, Uint8Array.of(0x05, 0x00)))));

  it('as it stands, in base64, and with a long name; the same text outside of DER is one', async () => {
    const long = `http://crl.example.org/${'x'.repeat(140)}`;
    const bytes = certificate('http://ocsp.usertrust.com', 'http://crl.example.com/root.crl', long);
    expect(await hosts('assets/a.bin', { bytes })).toEqual([]);
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString('base64')}\n-----END CERTIFICATE-----\n`;
    expect(await hosts('assets/a.pem', { text: pem })).toEqual([]);
    expect(await hosts('assets/a.txt', { text: 'http://ocsp.usertrust.com' })).toEqual(['ocsp.usertrust.com']);
  });

  it('in the names of a certificate, and where the structure was cut', async () => {
    const name = der(0x0c, new TextEncoder().encode('http://certificates.example.org/repository'));
    const attribute = Uint8Array.of(0x06, 0x03, 0x55, 0x04, 0x0b, ...name, 0x31);
    expect(await hosts('assets/a.bin', { bytes: Uint8Array.of(0, ...attribute, 0) })).toEqual([]);
    const cut = uri('http://crl.example.org/gds1-20').fill(0x22, 1, 2);
    expect(await hosts('assets/a.bin', { bytes: Uint8Array.of(0, ...cut, 0x06, 0x08) })).toEqual([]);
  });

  it('a host of a vendor is told even there', async () => {
    expect(await hosts('assets/a.bin', { bytes: certificate('http://ca.agora.io/x') })).toEqual(['ca.agora.io']);
    expect(await hosts('assets/a.bin', { bytes: certificate('http://ca.agora.io') })).toEqual(['ca.agora.io']);
    // A tag and a length before it take nothing of a template away.
    const template = '\x16\x04http://argus.agoralab.co/r?listener=%u\0';
    const bytes = Uint8Array.from(template, (character) => character.charCodeAt(0));
    expect(await hosts('assets/a.bin', { bytes })).toEqual(['argus.agoralab.co']);
  });

  it('a string of 22 bytes in a pool of compiled resources, which has its length there twice, is none of DER', async () => {
    const bytes = new TextEncoder().encode('\x01\x16\x16https://t.example/abcd\0');
    expect(await hosts('assets/a.bin', { bytes })).toEqual(['t.example']);
  });
});

describe('where a host stands', () => {
  const axml = { name: 'manifest', attributes: { package: 'org.example.app' } };
  const endpoints = async (files: Readonly<Record<string, FileDescription>>) => {
    const report = await scan(buildBundle({ files: { 'AndroidManifest.xml': { axml }, ...files } }));
    return report.endpoints.map(({ host, scheme, inCode }) => [host, scheme, inCode]);
  };

  it('in code or a script is told apart from texts and settings, and one place in code is enough', async () => {
    const licences = 'Licence text of https://licences.example.org and https://both.example.org';
    expect(
      await endpoints({
        'assets/flutter_assets/NOTICES.txt': { text: licences },
        'assets/a.js': { text: '"https://both.example.org/x"' },
        'classes.dex': { dex: { strings: ['https://code.example.org/x'] } },
      }),
    ).toEqual([
      ['both.example.org', 'https', true],
      ['code.example.org', 'https', true],
      ['licences.example.org', 'https', false],
    ]);
  });

  it('and bears the name of a package with classes, it names a property of what is in it', async () => {
    const strings = ['http://javax.xml.transform/feature', 'http://javax.xml.parsers/feature', 'https://a.b/x'];
    const classes = [{ name: 'javax.xml.transform.Source' }, { name: 'a.b.C' }];
    expect(await endpoints({ 'classes.dex': { dex: { classes, strings } } })).toEqual([
      ['javax.xml.parsers', 'http', true],
    ]);
  });

  it.each([
    'http://example.invalid',
    'http://mac.local:8080/',
    'http://x.localhost/',
    'http://metadata.google.internal/',
  ])('under a name of special use it is none: %s', (url) => expect(endpointOf(url)).toBeNull());
});
