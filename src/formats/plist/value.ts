/**
 * A value of a property list. Dictionaries are Maps, so that no key (`__proto__`) means anything; keys stay as they are,
 * trailing blanks included. Integers beyond 2^53 are bigint. Data may share memory with the input.
 */
export type PlistValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | Date
  | PlistUid
  | readonly PlistValue[]
  | ReadonlyMap<string, PlistValue>
  | null;

/** A reference into an NSKeyedArchiver's `$objects`. */
export interface PlistUid {
  readonly uid: number;
}
