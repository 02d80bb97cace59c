import { absent, either, type Value } from './value.ts';

/**
 * What is known at one place of the code: registers, and what was written to objects. A slot is the key of the object with
 * the field behind it (`o12@3.55`), with a method and argument (`o12@3#set/1:0`), or with `+` for all that went into it.
 */
export class State {
  readonly registers: Value[];
  readonly slots: Map<string, Value>;
  /** What the last call gave, or the array that was filled. */
  result: Value = absent;

  constructor(registers: Value[], slots: Map<string, Value>) {
    this.registers = registers;
    this.slots = slots;
  }

  copy(): State {
    const copy = new State([...this.registers], new Map(this.slots));
    copy.result = this.result;
    return copy;
  }

  /** Takes in what holds on another way to the same place. @returns whether that changed anything */
  join(other: State): boolean {
    let isChanged = false;
    other.registers.forEach((value, i) => {
      const joined = either(this.registers[i] ?? absent, value);
      if (joined.key !== this.registers[i]?.key) {
        this.registers[i] = joined;
        isChanged = true;
      }
    });
    const slots = new Set([...this.slots.keys(), ...other.slots.keys()]);
    for (const slot of slots) {
      // On a way on which the object is not made yet, nothing can have been written to it.
      const joined = either(this.#before(slot, other), other.#before(slot, this));
      if (joined.key !== this.slots.get(slot)?.key) {
        this.slots.set(slot, joined);
        isChanged = true;
      }
    }
    const result = either(this.result, other.result);
    isChanged ||= result.key !== this.result.key;
    this.result = result;
    return isChanged;
  }

  /** What a slot holds here; what it holds there where its object is only made there. */
  #before(slot: string, there: State): Value {
    const made = /^o[^.#+[=]*/.exec(slot)?.[0];
    const isMadeThere = made !== undefined && !this.slots.has(`${made}=`) && there.slots.has(`${made}=`);
    return (isMadeThere ? there : this).slots.get(slot) ?? absent;
  }

  /** A new object: whatever was written to the one made there before is another's. */
  make(of: Value): void {
    for (const slot of this.slots.keys()) {
      if (slot.startsWith(of.key) && !/^\w/.test(slot.slice(of.key.length))) this.slots.delete(slot);
    }
    this.slots.set(`${of.key}=`, absent);
  }

  slot(slot: string): Value {
    return this.slots.get(slot) ?? absent;
  }

  /** What went into an object by calls, besides what went in before. */
  add(of: Value, value: Value): void {
    const slot = `${of.key}+`;
    const before = this.slots.get(slot);
    this.slots.set(slot, before === undefined ? value : either(before, value));
  }
}
