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
import { type CallerHit, type CallHit, digestOfType, type OrderHit, type OriginHit } from '../inventory/facts.ts';
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
  const unread = yield* visitCalls(dex, wanted, into.spend, {
    call: (found) => {
      if (calls.length < MOST) calls.push(callHit(dex, found, bytesAt));
    },
    order: (found) => orders.push(found),
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
  into.foreign = joined(into.foreign, foreignTypes(dex));
  into.calls = [...into.calls, ...calls];
  into.callers = [...into.callers, ...callers];
  into.orders = [...into.orders, ...orders];
}

/** The same of an app by its ids: what lies under them is never an SDK's own code. */
export function withOwnCode(wanted: Wanted, appIds: readonly string[]): Wanted {
  const all = [...wanted.packages, ...wanted.calls.flatMap(({ own }) => own)];
  return { ...wanted, app: appIds.flatMap((id) => ownCodeInside(id, all)) };
}

/** Digests of the types that a file refers to and does not define. */
function foreignTypes(dex: DexFile): Uint32Array {
  const digests: number[] = [];
  visitTypes(dex, (_, from, to, isDefined) => {
    if (!isDefined) digests.push(digestOfType(dex.bytes, from + 1, to - 1));
  });
  return Uint32Array.from(digests);
}

function joined(one: Uint32Array | null, other: Uint32Array): Uint32Array {
  if (one === null) return other;
  const both = new Uint32Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

type BytesAt = (offset: number, length: number, says: string) => Passage;

function callHit(dex: DexFile, found: FoundCall, bytesAt: BytesAt): CallHit {
  const { id, by, offset, length, values, called, ...rest } = found;
  return {
    id,
    by,
    values: values.map((origins) => origins.map((origin) => originHit(dex, origin, bytesAt))),
    ...rest,
    seen: bytesAt(offset, length, `${by.class}.${by.method} ${called}`),
  };
}

function originHit(dex: DexFile, { at, ...origin }: Origin, bytesAt: BytesAt): OriginHit {
  if (at === null || at.length === 0) return { ...origin, seen: null };
  const isText = origin.kind === 'constant' && origin.strings.length > 0;
  const seen = isText
    ? passageAt(dex.bytes.subarray(at.offset, at.offset + at.length), dex.base + at.offset, 'mutf-8', 'DEX string')
    : bytesAt(at.offset, at.length, origin.text);
  return { ...origin, seen };
}
