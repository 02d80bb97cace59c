/** Calls as `dexdump -d` prints them, with what was put into a register on the straight line that leads there. */
export interface DumpedCall {
  /** Dotted class and name of the method whose code it is. */
  readonly by: string;
  readonly class: string;
  readonly name: string;
  /** Descriptors; of a field its type alone. */
  readonly parameters: readonly string[];
  readonly isField: boolean;
  /** From the start of the file. */
  readonly offset: number;
  /** By argument, without the object; what a field is written stands first. */
  readonly given: readonly Put[];
}

/** What a register was last given: a constant, or by which instruction; null where a jump may lead in between. */
export type Put = { readonly constant: string } | { readonly by: string } | null;

const dotted = (descriptor: string) => descriptor.replace(/^L|;$/g, '').replaceAll('/', '.');
const parametersIn = (signature: string) => signature.match(/\[*(?:L[^;]+;|[A-Z])/g) ?? [];
const isWide = (descriptor: string) => descriptor === 'J' || descriptor === 'D';
/** Instructions whose first register is not written. */
const readsOnly =
  /^(?:iput|sput|aput|if-|invoke|return|throw|monitor|nop|goto|packed-switch|sparse-switch|fill-array|filled-new|check-cast)/;
const ends = /^(?:if-|goto|return|throw|packed-switch|sparse-switch)/;

/** Reads what `dexdump -d` prints. Of a method with a switch, whose targets it does not print, nothing is known. */
export function* callsDumped(dump: string): Generator<DumpedCall> {
  for (const text of dump.split(/\n(?=[0-9a-f]{6,8}: +\|\[)/).slice(1)) yield* callsOf(text);
}

interface Instruction {
  readonly offset: number;
  readonly at: number;
  readonly mnemonic: string;
  readonly rest: string;
}

function* callsOf(text: string): Generator<DumpedCall> {
  const [head = '', ...lines] = text.split('\n');
  const by = /\|\[[0-9a-f]+\] (\S+):\(/.exec(head)?.[1] ?? '';
  const instructions: Instruction[] = lines.flatMap((line) => {
    const shown = /^([0-9a-f]{6,8}): [0-9a-f. ]+\|([0-9a-f]{4,}): (\S+) ?(.*)$/.exec(line);
    if (!shown) return [];
    const [, offset = '', at = '', mnemonic = '', rest = ''] = shown;
    return [{ offset: Number.parseInt(offset, 16), at: Number.parseInt(at, 16), mnemonic, rest }];
  });
  const targets = new Set(
    instructions.flatMap(({ mnemonic, rest }) => {
      const target = /^(?:if-|goto)/.test(mnemonic) ? /(?:^|, )#?([0-9a-f]{4,8}) \/\//.exec(rest)?.[1] : undefined;
      return target === undefined ? [] : [Number.parseInt(target, 16)];
    }),
  );
  const isSwitched = instructions.some(({ mnemonic }) => mnemonic.endsWith('-switch'));
  const registers = new Map<string, Put>();
  let last = '';
  for (const each of instructions) {
    const { mnemonic, rest, at } = each;
    if (isSwitched || targets.has(at) || mnemonic === 'move-exception') registers.clear();
    const call = callOf(each, by, registers);
    if (call) yield call;
    if (mnemonic.startsWith('invoke')) last = call ? `${call.class}.${call.name}` : rest;
    else put(each, registers, last);
    if (ends.test(mnemonic)) registers.clear();
  }
}

function put({ mnemonic, rest }: Instruction, registers: Map<string, Put>, last: string): void {
  const [, into, from] = /^(v\d+)(?:, (v\d+))?/.exec(rest) ?? [];
  if (into === undefined || readsOnly.test(mnemonic)) return;
  const wide = /wide|long|double/.test(mnemonic) ? `v${Number(into.slice(1)) + 1}` : null;
  if (wide) registers.set(wide, { by: mnemonic });
  registers.set(into, given());

  function given(): Put {
    const number = /#(?:int|long) (-?\d+)/.exec(rest)?.[1];
    if (mnemonic.startsWith('const-string')) return { constant: /"(.*)" \/\/ string@/.exec(rest)?.[1] ?? '' };
    if (/^const(?:\/|$|-wide)/.test(mnemonic) && number !== undefined) return { constant: number };
    if (/^move(?:\/|$|-object|-wide)/.test(mnemonic)) return registers.get(from!) ?? null;
    if (mnemonic.startsWith('move-result')) return { by: `a call of ${last}` };
    return { by: `${mnemonic} ${/, (\S+?):?\S* \/\//.exec(rest)?.[1] ?? ''}` };
  }
}

function callOf({ offset, mnemonic, rest }: Instruction, by: string, registers: Map<string, Put>): DumpedCall | null {
  if (!/^(?:invoke|iput|sput)/.test(mnemonic)) return null;
  const member = /, (\[*(?:L[^;]+;|[A-Z]))\.([^:]+):(\S+)/.exec(`, ${rest.replace(/^\{[^}]*\}, |^(?:v\d+, )+/, '')}`);
  if (!member) return null;
  const [, owner = '', name = '', signature = ''] = member;
  const isField = !mnemonic.startsWith('invoke');
  const parameters = isField ? [signature] : parametersIn(/\((.*)\)/.exec(signature)?.[1] ?? '');
  const held = isField ? [/^v\d+/.exec(rest)![0]] : registersIn(/^\{([^}]*)\}/.exec(rest)?.[1] ?? '');
  const own = isField || mnemonic.startsWith('invoke-static') ? held : held.slice(1);
  const given: Put[] = [];
  for (const [i, parameter] of parameters.entries()) {
    const before = parameters.slice(0, i).filter(isWide).length;
    given.push(isField || !isWide(parameter) ? (registers.get(own[i + before] ?? '') ?? null) : null);
  }
  return { by, class: dotted(owner), name, parameters, isField, offset, given };
}

/** `v1, v2` or `v1, v2, v3 .. v7` as the ranges print. */
function registersIn(text: string): string[] {
  const range = /^v(\d+) \.\. v(\d+)$/.exec(text.trim());
  if (!range) return text.match(/v\d+/g) ?? [];
  const [first, last] = [Number(range[1]), Number(range[2])];
  return Array.from({ length: last - first + 1 }, (_, i) => `v${first + i}`);
}
