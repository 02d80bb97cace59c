import { gunzipSync, gzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { buildZip } from './zip.ts';

/** The archive with one bit of one entry turned over; `outer!inner` is an entry of an archive inside, `x.gz!` what it packs. */
export function flipBit(archive: Uint8Array, path: string, offset: number, bit: number): Uint8Array {
  const files = Object.entries(unzipSync(archive));
  const outer = files.map(([name]) => name).find((name) => path === name || path.startsWith(`${name}!`));
  if (outer === undefined) throw new Error(`the archive holds no ${path}`);
  const changed = (data: Uint8Array): Uint8Array => {
    if (path === outer) return flipped(data, offset, bit);
    const inner = path.slice(outer.length + 1);
    return inner === '' ? gzipSync(flipped(gunzipSync(data), offset, bit)) : flipBit(data, inner, offset, bit);
  };
  return buildZip(files.map(([name, data]) => ({ name, data: name === outer ? changed(data) : data })));
}

function flipped(data: Uint8Array, offset: number, bit: number): Uint8Array {
  const copy = data.slice();
  copy[offset]! ^= 1 << bit;
  return copy;
}
