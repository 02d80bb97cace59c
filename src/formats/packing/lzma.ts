import { CutError, FormatError } from '../../errors.ts';
import type { Output } from './output.ts';

/** Probabilities of bits, 11 bits each, one half at first (LZMA specification, "The LZMA model"). */
const half = (count: number) => new Uint16Array(count).fill(1024);

class LengthModel {
  readonly choice = half(2);
  readonly low = half(16 << 3);
  readonly middle = half(16 << 3);
  readonly high = half(256);
}

/** The properties of a stream: bits of the literal's context, of its place, and of a match's place. */
export interface Properties {
  readonly lc: number;
  readonly lp: number;
  readonly pb: number;
}

/** As one byte spells them. @throws FormatError */
export function propertiesOf(byte: number, at: number): Properties {
  if (byte >= 225) throw new FormatError('LZMA properties that are none', at);
  const rest = Math.floor(byte / 9);
  return { lc: byte % 9, lp: rest % 5, pb: Math.floor(rest / 5) };
}

/**
 * Decodes LZMA (LZMA specification, Igor Pavlov 2015) from bytes that are all there. State, dictionary and model live on
 * from one chunk of LZMA2 to the next until they are reset. The dictionary is the output itself, from `#window` on.
 */
export class LzmaDecoder {
  readonly #input: Uint8Array;
  readonly #out: Output;
  at: number;
  #window = 0;
  #range = 0;
  #code = 0;
  #properties: Properties = { lc: 3, lp: 0, pb: 2 };
  #state = 0;
  #reps = [0, 0, 0, 0];
  #literals = half(0);
  #isMatch = half(12 << 4);
  #isRep = half(12);
  #isRepG0 = half(12);
  #isRepG1 = half(12);
  #isRepG2 = half(12);
  #isRep0Long = half(12 << 4);
  #slots = half(4 << 6);
  #positions = half(128);
  #align = half(16);
  #lengths = new LengthModel();
  #repLengths = new LengthModel();

  constructor(input: Uint8Array, at: number, out: Output) {
    this.#input = input;
    this.at = at;
    this.#out = out;
  }

  resetDictionary(): void {
    this.#window = this.#out.length;
  }

  resetState(properties: Properties = this.#properties): void {
    this.#properties = properties;
    this.#state = 0;
    this.#reps = [0, 0, 0, 0];
    this.#literals = half(0x300 << (properties.lc + properties.lp));
    for (const list of [this.#isMatch, this.#isRep, this.#isRepG0, this.#isRepG1, this.#isRepG2]) list.fill(1024);
    for (const list of [this.#isRep0Long, this.#slots, this.#positions, this.#align]) list.fill(1024);
    this.#lengths = new LengthModel();
    this.#repLengths = new LengthModel();
  }

  startRange(): void {
    if (this.#input[this.at] !== 0) throw new FormatError('an LZMA stream does not begin with 0', this.at);
    this.#code = 0;
    this.#range = 0xffffffff;
    for (let i = 1; i < 5; i++) this.#code = ((this.#code << 8) | (this.#input[this.at + i] ?? 0)) >>> 0;
    this.at += 5;
  }

  /**
   * Decodes so many bytes, or to the end mark; can be left between two of them.
   * @returns whether it ended by its mark
   */
  *decode(count: number): Generator<number, boolean> {
    const out = this.#out;
    const { lc, lp, pb } = this.#properties;
    const end = out.length + count;
    while (out.length < end) {
      if (out.isDue) yield 0;
      if (this.at > this.#input.length) throw new CutError('an LZMA stream is cut off', this.#input.length);
      const position = out.length - this.#window;
      const place = position & ((1 << pb) - 1);
      if (this.#bit(this.#isMatch, (this.#state << 4) + place) === 0) {
        const before = position > 0 ? out.bytes[out.length - 1]! : 0;
        const context = ((position & ((1 << lp) - 1)) << lc) + (before >> (8 - lc));
        this.#literal(0x300 * context);
        this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
        continue;
      }
      let length: number;
      if (this.#bit(this.#isRep, this.#state) === 0) {
        length = this.#length(this.#lengths, place);
        this.#reps = [this.#distance(length), this.#reps[0]!, this.#reps[1]!, this.#reps[2]!];
        this.#state = this.#state < 7 ? 7 : 10;
        if (this.#reps[0] === 0xffffffff) return true;
      } else {
        const isShort = this.#repeated(place);
        length = isShort ? -1 : this.#length(this.#repLengths, place);
        this.#state = isShort ? (this.#state < 7 ? 9 : 11) : this.#state < 7 ? 8 : 11;
      }
      this.#copy(length + 2, end);
    }
    return false;
  }

  /** Chooses among the last four distances. @returns whether one byte is repeated */
  #repeated(place: number): boolean {
    if (this.#bit(this.#isRepG0, this.#state) === 0) {
      return this.#bit(this.#isRep0Long, (this.#state << 4) + place) === 0;
    }
    const [a, b, c, d] = this.#reps as [number, number, number, number];
    if (this.#bit(this.#isRepG1, this.#state) === 0) this.#reps = [b, a, c, d];
    else if (this.#bit(this.#isRepG2, this.#state) === 0) this.#reps = [c, a, b, d];
    else this.#reps = [d, a, b, c];
    return false;
  }

  #copy(length: number, end: number): void {
    const out = this.#out;
    const distance = this.#reps[0]! + 1;
    if (distance > out.length - this.#window) throw new FormatError('an LZMA match lies before the content', this.at);
    if (out.length + length > end) throw new FormatError('an LZMA match runs past the end', this.at);
    out.copy(distance, length);
  }

  #literal(base: number): void {
    const out = this.#out;
    let symbol = 1;
    if (this.#state >= 7) {
      const from = out.length - this.#reps[0]! - 1;
      if (from < this.#window) throw new FormatError('an LZMA match lies before the content', this.at);
      let match = out.bytes[from]!;
      while (symbol < 0x100) {
        const expected = (match >> 7) & 1;
        match <<= 1;
        const bit = this.#bit(this.#literals, base + ((1 + expected) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (bit !== expected) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(this.#literals, base + symbol);
    out.push(symbol & 0xff);
  }

  #length(model: LengthModel, place: number): number {
    if (this.#bit(model.choice, 0) === 0) return this.#tree(model.low, place << 3, 3);
    if (this.#bit(model.choice, 1) === 0) return 8 + this.#tree(model.middle, place << 3, 3);
    return 16 + this.#tree(model.high, 0, 8);
  }

  #distance(length: number): number {
    const slot = this.#tree(this.#slots, Math.min(length, 3) << 6, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = ((2 | (slot & 1)) << bits) >>> 0;
    if (slot < 14) return base + this.#reversed(this.#positions, base - slot, bits);
    let direct = 0;
    for (let i = 0; i < bits - 4; i++) direct = direct * 2 + this.#direct();
    return base + direct * 16 + this.#reversed(this.#align, 0, 4);
  }

  #tree(list: Uint16Array, base: number, bits: number): number {
    let symbol = 1;
    for (let i = 0; i < bits; i++) symbol = (symbol << 1) | this.#bit(list, base + symbol);
    return symbol - (1 << bits);
  }

  #reversed(list: Uint16Array, base: number, bits: number): number {
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.#bit(list, base + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  #bit(list: Uint16Array, index: number): number {
    const probability = list[index]!;
    const bound = (this.#range >>> 11) * probability;
    let bit = 0;
    if (this.#code < bound) {
      this.#range = bound;
      list[index] = probability + ((2048 - probability) >> 5);
    } else {
      this.#range -= bound;
      this.#code -= bound;
      list[index] = probability - (probability >> 5);
      bit = 1;
    }
    this.#normalise();
    return bit;
  }

  #direct(): number {
    this.#range >>>= 1;
    const bit = this.#code >= this.#range ? 1 : 0;
    if (bit === 1) this.#code -= this.#range;
    this.#normalise();
    return bit;
  }

  #normalise(): void {
    if (this.#range >= 0x1000000) return;
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | (this.#input[this.at++] ?? 0)) >>> 0;
  }
}
