import { attempt } from '../../../coverage.ts';
import type { DexFile } from '../header.ts';
import type { Spend } from '../instructions.ts';
import { type Unread, type Use, visitWrites } from '../uses.ts';
import { isBypassed } from './bypass.ts';
import { Callers, type FoundCaller } from './callers.ts';
import { Classes } from './classes.ts';
import type { Body } from './code.ts';
import type { Defined } from './defined.ts';
import { Fields } from './fields.ts';
import type { FileCode, Met } from './following.ts';
import { type FoundOrder, Groups } from './groups.ts';
import { CodeIndex } from './index-of-code.ts';
import { Insides, isLeftOut } from './inside.ts';
import type { Origin } from './origin.ts';
import { Origins } from './origins.ts';
import { type Chain, chainTo, isHandedOver } from './reach.ts';
import { WantedRows } from './rows.ts';
import { Runs } from './runs.ts';
import type { Wanted, WantedCall, WantedValue } from './wanted.ts';

/** A call, or a write of a field, that somebody wanted. */
export interface FoundCall {
  readonly id: string;
  /** Dotted class and name of the method whose code it is. */
  readonly by: { readonly class: string; readonly method: string };
  /** The instruction: bytes from the start of the file, and how many. */
  readonly offset: number;
  readonly length: number;
  /** `calls a.b.C.method` or `writes a.b.C.field`. */
  readonly called: string;
  /** Where each value that was wanted comes from, on every way that was followed; empty where no way leads here. */
  readonly values: readonly (readonly Origin[])[];
  /** Methods from one that the system starts down to this one; empty where no such chain was seen. */
  readonly chain: readonly string[];
  /** Whether the method can come to its end without it. */
  readonly isConditional: boolean;
  /** Classes whose members were taken to be written and called in this file alone. */
  readonly relies: readonly string[];
  /** Classes whose code, as this file has it, was taken to be what runs. */
  readonly follows: readonly string[];
}

/** Takes what is found. */
export interface Found {
  call(found: FoundCall): void;
  order(found: FoundOrder): void;
  caller(found: FoundCaller): void;
  /** Told at the end of each class that the file does not define, and whose code or fields would say more. */
  lack?(className: string): void;
}

/** Places of calls that are followed in one file; callers above one another, and in all for one place. */
const MOST_SITES = 128;
const MOST_ABOVE = 4;
const MOST_CALLERS = 24;
/** Ways down to one place that are followed. */
const MOST_CLIMBS = 64;

/**
 * Hands over each call that is wanted, and whoever calls into the packages. The code of a file is gone
 * through only where its tables name one of them. Yields the steps that it has done.
 * @returns what could not be read; null where all was
 */
export function* visitCalls(
  dex: DexFile,
  wanted: Wanted,
  spend: Spend,
  { call: visit, caller, order, lack }: Found,
): Generator<number, Unread | null, void> {
  const classes = new Classes(dex, spend);
  const rows = new WantedRows(classes, wanted);
  if (rows.isEmpty) return null;
  yield rows.count;
  const sites: { readonly use: Use; readonly calls: readonly WantedCall[] }[] = [];
  const callers = new Callers(classes, rows, wanted, caller);
  const groups = new Groups();
  let count = 0;
  const unread = yield* visitWrites(dex, rows, spend, (use) => {
    const asked = rows.ofOthers(use, wanted);
    const { calls } = asked;
    if (calls.length > 0 && count++ <= MOST_SITES) sites.push({ use, calls });
    groups.add(use, asked);
    callers.add(use);
  });
  callers.end();
  const isFollowed = sites.length > 0;
  const index = isFollowed ? yield* CodeIndex.of(classes, spend) : null;
  const code = index && { classes, index, bodies: new Map<number, Body | null>(), spend };
  for (const found of groups.orders(code, classes)) order(found);
  if (code === null) return unread;
  const fields = new Fields(code);
  const followed = sites.slice(0, MOST_SITES);
  let around = null as Around | null;
  for (const { use, calls } of followed) {
    const method = classes.methodAt(use.row, use.code);
    if (!method) continue;
    if (around?.method !== method) {
      const offsets = followed.flatMap((site) => (site.use.code === use.code ? site.use.offset : []));
      around = { method, runs: new Runs(code, offsets), chain: chainTo(method, classes, code.index) };
    }
    const site = { ...around, use, fields };
    for (const call of calls) {
      const found = attempt(
        () => new SiteReader(code, site, call).read(),
        () => {},
      );
      if (found) visit(found);
      yield 64;
    }
  }
  if (lack) for (const type of classes.lacking) lack(classes.className(type));
  if (count <= MOST_SITES) return unread ?? code.index.unread;
  const message = `${count} calls that are of interest, of which ${MOST_SITES} were followed`;
  return {
    methods: count - MOST_SITES,
    first: { message, offset: sites[MOST_SITES]!.use.offset, reason: 'budget' },
  };
}

/** The method in which places lie, with what is found once for all of them. */
interface Around {
  readonly method: Defined;
  readonly runs: Runs;
  readonly chain: Chain;
}

interface Site extends Around {
  readonly use: Use;
  readonly fields: Fields;
}

/** Follows one place: in its method, and, as long as arguments of the method decide, from those that call it. */
class SiteReader {
  readonly #file: FileCode;
  readonly #method: Defined;
  readonly #runs: Runs;
  readonly #chain: Chain;
  readonly #use: Use;
  readonly #wanted: WantedCall;
  readonly #origins: Origins;
  readonly #insides: Insides;
  readonly #values: Map<string, Origin>[];
  #left = MOST_CLIMBS;

  constructor(file: FileCode, { method, runs, chain, use, fields }: Site, wanted: WantedCall) {
    const { classes, index } = file;
    this.#file = file;
    this.#method = method;
    this.#runs = runs;
    this.#chain = chain;
    this.#use = use;
    this.#wanted = wanted;
    this.#origins = new Origins(file, fields);
    this.#insides = new Insides(classes, index, this.#origins, wanted.own);
    this.#values = wanted.values.map(() => new Map());
  }

  read(): FoundCall {
    const { classes } = this.#file;
    const isReached = this.#climb(this.#method, new Map(), 0);
    if (isReached === null) this.#addAll({ ...unclear, text: 'the method is too long to follow' });
    const chain = isReached === false ? [] : this.#chain;
    return {
      id: this.#wanted.id,
      by: { class: classes.className(this.#method.of), method: classes.signature(this.#method.index)?.name ?? '?' },
      offset: this.#use.offset,
      length: this.#use.length,
      values: isReached === false ? [] : this.#values.map((origins) => [...origins.values()]),
      called: this.#called(),
      chain: chain.map((each) => this.#nameOf(each)),
      isConditional: this.#isConditional(),
      relies: [...this.#origins.relies].sort(),
      follows: [...this.#origins.follows.add(classes.className(this.#method.of))].sort(),
    };
  }

  /**
   * Follows a method in which the place lies, or which calls one that leads there.
   * @returns whether a way leads to the place; null where the method cannot be followed
   */
  #climb(entry: Defined, through: ReadonlyMap<number, Defined>, depth: number): boolean | null {
    const { classes, index } = this.#file;
    const evaluation = this.#left-- > 0 ? this.#runs.to(this.#use.offset, entry, through) : null;
    if (evaluation === null) return null;
    this.#origins.rely(evaluation);
    const isAbout = ({ instruction: { offset } }: Met) => offset === this.#use.offset || through.has(offset);
    const all = [...evaluation.met.values()].filter(isAbout);
    const mets = all.filter(({ instruction, frames }) => {
      return instruction.offset === this.#use.offset && frames.at(-1)!.method.code === this.#method.code;
    });
    if (mets.length === 0) {
      // Met is a call that leads there, and it was not followed to its end.
      if (all.length > 0) this.#addAll({ ...unclear, text: 'calls that lead there are nested too deep to follow' });
      return all.length > 0;
    }
    for (const met of mets) {
      const found = this.#wanted.values.map((value) => this.#originsOf(value, met, false));
      const hangs = found.some((origins) => origins.some(({ kind }) => kind === 'parameter'));
      const callers = hangs && depth < MOST_ABOVE ? index.callers(entry) : [];
      if (!hangs || callers === null || callers.length > MOST_CALLERS || callers.length === 0) {
        this.#addValues(hangs ? this.#wanted.values.map((value) => this.#originsOf(value, met, true)) : found);
        continue;
      }
      // What overrides something from outside may be called by it as well.
      if (isHandedOver(entry, classes))
        this.#addValues(this.#wanted.values.map((value) => this.#originsOf(value, met, true)));
      this.#origins.relies.add(classes.className(entry.of));
      this.#climbAll(callers, entry, through, depth);
    }
    return true;
  }

  #climbAll(
    callers: readonly { readonly offset: number; readonly by: Defined }[],
    entry: Defined,
    through: ReadonlyMap<number, Defined>,
    depth: number,
  ): void {
    for (const by of new Map(callers.map((each) => [each.by.code, each.by])).values()) {
      if ([entry, ...through.values()].some(({ code }) => code === by.code)) {
        this.#addAll({ ...unclear, text: 'a method that leads there calls itself' });
        continue;
      }
      const own = callers.filter((each) => each.by.code === by.code);
      const more = new Map([...through, ...own.map(({ offset }) => [offset, entry] as const)]);
      if (this.#climb(by, more, depth + 1) === null)
        this.#addAll({ ...unclear, text: 'a method that calls it is too long to follow' });
    }
  }

  #originsOf({ argument, omitted, of }: WantedValue, met: Met, isWhole: boolean): readonly Origin[] {
    const { values, state, instruction, frames } = met;
    const isStatic = instruction.opcode === 0x71 || instruction.opcode === 0x77;
    const place = (index: number) => (isStatic ? index : index + 1);
    const value = argument === undefined ? values[0] : values[place(argument)];
    if (omitted && isLeftOut(values[place(omitted.argument)], omitted)) return [{ ...unclear, kind: 'absent' }];
    if (value === undefined) return [{ ...unclear, text: 'the call has no such argument' }];
    const held = { value, slots: state.slots };
    if (of === undefined) return this.#origins.of(held, isWhole);
    return this.#insides.read(held, of, new Set(frames.map(({ method }) => method.code)), isWhole);
  }

  #add(place: number, origin: Origin): void {
    this.#values[place]!.set(`${origin.kind} ${origin.text}`, origin);
  }

  #addValues(values: readonly (readonly Origin[])[]): void {
    values.forEach((origins, i) => {
      for (const origin of origins) this.#add(i, origin);
    });
  }

  #addAll(origin: Origin): void {
    this.#values.forEach((_, i) => {
      this.#add(i, origin);
    });
  }

  #called(): string {
    const { classes } = this.#file;
    const { kind, index } = this.#use;
    const name = kind === 'method' ? classes.signature(index) : classes.field(index);
    return `${kind === 'method' ? 'calls' : 'writes'} ${name?.class}.${name?.name}`;
  }

  #nameOf({ index, of }: Defined): string {
    const { classes } = this.#file;
    return `${classes.className(of)}.${classes.signature(index)?.name ?? '?'}`;
  }

  #isConditional(): boolean {
    const body = this.#file.bodies.get(this.#method.code);
    return body != null && isBypassed(body, this.#use.offset);
  }
}

const unclear: Origin = { kind: 'unknown', text: '', at: null, calls: [], strings: [] };
