import { buildHermes } from '../build/hermes.ts';
import { concat } from '../build/zip.ts';
import { apk, ipa, type Payload, type Place, utf8 } from './place.ts';

/** Of a file with two functions and one string: its entry in the string table, and the storage. */
const TABLE = 128 + 2 * 16 + 4;
const LONG_ENTRY = 8;

/** Bytecode whose one string has these bytes, whatever they are. */
function withString(bytes: Uint8Array, change: (made: Uint8Array, storage: number) => void = () => {}): Uint8Array {
  const made = buildHermes({ strings: ['z'.repeat(bytes.length)] });
  const storage = TABLE + 4 + (bytes.length < 255 ? 0 : LONG_ENTRY);
  made.set(bytes, storage);
  change(made, storage);
  return made;
}

const texts: Readonly<Record<string, (text: string) => Uint8Array>> = {
  'a string': (text) => buildHermes({ strings: ['a', text, 'b'] }),
  'a string in UTF-16': (text) => buildHermes({ strings: ['a', `${text}\u4e2d`, 'b'] }),
  'a string that another begins in': (text) => buildHermes({ strings: [text, { offset: 3, length: 9 }, 'b'] }),
  'bytecode of a version to come': (text) => buildHermes({ version: 150, strings: ['a', text, 'b'] }),
};

const files: Readonly<Record<string, (payload: Payload) => Uint8Array>> = {
  'a plain string table': ({ text = '' }) => buildHermes({ strings: ['a', text, 'b'] }),
  'a string of bytes': ({ bytes }) => withString(bytes),
  'the storage, where no string is': ({ bytes }) => withString(bytes, (made) => made.fill(0, TABLE, TABLE + 4)),
  'a storage that the header does not count': ({ bytes }) => withString(bytes, (made) => made.fill(0, 60, 64)),
  'a storage of strings that lie elsewhere': ({ bytes }) => withString(bytes, (made) => made.fill(0xff, 52, 56)),
  code: ({ bytes }) => buildHermes({ strings: ['a'], code: concat(new Uint8Array(40), bytes) }),
  'behind the end': ({ bytes }) => concat(buildHermes({ strings: ['a'] }), bytes),
  'behind a header that is cut off': ({ bytes }) => concat(buildHermes({ strings: [] }).subarray(0, 40), bytes),
  'a delta': ({ bytes }) => withString(bytes, (made) => made.set(made.subarray(0, 8).map((byte) => 255 - byte))),
};

/** Places in scripts that were compiled. */
export const scriptPlaces: readonly Place[] = [
  ...Object.entries(files).map(
    ([name, build]): Place => ({
      format: 'hermes',
      name,
      platform: 'android',
      textOnly: name.startsWith('a plain'),
      build: (payload) => apk([{ name: 'assets/index.android.bundle', data: build(payload) }]),
    }),
  ),
  ...Object.entries(texts).map(
    ([name, build]): Place => ({
      format: 'hermes',
      name: `iOS: ${name}`,
      platform: 'ios',
      textOnly: true,
      build: ({ text = '' }) => ipa({ 'main.jsbundle': build(text) }),
    }),
  ),
  {
    format: 'hermes',
    name: 'bytecode in base64',
    platform: 'android',
    textOnly: true,
    build: ({ text = '' }) => {
      const packed = Buffer.from(buildHermes({ strings: ['a', text, 'b'] })).toString('base64');
      return apk([{ name: 'assets/a.js', data: utf8(`load("${packed}")`) }]);
    },
  },
];
