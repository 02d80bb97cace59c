import { Inflate, inflateSync } from 'fflate';
import { ScanError } from '../errors.ts';
import { InflateError, type Inflater, type InflateState, type Runtime, type Take } from './runtime.ts';
import { portableSha256 } from './sha256.ts';

/** fflate's streaming inflate: about three times the time of Node's zlib, and the same everywhere. */
function portableInflater(): Inflater {
  let sink: Take = () => true;
  let turn: Promise<boolean> | null = null;
  let stopped = false;
  let left = 0;
  let inflate = new Inflate();
  const renew = () => {
    stopped = false;
    left = 0;
    inflate = new Inflate((bytes) => {
      if (stopped || bytes.length === 0) return;
      const more: boolean | Promise<boolean> = turn ? turn.then((wanted) => wanted && sink(bytes)) : sink(bytes);
      if (more instanceof Promise) turn = more;
      else stopped = !more;
    });
  };
  renew();
  return {
    reset: renew,
    get left() {
      return left;
    },
    push(input, out) {
      sink = out;
      const from = (start: number): InflateState | Promise<InflateState> => {
        // In small pieces: fflate hands out all that a piece inflates to at once, and a bomb must not be one array.
        for (let at = start; at < input.length && !stopped; at += 4096) {
          try {
            inflate.push(input.subarray(at, at + 4096));
          } catch (error) {
            throw new InflateError((error as Error).message);
          }
          const rest = behindStream(inflate);
          if (rest !== null) left = rest + Math.max(0, input.length - at - 4096);
          const next = () => (rest !== null && !stopped ? 'end' : null);
          if (turn) {
            const turned = turn;
            turn = null;
            return turned.then((more) => (more ? (next() ?? from(at + 4096)) : 'stopped'));
          }
          const ended = next();
          if (ended) return ended;
        }
        return stopped ? 'stopped' : 'more';
      };
      return from(0);
    },
  };
}

/**
 * Bytes fed that lie behind the last block, by fields of fflate 0.8 that it has no name for: `s.f` is set in the final
 * block, `s.l` (the literals' code) is gone once that has ended, `p` is what was not used, `s.p` bits of its first byte.
 */
function behindStream(inflate: Inflate): number | null {
  const { s: state, p: unused } = inflate as unknown as { s: { f: number; l: unknown; p: number }; p: Uint8Array };
  return state.f && !state.l ? unused.length - (state.p > 0 ? 1 : 0) : null;
}

const crcTable = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array, previous: number): number {
  let crc = ~previous;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ crcTable[(crc ^ bytes[i]!) & 0xff]!;
  return ~crc >>> 0;
}

function noFiles(): never {
  throw new ScanError('unreadable', 'there is no file system here: hand the bundle over as bytes or as a Blob');
}

let words: Promise<Uint8Array | null> | null = null;

/** The build puts them beside the code; loaded when a stream names one. */
async function loadWords(): Promise<Uint8Array | null> {
  const { packedDictionary } = await import('./brotli-dictionary.ts');
  const packed = packedDictionary();
  return packed === null ? null : inflateSync(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0)));
}

/** What any JavaScript runtime has: a browser, a worker, Deno. Bundles come as bytes or Blobs, rules as text. */
export const webRuntime: Runtime = {
  open: noFiles,
  inflater: portableInflater,
  sha256: portableSha256,
  prefetcher: () => null,
  crc32,
  brotliDictionary() {
    words ??= loadWords();
    return words;
  },
  // No runtime but Node has a reader for certificates: their digests tell them apart.
  certificate: () => null,
  readRules: noFiles,
  shippedRules: '',
  breathe: () => new Promise((resolve) => setTimeout(resolve)),
};
