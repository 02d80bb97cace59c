import { type DexDescription, type DexPart, signDex, writeDex } from './dex.ts';

/**
 * A container of version 041 (dex-format, "Container format"): offsets count from its start. A string that a later DEX
 * has, too, is taken from there by the earlier ones, whose own copy becomes `?`: the one direction that is allowed.
 */
export function buildDexContainer(descriptions: readonly DexDescription[]): Uint8Array {
  const parts: DexPart[] = [];
  let size = 0;
  for (const description of descriptions) {
    parts.push(writeDex(description, '041', size));
    size += parts.at(-1)!.bytes.length;
  }
  const shared = new Map<string, number>();
  for (const { bytes, strings, base } of parts.toReversed()) {
    const view = new DataView(bytes.buffer);
    for (const { text, entry, offset } of strings) {
      const later = shared.get(text);
      if (later === undefined) shared.set(text, offset);
      else {
        view.setUint32(entry, later, true);
        let start = offset - base;
        while (bytes[start]! >= 0x80) start++;
        start++;
        bytes.fill(0x3f, start, bytes.indexOf(0, start));
      }
    }
    view.setUint32(112, size, true);
    view.setUint32(116, base, true);
    signDex(bytes);
  }
  const container = new Uint8Array(size);
  for (const { bytes, base } of parts) container.set(bytes, base);
  return container;
}
