import type { MemberKind } from './member-names.ts';
import { isInvoke, isStaticGet, isStaticPut, isString, op, referentOf, unitsOf } from './opcodes.ts';

/**
 * By opcode: bytes of its instruction; less than nothing where its index leads into a table in which rows are looked for,
 * and of a no-op, which may begin a table of a switch or an array; 0 where there is no such opcode.
 */
export interface Table {
  readonly lengths: Int8Array;
  readonly kinds: ReadonlyMap<number, MemberKind>;
}

function tableOf(kindOf: (opcode: number) => MemberKind | null): Table {
  const lengths = new Int8Array(256);
  const kinds = new Map<number, MemberKind>();
  for (let opcode = 0; opcode < 256; opcode++) {
    const length = 2 * unitsOf(opcode);
    const kind = isInvoke(opcode) && referentOf(opcode) === 'method' ? 'method' : kindOf(opcode);
    if (kind !== null) kinds.set(opcode, kind);
    lengths[opcode] = opcode === op.nop || kind !== null ? -length : length;
  }
  return { lengths, kinds };
}

export const uses = tableOf((opcode) => (isStaticGet(opcode) ? 'field' : isString(opcode) ? 'string' : null));
/** With what writes fields, `iput` and `sput`, in place of what reads them. */
export const writes = tableOf((opcode) =>
  (opcode >= 0x59 && opcode <= 0x5f) || isStaticPut(opcode) ? 'field' : isString(opcode) ? 'string' : null,
);
