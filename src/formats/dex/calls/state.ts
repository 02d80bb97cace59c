import { absent, each, either, fieldOf, memberOf, type Place, unknown, type Value } from './value.ts';

/**
 * What is known at one place of the code: registers, and what was written to objects. A slot is the key of the object with
 * the field behind it (`o12@3.55`), with a method and argument (`o12@3#set/1:0`), or with `+` for all that went into it; `!`
 * says that other code has it, `*` that several objects made there are still in use.
 */
export class State {
  readonly registers: Value[];
  readonly slots: Map<string, Value>;
  /** What the last call gave, or the array that was filled. */
  result: Value = absent;
  /** What stands in objects where the call that was just followed throws; null where it does not. */
  thrown: Map<string, Value> | null = null;

  constructor(registers: Value[], slots: Map<string, Value>) {
    this.registers = registers;
    this.slots = slots;
  }

  copy(): State {
    const copy = new State([...this.registers], new Map(this.slots));
    copy.result = this.result;
    return copy;
  }

  /** Writes a register; one that the method does not have is none. */
  set(register: number, value: Value): void {
    if (register < this.registers.length) this.registers[register] = value;
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

  /** The same place where the call that was just followed throws. */
  withThrown(): State {
    return new State(this.registers, this.thrown ?? this.slots);
  }

  /**
   * A new object: whatever was written to the one made there before is another's, unless that one is still in use.
   * @param into the register that holds it from now on
   */
  make(of: Value, into: number): void {
    const isOf = (value: Value) => each(value).some(({ key }) => key === of.key);
    const isInUse = this.registers.some((value, i) => i !== into && isOf(value)) || [...this.slots.values()].some(isOf);
    if (isInUse) {
      this.slots.set(`${of.key}*`, absent);
      for (const [slot, value] of this.slots) {
        if (isSlotOf(slot, of) && /[.[#]/.test(slot[of.key.length]!)) this.slots.set(slot, either(value, absent));
      }
      return;
    }
    for (const slot of this.slots.keys()) {
      if (isSlotOf(slot, of)) this.slots.delete(slot);
    }
    this.slots.set(`${of.key}=`, absent);
  }

  /** Writes a slot of an object: of one of several, it may as well stand in another. */
  write(slot: string, value: Value, of: Value, isOne: boolean): void {
    const isSure = isOne && !this.slots.has(`${of.key}*`);
    this.slots.set(slot, isSure ? value : either(this.slot(slot), value));
  }

  /**
   * What code that is not followed may have done meanwhile: fields that it writes hold what any code writes to them, unless
   * nobody else has the object; arrays that it has may hold anything.
   */
  spoil(isOpen: (field: number) => boolean, at: Place): void {
    for (const slot of this.slots.keys()) {
      // Without expressions: there may be thousands of slots, and as many calls.
      const last = slot.charCodeAt(slot.length - 1);
      if (last < 0x30 || last > 0x39) continue;
      const mark = Math.max(slot.lastIndexOf('.'), slot.lastIndexOf('['));
      if (mark < 0) {
        const field = slot[0] === 's' ? Number(slot.slice(1)) : Number.NaN;
        if (field >= 0 && isOpen(field)) this.slots.set(slot, fieldOf(field, at));
        continue;
      }
      const index = Number(slot.slice(mark + 1));
      const owner = slot.slice(0, mark);
      const isOwn = owner[0] === 'o' && !this.slots.has(`${owner}!`);
      if (isOwn || !(index >= 0)) continue;
      if (slot[mark] === '[') this.slots.set(`${owner}+`, unknown('other code has the array'));
      else if (isOpen(index)) this.slots.set(slot, memberOf(index, absent, at));
    }
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

const isSlotOf = (slot: string, { key }: Value): boolean =>
  slot.startsWith(key) && !/^\w/.test(slot.slice(key.length)) && slot.length > key.length;

/** Whether a slot is of an object that is made on one way and not on the other, so that nothing can have been written to it there. */
function isMadeIn(one: State, slot: string, other: State): boolean {
  if (slot[0] !== 'o') return false;
  const end = slot.search(/[.#+[!=*]/);
  const mark = `${slot.slice(0, end)}=`;
  return one.slots.has(mark) && !other.slots.has(mark);
}
