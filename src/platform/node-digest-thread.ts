/** Where the numbers that both threads see stand in `control`, and how the slots are cut. */
export const layout = {
  /** 1 once the thread takes slots. */
  READY: 0,
  /** Slots filled so far, and slots taken so far. */
  FILLED: 1,
  TAKEN: 2,
  /** Contents whose digests are written. */
  ENDED: 3,
  /** State of the bundle's own digest: 0 under way, 1 written, 2 the file could not be read. */
  BUNDLE: 4,
  /** First of the slots' lengths, then first of their flags. */
  LENGTHS: 16,
  FLAGS: 32,
  SLOTS: 16,
  SLOT: 256 * 1024,
  /** Flags of a slot: its content wants this digest; the content ends with it. */
  SHA256: 1,
  CRC32: 2,
  LAST: 4,
  /** Results: as many as contents can be in flight, each a SHA-256 and a CRC-32; the bundle's behind them. */
  RESULTS: 32,
  RESULT: 36,
} as const;

export interface ThreadData {
  readonly layout: typeof layout;
  readonly control: Int32Array;
  readonly slots: Uint8Array;
  readonly results: Uint8Array;
  /** The bundle's file, open in this process. */
  readonly fd: number;
  readonly size: number;
}

/**
 * The whole of the thread that computes digests beside the scan. It runs as text in a thread of its own, so that there
 * is no second file to find from the sources, the package, or somebody's bundle: it must name nothing outside itself.
 * Slots come first; while there are none, it hashes the bundle's file.
 */
export function digestThread(): void {
  const { workerData } = process.getBuiltinModule('node:worker_threads') as { workerData: ThreadData };
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { crc32 } = process.getBuiltinModule('node:zlib');
  const { readSync } = process.getBuiltinModule('node:fs');
  const { layout: at, control, slots, results, fd, size } = workerData;

  const bundle = createHash('sha256');
  const piece = new Uint8Array(1024 * 1024);
  let position = 0;
  let hashing = fd >= 0;
  const hashBundle = () => {
    let state = 0;
    try {
      const count = position < size ? readSync(fd, piece, 0, Math.min(piece.length, size - position), position) : 0;
      position += count;
      bundle.update(piece.subarray(0, count));
      if (position < size && count > 0) return;
      results.set(bundle.digest(), at.RESULTS * at.RESULT);
      state = 1;
    } catch {
      state = 2;
    }
    hashing = false;
    Atomics.store(control, at.BUNDLE, state);
    Atomics.notify(control, at.BUNDLE);
  };

  let hash = null as ReturnType<typeof createHash> | null;
  let crc = 0;
  let contents = 0;
  const take = (slot: number) => {
    const length = control[at.LENGTHS + slot] ?? 0;
    const flags = control[at.FLAGS + slot] ?? 0;
    const bytes = slots.subarray(slot * at.SLOT, slot * at.SLOT + length);
    if (flags & at.SHA256) {
      hash ??= createHash('sha256');
      hash.update(bytes);
    }
    if (flags & at.CRC32) crc = crc32(bytes, crc);
    if (!(flags & at.LAST)) return;
    const result = (contents % at.RESULTS) * at.RESULT;
    if (hash) results.set(hash.digest(), result);
    new DataView(results.buffer, results.byteOffset).setUint32(result + 32, crc);
    hash = null;
    crc = 0;
    contents++;
    Atomics.store(control, at.ENDED, contents);
    Atomics.notify(control, at.ENDED);
  };

  Atomics.store(control, at.READY, 1);
  for (let taken = 0; ; ) {
    if (Atomics.load(control, at.FILLED) !== taken) {
      take((taken >>> 0) % at.SLOTS);
      taken = (taken + 1) | 0;
      Atomics.store(control, at.TAKEN, taken);
      Atomics.notify(control, at.TAKEN);
    } else if (hashing) hashBundle();
    // Until the scan ends the thread, which ends this wait too.
    else Atomics.wait(control, at.FILLED, taken);
  }
}
