import type { Budgets } from '../budgets.ts';
import type { Problem } from '../coverage.ts';
import { type PlistTally, type PlistValue, plistKeys } from '../formats/plist/index.ts';
import type { Stepping } from '../formats/plist/parsing.ts';
import type { AccessedApi, CollectedData, PrivacyManifest } from '../types.ts';

/** https://developer.apple.com/documentation/bundleresources/privacy-manifest-files, seen 2026-11-26. */
export const PRIVACY_MANIFEST = 'PrivacyInfo.xcprivacy';

const TRACKING = 'NSPrivacyTracking';
const DOMAINS = 'NSPrivacyTrackingDomains';
const COLLECTED = 'NSPrivacyCollectedDataTypes';
const ACCESSED = 'NSPrivacyAccessedAPITypes';
const USED = new Set([TRACKING, DOMAINS, COLLECTED, ACCESSED]);

/** Items kept of one list: Apple names some thirty types of data, six purposes and five kinds of API. */
const MOST_ITEMS = 256;
/** Of a list inside an item. */
const MOST_INNER = 32;

/** What a manifest says, without its place. */
export interface SaidOfData {
  readonly said: Omit<PrivacyManifest, 'path' | 'sha256' | 'unit'>;
  readonly problems: readonly Problem[];
}

/**
 * Reads a privacy manifest, a property list. What is not of the form that Apple documents is left out, and is a problem;
 * values that Apple does not name are kept as they stand.
 * @throws FormatError where it is no property list or no dictionary @throws BudgetError as the property list
 */
export function* readPrivacyManifest(bytes: Uint8Array, budgets: Budgets, tally: PlistTally): Stepping<SaidOfData> {
  const { entries, problems } = yield* plistKeys(bytes, budgets, (key) => USED.has(key), tally);
  const reading = new Items([...problems]);
  const of = (key: string): PlistValue => entries.get(key)?.value ?? null;
  return {
    said: {
      tracking: reading.boolean(of(TRACKING), TRACKING),
      trackingDomains: reading.texts(of(DOMAINS), DOMAINS, MOST_ITEMS),
      collects: reading.dictionaries(of(COLLECTED), COLLECTED, (item) => collected(item, reading)),
      accesses: reading.dictionaries(of(ACCESSED), ACCESSED, (item) => accessed(item, reading)),
    },
    problems: reading.problems,
  };
}

type Dictionary = ReadonlyMap<string, PlistValue>;

function collected(item: Dictionary, reading: Items): CollectedData | null {
  const key = (end: string) => `NSPrivacyCollectedDataType${end}`;
  const of = (end: string): PlistValue => item.get(key(end)) ?? null;
  const type = of('');
  if (typeof type !== 'string') return null;
  return {
    type,
    linked: reading.boolean(of('Linked'), key('Linked')),
    tracking: reading.boolean(of('Tracking'), key('Tracking')),
    purposes: reading.texts(of('Purposes'), key('Purposes'), MOST_INNER),
  };
}

function accessed(item: Dictionary, reading: Items): AccessedApi | null {
  const type = item.get('NSPrivacyAccessedAPIType');
  if (typeof type !== 'string') return null;
  const key = 'NSPrivacyAccessedAPITypeReasons';
  return { type, reasons: reading.texts(item.get(key) ?? null, key, MOST_INNER) };
}

/** Takes values of the form that is documented, and says what it left out. */
class Items {
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    this.problems = problems;
  }

  /** Null where the key is not there. */
  boolean(value: PlistValue, key: string): boolean | null {
    if (typeof value === 'boolean') return value;
    if (value !== null) this.#malformed(`${key} is neither true nor false`);
    return null;
  }

  texts(value: PlistValue, key: string, most: number): string[] {
    return this.#list(value, key, most, (item) => (typeof item === 'string' ? item : null));
  }

  dictionaries<T>(value: PlistValue, key: string, read: (item: Dictionary) => T | null): T[] {
    return this.#list(value, key, MOST_ITEMS, (item) => (item instanceof Map ? read(item as Dictionary) : null));
  }

  #list<T>(value: PlistValue, key: string, most: number, read: (item: PlistValue) => T | null): T[] {
    if (value === null) return [];
    if (!Array.isArray(value)) {
      this.#malformed(`${key} is no array`);
      return [];
    }
    if (value.length > most) {
      this.problems.push({
        offset: 0,
        message: `${key} has ${value.length} items, ${most} are kept`,
        reason: 'budget',
      });
    }
    const kept = value.slice(0, most).map(read);
    const known = kept.filter((item) => item !== null);
    if (known.length < kept.length)
      this.#malformed(`${kept.length - known.length} items of ${key} are of no known form`);
    return known;
  }

  #malformed(message: string): void {
    this.problems.push({ offset: 0, message, reason: 'malformed' });
  }
}
