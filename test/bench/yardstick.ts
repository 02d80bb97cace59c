import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { packedData, zipEntries } from './zip-entries.ts';

/**
 * The yardstick Z (shared/research/performance.md): read every relevant entry by position, inflate it with the public
 * one-shot call, and hash the bundle once. Nothing is searched: a scan cannot be much faster than this.
 * `node yardstick.js FILE all` takes every entry, as depth `deep` does.
 */
const relevant =
  /^(classes\d*\.dex|AndroidManifest\.xml|resources\.arsc|META-INF\/.*|lib\/.*\.so|assets\/.*\.(js|html|bundle|json)|Payload\/.*(\.plist|\.js|\/[^./]+))$/;

const [, , file = '', which] = process.argv;
const fd = openSync(file, 'r');
const { size } = fstatSync(fd);
let inflated = 0;
for (const entry of zipEntries(fd, size)) {
  if (entry.size === 0 || (which !== 'all' && !relevant.test(entry.name))) continue;
  const data = packedData(fd, entry);
  inflated += entry.method === 8 ? inflateRawSync(data, { chunkSize: Math.max(64, entry.size) }).length : data.length;
}
const hash = createHash('sha256');
const piece = Buffer.allocUnsafe(1024 * 1024);
for (let at = 0; at < size; at += piece.length) {
  hash.update(piece.subarray(0, readSync(fd, piece, 0, piece.length, at)));
}
closeSync(fd);
console.log(JSON.stringify({ inflated, sha256: hash.digest('hex'), maxRSS: process.resourceUsage().maxRSS }));
