import { attempt } from '../../coverage.ts';
import { constantStrings, isJavaClass } from '../../formats/java-class.ts';
import { passageOfName } from '../../formats/passage.ts';
import type { Taker } from '../../inventory/taker.ts';
import type { Collector } from '../collector.ts';
import type { ContentKind } from './kind.ts';

export const javaClass: ContentKind = {
  is: isJavaClass,
  platform: 'android',
  isCode: true,
  isNative: false,
  isSearched: true,
  atStandard: 'Java classes outside a DEX were not searched at depth standard',
  read: 'every byte, for strings',
  how: 'whole',
  wants: ({ constants }, { className }) =>
    className !== null && (constants === 'every' || constants.some((name) => name.class === className)),
  extract: extractClass,
};

/** Reads one class file, which must be whole: an app's jars are not always converted to DEX. */
function extractClass(bytes: Uint8Array, _taker: Taker, into: Collector): void {
  const how = 'constant of a Java class';
  attempt(
    () => {
      for (const found of constantStrings(bytes)) {
        into.facts.constant(found, found.value, () => passageOfName(found.value, found.offset, how));
      }
    },
    ({ reason, offset, message }) => into.cover({ state: 'partial', reason, offset, detail: message }),
  );
}
