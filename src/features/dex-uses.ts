import type { Working } from '../allowance.ts';
import { attempt } from '../coverage.ts';
import {
  classNameOf,
  type DexFile,
  memberOf,
  methodNameOf,
  packageOf,
  type Use,
  visitUses,
} from '../formats/dex/index.ts';
import { packedValue } from '../formats/passage.ts';
import { SHARED_CODE } from '../inventory/facts.ts';
import type { Collector } from './collector.ts';

/** Labels to which classes are counted: `com.google.android.gms`. */
export const PACKAGE_DEPTH = 4;

/** References handed over of one file: those of the largest app are some hundred. */
const MOST = 4096;

/**
 * A class that D8 or R8 made for whoever in the app has the same code (`Foo$$ExternalSyntheticApiModelOutline0`): where it
 * stands says nothing of whose code it is. R8, SyntheticNaming.java, isShareable.
 */
const SHARED = '$$ExternalSynthetic';

/** Hands over what of the platform the code of a DEX refers to: of each package the first place. */
export function* handOverUses(dex: DexFile, into: Collector): Working<void> {
  const { members } = into;
  if (members.length === 0) return;
  const packages = new Map<number, string>();
  const met = new Set<string>();
  let more = 0;
  const packageBy = (type: number): string => {
    let by = packages.get(type);
    if (by === undefined) {
      const name = attempt(
        () => classNameOf(dex, type),
        () => {},
      );
      by = name === null || name.includes(SHARED) ? SHARED_CODE : packageOf(dex, type, PACKAGE_DEPTH);
      packages.set(type, by);
    }
    return by;
  };
  const take = (use: Use): void => {
    const by = packageBy(use.by);
    const key = `${use.kind} ${use.index} ${by}`;
    if (met.has(key)) return;
    if (met.size >= MOST) {
      more++;
      return;
    }
    met.add(key);
    handOver(dex, use, by, into);
  };
  const unread = yield* visitUses(dex, members, into.spend, take);
  const place = (offset: number | null) => (offset === null ? '' : `, the first at ${dex.base + offset}`);
  if (unread) {
    into.codeUnread ??= `code of ${unread.methods} methods was not read${place(unread.first.offset)}: ${unread.first.message}`;
  }
  if (more > 0) into.codeUnread ??= `${more} references to the platform more than ${MOST} were met`;
}

const words: Readonly<Record<Use['kind'], string>> = { method: 'calls', field: 'reads', string: 'loads' };

function handOver(dex: DexFile, use: Use, by: string, { facts }: Collector): void {
  const { kind, offset, length } = use;
  const member = attempt(
    () => memberOf(dex, use),
    () => {},
  );
  if (member === null) return;
  facts.use({ kind, ...member, by }, () => {
    const method = attempt(
      () => methodNameOf(dex, use),
      () => {},
    );
    const called = member.class === null ? member.name : `${member.class}.${member.name}`;
    const says = `${method ?? 'a method'} ${words[kind]} ${called}`;
    return packedValue(dex.bytes.subarray(offset, offset + length), dex.base + offset, says, 'code of a DEX');
  });
}
