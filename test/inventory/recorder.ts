import { GatheredFeatures } from '../../src/features/gathered.ts';
import { matching, type Reading, type Rules } from '../../src/index.ts';
import type { EntryFeatures, Grade } from '../../src/inventory/facts.ts';
import type {
  About,
  CodedName,
  ConstantName,
  EntryTaker,
  Layout,
  Marks,
  Taken,
  Taker,
  UseOf,
} from '../../src/inventory/taker.ts';
import type { FeatureKind, Passage } from '../../src/types.ts';

/** One fact of an entry, as it was handed over: what `replay` hands over again. */
type Fact = (to: EntryTaker) => void;

interface Run {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface Recorded {
  readonly path: string;
  readonly facts: readonly Fact[];
  readonly rest: Omit<EntryFeatures, keyof Taken>;
}

const all: Marks = { heads: new Uint8Array(0x1_0000).fill(1), tails: new Uint8Array(0x1_0000).fill(1) };

/**
 * A taker that knows no rule: it writes down names, tables, keys, constants and printable runs, each with its place, so
 * that rules of another day can be asked. A double for tests: what it holds is kept in memory and never saved.
 */
export class Recorder implements Taker {
  readonly types = all;
  readonly strings = all;
  readonly symbols = all;
  readonly constants = 'every';
  readonly code = 'every';
  readonly members = 'every';
  // What no table holds: who wants other calls has to read the bundle again.
  readonly calls = { calls: [], packages: [] };
  readonly selectors = 'every';
  readonly entries: Recorded[] = [];

  wantsKey(): boolean {
    return true;
  }

  entry(path: string, _about: About): EntryTaker {
    return new RecordingEntry(path, this.entries);
  }
}

class RecordingEntry implements EntryTaker {
  readonly #path: string;
  readonly #into: Recorded[];
  readonly #facts: Fact[] = [];
  #runs: PrintableRuns | null = null;
  #isPooled = false;
  #layout: Layout | undefined;
  readonly isNamed = false;
  /** Rules that nobody has written yet may want to prove something of any entry. */
  readonly hasPlaces = true;

  constructor(path: string, into: Recorded[]) {
    this.#path = path;
    this.#into = into;
  }

  name(kind: FeatureKind, name: string, grade: Grade, offset: number | null, seen: () => Passage): void {
    const passage = seen();
    this.#facts.push((to) => to.name(kind, name, grade, offset, () => passage));
  }

  type(bytes: Uint8Array, start: number, end: number, grade: Grade, base: number): void {
    const kept = bytes.slice(start, end);
    this.#facts.push((to) => to.type(kept, 0, kept.length, grade, base + start));
  }

  string(bytes: Uint8Array, start: number, end: number, base: number, how?: string): void {
    const kept = bytes.slice(start, end);
    this.#facts.push((to) => to.string(kept, 0, kept.length, base + start, how));
  }

  symbol(bytes: Uint8Array, start: number, end: number, grade: Grade, offset: number, seen: () => Passage): void {
    const kept = bytes.slice(start, end);
    const passage = seen();
    this.#facts.push((to) => to.symbol(kept, 0, kept.length, grade, offset, () => passage));
  }

  begin(isPooled: boolean, layout?: Layout): void {
    this.#isPooled = isPooled;
    this.#layout = layout;
    this.#runs = new PrintableRuns();
  }

  bytes(chunk: Uint8Array): void {
    this.#runs!.push(chunk);
  }

  end(): number {
    const { runs, size } = this.#runs!.end();
    const isPooled = this.#isPooled;
    const layout = this.#layout;
    this.#facts.push((to) => {
      to.begin(isPooled, layout);
      for (const chunk of spread(runs, size)) to.bytes(chunk);
      to.end();
    });
    return 0;
  }

  constant(name: ConstantName, value: string, seen: () => Passage): void {
    const passage = seen();
    this.#facts.push((to) => to.constant(name, value, () => passage));
  }

  coded(name: CodedName, value: string, seen: (part: string, from: number) => Passage): void {
    this.#facts.push((to) => to.coded(name, value, seen));
  }

  use(what: UseOf, seen: () => Passage): void {
    const passage = seen();
    this.#facts.push((to) => to.use(what, () => passage));
  }

  dylib(name: string, version: string, seen: () => Passage): void {
    const passage = seen();
    this.#facts.push((to) => to.dylib(name, version, () => passage));
  }

  value(folder: { name: string; bundleId: string | null }, key: string, value: string, seen: () => Passage): void {
    const passage = seen();
    this.#facts.push((to) => to.value(folder, key, value, () => passage));
  }

  namesOnly(): void {
    this.#facts.push((to) => to.namesOnly());
  }

  finish(rest: Omit<EntryFeatures, keyof Taken>): EntryFeatures {
    this.#into.push({ path: this.#path, facts: this.#facts, rest });
    return { ...rest, hits: [], moreHits: new Map(), versions: [], endpoints: [], moreEndpoints: 0 };
  }
}

/** Printable characters that make a run worth keeping. */
const LEAST = 6;
/** Between NULs fewer do: rules count the strings between a version and its anchor. Shorter ones are mostly chance. */
const LEAST_STRING = 4;

/** Bytes kept before a run. */
const HEAD = 6;

/** Log lines end in one. */
const isSpace = (byte: number) => byte === 0x09 || byte === 0x0a || byte === 0x0d;

class PrintableRuns {
  readonly #runs: Run[] = [];
  #run: number[] = [];
  /** The bytes before the run. */
  #last: readonly number[] = Array.from({ length: HEAD }, () => 0);
  #position = 0;

  push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if ((byte >= 0x20 && byte < 0x7f) || isSpace(byte)) this.#run.push(byte);
      else this.#close(byte);
      this.#position++;
    }
  }

  end(): { runs: readonly Run[]; size: number } {
    this.#close(0);
    return { runs: this.#runs, size: this.#position };
  }

  #close(behind: number): void {
    const run = this.#run;
    const head = this.#last;
    const before = head[HEAD - 1]!;
    if (run.length === 0) {
      this.#last = [...head.slice(1), behind];
      return;
    }
    this.#last = [...head, ...run.slice(1 - HEAD), behind].slice(-HEAD);
    const isString = behind === 0 && before === 0 && run.length >= LEAST_STRING;
    const isVersion = behind === 0 && run.some((byte) => byte >= 0x30 && byte <= 0x39);
    if (run.length >= LEAST || isString || isVersion) {
      // With what stands before it: the id, tag and length by which a string of a certificate is told.
      const offset = this.#position - run.length;
      const held = head.slice(HEAD - Math.min(HEAD, offset));
      this.#runs.push({ offset: offset - held.length, bytes: Uint8Array.from([...held, ...run]) });
    }
    this.#run = [];
  }
}

const CHUNK = 64 * 1024;

/** Content that has the runs where they stood, and zeros between them. */
function* spread(runs: readonly Run[], size: number): Generator<Uint8Array> {
  let next = 0;
  for (let from = 0; from < size; from += CHUNK) {
    const chunk = new Uint8Array(Math.min(CHUNK, size - from));
    for (let i = next; i < runs.length && runs[i]!.offset < from + chunk.length; i++) {
      const { offset, bytes } = runs[i]!;
      const start = Math.max(offset, from);
      chunk.set(bytes.subarray(start - offset, from + chunk.length - offset), start - from);
      if (offset + bytes.length <= from + chunk.length) next = i + 1;
    }
    yield chunk;
  }
}

/** What these rules make of what was written down, without the bundle. */
export function replay(entries: readonly Recorded[], reading: Reading, rules: Rules): Reading {
  const taker = matching(rules);
  const kept = new GatheredFeatures(reading.budgets);
  for (const { path, facts, rest } of entries) {
    const to = taker.entry(path, {
      embedded() {},
      coded() {},
      archAt: (offset) => archAt(rest, offset),
      isReadUnpacked: () => false,
      isNative: rest.native !== null,
      looks: () => true,
      evidencePerClue: reading.budgets.evidencePerClue,
      endpoints: reading.budgets.endpoints,
    });
    for (const fact of facts) fact(to);
    kept.add(to.finish(rest));
  }
  return { ...reading, entries: kept.entries };
}

function archAt({ arch, slices }: Recorded['rest'], offset: number | null): string | null {
  if (offset === null) return arch;
  return slices.find((slice) => offset >= slice.offset && offset < slice.offset + slice.size)?.arch ?? arch;
}
