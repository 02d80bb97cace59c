import * as zlib from 'node:zlib';
import { InflateError, type Inflater, type InflateState } from './runtime.ts';

const OUTPUT = 256 * 1024;

/** The fields of Node's zlib streams that let one object inflate many entries without an allocation for each. */
interface ZlibHandle {
  reset(): void;
  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputLength: number,
    output: Uint8Array,
    outputAt: number,
    outputLength: number,
  ): void;
  onerror: (message: string, errno: number, code: string) => void;
}

/**
 * Reuses one native inflate object: 0.79 to 0.87 of the time of inflateRawSync, in flat memory
 * (shared/research/performance.md 2). The fields are internal to Node (18 to 24 have them): null where they differ.
 */
function reusedHandle(output: Uint8Array = new Uint8Array(OUTPUT)): Inflater | null {
  const stream = zlib.createInflateRaw() as unknown as { _handle?: ZlibHandle; _writeState?: Uint32Array };
  const handle = stream._handle;
  const state = stream._writeState;
  if (
    typeof handle?.writeSync !== 'function' ||
    typeof handle.reset !== 'function' ||
    !(state instanceof Uint32Array)
  ) {
    return null;
  }
  let failure: string | null = null;
  handle.onerror = (message) => {
    failure = message;
  };
  let behind = 0;
  return {
    get left() {
      return behind;
    },
    reset() {
      failure = null;
      handle.reset();
    },
    push(input, out) {
      let at = 0;
      const inflate = (): InflateState | Promise<InflateState> => {
        for (;;) {
          handle.writeSync(zlib.constants.Z_NO_FLUSH, input, at, input.length - at, output, 0, OUTPUT);
          if (failure !== null) throw new InflateError(failure);
          const [room = 0, left = 0] = state;
          const got = OUTPUT - room;
          const consumed = input.length - at - left;
          at += consumed;
          behind = left;
          // zlib leaves input behind, with room to spare, only past the end of the stream.
          const next = room > 0 ? (left > 0 ? 'end' : 'more') : got === 0 && consumed === 0 ? 'end' : null;
          const more = got === 0 || out(output.subarray(0, got));
          if (more instanceof Promise) return more.then((wanted) => (wanted ? (next ?? inflate()) : 'stopped'));
          if (!more) return 'stopped';
          if (next) return next;
        }
      };
      return inflate();
    },
  };
}

/** The public streaming API: about a third slower, and asynchronous. */
export function publicInflater(): Inflater {
  let stream = zlib.createInflateRaw({ chunkSize: OUTPUT });
  let failure: Error | null = null;
  let fed = 0;
  const renew = () => {
    stream.destroy();
    failure = null;
    fed = 0;
    stream = zlib.createInflateRaw({ chunkSize: OUTPUT });
    stream.on('error', (error) => {
      failure = error;
    });
  };
  renew();
  return {
    reset: renew,
    get left() {
      return Math.max(0, fed - stream.bytesWritten);
    },
    async push(input, out): Promise<InflateState> {
      let stopped = false;
      fed += input.length;
      // What comes while the event loop turns waits for its turn: pieces are taken in order.
      let turning: Promise<boolean> | null = null;
      const take = (bytes: Uint8Array) => {
        if (stopped) return;
        const more: boolean | Promise<boolean> = turning ? turning.then((wanted) => wanted && out(bytes)) : out(bytes);
        if (more instanceof Promise) turning = more;
        else stopped = !more;
      };
      stream.on('data', take);
      let ended = false;
      const end = () => {
        ended = true;
      };
      stream.once('end', end);
      await new Promise<void>((resolve) => {
        stream.once('error', () => resolve());
        stream.write(input, () => resolve());
      });
      // What was inflated may still wait in the readable side.
      for (let rest = stream.read(); rest !== null; rest = stream.read()) take(rest);
      stream.off('data', take);
      stream.off('end', end);
      if (turning && !(await turning)) stopped = true;
      if (failure !== null) throw new InflateError((failure as Error).message);
      if (stopped) return 'stopped';
      return ended ? 'end' : 'more';
    },
  };
}

let reusable: boolean | null = null;

/** Whether the internal fields work here: a known stream in two pieces, into own and into shared memory, each twice. */
function selfTest(): boolean {
  try {
    // More than the output takes at once, and quick to make: every scan waits for it.
    const plain = new Uint8Array(OUTPUT + 4096);
    for (let i = 0; i < 128; i++) plain[i] = i;
    for (let made = 128; made < plain.length; made *= 2) plain.copyWithin(made, 0, made);
    const packed = zlib.deflateRawSync(plain, { level: 1 });
    const expected = zlib.crc32(plain);
    for (const memory of [new ArrayBuffer(OUTPUT), new SharedArrayBuffer(OUTPUT)]) {
      const inflater = reusedHandle(new Uint8Array(memory));
      if (!inflater) return false;
      for (let round = 0; round < 2; round++) {
        inflater.reset();
        let crc = 0;
        let size = 0;
        const take = (bytes: Uint8Array) => {
          crc = zlib.crc32(bytes, crc);
          size += bytes.length;
          return true;
        };
        inflater.push(packed.subarray(0, 100), take);
        inflater.push(packed.subarray(100), take);
        if (size !== plain.length || crc !== expected) return false;
      }
    }
    return true;
  } catch {
    return false;
  }
}

/** Whether one native inflate object can serve many contents here. */
export function canReuseHandle(): boolean {
  reusable ??= selfTest();
  return reusable;
}

export function nodeInflater(): Inflater {
  return (canReuseHandle() ? reusedHandle() : null) ?? publicInflater();
}
