import type { Budgets } from '../../budgets.ts';
import type { Parsing } from '../../formats/parsing.ts';
import { isDeviceCode, readDeviceCode } from '../../formats/vdex.ts';
import type { Collector } from '../collector.ts';
import type { ContentKind } from './kind.ts';

/** Code as a device keeps it. A DEX that begins inside it is an entry of its own, as in any content. */
export const vdex: ContentKind = {
  is: isDeviceCode,
  platform: 'android',
  isCode: true,
  isNative: false,
  isSearched: true,
  read: 'where its DEX files stand, and every byte for strings',
  how: 'tables',
  kept: (size) => Math.min(size, 64 * 1024),
  extract: extractVdex,
};

function* extractVdex(size: number, _budgets: Budgets, into: Collector): Parsing<void> {
  const { isKnown, dexes } = yield* readDeviceCode(size);
  const cannot = (offset: number, what: string) =>
    into.cover({ state: 'partial', reason: 'unsupported', offset, detail: `${what}; only its strings were searched` });
  if (!isKnown) cannot(4, 'a VDEX of a version whose DEX files stand elsewhere');
  const compact = dexes.find(({ form }) => form === 'compact');
  if (compact) cannot(compact.offset, 'compact DEX, whose classes are not read');
  const none = dexes.find(({ form }) => form === 'none');
  if (none) {
    const detail = 'no DEX stands where the header says';
    into.cover({ state: 'partial', reason: 'malformed', offset: none.offset, detail });
  }
}
