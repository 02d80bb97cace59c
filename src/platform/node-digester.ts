import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { type Digest, type Digester, inlineDigester, type Wanted } from './digester.ts';
import { layout as at, digestThread, type ThreadData } from './node-digest-thread.ts';
import type { Hash } from './platform.ts';

/** Bundles from this size on are worth a thread: it takes 30 ms to come up, on another core, and 11 MiB. */
const WORTH_A_THREAD = 12 * 1024 * 1024;
/** Smaller contents are done before a slot has changed hands. */
const WORTH_A_SLOT = 64 * 1024;
/** Slots for which the thread is woken together. */
const WAKING = at.SLOTS / 4;
/**
 * A thread that does not answer for twice so long is gone, for want of memory. Once would not tell: the process may have
 * been stopped and have gone on (Ctrl-Z).
 */
const PATIENCE_MS = 30_000;

/** Threads of all scans in this process: a core is left to the scans themselves. */
let threads = 0;

/** Digests of one content, computed by the thread. */
class ThreadedDigest implements Digest {
  readonly #thread: DigestThread;
  readonly wanted: Wanted;
  found: ReturnType<Digest['result']> | null = null;

  constructor(thread: DigestThread, wanted: Wanted) {
    this.#thread = thread;
    this.wanted = wanted;
  }

  update(bytes: Uint8Array): void {
    this.#thread.fill(this, bytes);
  }

  room(): Uint8Array {
    return this.#thread.room(this);
  }

  end(): void {
    this.#thread.end(this);
  }

  get ready(): boolean {
    this.#thread.collect();
    return this.found !== null;
  }

  result() {
    while (!this.ready) this.#thread.waitForResult();
    return this.found as ReturnType<Digest['result']>;
  }
}

/** Gives contents to the thread in slots of shared memory, and takes their digests from it. */
export class DigestThread implements Digester {
  readonly #inline: Digester;
  readonly #worker: Worker;
  readonly #control: Int32Array;
  readonly #slots: Uint8Array;
  readonly #results: Uint8Array;
  readonly #hashesBundle: boolean;
  /** Contents whose digests are not collected yet, oldest first. */
  readonly #running: ThreadedDigest[] = [];
  #open: ThreadedDigest | null = null;
  #flags = 0;
  #filled = 0;
  #inSlot = 0;
  #collected = 0;
  #gone = false;

  /** @param fd of the bundle's file, -1 where it has none */
  constructor(inline: Digester, fd: number, size: number) {
    this.#inline = inline;
    this.#hashesBundle = fd >= 0;
    this.#control = new Int32Array(new SharedArrayBuffer(64 * 4));
    this.#slots = new Uint8Array(new SharedArrayBuffer(at.SLOTS * at.SLOT));
    this.#results = new Uint8Array(new SharedArrayBuffer((at.RESULTS + 1) * at.RESULT));
    const workerData: ThreadData = {
      layout: at,
      control: this.#control,
      slots: this.#slots,
      results: this.#results,
      fd,
      size,
    };
    this.#worker = new Worker(`(${digestThread.toString()})()`, { eval: true, workerData });
    // Before it is ready nothing is given to it, so what keeps it from starting changes nothing.
    this.#worker.on('error', () => {});
    this.#worker.on('exit', () => {
      this.#gone = true;
    });
    threads++;
    this.#worker.unref();
  }

  /** Slots given to the thread so far. */
  get given(): number {
    return this.#filled;
  }

  /** Whether the thread takes slots. */
  get started(): boolean {
    return Atomics.load(this.#control, at.READY) === 1;
  }

  begin(wanted: Wanted): Digest {
    this.#open?.end();
    const wantsNone = !wanted.sha256 && !wanted.crc32;
    if (wantsNone || wanted.size < WORTH_A_SLOT || !this.started) return this.#inline.begin(wanted);
    this.collect();
    this.#open = new ThreadedDigest(this, wanted);
    this.#flags = (wanted.sha256 ? at.SHA256 : 0) | (wanted.crc32 ? at.CRC32 : 0);
    this.#running.push(this.#open);
    return this.#open;
  }

  /** Half a slot or more. */
  room(digest: ThreadedDigest): Uint8Array {
    this.#check(digest);
    if (this.#inSlot > at.SLOT / 2) this.#send(0);
    if (this.#inSlot === 0) this.#waitForSlot();
    const start = (this.#filled % at.SLOTS) * at.SLOT;
    return this.#slots.subarray(start + this.#inSlot, start + at.SLOT);
  }

  fill(digest: ThreadedDigest, bytes: Uint8Array): void {
    this.#check(digest);
    for (let taken = 0; taken < bytes.length; ) {
      if (this.#inSlot === 0) this.#waitForSlot();
      const count = Math.min(at.SLOT - this.#inSlot, bytes.length - taken);
      const start = (this.#filled % at.SLOTS) * at.SLOT + this.#inSlot;
      const inPlace = bytes.buffer === this.#slots.buffer && bytes.byteOffset + taken === start;
      if (!inPlace) this.#slots.set(bytes.subarray(taken, taken + count), start);
      this.#inSlot += count;
      taken += count;
      if (this.#inSlot === at.SLOT) this.#send(0);
    }
  }

  #check(digest: ThreadedDigest): void {
    if (this.#open !== digest) throw new Error('a content that has ended takes no more bytes');
  }

  end(digest: ThreadedDigest): void {
    if (this.#open !== digest) return;
    this.#open = null;
    if (this.#inSlot === 0) this.#waitForSlot();
    this.#send(at.LAST);
  }

  #send(last: number): void {
    const slot = this.#filled % at.SLOTS;
    this.#control[at.LENGTHS + slot] = this.#inSlot;
    this.#control[at.FLAGS + slot] = this.#flags | last;
    this.#inSlot = 0;
    this.#filled++;
    Atomics.store(this.#control, at.FILLED, this.#filled | 0);
    // To wake the thread costs as much as a slot's digest: not for each of them.
    if (last !== 0 || this.#filled % WAKING === 0) Atomics.notify(this.#control, at.FILLED);
  }

  #waitForSlot(): void {
    for (;;) {
      const taken = Atomics.load(this.#control, at.TAKEN);
      if (((this.#filled - taken) | 0) < at.SLOTS) return;
      this.#wait(at.TAKEN, taken);
    }
  }

  waitForResult(): void {
    // What was not ended would be waited for without end.
    this.#open?.end();
    this.#wait(at.ENDED, this.#collected);
  }

  #wait(index: number, value: number): void {
    Atomics.notify(this.#control, at.FILLED);
    for (let tries = 0; tries < 2; tries++) {
      if (Atomics.wait(this.#control, index, value, PATIENCE_MS) !== 'timed-out') return;
    }
    throw new Error('the thread that computes digests does not answer');
  }

  /** Hands out what the thread has written: never more than the results have room for, since slots are fewer. */
  collect(): void {
    const ended = Atomics.load(this.#control, at.ENDED);
    for (; this.#collected < ended; this.#collected++) {
      const digest = this.#running.shift() as ThreadedDigest;
      const start = (this.#collected % at.RESULTS) * at.RESULT;
      const { sha256, crc32: crc } = digest.wanted;
      digest.found = {
        sha256: sha256 ? hex(this.#results.subarray(start, start + 32)) : null,
        crc32: crc ? new DataView(this.#results.buffer).getUint32(start + 32) : null,
      };
    }
  }

  async bundle(pause: () => Promise<void>): Promise<string | null> {
    if (!this.#hashesBundle || !this.started) return null;
    while (Atomics.load(this.#control, at.BUNDLE) === 0 && !this.#gone) {
      Atomics.wait(this.#control, at.BUNDLE, 0, 20);
      await pause();
    }
    if (Atomics.load(this.#control, at.BUNDLE) !== 1) return null;
    const start = at.RESULTS * at.RESULT;
    return hex(this.#results.subarray(start, start + 32));
  }

  async close(): Promise<void> {
    threads--;
    await this.#worker.terminate();
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function nodeSha256(): Hash {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
}

/** Digests computed on the spot. */
export function nodeInlineDigester(): Digester {
  return inlineDigester(nodeSha256, crc32);
}

/**
 * Digests of a bundle's contents and of its file: beside the scan where it is large and a core is left for it.
 * @param fd of the file, -1 where the bundle is none
 */
export function nodeDigester(fd: number, size: number): Digester {
  const inline = nodeInlineDigester();
  if (size < WORTH_A_THREAD || threads + 1 >= availableParallelism()) return inline;
  try {
    return new DigestThread(inline, fd, size);
  } catch {
    // Threads can be forbidden (node --permission).
    return inline;
  }
}
