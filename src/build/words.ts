import { brotliDecompressSync, crc32, deflateRawSync } from 'node:zlib';
import { everyWord } from '../runtime/brotli-words.ts';

/** CRC-32 of the dictionary, as Node 20, 22 and 24 have it. */
const EXPECTED = 0x5136cb04;

/** The module that holds the words of brotli for where there is no Node. */
export function wordsModule(): string {
  const words = brotliDecompressSync(everyWord());
  if (crc32(words) !== EXPECTED) throw new Error('not the dictionary of brotli');
  const packed = deflateRawSync(words, { level: 9 }).toString('base64');
  return `// Written by src/build from Node's own brotli.\nexport const packedDictionary = () => '${packed}';\n`;
}
