import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { agoraClasses } from '../build/agora.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { zstandard } from '../build/packing.ts';
import { scan } from '../build/verified.ts';
import { buildZip, concat } from '../build/zip.ts';

/** Text in the encodings that platforms use is searched where it stands, and what is found holds (`verified.ts`). */

const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
const empty = buildDex({ classes: [{ name: 'org.example.Main' }] });
const agoraDex = buildDex({ classes: agoraClasses });
const url = 'http://argus.agoralab.co/vosdk/public/report?listener=%u';
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const little = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le'));
const big = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le').swap16());
const inLines = (bytes: Uint8Array, length = 76) => base64(bytes).match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

const scanned = (data: Uint8Array, name = 'assets/a.bin') =>
  scan(
    buildZip(
      Object.entries({ 'AndroidManifest.xml': manifest, 'classes.dex': empty, [name]: data }).map(([name, data]) => ({
        name,
        data,
      })),
    ),
  );
const places = (report: Report) =>
  report.endpoints.flatMap(({ url: of, at }) =>
    of === null ? [] : at.filter((e) => e.text === of).map((e) => [e.text, e.encoding, e.spans[0]?.offset]),
  );

describe('UTF-16', () => {
  it.each([
    ['little-endian', concat(latin1('x\x01'), little(url), latin1('\0\0')), 'utf-16le', 2],
    ['at an odd place', concat(latin1('x'), little(url), latin1('\x07')), 'utf-16le', 1],
    ['big-endian', concat(latin1('x\x01'), big(url), latin1('\x80\x80')), 'utf-16be', 2],
    ['text with a byte-order mark', little(`\ufeffhéllo ${url}\r\nmore`), 'utf-16le', 14],
    ['big-endian text with a byte-order mark', big(`\ufeffhéllo ${url}`), 'utf-16be', 14],
    [
      'across the blocks of the scanner',
      concat(new Uint8Array(131_040).fill(7), little(url), latin1('\0\0')),
      'utf-16le',
      131_040,
    ],
    ['far in a long text', little(`${'lorem ipsum '.repeat(40_000)}${url}\n`), 'utf-16le', 960_000],
  ])('%s', async (_name, data, encoding, offset) => {
    expect(places(await scanned(data))).toEqual([[url, encoding, offset]]);
  });

  it('the shortest that is looked at, wherever it begins, with noise right beside it', async () => {
    const at = [...Array(40).keys(), ...Array.from({ length: 40 }, (_, i) => 65_500 + i)];
    const host = 'a.agora.io';
    const noisy = (offset: number, text: Uint8Array) =>
      concat(
        new Uint8Array(offset).fill(0x41),
        Uint8Array.of(0x80, 0x80),
        text,
        Uint8Array.of(0x80),
        latin1('A'.repeat(40)),
      );
    const entries = at.flatMap((offset) => [
      { name: `assets/${offset}-little`, data: noisy(offset, little(host)) },
      { name: `assets/${offset}-big`, data: noisy(offset, big(host)) },
    ]);
    const report = await scan(
      buildZip([{ name: 'AndroidManifest.xml', data: manifest }, { name: 'classes.dex', data: empty }, ...entries]),
    );
    const found = report.endpoints.filter((endpoint) => endpoint.host === host);
    expect(found.map(({ at, more }) => at.length + more)).toEqual([entries.length]);
  });

  it('short texts, and numbers that look like letters, are no text', async () => {
    const report = await scanned(
      concat(
        little('ab.co\n'),
        Uint8Array.from({ length: 4000 }, (_, i) => (i % 4 === 0 ? 65 : 0)),
      ),
    );
    expect(report.endpoints).toEqual([]);
  });

  it('each of many texts stands at its own place', async () => {
    const texts = Array.from({ length: 3000 }, (_, i) => `http://host${i}.example.com/${'p'.repeat(i % 50)}`);
    const report = await scanned(little(texts.join('\n\0')));
    const found = new Map(report.endpoints.map(({ url: of, at }) => [of, at[0]!.spans[0]!.offset]));
    let at = 0;
    for (const text of texts) {
      expect(found.get(text)).toBe(2 * at);
      at += text.length + 2;
    }
  });
});

describe('base64', () => {
  const script = base64(latin1(`var a = 1; fetch("${url}").then(function (r) { return r.json(); });`));

  it.each([
    ['in a script', `eval(atob("${script}"))`],
    ['in lines', `-----BEGIN-----\r\n${script.match(/.{1,76}/g)!.join('\r\n')}\r\n-----END-----`],
    ['across the blocks of the scanner', `${' '.repeat(131_040)}${script} `],
    ['far in a long one', `"${base64(latin1(`${'lorem ipsum '.repeat(30_000)} ${url} `))}"`],
  ])('a script, %s', async (_name, text) => {
    const report = await scanned(latin1(text), 'assets/a.js');
    expect(places(report).map(([found, encoding]) => [found, encoding])).toEqual([[url, 'decoded']]);
    expect(report.complete).toBe(true);
  });

  it('a DEX that begins far in it is said, and searched for its strings', async () => {
    const text = `var dex = "${base64(concat(latin1('abc'.repeat(99)), agoraDex))}";`;
    const report = await scanned(latin1(text), 'assets/a.js');
    expect(report.coverage.filter(({ state }) => state !== 'read')).toMatchObject([
      { path: 'assets/a.js', state: 'partial', reason: 'unsupported', offset: 11 + 396 },
    ]);
  });

  const forms: readonly (readonly [string, Uint8Array])[] = [
    ['a DEX', agoraDex],
    ['gzip', gzipSync(agoraDex)],
    ['zlib', deflateSync(agoraDex)],
    ['deflate', deflateRawSync(agoraDex)],
    ['Zstandard', zstandard(agoraDex)],
    ['a ZIP', buildZip([{ name: 'x.dex', data: agoraDex }])],
  ];
  describe.each(forms)('%s is read', (_name, bytes) => {
    it.each([
      ['as a text of its own', base64(bytes), 'assets/a.txt'],
      ['in a script', `var a = "${base64(bytes)}";`, 'assets/a.js'],
      ['behind a line of letters', `payload\n${base64(bytes)}`, 'assets/a.txt'],
      ['behind a header of mail', `Content-Transfer-Encoding: base64\r\n\r\n${base64(bytes)}`, 'assets/a.eml'],
      [
        'in lines',
        `{ "a": "\n${base64(bytes)
          .match(/.{1,76}/g)!
          .join('\n')}\n" }`,
        'assets/a.json',
      ],
      ['in the alphabet of file names', `{"a":"${base64(bytes).replaceAll('+', '-').replaceAll('/', '_')}"}`, 'a.json'],
      ['with every solidus escaped', `{"a":"${base64(bytes).replaceAll('/', '\\/')}"}`, 'assets/a.json'],
      ['with its line ends escaped', `{"a":"${inLines(bytes).join('\\n')}"}`, 'assets/a.json'],
      ['with its line ends escaped twice', `a('{"a":"${inLines(bytes).join('\\\\r\\\\n')}"}')`, 'assets/a.js'],
      [
        'in lines that are indented',
        `<a>\n${inLines(bytes)
          .map((line) => `\t      ${line}\r\n`)
          .join('')}  </a>`,
        'a.xml',
      ],
      [
        'in short lines that are indented',
        `a:\n${inLines(bytes, 20)
          .map((line) => `${' '.repeat(40)}${line}\n`)
          .join('')}`,
        'a.y',
      ],
      ['framed as a certificate is', `-----BEGIN A-----\n${inLines(bytes, 64).join('\n')}\n-----END A-----\n`, 'a.pem'],
      [
        'behind 5,000 other runs',
        `${`"${base64(latin1('lorem ipsum '.repeat(5)))}"\n`.repeat(5000)}'${base64(bytes)}'`,
        'a.js',
      ],
      [
        'in a script behind another',
        `var b = "${base64(latin1(`${'lorem '.repeat(99)}`))}", a = '${base64(bytes)}'`,
        'a.js',
      ],
    ])('%s', async (_where, text, path) => {
      const report = await scanned(latin1(text), path);
      expect(report.detections.some(({ sdk, scored }) => sdk === 'agora-rtc' && scored)).toBe(true);
      expect(report.coverage.filter(({ state }) => state !== 'read')).toEqual([]);
    });
  });

  it.each(
    forms.filter(([name]) => !/zlib|deflate/.test(name)),
  )('%s behind letters of another word is read', async (_name, bytes) => {
    for (const word of ['x', 'xy', 'xyz', 'payload', 'dataThatIsNoData', '9'.repeat(100)]) {
      const report = await scanned(latin1(`a.${word}${base64(bytes)}`), 'assets/a.js');
      expect([word, report.detections.some(({ sdk }) => sdk === 'agora-rtc')]).toEqual([word, true]);
      expect(report.coverage.filter(({ state }) => state !== 'read')).toEqual([]);
    }
  });

  it.each(forms)('%s in base64 of base64 is read, or said', async (_name, bytes) => {
    const report = await scanned(latin1(`var a = "${base64(latin1(base64(bytes)))}";`), 'assets/a.js');
    const isRead = report.detections.some(({ sdk }) => sdk === 'agora-rtc');
    const isSaid = report.coverage.some(({ path, reason }) => path.startsWith('assets/a.js!') && reason === 'budget');
    expect([isRead, isSaid]).toEqual(isRead ? [true, false] : [false, true]);
  });

  it('of hundreds of runs that hold archives each is read', async () => {
    const zips = Array.from({ length: 300 }, (_, i) =>
      base64(buildZip([{ name: `${i}.dex`, data: i === 299 ? agoraDex : empty }])),
    );
    const report = await scanned(latin1(zips.map((zip, i) => `a[${i}]="${zip}";`).join('\n')), 'assets/a.js');
    expect(report.detections.map(({ sdk }) => sdk)).toContain('agora-rtc');
    expect(report.complete).toBe(true);
  });

  it.each(forms)('%s in a string of a DEX is read', async (_name, bytes) => {
    const strings = [base64(bytes), 'Lcom/example/aVeryLongNameOfAPackage/andOfAClassThatNobodyWouldEverTypeByHand;'];
    const dex = buildDex({ classes: [{ name: 'org.example.Main' }], strings });
    const report = await scan(
      buildZip([
        { name: 'AndroidManifest.xml', data: manifest },
        { name: 'classes.dex', data: dex },
      ]),
    );
    expect(report.detections.some(({ sdk, scored }) => sdk === 'agora-rtc' && scored)).toBe(true);
    expect(report.coverage.filter(({ state }) => state !== 'read')).toEqual([]);
  });

  it('is read or said, however often it is packed', async () => {
    for (let bytes: Uint8Array = agoraDex, depth = 0; depth < 6; depth++) {
      bytes = gzipSync(latin1(base64(bytes)));
      const report = await scanned(latin1(`var a = "${base64(bytes)}";`), 'assets/a.js');
      expect([depth, report.complete && report.detections.length === 0]).toEqual([depth, false]);
    }
  });

  it('what is no code is no finding', async () => {
    const picture = base64(
      concat(
        latin1('\x89PNG\r\n\x1a\n'),
        new Uint8Array(200).map((_, i) => i * 7),
      ),
    );
    const cut = base64(agoraDex.subarray(0, 90));
    const report = await scanned(
      latin1(`a = "data:image/png;base64,${picture}"; b = "${cut}"; c = "UEsDBBQAAAAIAA${'A'.repeat(80)}"`),
      'a.js',
    );
    expect(report.coverage.filter(({ state }) => state !== 'read')).toEqual([]);
  });

  it('lines of slashes and plus signs are none, however many', async () => {
    const banner = (i: number) => `${' '.repeat(90)}// ${i}\n${'/'.repeat(121)}\n\n}).call(this);\n`;
    const script = Array.from({ length: 120 }, (_, i) => banner(i) + '+'.repeat(100 + i)).join('\n');
    const report = await scanned(latin1(`${script}\n a = "${base64(deflateRawSync(agoraDex))}"`), 'a.js');
    expect(report.coverage.filter(({ state }) => state !== 'read')).toEqual([]);
    expect(report.detections.map(({ sdk }) => sdk)).toContain('agora-rtc');
  });
});

describe('characters spelled by their numbers', () => {
  const each = (of: (code: number) => string) => Array.from(url, (letter) => of(letter.charCodeAt(0))).join('');
  const hex = (code: number, width: number) => code.toString(16).padStart(width, '0');

  it.each([
    ['\\x of JavaScript', `f("${each((code) => `\\x${hex(code, 2)}`)}")`],
    ['\\u of JSON', `{"a":"${each((code) => `\\u${hex(code, 4)}`)}"}`],
    ['\\u{} of JavaScript', `f("${each((code) => `\\u{${hex(code, 1)}}`)}")`],
    ['octal', `f("${each((code) => `\\${code.toString(8).padStart(3, '0')}`)}")`],
    ['percent', `<a href="${each((code) => `%${hex(code, 2)}`)}">`],
    ['entities of HTML', `<a href="${each((code) => `&#${code};`)}">`],
    ['entities of HTML, hexadecimal', `<a href="${each((code) => `&#x${hex(code, 2)};`)}">`],
    ['some of them', `f("${url.replace('agoralab', 'agor\\u0061l%61b')}")`],
    ['the dots alone', `f("${url.replaceAll('.', '\\x2e')}")`],
    ['behind a line’s end', `f("\\n${url.replace('agoralab', '\\x61goralab')}")`],
  ])('%s', async (_name, text) => {
    const report = await scanned(latin1(text), 'assets/a.js');
    const found = report.endpoints.filter(({ host }) => host === 'argus.agoralab.co');
    expect(
      found.flatMap(({ at }) => at.map(({ encoding, how }) => [encoding, how.includes('by numbers')])),
    ).toContainEqual(['decoded', true]);
    expect(report.complete).toBe(true);
  });

  it('across the blocks of the scanner, wherever they part it', async () => {
    const text = `"${each((code) => `\\u${hex(code, 4)}`)}"`;
    for (let before = 63_000; before < 66_000; before += 97) {
      const report = await scanned(latin1(' '.repeat(before) + text), 'assets/a.js');
      expect([before, report.endpoints.map(({ url: of }) => of)]).toEqual([before, [url]]);
    }
  });

  it('a word longer than what is at hand', async () => {
    const text = each((code) => `\\x${hex(code, 2)}`);
    const report = await scanned(latin1(`"${'\\x71'.repeat(9000)}\\x20${text}"`), 'assets/a.js');
    expect(report.endpoints.map(({ url: of }) => of)).toContain(url);
  });
});
