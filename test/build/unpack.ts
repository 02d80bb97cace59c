import { Output, type Unpacking } from '../../src/formats/packing/output.ts';

/** Runs a decoder to its end, all at once. */
export function unpackAll(unpack: (bytes: Uint8Array, out: Output) => Unpacking, bytes: Uint8Array, most = 1e6) {
  const out = new Output(10, most);
  const unpacking = unpack(bytes, out);
  let steps = 0;
  for (let step = unpacking.next(); ; step = unpacking.next()) {
    if (step.done) return { plain: out.whole, end: step.value, steps };
    steps += step.value;
  }
}
