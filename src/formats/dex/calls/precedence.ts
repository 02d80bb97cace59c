import { isInvoke } from '../opcodes.ts';
import type { Use } from '../uses.ts';
import { isTestFor } from './bypass.ts';
import type { Body, Instruction } from './code.ts';
import type { Defined } from './defined.ts';
import { bodyOf, type FileCode } from './following.ts';
import { isHandedOver } from './reach.ts';
import { Receivers } from './receivers.ts';
import { isNamed, Running, targetOf } from './running.ts';
import { leads, type Question } from './ways.ts';

/** Calls of one file by the part they play: what has to come first, what has to come later, and what makes the object of both. */
export interface Parts {
  readonly first: readonly Use[];
  readonly later: readonly Use[];
  readonly start: readonly Use[];
  /** What undoes the first: it has to come anew. */
  readonly undone: readonly Use[];
}

/** Callers above a method that are followed, methods that lead to a call, and calls that are looked at. */
const MOST_ABOVE = 5;
const MOST_LEADING = 200;
export const MOST_CALLS = 64;
/** Methods that are looked through in all: callers of callers take their power. */
const MOST_LOOKS = 1000;
/**
 * Whether, on every way through the code of one file, what has to come first comes before what has to come later: each later
 * call is behind one, or each object that is made gets one before anything else. What cannot be followed is a way without.
 */
export class Precedence {
  readonly #code: FileCode;
  readonly #parts: Parts;
  readonly #offsets: Readonly<Record<keyof Parts, ReadonlySet<number>>>;
  /** Methods that lead to a call, by their code. */
  readonly #leading: Readonly<Record<'first' | 'later' | 'undone', ReadonlyMap<number, Defined>>>;
  /** Classes of which something outside calls a method that leads to a later call. */
  readonly #runners: ReadonlySet<number>;
  /** Whether more methods lead to such a call than are known to. */
  readonly #isCut = { first: false, later: false, undone: false };
  #left = MOST_LOOKS;
  readonly #always = new Map<number, boolean>();
  readonly #mayComeLater = new Map<number, boolean>();
  readonly #undone = new Map<number, boolean>();
  readonly #running: Running;
  readonly #receivers: Receivers;
  /** Classes whose methods were taken to be called, or overridden, nowhere else; and whose code to be what runs. */
  readonly relies = new Set<string>();
  readonly follows = new Set<string>();

  constructor(code: FileCode, parts: Parts) {
    this.#code = code;
    this.#parts = parts;
    const offsetsOf = (uses: readonly Use[]) => new Set(uses.map(({ offset }) => offset));
    this.#offsets = {
      first: offsetsOf(parts.first),
      later: offsetsOf(parts.later),
      start: offsetsOf(parts.start),
      undone: offsetsOf(parts.undone),
    };
    this.#leading = {
      first: this.#leadingTo('first'),
      later: this.#leadingTo('later'),
      undone: this.#leadingTo('undone'),
    };
    this.#running = new Running(code, this.#leading, (method) => this.#look(method));
    const leadsToFirst = (each: Instruction) => this.#leading.first.has(targetOf(code, each)?.code ?? -1);
    this.#receivers = new Receivers(code, this.#offsets, parts.later, leadsToFirst);
    const handed = [...this.#leading.later.values()].filter((method) => isHandedOver(method, code.classes));
    this.#runners = new Set(handed.map(({ of }) => of));
  }

  /** The first later call before which nothing need have come; null for none. */
  later(): Use | null {
    // Code of another file may call one of them.
    if (this.#parts.later.length > 0)
      for (const { of } of this.#leading.undone.values()) this.relies.add(this.#code.classes.className(of));
    return this.#firstOf(this.#parts.later, (method, offset) => this.#isPreceded(method, offset, []));
  }

  /** The first call that makes an object for which nothing need come before anything else; null for none. */
  start(): Use | null {
    if (this.#isCut.later || this.#code.index.unread !== null) return this.#parts.start[0] ?? null;
    // Code of another file may run in between, and call one of them.
    if (this.#parts.start.length > 0)
      for (const { of } of this.#leading.later.values()) this.relies.add(this.#code.classes.className(of));
    return this.#firstOf(this.#parts.start, (method, offset) => this.#isFollowed(method, offset, []));
  }

  #firstOf(uses: readonly Use[], isSure: (method: Defined, offset: number) => boolean): Use | null {
    if (uses.length > 0 && Math.max(uses.length, this.#parts.later.length) > MOST_CALLS) return uses[0]!;
    const found = uses.find(({ row, code, offset }) => {
      const method = this.#code.classes.methodAt(row, code);
      return method === null || !isSure(method, offset);
    });
    return found ?? null;
  }

  /** Whether something comes first on each way to a place: in its method, or before each call of that. */
  #isPreceded(method: Defined, offset: number, above: readonly number[]): boolean {
    if (above.includes(method.code)) return true;
    const body = this.#look(method);
    if (!body || above.length >= MOST_ABOVE) return false;
    const goal = body.instructions.find((each) => each.offset === offset);
    const isGoal = (each: Instruction) => each.offset === offset;
    if (!goal) return true;
    const question = { ...this.#question(method, body, goal), isGoal, isEndGoal: false };
    const undone = body.instructions.flatMap((each, i) => this.#undoneFrom(each, i) ?? []);
    if (undone.some((from) => leads(body, from, question))) return false;
    if (!leads(body, 0, question)) return true;
    return this.#everyCaller(method, (by, at) => this.#isPreceded(by, at, [...above, method.code]));
  }

  /** Whether something comes first on each way from a place, before anything later and before the code that began it is over. */
  #isFollowed(method: Defined, offset: number, above: readonly number[]): boolean {
    if (above.includes(method.code)) return true;
    const body = this.#look(method);
    if (!body || above.length >= MOST_ABOVE) return false;
    const place = body.instructions.findIndex((each) => each.offset === offset);
    const isGoal = (each: Instruction) => this.#isLater(each);
    const question = this.#question(method, body, body.instructions[place]!);
    if (place < 0 || leads(body, place + 1, { ...question, isGoal, isEndGoal: false })) return false;
    if (!leads(body, place + 1, { ...question, isGoal, isEndGoal: true })) return true;
    return this.#everyCaller(method, (by, at) => this.#isFollowed(by, at, [...above, method.code]));
  }

  /** A method to be looked through, which is paid for; null where nothing is left. */
  #look(method: Defined): Body | null {
    if (this.#left-- <= 0) return null;
    this.follows.add(this.#code.classes.className(method.of));
    const body = bodyOf(this.#code, method);
    return body && this.#code.spend(1 + (body.instructions.length >> 4)) ? body : null;
  }

  #everyCaller(method: Defined, isSure: (by: Defined, offset: number) => boolean): boolean {
    const { classes, index } = this.#code;
    if (isHandedOver(method, classes)) return false;
    const callers = index.unread === null ? index.callers(method) : null;
    this.relies.add(classes.className(method.of));
    return callers !== null && callers.length > 0 && callers.every(({ by, offset }) => isSure(by, offset));
  }

  #question(method: Defined, body: Body, about: Instruction): Question {
    const { instructions } = body;
    const sure = instructions.filter(({ offset }) => this.#offsets.first.has(offset));
    return {
      isBarrier: (one) => this.#isFirst(one) && !this.#receivers.isOfAnother(method, body, one, about),
      // A method may throw before it comes to the call.
      isSureOf: ({ offset }) => this.#offsets.first.has(offset),
      isGoal: () => false,
      isEndGoal: false,
      isNullTest: (test) =>
        sure.some((site) => {
          if (!isTestFor(site, test, body)) return false;
          const receiver = this.#receivers.receiver(method, body, site);
          return this.#receivers.isOnAll(receiver) && (receiver?.kind !== 'any' || this.#receivers.isWhole(test, body));
        }),
    };
  }

  /** Whether an instruction is what has to come first, or calls a method in which that comes on every way. */
  #isFirst(instruction: Instruction): boolean {
    if (this.#offsets.first.has(instruction.offset)) return true;
    const target = targetOf(this.#code, instruction);
    if (!target || !this.#leading.first.has(target.code)) return false;
    const owner = this.#code.classes.className(target.of);
    this.relies.add(owner);
    this.follows.add(owner);
    let found = this.#always.get(target.code);
    if (found === undefined) {
      this.#always.set(target.code, false);
      const body = bodyOf(this.#code, target);
      const question = body && this.#question(target, body, body.instructions[0]!);
      found = body !== null && question !== null && !leads(body, 0, { ...question, isEndGoal: true });
      this.#always.set(target.code, found);
    }
    return found;
  }

  /** Whether an instruction is what has to come later, or may call a method that leads there with nothing before. */
  #isLater(instruction: Instruction): boolean {
    if (this.#offsets.later.has(instruction.offset)) return true;
    // What is made may run at once, in another thread.
    if (instruction.opcode === 0x22) return this.#runners.has(instruction.index);
    if (!isInvoke(instruction.opcode)) return false;
    const target = targetOf(this.#code, instruction);
    if (!target) return [...this.#leading.later.values()].some((one) => isNamed(this.#code, one, instruction.index));
    if (!this.#leading.later.has(target.code)) return this.#running.runs(target, 'later');
    let found = this.#mayComeLater.get(target.code);
    if (found === undefined) {
      this.#mayComeLater.set(target.code, true);
      const inside = bodyOf(this.#code, target);
      const isGoal = (each: Instruction) => this.#isLater(each);
      found = !inside || leads(inside, 0, { ...this.#question(target, inside, inside.instructions[0]!), isGoal });
      this.#mayComeLater.set(target.code, found);
    }
    return found;
  }

  /** From where on nothing need have come first, though it did: behind what undoes it; null for any other instruction. */
  #undoneFrom(instruction: Instruction, place: number): number | null {
    if (this.#parts.undone.length === 0 || !isInvoke(instruction.opcode)) return null;
    const { first, undone } = this.#offsets;
    if (undone.has(instruction.offset)) return place + 1;
    if (this.#isCut.undone) return first.has(instruction.offset) ? null : place + 1;
    const target = targetOf(this.#code, instruction);
    if (!target)
      return [...this.#leading.undone.values()].some((one) => isNamed(this.#code, one, instruction.index))
        ? place + 1
        : null;
    if (!this.#leading.undone.has(target.code)) return this.#running.runs(target, 'undone') ? place + 1 : null;
    // What does it anew may throw before that: then the call itself is where it begins.
    return this.#endsUndone(target) ? place + 1 : place;
  }

  /** Whether a method may come to its end with what came first undone. */
  #endsUndone(method: Defined): boolean {
    let found = this.#undone.get(method.code);
    if (found === undefined) {
      this.#undone.set(method.code, true);
      const body = this.#look(method);
      const question = body && { ...this.#question(method, body, body.instructions[0]!), isEndGoal: true };
      const from = body?.instructions.flatMap((each, i) => this.#undoneFrom(each, i) ?? []) ?? [];
      found = !body || !question || from.some((place) => leads(body, place, question));
      this.#undone.set(method.code, found);
    }
    return found;
  }

  /** Methods in which such a call stands, or that call one that leads there. */
  #leadingTo(part: 'first' | 'later' | 'undone'): ReadonlyMap<number, Defined> {
    const { classes, index } = this.#code;
    const uses = this.#parts[part];
    this.#isCut[part] = uses.length > MOST_CALLS;
    const found = new Map<number, Defined>();
    const waiting = uses.flatMap(({ row, code }) => classes.methodAt(row, code) ?? []);
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      if (found.has(next.code)) continue;
      const callers = found.size < MOST_LEADING ? index.callers(next) : null;
      if (callers === null) this.#isCut[part] = true;
      if (found.size >= MOST_LEADING) break;
      found.set(next.code, next);
      waiting.push(...(callers ?? []).map(({ by }) => by));
    }
    return found;
  }
}
