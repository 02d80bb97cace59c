import { attempt } from '../../coverage.ts';
import { constantStrings } from '../../formats/java-class.ts';
import { passageOfName } from '../../formats/passage.ts';
import type { Taker } from '../../inventory/taker.ts';
import type { Collector } from '../collector.ts';

/** Whether the taker wants a constant of this class: others need not be held. */
export function isWanted({ constants }: Taker, className: string | null): boolean {
  return className !== null && (constants === 'every' || constants.some((name) => name.class === className));
}

/** Reads one class file, which must be whole: an app's jars are not always converted to DEX. */
export function extractClass(bytes: Uint8Array, into: Collector): void {
  const how = 'constant of a Java class';
  attempt(
    () => {
      for (const found of constantStrings(bytes)) {
        into.facts.constant(found, found.value, () => passageOfName(found.value, found.offset, how));
      }
    },
    ({ reason, offset, message }) => into.cover('partial', reason, offset, message),
  );
}
