import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { PlistValue } from '../../src/formats/plist/index.ts';

/** Python's readers in a process beside this one: they share no line with ours. */
export class Oracle {
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly waiting: ((line: string) => void)[] = [];

  private constructor(script: string) {
    this.child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.child.stdout }).on('line', (line) => this.waiting.shift()?.(line));
  }

  /** Null, and said, where there is no Python. */
  static start(script: string): Oracle | null {
    if (spawnSync('python3', ['--version']).status === 0) return new Oracle(script);
    console.error('fuzz: no python3 - NOTHING IS COMPARED with another reader, lies are not looked for');
    return null;
  }

  /** What it sees; undefined where it does not read the file. */
  async ask(kind: 'z' | 'p', bytes: Uint8Array): Promise<unknown> {
    const head = new Uint8Array(5);
    head[0] = kind.charCodeAt(0);
    new DataView(head.buffer).setUint32(1, bytes.length);
    this.child.stdin.write(head);
    this.child.stdin.write(bytes);
    const line = await new Promise<string>((resolve) => this.waiting.push(resolve));
    return (JSON.parse(line) as { value?: unknown }).value;
  }

  close(): void {
    this.child.stdin.end();
  }
}

/** Our value in the oracle's spelling. What Python names by its type alone stands by that name. */
export function plain(value: PlistValue): unknown {
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, PlistValue>)].map(([key, each]) => [key, plain(each)] as const);
    return { d: entries.sort(([a], [b]) => (a < b ? -1 : 1)) };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  if (value instanceof Date) return 'datetime';
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'bigint') return `i${value}`;
  if (typeof value === 'number') return Number.isInteger(value) ? `i${value}` : 'float';
  if (typeof value === 'object' && value !== null) return 'UID';
  return value;
}

/** Whether both say the same. A number that Python calls real and that is whole agrees with ours, which has one kind. */
export function agree(ours: unknown, theirs: unknown): boolean {
  if (theirs === 'float') return ours === 'float' || /^i/.test(String(ours));
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    return ours.length === theirs.length && ours.every((each, i) => agree(each, theirs[i]));
  }
  if (typeof ours === 'object' && ours !== null && typeof theirs === 'object' && theirs !== null) {
    return 'd' in ours && 'd' in theirs && agree(ours.d, theirs.d);
  }
  return ours === theirs;
}
