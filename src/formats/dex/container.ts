import type { Problem } from '../../coverage.ts';
import { containerHeaderSize, type DexAnomaly, type DexFile, headerSize, isDex, openHeader } from './header.ts';

/** Headers of one container. Builds of dozens of files exist; each header costs a walk over its tables. */
const MOST_HEADERS = 1000;

/**
 * All headers of a DEX that is whole in memory: one up to version 040, any number in a container of version 041, where
 * each starts where the file_size of the one before ends (ART, dex_file_loader.cc). ART stops where container_size does;
 * a header that stands behind is read all the same. What stops the walk is a problem of the last header read.
 * @throws FormatError where the first header is unusable; a later one only ends the walk
 */
export function openDexes(content: Uint8Array): readonly DexFile[] {
  const budget = { left: content.length };
  const first = openHeader(content, 0, budget);
  if (Number(first.version) < 41) return [first];
  const dexes = [first];
  for (let at = 0, last = first; ; ) {
    const next = at + last.size;
    const stop = (message: string, reason: Problem['reason'] = 'malformed') => {
      last.problems.push({ offset: next - last.base, message: `dex 041 container: ${message}`, reason });
      return dexes;
    };
    if (last.size < containerHeaderSize) return stop(`a header of ${last.size} bytes; what follows it is not read`);
    if (next >= content.length) return dexes;
    if (!isDex(content.subarray(next, next + 8))) {
      if (next < containerEnd(first)) return stop('no header where the one before ends');
      const detail = `${content.length - next} bytes lie behind the last header’s part`;
      dexes[dexes.length - 1] = withAnomaly(last, { code: 'dex.trailing-bytes', offset: next - last.base, detail });
      return dexes;
    }
    if (content.length - next < headerSize) return stop('a header is cut off');
    if (dexes.length >= MOST_HEADERS) {
      return stop(`more than ${MOST_HEADERS} headers; the rest is not read`, 'budget');
    }
    at = next;
    last = openHeader(content, at, budget);
    dexes.push(last);
  }
}

/** By the first header's container_size, which openHeader has compared with the content. */
function containerEnd({ bytes, view }: DexFile): number {
  return bytes.length < containerHeaderSize ? bytes.length : view.getUint32(112, true);
}

function withAnomaly(dex: DexFile, anomaly: DexAnomaly): DexFile {
  return { ...dex, anomalies: [...dex.anomalies, anomaly] };
}
