import type { Use } from '../uses.ts';
import { isLoad, onlyWriter } from './bypass.ts';
import type { Body, Instruction } from './code.ts';
import type { Defined } from './defined.ts';
import { Evaluation } from './evaluator.ts';
import { bodyOf, type FileCode } from './following.ts';
import { each, type Value } from './value.ts';

/** Where the calls stand by the part they play. */
export interface Roles {
  readonly first: ReadonlySet<number>;
  readonly later: ReadonlySet<number>;
  readonly start: ReadonlySet<number>;
}

const nobody: ReadonlyMap<number, Defined> = new Map();

/** Tells the objects that calls are on. */
export class Receivers {
  readonly #code: FileCode;
  readonly #roles: Roles;
  readonly #later: readonly Use[];
  readonly #leadsToFirst: (instruction: Instruction) => boolean;
  readonly #met = new Map<number, ReadonlyMap<number, readonly Value[]>>();

  constructor(
    code: FileCode,
    roles: Roles,
    later: readonly Use[],
    leadsToFirst: (instruction: Instruction) => boolean,
  ) {
    this.#code = code;
    this.#roles = roles;
    this.#later = later;
    this.#leadsToFirst = leadsToFirst;
  }

  /** Whether a tested register holds what an object was made as, or is kept as: not what another method made of it. */
  isWhole(test: Instruction, body: Body): boolean {
    const writer = onlyWriter(test, body);
    if (!writer || isLoad(writer.opcode)) return writer !== null;
    const before = body.instructions[body.instructions.indexOf(writer) - 1];
    return writer.opcode === 0x0c && before !== undefined && this.#roles.start.has(before.offset);
  }

  receiver(method: Defined, body: Body, { offset }: { readonly offset: number }): Value | undefined {
    return this.#metIn(method, body).get(offset)?.[0];
  }

  /** Whether each later call is on the same object as well, so that none comes where there is no such object. */
  isOnAll(receiver: Value | undefined): boolean {
    if (receiver === undefined) return false;
    const isField = receiver.kind === 'member' || receiver.kind === 'static';
    return this.#later.every(({ row, code, offset }) => {
      const method = this.#code.classes.methodAt(row, code);
      const body = method && bodyOf(this.#code, method);
      const other = body && this.receiver(method, body, { offset });
      if (!other) return false;
      return other.key === receiver.key || (isField && other.kind === receiver.kind && other.field === receiver.field);
    });
  }

  /** Whether two calls in a method are surely on two objects: each on what another call gave, or on another field. */
  isOfAnother(method: Defined, body: Body, one: Instruction, other: Instruction): boolean {
    const met = this.#metIn(method, body);
    const isStart = this.#roles.start.has(other.offset);
    const [receiver] = isStart ? [] : (met.get(other.offset) ?? []);
    const given = met.get(one.offset) ?? [];
    if (isStart) {
      const isMade = (value: Value) => value.kind === 'call' && value.method === other.index;
      const made = given.flatMap(each).filter(isMade);
      return made.length > 0 && made.every((value) => value.kind === 'call' && value.at.offset !== other.offset);
    }
    if (!receiver || given.length === 0) return false;
    const isLike = (value: Value) =>
      value.kind === receiver.kind && (value.kind !== 'call' || value.method === (receiver as typeof value).method);
    const like = (this.#roles.first.has(one.offset) ? given.slice(0, 1) : given).filter(isLike);
    const isTold = receiver.kind === 'call' || receiver.kind === 'static' || receiver.kind === 'member';
    return isTold && like.length > 0 && like.every(({ key }) => key !== receiver.key);
  }

  /** What the calls of a method that play a part, or may lead to one, are handed: the object first. */
  #metIn(method: Defined, { instructions }: Body): ReadonlyMap<number, readonly Value[]> {
    let found = this.#met.get(method.code);
    if (found === undefined) {
      const { first, later } = this.#roles;
      const isAsked = (each: Instruction) =>
        first.has(each.offset) || later.has(each.offset) || this.#leadsToFirst(each);
      const offsets = new Set(instructions.filter(isAsked).map(({ offset }) => offset));
      const evaluation = new Evaluation(this.#code, { offsets, through: nobody });
      evaluation.begin(method, null);
      const all = [...evaluation.met.values()].filter(({ frames }) => frames.length === 1);
      found = new Map(all.map(({ instruction, values }) => [instruction.offset, values]));
      this.#met.set(method.code, found);
    }
    return found;
  }
}
