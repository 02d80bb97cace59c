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
    // Most of it is the very same: what two ways share was copied.
    for (let i = 0; i < other.registers.length; i++) {
      const [mine, theirs] = [this.registers[i] ?? absent, other.registers[i]!];
      if (mine === theirs) continue;
      const joined = either(mine, theirs);
      if (joined.key === mine.key) continue;
      this.registers[i] = joined;
      isChanged = true;
    }
    for (const [slot, theirs] of other.slots) {
      const mine = this.slots.get(slot);
      if (mine === theirs) continue;
      const joined = mine === undefined && isMadeIn(other, slot, this) ? theirs : either(mine ?? absent, theirs);
      if (joined.key === mine?.key) continue;
      this.slots.set(slot, joined);
      isChanged = true;
    }
    for (const [slot, mine] of this.slots) {
      if (other.slots.has(slot) || isMadeIn(this, slot, other)) continue;
      const joined = either(mine, absent);
      if (joined.key === mine.key) continue;
      this.slots.set(slot, joined);
      isChanged = true;
    }
    const result = either(this.result, other.result);
    isChanged ||= result.key !== this.result.key;
    this.result = result;
    return isChanged;
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

/** Whether a slot is of an object that is made on one way and not on the other, so that nothing can have been written to it there. */
function isMadeIn(one: State, slot: string, other: State): boolean {
  if (slot[0] !== 'o') return false;
  const end = slot.search(/[.#+[!=]/);
  const mark = `${slot.slice(0, end)}=`;
  return one.slots.has(mark) && !other.slots.has(mark);
}
