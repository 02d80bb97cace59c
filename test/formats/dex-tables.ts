import { type DexFile, visitMethods, visitStrings, visitTypes } from '../../src/formats/dex/index.ts';
import { decodeMutf8 } from '../../src/formats/dex/mutf8.ts';

interface Tables {
  readonly strings: string[];
  readonly defined: string[];
  readonly referenced: string[];
  readonly methods: string[];
}

/** Everything the visits of a DEX hand out. */
export function tables(dex: DexFile): Tables {
  const text = (start: number, end: number) => decodeMutf8(dex.bytes, start, end);
  const result: Tables = { strings: [], defined: [], referenced: [], methods: [] };
  visitStrings(dex, (_, start, end) => result.strings.push(text(start, end)));
  visitTypes(dex, (_, start, end, defined) => (defined ? result.defined : result.referenced).push(text(start, end)));
  visitMethods(dex, (_, classStart, classEnd, nameStart, nameEnd) =>
    result.methods.push(`${text(classStart, classEnd)}.${text(nameStart, nameEnd)}`),
  );
  return result;
}
