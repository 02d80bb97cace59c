import { expect, it } from 'vitest';
import { agoraClasses } from '../build/agora.ts';
import { buildDex } from '../build/dex.ts';
import { scan } from '../build/verified.ts';
import { buildZip, concat } from '../build/zip.ts';
import { mulberry32 } from '../rules/rules-of.ts';
import { apk, utf8 } from './place.ts';

/**
 * Archives that stand in other content one beside the other: an older office document holds one for each picture, and cuts
 * those that are longer than a sector (MS-CFB 2.1, 2.3).
 */

const random = mulberry32(9);
const noise = (length: number) => Uint8Array.from({ length }, () => random() * 256);
const dex = buildDex({ classes: agoraClasses });
const shape = (name: string, data: string | Uint8Array) => buildZip([{ name, data, method: 8 }]);
const drawing = '<a:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1"/>'.repeat(20);
/** An archive of which the part that holds its directory lies elsewhere. */
const begun = shape('drs/shapexml.xml', drawing).subarray(0, -80);
/** The sector in which an archive breaks off: its local header is whole, its stream goes on elsewhere. */
const cut = (archive: Uint8Array) => concat(archive.subarray(0, 110), noise(500));

const asset = (...parts: readonly Uint8Array[]) =>
  scan(
    apk([{ name: 'res/raw/slides.ppt', data: concat(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0), noise(700), ...parts) }]),
  );

it('what stands around them is no trick of theirs, and what breaks off was none', async () => {
  const report = await asset(
    begun,
    noise(300),
    cut(shape('drs/shapexml.xml', noise(400))),
    shape('drs/downrev.xml', drawing),
    noise(300),
  );
  expect(report.findings.map(({ id }) => id).filter((id) => id.startsWith('container-trick'))).toEqual([]);
  expect(report.coverage.filter(({ state }) => state !== 'read')).toEqual([]);
  expect(report.verdict).toBe('pass');
});

it.each<[string, Uint8Array]>([
  ['whole', shape('a.dex', dex)],
  ['without the end of its archive', shape('a.dex', dex).subarray(0, -60)],
  [
    'cut behind what tells it',
    concat(
      shape(
        'a.js',
        concat(utf8('http://argus.agoralab.co/vosdk/public/report?listener=1&venderID=2'), noise(4000)),
      ).subarray(0, 900),
      noise(40),
    ),
  ],
])('code in one that no directory lists is found, %s', async (_name, archive) => {
  const report = await asset(
    shape('drs/shapexml.xml', drawing),
    noise(99),
    archive,
    noise(50),
    shape('b.xml', drawing),
  );
  expect(report.verdict).not.toBe('pass');
});
