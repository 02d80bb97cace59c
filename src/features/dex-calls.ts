import type { Working } from '../allowance.ts';
import {
  type DexFile,
  type FoundCall,
  type Origin,
  visitCalls,
  visitTypes,
  type Wanted,
} from '../formats/dex/index.ts';
import { packedValue, passageAt } from '../formats/passage.ts';
import {
  type CallerHit,
  type CallHit,
  type DexTypes,
  digestOfType,
  type OrderHit,
  type OriginHit,
} from '../inventory/facts.ts';
import { ownCodeInside } from '../inventory/own-code.ts';
import type { Passage } from '../types.ts';
import type { Collector } from './collector.ts';

/** Calls and callers kept of one file; of callers beside them the first into each package, and of each name. */
const MOST = 256;

/** Hands over who calls an SDK in the code of a DEX, and with what. */
export function* handOverCalls(dex: DexFile, wanted: Wanted, into: Collector): Working<void> {
  if (wanted.calls.length + wanted.packages.length === 0) return;
  const calls: CallHit[] = [];
  const callers: CallerHit[] = [];
  const kept = new Set<string>();
  const orders: OrderHit[] = [];
  const bytesAt = (offset: number, length: number, says: string): Passage =>
    packedValue(dex.bytes.subarray(offset, offset + length), dex.base + offset, says, 'code of a DEX');
  const textAt = (offset: number, length: number) =>
    textPassage(dex.bytes.subarray(offset, offset + length), dex.base + offset);
  const unread = yield* visitCalls(dex, wanted, into.spend, {
    call: (found) => {
      if (calls.length < MOST) calls.push(callHit(found, into.types.length, { bytesAt, textAt }));
      else into.callsUnread ??= `it calls SDKs at more than ${MOST} places, and what the others hand over was not kept`;
    },
    order: (found) => orders.push({ ...found, dex: into.types.length }),
    caller: ({ kind, package: into, class: by, called, offset, length }) => {
      const says = `${by} ${kind === 'name' ? 'loads the name' : 'calls'} ${called}`;
      const key = `${kind} ${kind === 'name' ? called : into}`;
      if (callers.length >= MOST && kept.has(key)) return;
      kept.add(key);
      callers.push({ kind, package: into, by, called, seen: bytesAt(offset, length, says) });
    },
  });
  if (unread) {
    const { offset, message } = unread.first;
    const place = offset === null ? '' : `, the first at ${dex.base + offset}`;
    into.callsUnread ??= `code of ${unread.methods} methods was not read${place}: ${message}`;
  }
  into.types = [...into.types, typesOf(dex)];
  into.calls = [...into.calls, ...calls];
  into.callers = [...into.callers, ...callers];
  into.orders = [...into.orders, ...orders];
}

/** The same of an app by its ids: what lies under them is never an SDK's own code. */
export function withOwnCode(wanted: Wanted, appIds: readonly string[]): Wanted {
  const all = [...wanted.packages, ...wanted.calls.flatMap(({ own }) => own)];
  return { ...wanted, app: appIds.flatMap((id) => ownCodeInside(id, all)) };
}

function typesOf(dex: DexFile): DexTypes {
  const defined: number[] = [];
  const foreign: number[] = [];
  visitTypes(dex, (_, from, to, isDefined) => {
    (isDefined ? defined : foreign).push(digestOfType(dex.bytes, from + 1, to - 1));
  });
  return { defined: Uint32Array.from(defined).sort(), foreign: Uint32Array.from(foreign).sort() };
}

/** Where what was found stands in the content that it is of; null where it stands elsewhere. */
export interface Places {
  bytesAt(offset: number, length: number, says: string): Passage | null;
  textAt(offset: number, length: number): Passage | null;
}

export const textPassage = (bytes: Uint8Array, offset: number): Passage =>
  passageAt(bytes, offset, 'mutf-8', 'DEX string');

/** @param dex place of the DEX among the headers of the entry */
export function callHit(found: FoundCall, dex: number, places: Places): CallHit {
  const { id, by, offset, length, values, called, ...rest } = found;
  const seen = places.bytesAt(offset, length, `${by.class}.${by.method} ${called}`);
  return {
    ...{ id, by, dex, values: values.map((origins) => origins.map((origin) => originHit(origin, places))), ...rest },
    seen: seen!,
  };
}

function originHit({ at, ...origin }: Origin, { bytesAt, textAt }: Places): OriginHit {
  if (at === null || at.length === 0) return { ...origin, seen: null };
  const isText = origin.kind === 'constant' && origin.strings.length > 0;
  return { ...origin, seen: isText ? textAt(at.offset, at.length) : bytesAt(at.offset, at.length, origin.text) };
}
