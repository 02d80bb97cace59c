import { buildBinaryXml } from '../build/axml.ts';
import { assembleBinaryPlist } from '../build/plist.ts';
import { concat, fields } from '../build/zip.ts';
import { apk, ipa, manifest, type Payload, type Place, utf8 } from './place.ts';

const utf16 = (text: string, little = true) => {
  const bytes = Buffer.from(text, 'utf16le');
  return Uint8Array.from(little ? bytes : bytes.swap16());
};

type Wrap = (payload: Required<Payload>) => Uint8Array;

const place = (format: string, file: string, wraps: Readonly<Record<string, Wrap>>, textOnly: boolean): Place[] =>
  Object.entries(wraps).map(([name, wrap]) => ({
    format: `${format} (${file})`,
    name,
    platform: file.startsWith('ios:') ? 'ios' : 'android',
    textOnly,
    build(payload) {
      const data = wrap({ text: '', ...payload });
      return file.startsWith('ios:') ? ipa({ [file.slice(4)]: data }) : apk([{ name: file, data }]);
    },
  }));

const chunk = (type: number, header: Uint8Array, body: Uint8Array) =>
  concat(fields([2, type], [2, 8 + header.length], [4, 8 + header.length + body.length]), header, body);
const padded = (bytes: Uint8Array) => concat(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));

const root = (attributes: Record<string, string>) =>
  buildBinaryXml({
    name: 'manifest',
    attributes: { package: 'org.example.places', ...attributes },
    children: [{ name: 'application' }],
  });

/** A document whose attribute has a raw text, and another value. */
function rawValue(text: string): Uint8Array {
  const bytes = root({ note: text });
  const view = new DataView(bytes.buffer);
  // The attributes of the first element stand 20 bytes each behind its 36; the note is the last that holds a text.
  for (let at = bytes.length - 20; at > 0; at -= 4) {
    const isText = view.getUint32(at + 12, true) === 0x03000008;
    if (!isText || view.getUint32(at + 8, true) !== view.getUint32(at + 16, true)) continue;
    view.setUint32(at + 12, 0x10000008, true);
    view.setUint32(at + 16, 7, true);
    return bytes;
  }
  throw new Error('no attribute holds a text');
}

const axmlText: Readonly<Record<string, Wrap>> = {
  'an attribute nobody reads': ({ text }) => root({ note: text }),
  'a raw value': ({ text }) => rawValue(text),
  'an attribute in UTF-16': ({ text }) =>
    buildBinaryXml(
      { name: 'manifest', attributes: { package: 'org.example.places', note: text } },
      { encoding: 'utf-16' },
    ),
};
const axmlBytes: Readonly<Record<string, Wrap>> = {
  'an unknown chunk': ({ bytes }) =>
    buildBinaryXml(
      { name: 'manifest', attributes: { package: 'org.example.places' }, children: [{ name: 'application' }] },
      { extra: [chunk(0x7171, new Uint8Array(0), padded(bytes))] },
    ),
  'behind the document': ({ bytes }) => concat(manifest, bytes),
};

/** ResTable_header, and a pool of one string (ResourceTypes.h). */
function pool(text: string, wide: boolean): Uint8Array {
  const content = wide
    ? concat(fields([2, text.length]), utf16(text), new Uint8Array(2))
    : concat(Uint8Array.of(text.length, text.length), utf8(text), new Uint8Array(1));
  const header = fields([4, 1], [4, 0], [4, wide ? 0 : 0x100], [4, 32], [4, 0]);
  return chunk(1, header, concat(fields([4, 0]), padded(content)));
}
const table = (...chunks: readonly Uint8Array[]) => chunk(2, fields([4, 0]), concat(...chunks));

const arscText: Readonly<Record<string, Wrap>> = {
  'a string in UTF-8': ({ text }) => table(pool(text.slice(0, 127), false)),
  'a string in UTF-16': ({ text }) => table(pool(text, true)),
};
const arscBytes: Readonly<Record<string, Wrap>> = {
  'an unknown chunk': ({ bytes }) => table(pool('a', false), chunk(0x7171, new Uint8Array(0), padded(bytes))),
  'behind the table': ({ bytes }) => concat(table(pool('a', false)), bytes),
};

const info =
  '<key>CFBundleIdentifier</key><string>org.example.places</string><key>CFBundleExecutable</key><string>App</string>';
const xml = (before: string, inside = '', behind = '') =>
  utf8(
    `<?xml version="1.0" encoding="UTF-8"?>${before}<plist version="1.0"><dict>${info}${inside}</dict></plist>${behind}`,
  );
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

const xmlText: Readonly<Record<string, Wrap>> = {
  'a comment before the list': ({ text }) => xml(`<!-- ${text} -->`),
  'a comment inside': ({ text }) => xml('', `<!-- ${text} -->`),
  'a comment behind': ({ text }) => xml('', '', `<!-- ${text} -->`),
  'a value nobody reads': ({ text }) => xml('', `<key>Note</key><string>${text.replaceAll('&', '&amp;')}</string>`),
  'a value in CDATA': ({ text }) => xml('', `<key>Note</key><string><![CDATA[${text}]]></string>`),
  'a key nobody reads': ({ text }) => xml('', `<key>${text.replaceAll('&', '&amp;')}</key><true/>`),
  'a processing instruction': ({ text }) => xml(`<?note ${text}?>`),
  'in UTF-16': ({ text }) =>
    concat(
      Uint8Array.of(0xff, 0xfe),
      utf16(
        `<?xml version="1.0"?><plist><dict>${info}<key>Note</key><string>${text.replaceAll('&', '&amp;')}</string></dict></plist>`,
      ),
    ),
};
const xmlBytes: Readonly<Record<string, Wrap>> = {
  'data nobody reads': ({ bytes }) => xml('', `<key>Note</key><data>${base64(bytes)}</data>`),
  'bytes behind the list': ({ bytes }) => concat(xml(''), bytes),
};

const string = (text: string) => [0x5f, 0x11, text.length >> 8, text.length & 0xff, ...utf8(text)];
const data = (bytes: Uint8Array) => [0x4f, 0x11, bytes.length >> 8, bytes.length & 0xff, ...bytes];
const objects = [
  [0xd2, 1, 2, 3, 4],
  string('CFBundleIdentifier'),
  string('CFBundleExecutable'),
  string('org.example.places'),
  string('App'),
];
const binaryBytes: Readonly<Record<string, Wrap>> = {
  'an object nothing refers to': ({ bytes }) => assembleBinaryPlist([...objects, data(bytes)]),
  'between objects': ({ bytes }) => assembleBinaryPlist([...objects.slice(0, 4), [...string('App'), ...bytes]]),
  'data nobody reads': ({ bytes }) =>
    assembleBinaryPlist([[0xd3, 1, 2, 5, 3, 4, 6], ...objects.slice(1), string('Note'), data(bytes)]),
  'behind the trailer': ({ bytes }) => concat(assembleBinaryPlist(objects), bytes),
};

const openstep: Readonly<Record<string, Wrap>> = {
  'a comment': ({ text }) =>
    utf8(`/* ${text} */ { CFBundleIdentifier = org.example.places; CFBundleExecutable = App; }`),
  'a comment of one line': ({ text }) =>
    utf8(`{ CFBundleIdentifier = org.example.places;\n// ${text}\nCFBundleExecutable = App; }`),
};

const texts: Readonly<Record<string, Wrap>> = {
  'UTF-8 with a mark': ({ text }) => concat(Uint8Array.of(0xef, 0xbb, 0xbf), utf8(`go("${text}");`)),
  'UTF-16, little endian, with a mark': ({ text }) => concat(Uint8Array.of(0xff, 0xfe), utf16(`go("${text}");`)),
  'UTF-16, big endian, with a mark': ({ text }) => concat(Uint8Array.of(0xfe, 0xff), utf16(`go("${text}");`, false)),
  'a comment': ({ text }) => utf8(`/* ${text} */`),
  'characters by their numbers': ({ text }) =>
    utf8(`go("${Array.from(text, (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}");`),
};

export const documentPlaces: readonly Place[] = [
  ...['AndroidManifest.xml', 'res/xml/a.xml'].flatMap((file) => [
    ...place('AXML', file, axmlText, true),
    ...place('AXML', file, axmlBytes, false),
  ]),
  ...place('resources', 'resources.arsc', arscText, true),
  ...place('resources', 'resources.arsc', arscBytes, false),
  ...['ios:Info.plist', 'ios:a.plist'].flatMap((file) => [
    ...place('XML plist', file, xmlText, true),
    ...place('XML plist', file, xmlBytes, false),
    ...place('binary plist', file, binaryBytes, false),
    ...place('OpenStep plist', file, openstep, true),
  ]),
  ...['assets/a.js', 'assets/a.html', 'assets/a.txt', 'assets/a.json'].flatMap((file) =>
    place('text', file, texts, true),
  ),
];
