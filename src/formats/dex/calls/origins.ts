import type { Classes } from './classes.ts';
import type { Defined } from './defined.ts';
import { Evaluation } from './evaluator.ts';
import { type Fields, relyOn } from './fields.ts';
import type { FileCode, Outcome } from './following.ts';
import {
  type Held,
  hangsOnArgument,
  isOfSystem,
  isResource,
  libraries,
  type Origin,
  open,
  plain,
  pure,
} from './origin.ts';
import { outsideOf } from './reach.ts';
import { each, type Place, type Value } from './value.ts';

const nowhere: ReadonlyMap<number, Defined> = new Map();

const DEEPEST = 24;
const MOST = 12;
/** Values looked at for one origin: what branches at each level would take its power. */
const MOST_STEPS = 1000;

/** Finds where values come from: fields by what is written to them, results by the code that gives them. */
export class Origins {
  readonly #code: FileCode;
  readonly #classes: Classes;
  readonly #fields: Fields;
  #left = 0;
  #isWhole = true;
  /** Objects and calls on the way to where it is: what went into one may have come out of it. */
  readonly #entered = new Set<string>();
  /** Classes whose members were taken to be written or called nowhere else, and those whose code was taken to be what runs. */
  readonly relies = new Set<string>();
  readonly follows = new Set<string>();

  constructor(code: FileCode, fields: Fields) {
    this.#code = code;
    this.#classes = code.classes;
    this.#fields = fields;
  }

  /** @param isWhole false where what hangs on an argument is to be told as such: callers are followed then */
  of(held: Held, isWhole = true): readonly Origin[] {
    this.#left = MOST_STEPS;
    this.#isWhole = isWhole;
    const found = new Map<string, Origin>();
    for (const origin of this.#of(held, 0)) found.set(`${origin.kind} ${origin.text}`, origin);
    const all = [...found.values()];
    return all.length > MOST ? [...all.slice(0, MOST), open(`more than ${MOST} values reach it`)] : all;
  }

  #of({ value, slots }: Held, depth: number): Origin[] {
    if (depth > DEEPEST || this.#left-- <= 0) return [open('it is made in too many steps')];
    const deeper = (next: Value, there = slots) => this.#of({ value: next, slots: there }, depth + 1);
    switch (value.kind) {
      case 'number':
        return [plain('constant', `${value.value}`, value.at)];
      case 'string':
        return [plain('constant', value.text, value.at, [value.text])];
      case 'type':
        return [plain('constant', this.#classes.className(value.type), null)];
      case 'absent':
        return [plain('absent', '', null)];
      case 'unknown':
        return [open(value.why)];
      case 'parameter':
        return [plain('parameter', `argument ${value.index}`, null)];
      case 'any':
        return value.of.flatMap((one) => deeper(one));
      case 'object':
        return this.#once(value, () => [this.#object(value, slots, depth)]);
      case 'made':
        return [
          this.#joined(
            'made',
            '',
            null,
            value.of.flatMap((one) => deeper(one)),
          ),
        ];
      case 'static':
      case 'member': {
        const named = value.kind === 'static' ? this.#enumConstant(value.field, value.at) : null;
        if (named) return [named];
        if (!this.#isWhole && hangsOnArgument(value)) return [plain('parameter', 'a field of an argument', null)];
        const held = this.#written(value);
        if (held === null) return [open(this.#unwritten(value.field))];
        const origins = held.flatMap((one) => this.#of(one, depth + 1));
        const isOpen = value.kind === 'member' && this.#isStranger(value, slots);
        return isOpen
          ? [...origins, open(`where the ${this.#classes.field(value.field)?.class} is made was not seen`)]
          : origins;
      }
      case 'call':
        return this.#once(value, () => this.#call(value, slots, depth));
    }
  }

  /**
   * Whether a field is one of an object that code from elsewhere may have made, and filled by other ways than its methods: of a
   * class that extends nothing, since what extends a class of the system's is made by the system without values of the app's.
   */
  #isStranger({ field, of }: Value & { kind: 'member' }, slots: ReadonlyMap<string, Value>): boolean {
    const type = this.#classes.field(field)?.of ?? -1;
    if (of.kind === 'absent' || outsideOf(type, this.#classes) !== null) return false;
    return this.objects({ value: of, slots }).some(({ value }) => {
      return value.kind !== 'object' && value.kind !== 'absent' && !(value.kind === 'parameter' && value.isThis);
    });
  }

  #once({ key }: Value, find: () => Origin[]): Origin[] {
    if (this.#entered.has(key)) return [];
    this.#entered.add(key);
    const found = find();
    this.#entered.delete(key);
    return found;
  }

  /** Takes in what a way that was followed hangs on. */
  rely(evaluation: Evaluation): void {
    relyOn(evaluation, this.#classes, this);
  }

  #written({ field, kind }: Value & { kind: 'static' | 'member' }): readonly Held[] | null {
    const { held, relies, follows } = this.#fields.written(field, kind === 'member');
    for (const name of relies) this.relies.add(name);
    for (const name of follows) this.follows.add(name);
    return held;
  }

  /** The objects that a value stands for: those that fields hold, and that calls give. */
  objects(held: Held, depth = 0): readonly Held[] {
    const { value, slots } = held;
    if (depth > 4) return [held];
    return each(value).flatMap((one): readonly Held[] => {
      if (one.kind === 'static' || one.kind === 'member') {
        const written = this.#written(one);
        return written === null || written.length === 0
          ? [{ ...held, value: one }]
          : written.flatMap((each) => this.objects(each, depth + 1));
      }
      if (one.kind === 'call') {
        const outcome = this.#resultOf(one, slots);
        if (outcome) return this.objects({ ...held, value: outcome.returned, slots: outcome.slots }, depth + 1);
      }
      return [{ ...held, value: one }];
    });
  }

  #call(value: Value & { kind: 'call' }, slots: ReadonlyMap<string, Value>, depth: number): Origin[] {
    const signature = this.#classes.signature(value.method);
    if (!signature) return [open('a call to a method that the tables do not name')];
    const owner = this.#ownerOf(value.method, signature.class);
    const name = `${owner}.${signature.name}`;
    const isLibrary = libraries.test(signature.class);
    const outcome = isLibrary ? null : this.#resultOf(value, slots);
    if (outcome) return this.#of({ value: outcome.returned, slots: outcome.slots }, depth + 1);
    if (!isLibrary && owner === signature.class && this.#isDefinedHere(value.method)) {
      return [open(`what ${name} gives, which is native, one of several, or too long to follow`)];
    }
    const given = value.arguments.flatMap((one) => [
      one,
      ...(slots.has(`${one.key}+`) ? [slots.get(`${one.key}+`)!] : []),
    ]);
    const inputs = given
      .filter(({ key }) => key !== value.key)
      .flatMap((one) => this.#of({ value: one, slots }, depth + 1));
    const isFixed = isResource(signature, inputs);
    // Of what a pure method is given nothing is hidden: what it gives is known as little as that.
    if (pure.test(owner) && inputs.length > 0) return [this.#joined('made', name, value.at, inputs)];
    return [isFixed ? plain('made', name, value.at) : this.#joined('call', name, value.at, inputs)];
  }

  #isDefinedHere(method: number): boolean {
    const { view, methods } = this.#classes.dex;
    return this.#classes.isDefined(view.getUint16(methods.offset + 8 * method, true));
  }

  /** The class outside of the file that a method comes from where the class it is named by only inherits it. */
  #ownerOf(method: number, named: string): string {
    const { view, methods } = this.#classes.dex;
    const row = methods.offset + 8 * method;
    const name = view.getUint32(row + 4, true);
    let type = view.getUint16(row, true);
    for (let left = 32; left > 0 && this.#classes.isDefined(type); left--) {
      if (this.#classes.methodsOf(type).some((each) => each.name === name)) return named;
      type = this.#classes.above(type);
    }
    return type < 0 ? named : this.#classes.className(type);
  }

  #resultOf(value: Value & { kind: 'call' }, slots: ReadonlyMap<string, Value>): Outcome | null {
    const how = value.isStatic ? 'static' : 'virtual';
    const [receiver] = value.arguments;
    const exact = !value.isStatic && receiver?.kind === 'object' ? receiver.type : -1;
    const target = this.#classes.target(value.method, how, exact);
    if (!target || this.#left-- <= 0) return null;
    if (!value.isStatic && exact < 0) this.relies.add(this.#classes.className(target.of));
    const watch = { offsets: new Set<number>(), through: nowhere };
    const evaluation = new Evaluation(this.#code, watch);
    const outcome = evaluation.begin(target, value.arguments, new Map(slots));
    this.rely(evaluation);
    return outcome;
  }

  /** What went into an object that the system's classes are of: a text that is put together, an array. */
  #object(value: Value & { kind: 'object' }, slots: ReadonlyMap<string, Value>, depth: number): Origin {
    const name = this.#classes.className(value.type);
    const inside = [...slots].filter(([slot]) => slot.startsWith(`${value.key}[`) || slot === `${value.key}+`);
    const isArray =
      name.startsWith('[') || /^(?:java\.lang\.String|java\.lang\.StringBu\w+)$/.test(name) || pure.test(name);
    if (!isArray && !isOfSystem(name)) return plain('object', name, null);
    const origins = inside
      .flatMap(([, one]) => each(one))
      .filter((one) => one.key !== value.key)
      .flatMap((one) => this.#of({ value: one, slots }, depth + 1));
    if (isArray) return this.#joined('made', `new ${name}`, null, origins);
    // What a stream or a URL was made with says where it leads, and not what comes out of it.
    const { calls, strings } = this.#joined('call', name, null, origins);
    return { ...plain('object', name, null), calls: calls.slice(1), strings };
  }

  /** What is computed of several: no more is known of it than of the least known of them. */
  #joined(kind: 'made' | 'call', text: string, at: Place | null, inputs: readonly Origin[]): Origin {
    const calls = [...new Set([...(kind === 'call' ? [text] : []), ...inputs.flatMap((one) => one.calls)])].slice(
      0,
      MOST,
    );
    const strings = [...new Set(inputs.flatMap((one) => one.strings))].slice(0, MOST);
    if (kind === 'call') return { kind, text, at, calls, strings };
    const unclear = inputs.find((one) => one.kind === 'unknown' || one.kind === 'parameter');
    if (unclear) return { ...unclear, calls, strings };
    const given = inputs.find((one) => one.kind === 'call');
    if (given) return { ...given, calls, strings };
    return { kind: 'made', text: text || 'computed', at, calls, strings };
  }

  /** A constant of an enum, or a field that holds an object of its own class. */
  #enumConstant(field: number, at: Place): Origin | null {
    const name = this.#classes.field(field);
    if (!name || name.type !== `L${name.class.replaceAll('.', '/')};`) return null;
    return plain('enum', name.name, at);
  }

  #unwritten(field: number): string {
    const name = this.#classes.field(field);
    return name
      ? `what ${name.class}.${name.name} holds is not set by code that was followed`
      : 'a field that the tables do not name';
  }
}
