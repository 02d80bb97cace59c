import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/**
 * The yardstick Z (shared/research/performance.md): read every relevant entry by position, inflate it with the public
 * one-shot call, and hash the bundle once. Nothing is searched: a scan cannot be much faster than this.
 * `node yardstick.js FILE all` takes every entry, as depth `deep` does.
 * It reads the directory by itself: a second module to load would be a measurable part of it.
 */
const relevant =
  /^(classes\d*\.dex|AndroidManifest\.xml|resources\.arsc|META-INF\/.*|lib\/.*\.so|assets\/.*\.(js|html|bundle|json)|Payload\/.*(\.plist|\.js|\/[^./]+))$/;

const [, , file = '', which] = process.argv;
const fd = openSync(file, 'r');
const { size } = fstatSync(fd);
const read = (offset: number, length: number) => {
  const bytes = Buffer.allocUnsafe(length);
  readSync(fd, bytes, 0, length, offset);
  return bytes;
};

const tail = read(Math.max(0, size - 65_557), Math.min(size, 65_557));
const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
const directory = read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
let inflated = 0;
for (let at = 0; at + 46 <= directory.length; ) {
  const name = directory.toString('latin1', at + 46, at + 46 + directory.readUInt16LE(at + 28));
  const method = directory.readUInt16LE(at + 10);
  const packed = directory.readUInt32LE(at + 20);
  const full = directory.readUInt32LE(at + 24);
  const header = directory.readUInt32LE(at + 42);
  at += 46 + directory.readUInt16LE(at + 28) + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  if (full === 0 || (which !== 'all' && !relevant.test(name))) continue;
  const local = read(header, 30);
  const data = read(header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28), packed);
  inflated += method === 8 ? inflateRawSync(data, { chunkSize: Math.max(64, full) }).length : data.length;
}
const hash = createHash('sha256');
const piece = Buffer.allocUnsafe(1024 * 1024);
for (let at = 0; at < size; at += piece.length) {
  hash.update(piece.subarray(0, readSync(fd, piece, 0, piece.length, at)));
}
closeSync(fd);
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const cpu = (userCPUTime + systemCPUTime) / 1000;
console.log(JSON.stringify({ inflated, sha256: hash.digest('hex'), maxRSS, cpu }));
