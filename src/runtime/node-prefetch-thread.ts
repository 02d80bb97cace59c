/** Where the numbers that both threads see stand in `control`, and how memory is cut. */
export const layout = {
  /** 1 once the thread takes jobs. */
  READY: 0,
  /** Jobs given so far; those below `CANCELLED` are not wanted any more. */
  GIVEN: 1,
  CANCELLED: 2,
  /** Slots filled so far, and slots free again so far. */
  FILLED: 3,
  FREED: 4,
  /** The bundle's own digest: 0 under way, 1 written, 2 the file could not be read. */
  BUNDLE: 5,
  /** 1 once the thread has ended by an error. */
  FAILED: 6,
  /** First of the slots' rows: number of the job, bytes (of the last: packed bytes behind the stream), flags, CRC-32 so far, bytes of a message behind the content. */
  ROWS: 16,
  ROW: 5,
  SLOTS: 32,
  /** What one call of zlib may put out; the same as where no thread is, so that broken content ends at the same byte. */
  SLOT: 256 * 1024,
  /** Room for a message, or for a SHA-256, behind a slot's content. */
  TAIL: 256,
  /** Flags of a slot: the last of its job; its job is hashed; its job failed, and why stands in the message. */
  LAST: 1,
  HASHED: 2,
  BROKEN: 4,
  UNREADABLE: 8,
  /** Jobs that can wait, each: offset, packed bytes, 1 for deflate. */
  JOBS: 8,
  JOB: 3,
  /** Packed bytes read at once; as where no thread is. */
  INPUT: 128 * 1024,
} as const;

export interface PrefetchData {
  readonly layout: typeof layout;
  readonly control: Int32Array;
  readonly jobs: Float64Array;
  readonly slots: Uint8Array;
  readonly bundle: Uint8Array;
  /** The bundle's file, open in this process. */
  readonly fd: number;
  readonly size: number;
}

/**
 * The whole of the thread that reads and inflates beside the scan. It runs as text in a thread of its own, so that there
 * is no second file to find from the sources, the package, or somebody's bundle: it must name nothing outside itself.
 * Jobs come first; while there are none, or all slots are full, it hashes the bundle's file. Neither thread wakes the
 * other: on a virtual machine that can cost more than the work; both look again after a moment.
 */
export function prefetchThread(): void {
  const { workerData } = process.getBuiltinModule('node:worker_threads') as { workerData: PrefetchData };
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { createInflateRaw, crc32 } = process.getBuiltinModule('node:zlib');
  const { readSync } = process.getBuiltinModule('node:fs');
  const { layout: at, control, jobs, slots, bundle, fd, size } = workerData;

  const whole = createHash('sha256');
  const piece = new Uint8Array(512 * 1024);
  let position = 0;
  const hashBundle = () => {
    let state = 0;
    try {
      const count = position < size ? readSync(fd, piece, 0, Math.min(piece.length, size - position), position) : 0;
      position += count;
      whole.update(piece.subarray(0, count));
      if (position < size && count > 0) return;
      // Of a file that became shorter meanwhile the scan reads what is left, and says so.
      if (position === size) bundle.set(whole.digest());
      state = position === size ? 1 : 2;
    } catch {
      state = 2;
    }
    Atomics.store(control, at.BUNDLE, state);
  };
  /** Something to do while there is nothing to do. */
  const idle = (index: number, value: number) => {
    if (Atomics.load(control, at.BUNDLE) === 0) hashBundle();
    else Atomics.wait(control, index, value, 1);
  };

  // As in node-inflate.ts, which has tested that these fields are there.
  const stream = createInflateRaw() as unknown as {
    _handle: {
      reset(): void;
      writeSync(f: number, i: Uint8Array, io: number, il: number, o: Uint8Array, oo: number, ol: number): void;
      onerror: (message: string) => void;
    };
    _writeState: Uint32Array;
  };
  const handle = stream._handle;
  const writeState = stream._writeState;
  let failure = '';
  handle.onerror = (message) => {
    failure = message;
  };

  let filled = 0;
  let job = 0;
  let hash = null as ReturnType<typeof createHash> | null;
  let crc = 0;
  const isCancelled = () => Atomics.load(control, at.CANCELLED) > job;
  /** First byte of a free slot; -1 where the job is cancelled while none is. */
  const room = (): number => {
    for (;;) {
      if (isCancelled()) return -1;
      const freed = Atomics.load(control, at.FREED);
      if (((filled - freed) | 0) < at.SLOTS) return ((filled >>> 0) % at.SLOTS) * (at.SLOT + at.TAIL);
      idle(at.FREED, freed);
    }
  };
  const send = (start: number, bytes: number, flags: number, tail: Uint8Array | null, left = 0) => {
    const content = slots.subarray(start, start + bytes);
    crc = crc32(content, crc);
    hash?.update(content);
    const behind = tail ?? (flags & at.LAST && hash ? hash.digest() : null);
    if (behind) slots.set(behind, start + at.SLOT);
    const row = at.ROWS + ((filled >>> 0) % at.SLOTS) * at.ROW;
    control[row] = job;
    control[row + 1] = bytes + left;
    control[row + 2] = flags | (hash ? at.HASHED : 0);
    control[row + 3] = crc | 0;
    control[row + 4] = behind ? behind.length : 0;
    filled = (filled + 1) | 0;
    Atomics.store(control, at.FILLED, filled);
  };
  const finish = (flags: number, message: string, behind = 0) => {
    const start = room();
    if (start >= 0) send(start, 0, flags | at.LAST, message ? Buffer.from(message).subarray(0, at.TAIL) : null, behind);
  };

  const input = new Uint8Array(at.INPUT);
  const read = (into: Uint8Array, start: number, offset: number, length: number): number => {
    let done = 0;
    while (done < length) {
      const count = readSync(fd, into, start + done, length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  };
  /** The loop of node-inflate.ts: true where the stream has ended or nobody wants more of it. */
  let unused = 0;
  const inflate = (count: number): boolean => {
    for (let from = 0; ; ) {
      const start = room();
      if (start < 0) return true;
      handle.writeSync(0, input, from, count - from, slots, start, at.SLOT);
      if (failure) return true;
      const got = at.SLOT - (writeState[0] ?? 0);
      const left = writeState[1] ?? 0;
      const consumed = count - from - left;
      from += consumed;
      unused = left;
      if (got > 0) send(start, got, 0, null);
      if (got < at.SLOT) return left > 0;
      if (got === 0 && consumed === 0) return true;
    }
  };
  const run = (offset: number, length: number, isDeflate: boolean) => {
    if (isDeflate) handle.reset();
    failure = '';
    unused = 0;
    let done = 0;
    while (done < length && !isCancelled()) {
      const wanted = Math.min(at.INPUT, length - done, Math.max(0, size - offset - done));
      const start = isDeflate ? 0 : room();
      if (start < 0) return;
      const count = read(isDeflate ? input : slots, start, offset + done, wanted);
      if (count === 0) return finish(at.BROKEN, 'the file ends inside this entry');
      done += count;
      if (!isDeflate) send(start, count, 0, null);
      else if (inflate(count)) break;
    }
    if (failure) finish(at.BROKEN, `deflate stream: ${failure}`);
    else finish(0, '', isDeflate ? length - done + unused : 0);
  };

  const work = () => {
    const given = Atomics.load(control, at.GIVEN);
    if (given === job) {
      idle(at.GIVEN, given);
      return;
    }
    const entry = (job % at.JOBS) * at.JOB;
    crc = 0;
    const isDeflate = jobs[entry + 2] === 1;
    // Only while there is time, which there is where nothing is inflated: the scan hashes what this thread does not.
    const freed = Atomics.load(control, at.FREED);
    hash = !isDeflate || ((filled - freed) | 0) > at.SLOTS / 2 ? createHash('sha256') : null;
    try {
      if (!isCancelled()) run(jobs[entry] ?? 0, jobs[entry + 1] ?? 0, isDeflate);
    } catch (error) {
      finish(at.UNREADABLE, String(error));
    }
    job++;
  };

  Atomics.store(control, at.READY, 1);
  try {
    for (;;) work();
  } finally {
    Atomics.store(control, at.FAILED, 1);
  }
}
