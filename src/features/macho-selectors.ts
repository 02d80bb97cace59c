import { type OpenMachO, visitSelectors } from '../formats/macho/index.ts';
import { passageOfName } from '../formats/passage.ts';
import type { SelectorHit } from '../inventory/facts.ts';
import type { Taker } from '../inventory/taker.ts';

/** Bytes of a selector that are looked at: those of real libraries have some hundred. */
const LONGEST = 512;
/** Selectors kept of one image: an app's code refers to some ten thousand. */
const MOST = 65_536;

const latin1 = new TextDecoder('latin1');

/** The selectors that the code of one image refers to, of those that somebody wants. */
export function selectorsOf(image: OpenMachO, wanted: Taker['selectors']): SelectorHit[] {
  const found: SelectorHit[] = [];
  visitSelectors(image, (bytes, start, end, offset) => {
    if (end - start > LONGEST || found.length >= MOST) return;
    const name = latin1.decode(bytes.subarray(start, end));
    if (wanted !== 'every' && !wanted.has(name)) return;
    found.push({ name, arch: image.arch, seen: passageOfName(name, offset, 'Objective-C selector') });
  });
  return found;
}
