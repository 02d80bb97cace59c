import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { nodeInflater, publicInflater } from '../../src/runtime/node-inflate.ts';
import { dataStart, packedData, type ZipEntry, zipEntries } from './zip-entries.ts';

/** Inflates the deflated entries of an APK in one way: `node inflate-entries.js WAY FILE`. */
const [, , way = '', file = ''] = process.argv;

/** As much as the scan reads at once. */
const INPUT = 128 * 1024;

const fd = openSync(file, 'r');
let inflated = 0;
let asynchronous = 0;

function oneShot(entry: ZipEntry): void {
  inflated += inflateRawSync(packedData(fd, entry), { chunkSize: Math.max(64, entry.size) }).length;
}

const inflater = way === 'public API' ? publicInflater() : nodeInflater();
const input = new Uint8Array(INPUT);
const take = (bytes: Uint8Array): boolean => {
  inflated += bytes.length;
  return true;
};

async function streamed(entry: ZipEntry): Promise<void> {
  inflater.reset();
  const start = dataStart(fd, entry);
  for (let at = 0; at < entry.packed; at += INPUT) {
    const count = readSync(fd, input, 0, Math.min(INPUT, entry.packed - at), start + at);
    const pushed = inflater.push(input.subarray(0, count), take);
    // Awaited only where there is something to wait for, as in the scan.
    if (pushed instanceof Promise) {
      asynchronous++;
      await pushed;
    }
  }
}

const entries = zipEntries(fd, fstatSync(fd).size).filter(({ method, size }) => method === 8 && size > 0);
const begin = performance.now();
if (way === 'inflateRawSync') for (const entry of entries) oneShot(entry);
else for (const entry of entries) await streamed(entry);
const ms = performance.now() - begin;
closeSync(fd);
console.log(JSON.stringify({ ms, inflated, asynchronous, maxRSS: process.resourceUsage().maxRSS }));
